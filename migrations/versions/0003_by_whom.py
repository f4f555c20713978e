"""What people take along of their own is found by whom it is of or about, however much is on file."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Index the acts of each person, and his tasks and those about him; the same statement on both databases."""
    op.create_index("journal_entry_by_actor_id", "journal_entry", ["actor_id"])
    op.create_index("task_by_assignee_id", "task", ["assignee_id"])
    op.create_index("task_by_done_by_id", "task", ["done_by_id"])
    op.create_index("task_by_subject", "task", ["subject_id", "kind"])


def downgrade() -> None:
    """Versions go forward only."""
    raise NotImplementedError("versions go forward only")
