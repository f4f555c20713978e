"""Robots of chats, which are told of events beside programs, each in its turn."""

from alembic import op

from migrations import scripts

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add columns and a table, and let messages go to robots."""
    scripts.run(op.get_bind(), __file__)


def downgrade() -> None:
    """Messages to robots would go out as webhooks."""
    raise NotImplementedError("go back to a back-up made before the upgrade")
