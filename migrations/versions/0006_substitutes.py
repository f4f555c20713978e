"""Substitutes: who is away, who stands in, and on whose behalf something was done."""

from alembic import op

from migrations import scripts

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of absences, and say nothing of what was done before there were any."""
    scripts.run(op.get_bind(), __file__)


def downgrade() -> None:
    """What was done on behalf of somebody has no place in the old tables."""
    raise NotImplementedError("go back to a back-up made before the upgrade")
