"""Running plain functions beside the event loop, with the caller's context (who is signed in).

On Dash's FastAPI backend a plain function runs on the event loop and blocks every user; everything
that asks the database goes through here. Fan out only from a coroutine, never from inside a pool
thread: a full pool whose threads wait for the pool would never finish.
"""

import asyncio
from collections.abc import Callable, Iterable
from contextvars import copy_context
from functools import partial
from typing import ParamSpec, TypeVar

from components.services import services

P = ParamSpec("P")
R = TypeVar("R")
A = TypeVar("A")


async def run(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Call ``function`` in the pool and wait for it; its errors are raised here."""
    job = partial(copy_context().run, partial(function, *args, **kwargs))
    return await asyncio.get_running_loop().run_in_executor(services().pool, job)


async def side_by_side(function: Callable[[A], R], arguments: Iterable[A]) -> list[R]:
    """``function`` of each argument, all in the pool at once, in the order given."""
    return await asyncio.gather(*(run(function, argument) for argument in arguments))
