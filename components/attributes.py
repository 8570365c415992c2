"""``aria-*`` and ``data-*`` attributes as keywords, which Dash's own types do not name."""

from typing import Any


def attributes(**values: str) -> dict[str, Any]:
    """``attributes(data_page="")`` is ``{"data-page": ""}``."""
    return {name.replace("_", "-"): value for name, value in values.items()}
