"""Third-party styles, taken from an installed package: none are committed, none come from a CDN."""

from importlib.resources import files
from pathlib import Path

LAYER = "bootstrap"
"""The cascade layer: whatever assets/app.css says wins over it, in whatever order they load."""


def install(folder: Path) -> Path:
    """Write Bootstrap's style sheet into ``folder`` (ignored by git); does nothing if it is there.

    Several processes may start at once: the file appears whole or not at all.
    """
    package = files("flask_bootstrap") / "static" / "bootstrap5" / "css" / "bootstrap.min.css"
    style = package.read_text("utf-8").removeprefix('@charset "UTF-8";')
    rules, _, _ = style.partition("/*# sourceMappingURL")
    wanted = f'@charset "UTF-8";\n@layer {LAYER}{{\n{rules}\n}}\n'
    target = folder / "bootstrap.css"
    if not target.exists() or target.read_text("utf-8") != wanted:
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = folder / f".{target.name}.{id(wanted)}"
        unfinished.write_text(wanted, "utf-8")
        unfinished.replace(target)
    return target
