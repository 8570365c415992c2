"""What runs when something happens. Each module has ``register(app)``; nothing registers itself."""

from dash import Dash

from callbacks import filters, layouts, live, widgets
from components import first_request


def register_all(app: Dash) -> None:
    """Register every callback of the screen, in this order; afterwards the app is complete."""
    for module in (filters, widgets, layouts, live):
        module.register(app)
    first_request.make(app)
