"""The database: tables, engine, embedded server, migrations, bulk writing."""
