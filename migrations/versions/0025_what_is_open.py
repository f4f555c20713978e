"""An index of the tasks that are open, among all there have ever been."""

from alembic import op

from migrations import scripts

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make it."""
    scripts.run(op.get_bind(), __file__)


def downgrade() -> None:
    """The clock would read every task at each beat."""
    raise NotImplementedError("go back to a back-up made before the upgrade")
