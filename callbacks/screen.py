"""Every callback of the screen, in the order they are registered."""

from dash import Dash

from callbacks import filters, layouts, live, plans, widgets
from components import first_request


def register_all(app: Dash) -> None:
    """Each module has ``register(app)``, nothing registers itself; then the app is complete."""
    for module in (filters, widgets, layouts, live, plans):
        module.register(app)
    first_request.make(app)
