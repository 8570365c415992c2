"""How callbacks are registered: who may, and plain functions in the pool, not on the event loop."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from dash import Dash

from components.pool import run
from data.access import required_principal
from data.permissions import Action, require

P = ParamSpec("P")
R = TypeVar("R")

RULES: dict[str, Action] = {}
"""What each callback that runs here (not in the browser) is, by Dash's id of it."""


def register(
    app: Dash, action: Action, *dependencies: Any, **options: Any
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Like ``app.callback(*dependencies, **options)``; the function itself is returned unchanged.

    Who may not do ``action`` is refused (NotAllowed) before the function runs. It sees the context
    of its request (``dash.ctx``, who is signed in). It must not wait for other work in the pool: a
    callback that draws several things is a coroutine, see ``register_coroutine``.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        async def in_pool(*args: P.args, **kwargs: P.kwargs) -> R:
            return await run(function, *args, **kwargs)

        register_coroutine(app, action, *dependencies, **options)(in_pool)
        return function

    return decorate


def register_coroutine(
    app: Dash, action: Action, *dependencies: Any, **options: Any
) -> Callable[[Callable[P, Awaitable[R]]], Callable[P, Awaitable[R]]]:
    """As ``register``, for what waits for several things in the pool at once."""

    def decorate(function: Callable[P, Awaitable[R]]) -> Callable[P, Awaitable[R]]:
        @wraps(function)
        async def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            require(required_principal(), action)
            return await function(*args, **kwargs)

        before = set(app.callback_map)
        app.callback(*dependencies, **options)(guarded)
        RULES.update(dict.fromkeys(set(app.callback_map) - before, action))
        return function

    return decorate
