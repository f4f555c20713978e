"""The first schema, written out for each database: circular references need two different forms."""

from alembic import op

from migrations import scripts

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create every table, index and trigger."""
    scripts.run(op.get_bind(), __file__)


def downgrade() -> None:
    """There is nothing before the first schema."""
    raise NotImplementedError("there is nothing before the first schema")
