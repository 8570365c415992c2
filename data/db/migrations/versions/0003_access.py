"""Who may see what: the audit log as a chain that nobody can rewrite unseen.

The statements are frozen in the folder beside this file, one subject a file, each with its way
back (``<name>.down.sql``).
"""

from pathlib import Path

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_FOLDER = Path(__file__).with_name("0003")
_PARTS: tuple[str, ...] = ("audit", "retention", "openid")


def upgrade() -> None:
    for name in _PARTS:
        _run(f"{name}.sql")


def downgrade() -> None:
    for name in reversed(_PARTS):
        _run(f"{name}.down.sql")


def _run(file: str) -> None:
    """All statements of a file at once, without looking for parameters in them."""
    statements = (_FOLDER / file).read_text(encoding="utf-8")
    op.get_bind().exec_driver_sql(statements, execution_options={"no_parameters": True})
