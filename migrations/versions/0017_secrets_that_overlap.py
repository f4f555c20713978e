"""Secrets of webhooks that count for a day beside the new one."""

from alembic import op

from migrations import scripts

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    scripts.run(op.get_bind(), __file__)


def downgrade() -> None:
    """Receivers that know the old secret alone would trust no message any more."""
    raise NotImplementedError("go back to a back-up made before the upgrade")
