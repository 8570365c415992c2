"""Work that is done later or by the clock: a queue in PostgreSQL (Procrastinate)."""

from callbacks.tasks.deferring import defer_job, defer_maintenance, defer_rebuild
from callbacks.tasks.jobs import ROUTINE, SOMEBODY_WAITS
from callbacks.tasks.levels import configuration
from callbacks.tasks.schema import prepare
from callbacks.tasks.worker import run_worker

__all__ = [
    "ROUTINE",
    "SOMEBODY_WAITS",
    "configuration",
    "defer_job",
    "defer_maintenance",
    "defer_rebuild",
    "prepare",
    "run_worker",
]
