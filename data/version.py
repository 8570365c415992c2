"""The version of the product; the same as in pyproject.toml (tests/unit/test_api.py)."""

VERSION = "0.1.0"
