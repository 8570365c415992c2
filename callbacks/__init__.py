"""What runs when something happens. Each module has ``register(app)``; nothing registers itself."""

from dash import Dash

from callbacks import filters, live, widgets


def register_all(app: Dash) -> None:
    """Register every callback of the screen, in this order."""
    for module in (filters, widgets, live):
        module.register(app)
