"""Days on which a site goes another way than its country."""

from alembic import op

from migrations import scripts

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Give each site room for its days."""
    scripts.run(op.get_bind(), __file__)


def downgrade() -> None:
    """What was entered would be lost."""
    raise NotImplementedError("go back to a back-up made before the upgrade")
