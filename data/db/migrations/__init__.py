"""The schema's history, run by ``data.db.migrate``; there is no alembic.ini."""
