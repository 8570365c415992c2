"""What code and documents point at is there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PLACES = ("*.md", "docs/*.md", "data/**/*.py", "components/**/*.py", "callbacks/**/*.py")
POINTER = re.compile(r"\bdocs/[\w/.-]+\.(?:md|png)")
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")


def missing(text: str, folder: Path = ROOT) -> set[str]:
    """Documents, pictures and linked files that a text names and that are not there."""
    named = {name for name in POINTER.findall(text) if not (ROOT / name).exists()}
    return named | {link for link in LINK.findall(text) if not (folder / link).exists()}


def lost_pointers(path: Path) -> set[str]:
    """Links are looked for in documents only: brackets before brackets are code elsewhere."""
    text = path.read_text("utf-8")
    return missing(text if path.suffix == ".md" else text.replace("](", "] ("), path.parent)


def test_every_pointer_leads_somewhere() -> None:
    files = [path for place in PLACES for path in ROOT.glob(place)]
    assert len(files) > 100
    lost = {str(path.relative_to(ROOT)): found for path in files if (found := lost_pointers(path))}
    assert lost == {}


def test_the_check_can_fail() -> None:
    assert missing("see docs/nowhere.md and [this](nothing.md)") == {
        "docs/nowhere.md",
        "nothing.md",
    }
