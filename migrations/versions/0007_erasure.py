"""Erasure: since when somebody is gone, and for whom nothing is erased."""

from alembic import op

from migrations import scripts

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of departures and of holds."""
    scripts.run(op.get_bind(), __file__)


def downgrade() -> None:
    """What was erased does not come back."""
    raise NotImplementedError("go back to a back-up made before the upgrade")
