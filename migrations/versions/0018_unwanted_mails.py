"""What people would rather not have by mail."""

from alembic import op

from migrations import scripts

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    scripts.run(op.get_bind(), __file__)


def downgrade() -> None:
    """What people have chosen would be lost."""
    raise NotImplementedError("go back to a back-up made before the upgrade")
