"""Runs migrations inside the transaction that `server.schema` has opened."""

from alembic import context

import api.models  # noqa: F401 -- its tables belong to the schema
import notifications.models  # noqa: F401 -- its tables belong to the schema
from workflow.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    compare_type=True,
    render_as_batch=False,
)
with context.begin_transaction():
    context.run_migrations()
