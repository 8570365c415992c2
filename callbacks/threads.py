"""How callbacks are registered: a plain function, run in the pool instead of on the event loop."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from dash import Dash

from components.pool import run

P = ParamSpec("P")
R = TypeVar("R")


def register(
    app: Dash, *dependencies: Any, **options: Any
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Like ``app.callback(*dependencies, **options)``; the function itself is returned unchanged.

    The function sees the context of its request (``dash.ctx``, who is signed in). It must not wait
    for other work in the pool: a callback that draws several things is a coroutine of its own.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        async def in_pool(*args: P.args, **kwargs: P.kwargs) -> R:
            return await run(function, *args, **kwargs)

        app.callback(*dependencies, **options)(in_pool)
        return function

    return decorate
