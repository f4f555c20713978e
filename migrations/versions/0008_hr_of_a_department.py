"""HR of a department: to whose people somebody is HR who is not HR to all."""

from alembic import op

from migrations import scripts

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; whoever holds the role already stays HR to everybody."""
    scripts.run(op.get_bind(), __file__)


def downgrade() -> None:
    """Whoever is HR to one department would come to be HR to nobody."""
    raise NotImplementedError("go back to a back-up made before the upgrade")
