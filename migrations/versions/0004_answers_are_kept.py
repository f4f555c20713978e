"""Answers to requests are kept, so that whoever repeats one is told what it did."""

from alembic import op

from migrations import scripts

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Put the table in place."""
    scripts.run(op.get_bind(), __file__)
