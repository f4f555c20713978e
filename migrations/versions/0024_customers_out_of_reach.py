"""Customers whose address takes no mail."""

from alembic import op

from migrations import scripts

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add since when and why."""
    scripts.run(op.get_bind(), __file__)


def downgrade() -> None:
    """Mails would go there again."""
    raise NotImplementedError("go back to a back-up made before the upgrade")
