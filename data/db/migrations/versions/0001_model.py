"""The whole data model, its row security and the functions of signing in.

The statements are frozen in the folder beside this file, one subject a file: later changes of
``data.db.tables`` need a migration of their own.
"""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_FOLDER = Path(__file__).with_name("0001")
_UP = (
    "schemas", "types", "people", "surveys", "scores", "analytics", "operations",
    "events", "views", "identity", "security",
)  # fmt: skip


def upgrade() -> None:
    for name in _UP:
        _run(name)


def downgrade() -> None:
    _run("down")


def _run(name: str) -> None:
    """All statements of a file at once, without looking for parameters in them."""
    statements = (_FOLDER / f"{name}.sql").read_text(encoding="utf-8")
    op.get_bind().exec_driver_sql(statements, execution_options={"no_parameters": True})
