"""Where a request comes from: another site's page must not act with our visitor's cookie."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

_READING = frozenset({"GET", "HEAD", "OPTIONS"})


def from_elsewhere(connection: HTTPConnection) -> bool:
    """Whether a page of another site sent this request, where that matters.

    Reading over HTTP is free (the browser hides the answer from the other site); changing
    something and opening a WebSocket is not. Programs that are no browsers send neither header.
    """
    if connection.scope["type"] == "http" and connection.scope["method"] in _READING:
        return False
    site = connection.headers.get("sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        return True
    origin = connection.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != connection.headers.get("host")


def is_encrypted(connection: HTTPConnection) -> bool:
    return str(connection.scope.get("scheme")) in ("https", "wss")


def is_local_name(connection: HTTPConnection) -> bool:
    """Whether the browser reaches this server as localhost: then nothing crosses a network."""
    host = urlsplit(f"//{connection.headers.get('host', '')}").hostname or ""
    return host == "localhost" or is_loopback(host)


def address_of(connection: HTTPConnection) -> str | None:
    """The visitor's IP address; None where the server was not reached over a network."""
    try:
        return str(ip_address(connection.client.host if connection.client else ""))
    except ValueError:
        return None


def is_loopback(address: str) -> bool:
    """Whether the address (not a name) is one of this machine to itself."""
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def local_path(path: str | None) -> str:
    """``path`` where it leads inside this site, else the overview: never to another site."""
    if not path or not path.startswith("/") or path.startswith(("//", "/\\")):
        return "/"
    # Browsers drop tabs and line breaks from addresses, which would turn "/\t/elsewhere" into "//".
    return path if path.isprintable() and "\\" not in path else "/"
