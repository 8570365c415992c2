"""What import-linter cannot say of a single module: nobody imports ``app``, only app wires."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("pages", "components", "callbacks", "data")


def imported(source: str) -> set[str]:
    """The top names of everything a source imports."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


def test_nobody_imports_app() -> None:
    files = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    assert files
    assert [p for p in files if "app" in imported(p.read_text("utf-8"))] == []


def test_the_check_can_fail() -> None:
    assert "app" in imported("def f():\n    from app import create_app\n")
