"""``python -m tests.bench [PARTS] [--respondents N ...]``: measure, show, and write as JSON."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from tests.bench import demos, imports, measured, overview, pipelines, questions, texts
from tests.bench.measured import Measured
from tests.support.postgres import Postgres, postgres

PARTS = ("import", "demo", "pipeline", "themes", "questions", "overview")
SIZES = [10_000, 1_000_000]
RESULTS = Path("bench-results.json")

_console = Console(stderr=True, highlight=False)


def main(
    parts: Annotated[
        list[str] | None, typer.Argument(help=f"Any of {', '.join(PARTS)}; all without.")
    ] = None,
    respondents: Annotated[
        list[int] | None, typer.Option(help="Sizes for the questions; may be given several times.")
    ] = None,
    rows: Annotated[int, typer.Option(help="Rows of the imported file.")] = imports.ROWS,
    out: Annotated[Path, typer.Option(help="Where the JSON goes.")] = RESULTS,
) -> None:
    """Measure the parts named, or all of them. Nothing fails for being slow."""
    chosen = tuple(parts or PARTS)
    if unknown := set(chosen) - set(PARTS):
        raise typer.BadParameter(f"No part {', '.join(unknown)}. Known: {', '.join(PARTS)}.")
    sizes = respondents or SIZES
    found: list[Measured] = []
    try:
        for line in _measure(chosen, sizes, rows):
            _console.print(f"{line.part}: {line.what}: {line.value:,.2f} {line.unit}")
            found.append(line)
    finally:  # a part that fails takes nothing with it that was measured before
        measured.show(Console(highlight=False), found)
        measured.write(out, found, {"parts": chosen, "respondents": sizes, "rows": rows})


def _measure(parts: tuple[str, ...], sizes: list[int], rows: int) -> Iterator[Measured]:
    """Databases keep what they promise here: nothing of the server is switched off."""
    if set(parts) & set(PARTS) - {"overview", "themes"}:
        with postgres({}) as server, tempfile.TemporaryDirectory() as home:
            yield from _of_database(server, Path(home), parts, sizes, rows)
    if "themes" in parts:
        yield from texts.measure()
    if "overview" in parts:
        yield from overview.measure()


def _of_database(
    server: Postgres, home: Path, parts: tuple[str, ...], sizes: list[int], rows: int
) -> Iterator[Measured]:
    if "import" in parts:
        yield from imports.measure(server, rows)
    if "demo" in parts:
        yield from demos.measure(server, home)
    if "pipeline" in parts:
        yield from pipelines.measure(server, home)
    if "questions" in parts:
        yield from questions.measure(server, home, sizes)


if __name__ == "__main__":
    typer.run(main)
