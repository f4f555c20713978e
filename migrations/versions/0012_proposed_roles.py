"""Changes of roles that wait for a second person."""

from alembic import op

from migrations import scripts

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    scripts.run(op.get_bind(), __file__)


def downgrade() -> None:
    """What was proposed would be lost."""
    raise NotImplementedError("go back to a back-up made before the upgrade")
