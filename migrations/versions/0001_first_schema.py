"""The first schema, written out for each database: circular references need two different forms."""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create every table, index and trigger."""
    script = Path(__file__).with_suffix(f".{op.get_bind().dialect.name}.sql")
    for statement in script.read_text().split(";\n\n"):
        op.get_bind().exec_driver_sql(statement.removesuffix(";\n"))


def downgrade() -> None:
    """There is nothing before the first schema."""
    raise NotImplementedError("there is nothing before the first schema")
