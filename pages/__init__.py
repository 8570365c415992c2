"""Pages: layout only, one file a page."""
