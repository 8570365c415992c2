"""Set-up's last step: a browser for pictures is found, else fetched, else the message says how.

Everything that needs no picture works without one, so set-up never fails here.
"""

from pathlib import Path

import typer
from kaleido import get_chrome_sync

from components.documents.browser import NO_BROWSER, find_browser
from data.errors import DocumentError
from data.settings import load_settings


def browser() -> Path | None:
    """The browser there is, or the one that could be fetched; None where neither is."""
    try:
        return find_browser(load_settings().chromium)
    except DocumentError:
        return _fetched()


def _fetched() -> Path | None:
    typer.echo("No browser for pictures was found; trying to fetch one ...")
    try:
        return Path(get_chrome_sync())
    except (OSError, RuntimeError, ValueError):
        return None


if __name__ == "__main__":
    found = browser()
    typer.echo(f"Browser for pictures: {found}" if found else NO_BROWSER)
