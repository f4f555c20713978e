"""The words of mails as HR has put them."""

from alembic import op

from migrations import scripts

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    scripts.run(op.get_bind(), __file__)


def downgrade() -> None:
    """What HR has written would be lost."""
    raise NotImplementedError("go back to a back-up made before the upgrade")
