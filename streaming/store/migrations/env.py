"""Alembic's entry point, run by ``store.schema`` on a connection that it has in a transaction."""

from alembic import context

from streaming.store.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    # SQLite can't change a column: such a table is made anew and its rows are copied.
    render_as_batch=True,
)
context.run_migrations()
