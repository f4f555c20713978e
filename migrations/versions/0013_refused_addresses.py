"""Addresses that take no mail."""

from alembic import op

from migrations import scripts

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    scripts.run(op.get_bind(), __file__)


def downgrade() -> None:
    """Mails would go to these addresses again, and be refused."""
    raise NotImplementedError("go back to a back-up made before the upgrade")
