"""Signing in: sessions on file, tries that have failed, links to a new password, second factors, identities elsewhere, passkeys."""

from alembic import op

from migrations import scripts

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the new tables."""
    scripts.run(op.get_bind(), __file__)


def downgrade() -> None:
    """Whoever was signed in would be so for ever."""
    raise NotImplementedError("go back to a back-up made before the upgrade")
