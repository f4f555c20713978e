"""Indexes by which messages are found and counted, however many there have been."""

from alembic import op

from migrations import scripts

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them."""
    scripts.run(op.get_bind(), __file__)


def downgrade() -> None:
    """The page of messages would read all there are."""
    raise NotImplementedError("go back to a back-up made before the upgrade")
