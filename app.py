"""The entrance: ``create_app(settings)`` for a server, the command line for people."""

from typing import TYPE_CHECKING

from callbacks import (  # noqa: F401  they hold commands
    commands,
    import_commands,
    privacy_commands,
    terminal,
)
from data.settings import Settings, load_settings

if TYPE_CHECKING:
    from callbacks.session import Protected


def create_app(settings: Settings) -> "Protected":
    """The whole product as one ASGI application, behind the gate of signing in.

    Raises DatabaseError where no database is set.
    """
    # Imported when a server is wanted: the supervisor and the small commands need none of it.
    from callbacks import web

    return web.create(settings)


@terminal.cli.command()
def serve() -> None:
    """Run the web server only; needs DATABASE_URL."""
    import uvicorn

    settings = load_settings()
    app = create_app(settings)
    uvicorn.run(app, host=settings.host, port=settings.port, log_level="warning")


if __name__ == "__main__":
    terminal.main()
