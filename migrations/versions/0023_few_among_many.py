"""Indexes of the few rows among many that are asked for by every act, every page or every beat.

On PostgreSQL the one that is replaced goes at the end: from then on nobody reads cases until all is done.
"""

from alembic import op

from migrations import scripts

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them."""
    scripts.run(op.get_bind(), __file__)


def downgrade() -> None:
    """Nothing depends on them."""
    raise NotImplementedError("go back to a back-up made before the upgrade")
