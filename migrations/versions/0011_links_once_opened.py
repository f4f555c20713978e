"""Until when a customer's link works that has been opened once."""

from alembic import op

from migrations import scripts

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; links that are on their way count from their next opening."""
    scripts.run(op.get_bind(), __file__)


def downgrade() -> None:
    """Links would work for longer than was said."""
    raise NotImplementedError("go back to a back-up made before the upgrade")
