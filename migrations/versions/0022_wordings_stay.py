"""Wordings of mails are only ever added."""

from alembic import op

from migrations import scripts

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let the database refuse to change or remove one."""
    scripts.run(op.get_bind(), __file__)


def downgrade() -> None:
    """What mails said could be changed without a trace."""
    raise NotImplementedError("go back to a back-up made before the upgrade")
