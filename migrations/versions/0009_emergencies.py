"""Emergencies: who may read a case for an hour that is not his."""

from alembic import op

from migrations import scripts

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    scripts.run(op.get_bind(), __file__)


def downgrade() -> None:
    """Who has read what must not be forgotten."""
    raise NotImplementedError("go back to a back-up made before the upgrade")
