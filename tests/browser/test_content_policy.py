"""What the Content-Security-Policy keeps a page from doing, in the browser that must obey it."""

import pytest

from tests.browser.visit import Visitor

INLINE = "const s = document.createElement('script'); s.text = 'window.was_run = true';"
ELSEWHERE = "const s = document.createElement('script'); s.src = 'https://example.org/x.js';"
CALL = "fetch('https://example.org/take').catch(() => 0);"


@pytest.mark.parametrize(
    ("attempt", "directive"),
    [
        (f"{INLINE} document.head.append(s)", "script-src-elem"),
        (f"{ELSEWHERE} document.head.append(s)", "script-src-elem"),
        (
            "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=1>')",
            "script-src-attr",
        ),
        (CALL, "connect-src"),
    ],
    ids=["inline script", "script from elsewhere", "inline handler", "sending elsewhere"],
)
def test_what_got_into_a_page_can_do_nothing(
    attempt: str, directive: str, visitor: Visitor
) -> None:
    visitor.open("/live")
    page = visitor.page
    page.evaluate(
        "window.refused = []; document.addEventListener('securitypolicyviolation',"
        " e => window.refused.push(e.effectiveDirective))"
    )
    page.evaluate(f"() => {{ {attempt} }}")
    page.wait_for_function(f"window.refused.includes('{directive}')")
    assert not page.evaluate("Boolean(window.was_run)")
    visitor.problems.clear()  # the browser says each refusal in the console, as it should
