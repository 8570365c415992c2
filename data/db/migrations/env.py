"""Alembic's entry: runs the migrations on the connection that ``data.db.migrate`` hands over."""

from alembic import context

from data.db.migrate import CONNECTION, comparison

context.configure(connection=context.config.attributes[CONNECTION], **comparison())
with context.begin_transaction():
    context.run_migrations()
