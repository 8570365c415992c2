"""The sign-in page: plain HTML that works without scripts, before anything of Dash is loaded."""

from html import escape
from urllib.parse import quote

STYLE = "/assets/sign-in.css"
ICON = "/assets/icon.svg"
OPENID = "/sign-in/openid"
OPENID_RETURN = "/sign-in/openid/return"
"""Where an OpenID provider sends people back to; registered there, below our own address."""
FILES: frozenset[str] = frozenset({STYLE, ICON})
"""The static files this page needs, and so the only ones served to strangers."""

_NO_ACCOUNT = "No account? Ask an administrator of your organisation."


def sign_in_page(
    *, email: str = "", wanted: str = "/", problem: str = "", hint: str = "", openid: str = ""
) -> str:
    """The whole document. ``wanted``: where to go afterwards; ``problem``: why it did not work;
    ``openid``: the text of the button to the organisation's own sign-in, empty without one.
    """
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Sign in · AI Readiness Analytics</title>
<link rel="icon" href="{ICON}">
<link rel="stylesheet" href="{STYLE}">
</head>
<body class="sign-in">
<main class="sign-in-card">
<img class="sign-in-mark" src="{ICON}" alt="" width="40" height="40">
<h1>AI Readiness Analytics</h1>
<p class="sign-in-lead">Sign in to see what your people say about working with AI.</p>
{_problem(problem)}
{_openid(openid, wanted)}
<form method="post" action="/sign-in">
<input type="hidden" name="next" value="{escape(wanted)}">
{_email(email, problem)}
{_password(problem)}
<button type="submit">Sign in</button>
</form>
<p class="sign-in-hint">{escape(hint or _NO_ACCOUNT)}</p>
</main>
</body>
</html>
"""


def _problem(problem: str) -> str:
    if not problem:
        return ""
    return f'<p class="sign-in-problem" id="problem" role="alert">{escape(problem)}</p>'


def _openid(label: str, wanted: str) -> str:
    """A link, not a form: the policy lets forms lead to this site only, redirects included."""
    if not label:
        return ""
    address = f"{OPENID}?next={quote(wanted, safe='/')}"
    return (
        f'<a class="sign-in-openid" id="openid" href="{escape(address)}">{escape(label)}</a>'
        '<p class="sign-in-or">or with an account of this site</p>'
    )


def _email(email: str, problem: str) -> str:
    return (
        '<label for="email">Email</label>'
        f'<input id="email" name="email" type="email" value="{escape(email)}" required'
        f' maxlength="254" autocomplete="username" {_state(problem)}{_focus(not email)}>'
    )


def _password(problem: str) -> str:
    return (
        '<label for="password">Password</label>'
        '<input id="password" name="password" type="password" required maxlength="1024"'
        f' autocomplete="current-password" {_state(problem)}{_focus(bool(problem))}>'
    )


def _state(problem: str) -> str:
    return 'aria-invalid="true" aria-describedby="problem"' if problem else ""


def _focus(wanted: bool) -> str:
    return " autofocus" if wanted else ""
