"""When a clock has last beaten, for those who watch over it."""

from alembic import op

from migrations import scripts

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    scripts.run(op.get_bind(), __file__)


def downgrade() -> None:
    """Nothing would be lost, but no step of the schema goes back."""
    raise NotImplementedError("go back to a back-up made before the upgrade")
