"""What every response tells the browser: whose scripts may run, and who may frame or keep it."""

from collections.abc import Sequence

from starlette.datastructures import MutableHeaders
from starlette.types import Message, Send

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_ENCRYPTED_ONLY = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}
"""Sent over https only, so never on a plain loopback address."""


def policy(script_hashes: Sequence[str] = ()) -> str:
    """The Content-Security-Policy. ``script_hashes`` are of the inline scripts of Dash's document.

    Scripts come from this server only. Styles may be inline: Dash, Plotly and the grid write style
    attributes and style elements of their own, and say no hash or nonce for them.
    """
    scripts = " ".join(["'self'", *script_hashes])
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src {scripts}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


def with_headers(send: Send, content_policy: str, *, encrypted: bool) -> Send:
    """``send``, adding the headers to each response that does not set its own."""
    fixed = {**_ALWAYS, "Content-Security-Policy": content_policy}
    if encrypted:
        fixed |= _ENCRYPTED_ONLY

    async def sender(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in fixed.items():
                headers.setdefault(name, value)
            # For this person alone: no cache keeps it, nor does Back show it after leaving.
            if headers.get("content-type", "").startswith(("text/html", "application/json")):
                headers.setdefault("Cache-Control", "no-store")
        await send(message)

    return sender
