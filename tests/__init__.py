"""Tests: unit (touch nothing), database (real PostgreSQL), browser (real Chromium)."""
