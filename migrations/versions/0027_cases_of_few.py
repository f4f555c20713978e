"""Indexes by which the cases of somebody are found by his part in them, among all there have ever been."""

from alembic import op

from migrations import scripts

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them."""
    scripts.run(op.get_bind(), __file__)


def downgrade() -> None:
    """The list of cases would read every case for somebody who may see few."""
    raise NotImplementedError("go back to a back-up made before the upgrade")
