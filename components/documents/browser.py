"""The one browser that turns figures into pictures, kept open in a thread of its own.

It is started by the first picture, started again if it died, and closed with the process. Nothing
is fetched from anywhere: Plotly comes from the installed package, MathJax is off.
"""

import asyncio
import atexit
import os
import shutil
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotInTime
from pathlib import Path
from threading import BoundedSemaphore, Lock, Thread
from typing import Any, Literal

import structlog
from choreographer.browsers.chromium import Chromium
from kaleido import Kaleido

from data.errors import DocumentError

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
NO_BROWSER = (
    "No browser for pictures was found. Install Chromium (Debian: apt install chromium; macOS: "
    "Google Chrome), or set CHROMIUM to its program. CSV and XLSX need none."
)
PATIENCE = 60.0
"""Seconds a picture may take; a start of the browser on a busy machine is within."""
MOST_WAITING = 8
"""Pictures asked for at once. Each holds one of the server's threads; signing in needs one too."""
BUSY = "Many pictures are being made just now. Try again in a moment."

_log = structlog.get_logger(__name__)


def find_browser(chosen: Path | None = None) -> Path:
    """The chosen browser, else one on the PATH or where systems keep it. Raises DocumentError."""
    if chosen is not None:
        if chosen.is_file() and os.access(chosen, os.X_OK):
            return chosen
        raise DocumentError(f"CHROMIUM is “{chosen}”, which is no program. {NO_BROWSER}")
    on_path = next((path for name in NAMES if (path := shutil.which(name))), None)
    found = on_path or Chromium.find_browser(skip_local=False)
    if not found:
        raise DocumentError(NO_BROWSER)
    return Path(found)


class PictureBrowser:
    """Safe to use from many threads: pictures queue for the one tab."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._room = BoundedSemaphore(MOST_WAITING)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: Thread | None = None
        self._kaleido: Any = None

    def picture(
        self,
        figure: dict[str, Any],
        kind: Literal["png", "svg"],
        size: tuple[int, int],
        scale: float,
        chosen: Path | None = None,
    ) -> bytes:
        """``size`` in CSS pixels; a PNG has ``scale`` times as many. Raises DocumentError."""
        options = {"format": kind, "width": size[0], "height": size[1], "scale": scale}
        if not self._room.acquire(blocking=False):
            raise DocumentError(BUSY)
        try:
            return self._rendered(figure, options, chosen)
        finally:
            self._room.release()

    def _rendered(
        self, figure: dict[str, Any], options: dict[str, Any], chosen: Path | None
    ) -> bytes:
        """A browser that died or hangs is replaced once."""
        try:
            return self._render(figure, options, chosen)
        except DocumentError:
            raise
        except Exception as error:  # whatever a dying browser raises
            _log.warning("picture_browser_restarted", error=str(error) or type(error).__name__)
            self.close()
        try:
            return self._render(figure, options, chosen)
        except DocumentError:
            raise
        except Exception as error:
            self.close()
            raise DocumentError(
                "The picture could not be made: the browser failed twice. Try again."
            ) from error

    def _render(
        self, figure: dict[str, Any], options: dict[str, Any], chosen: Path | None
    ) -> bytes:
        loop, kaleido = self._opened(chosen)
        picture: bytes = _wait(
            asyncio.run_coroutine_threadsafe(kaleido.calc_fig(figure, opts=options), loop)
        )
        return picture

    def _opened(self, chosen: Path | None) -> tuple[asyncio.AbstractEventLoop, Any]:
        with self._lock:
            if self._loop is None:
                path = find_browser(chosen)
                loop = asyncio.new_event_loop()
                self._thread = Thread(target=_serve, args=(loop,), name="pictures", daemon=True)
                self._thread.start()
                self._loop = loop
                self._kaleido = _wait(asyncio.run_coroutine_threadsafe(_open(path), loop))
            if self._kaleido is None:
                raise RuntimeError("The browser for pictures did not start.")
            return self._loop, self._kaleido

    def close(self) -> None:
        """Close the browser and its thread; the next picture starts another."""
        with self._lock:
            loop, thread, kaleido = self._loop, self._thread, self._kaleido
            self._loop = self._thread = self._kaleido = None
        if loop is None or thread is None:
            return
        if kaleido is not None:
            try:
                _wait(asyncio.run_coroutine_threadsafe(kaleido.close(), loop), 10.0)
            except Exception as error:  # it is going away; say so and go on
                _log.warning("picture_browser_not_closed", error=str(error))
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10.0)


def _serve(loop: asyncio.AbstractEventLoop) -> None:
    """The thread's whole life: what is asked of the browser, until the loop is stopped."""
    loop.run_forever()
    for task in asyncio.all_tasks(loop):
        task.cancel()
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()


async def _open(path: Path) -> Any:
    """As root Chromium refuses its sandbox; some containers do, and then it goes without."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    try:
        return await _kaleido(path, sandbox=not is_root)
    except Exception as error:
        if is_root:
            raise
        _log.warning("picture_browser_without_sandbox", error=str(error))
        return await _kaleido(path, sandbox=False)


async def _kaleido(path: Path, *, sandbox: bool) -> Any:
    kaleido = Kaleido(n=1, path=path, mathjax=False, timeout=PATIENCE, enable_sandbox=sandbox)
    await kaleido.open()
    return kaleido


def _wait(future: "Future[Any]", seconds: float = PATIENCE * 2) -> Any:
    try:
        return future.result(seconds)
    except NotInTime:
        future.cancel()
        raise


BROWSER = PictureBrowser()
atexit.register(BROWSER.close)
