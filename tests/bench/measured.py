"""What was measured: lines of a table, and the same as JSON."""

import json
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import psutil
from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Measured:
    """One line: the part of the bench, what was measured, and how much of which unit."""

    part: str
    what: str
    value: float
    unit: str


def percentiles(part: str, what: str, seconds: Sequence[float]) -> list[Measured]:
    """p50 and p95 in milliseconds, and how many were timed."""
    p50, p95 = np.percentile(np.array(seconds) * 1000, [50, 95])
    return [
        Measured(part, f"{what}, p50 of {len(seconds)}", float(p50), "ms"),
        Measured(part, f"{what}, p95 of {len(seconds)}", float(p95), "ms"),
    ]


def show(console: Console, measured: Sequence[Measured]) -> None:
    table = Table("Part", "Measured", "Value", "Unit", title="Bench")
    table.columns[2].justify = "right"
    part = ""
    for line in measured:
        if line.part != part and part:
            table.add_section()
        table.add_row(line.part if line.part != part else "", line.what, _number(line.value),
                      line.unit)  # fmt: skip
        part = line.part
    console.print(table)


def _number(value: float) -> str:
    return (
        f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.1f}" if value >= 10 else f"{value:.2f}"
    )


def write(path: Path, measured: Sequence[Measured], options: dict[str, object]) -> None:
    """The same as JSON, with the machine it was measured on and how busy that was."""
    about = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "system": platform.platform(),
        "cores": psutil.cpu_count(),
        "memory_bytes": psutil.virtual_memory().total,
        "load_average": psutil.getloadavg(),
        "options": options,
    }
    body = about | {"results": [asdict(line) for line in measured]}
    path.write_text(json.dumps(body, indent=1) + "\n", encoding="utf-8")
