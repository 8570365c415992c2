"""Third-party styles, taken from an installed package: none are committed, none come from a CDN."""

from importlib.metadata import files
from pathlib import Path

from data.errors import SettingsError

LAYER = "bootstrap"
"""The cascade layer: whatever assets/app.css says wins over it, in whatever order they load."""


def install(folder: Path) -> Path:
    """Write Bootstrap's style sheet into ``folder`` (ignored by git); does nothing if it is there.

    Several processes may start at once: the file appears whole or not at all.
    """
    style = _packaged().read_text("utf-8").removeprefix('@charset "UTF-8";')
    rules, _, _ = style.partition("/*# sourceMappingURL")
    wanted = f'@charset "UTF-8";\n@layer {LAYER}{{\n{rules}\n}}\n'
    target = folder / "bootstrap.css"
    if not target.exists() or target.read_text("utf-8") != wanted:
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = folder / f".{target.name}.{id(wanted)}"
        unfinished.write_text(wanted, "utf-8")
        unfinished.replace(target)
    return target


def _packaged() -> Path:
    """Looked up, not imported: the package would load Flask, which nothing here uses."""
    for file in files("bootstrap-flask") or ():
        if file.as_posix().endswith("bootstrap5/css/bootstrap.min.css"):
            return Path(str(file.locate()))
    raise SettingsError("Package bootstrap-flask carries no Bootstrap 5. Run `make run` again.")
