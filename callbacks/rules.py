"""What each address of the server is an action of: the gate asks before anything is answered.

Pages are listed in ``components.shell.DESTINATIONS``, callbacks where they are registered.
"""

from components.shell import action_of_page
from data.permissions import Action

_READING = frozenset({"GET", "HEAD"})
_WRITING = frozenset({"POST", "PUT", "PATCH", "DELETE"})

_RULES: tuple[tuple[str, frozenset[str], Action], ...] = (
    ("/download/", _READING, Action.EXPORT),
    ("/api/v1/plans", _WRITING, Action.PLAN),
    ("/api/v1/", _READING, Action.READ_FIGURES),
    ("/_dash-", _READING | _WRITING, Action.READ_FIGURES),
    ("/_favicon", _READING, Action.READ_FIGURES),
    ("/assets/", _READING, Action.READ_FIGURES),
    ("/_reload-hash", _READING, Action.READ_FIGURES),
    ("/sign-out", _WRITING, Action.READ_FIGURES),
)
"""First that fits. A program's request of another kind has no rule and is refused."""


def action_of(method: str, path: str) -> Action | None:
    """What asking for this is; None where there is no rule, so that nobody may."""
    fitting = [rule for rule in _RULES if path.startswith(rule[0])]
    if not fitting:
        return action_of_page(path) if method in _READING else None
    return next((action for _, methods, action in fitting if method in methods), None)
