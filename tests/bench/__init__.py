"""Measurements, not tests: no limit fails anything. ``make bench`` or ``python -m tests.bench``."""
