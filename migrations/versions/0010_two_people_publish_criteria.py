"""Two people publish criteria: who has put an edition forward, besides who has published it."""

from alembic import op

from migrations import scripts

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody has put forward what was published before; it stays published."""
    connection = op.get_bind()
    scripts.run(connection, __file__)
    if connection.dialect.name == "sqlite":
        scripts.check_references(connection)


def downgrade() -> None:
    """What one person has put forward must not come to count by itself."""
    raise NotImplementedError("go back to a back-up made before the upgrade")
