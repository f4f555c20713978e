"""Secret addresses of calendars."""

from alembic import op

from migrations import scripts

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    scripts.run(op.get_bind(), __file__)


def downgrade() -> None:
    """The addresses would show nothing any more."""
    raise NotImplementedError("go back to a back-up made before the upgrade")
