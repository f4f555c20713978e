"""New deliveries wake workers by jobs of Procrastinate, in the transaction that brings them (PostgreSQL)."""

from alembic import op

from migrations import scripts

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the trigger; SQLite has no workers."""
    if op.get_bind().dialect.name == "postgresql":
        scripts.run(op.get_bind(), __file__)


def downgrade() -> None:
    """What would be left is a database whose workers sleep."""
    raise NotImplementedError("go back to a back-up made before the upgrade")
