"""The same content as a file: pictures (PNG, SVG) and sheets (CSV, XLSX)."""

from components.documents.about import About
from components.documents.browser import BROWSER
from components.documents.pictures import png, svg
from components.documents.sheets import csv, xlsx

__all__ = ["About", "close_browser", "csv", "png", "svg", "xlsx"]

close_browser = BROWSER.close
"""For a server's shutdown; otherwise it happens when the process ends."""
