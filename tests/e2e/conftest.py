"""A real server on a real store, and a real browser."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright

from dashboard.background import index_everything
from dashboard.wiring import open_services
from data.catalogue import import_catalogue
from data.events import Review
from data.photos import import_photos
from tests.e2e.reviewing import KEY_LOG, events, full
from tests.small_demo import small_demo

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
PATIENCE_S = 120
OwnEvents = Callable[[], list[Review]]
DESK = ViewportSize(width=1440, height=900)
expect.set_options(timeout=30_000)  # on a busy machine what should be there comes late


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A part of the demo catalogue, indexed once; nobody has reviewed anything."""
    folder = tmp_path_factory.mktemp("demo")
    source, home = small_demo(folder / "source"), folder / "home"
    opened = open_services(home)
    import_catalogue(opened.store, source)
    import_photos(opened.store, source, submitted_by="demo")
    index_everything(opened)
    return home


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def server(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The dashboard, started once for the tests of a file: each has a reviewer, and so photos and events, of its own."""
    yield from _served(demo_home, tmp_path_factory.mktemp("shared"))


@pytest.fixture
def fresh_server(demo_home: Path, tmp_path: Path) -> Iterator[Server]:
    """The dashboard, on photos that nobody else touches; it may be killed and started again."""
    yield from _served(demo_home, tmp_path)


@pytest.fixture
def reviewer(request: pytest.FixtureRequest) -> str:
    """A reviewer whom no other test knows."""
    return str(request.node.name)[:80]


@pytest.fixture
def page(browser: Browser, server: Server, reviewer: str) -> Iterator[Page]:
    """The Review page on a desk, its first photo painted."""
    yield from _opened(browser, server, reviewer)


@pytest.fixture
def fresh_page(browser: Browser, fresh_server: Server, reviewer: str) -> Iterator[Page]:
    """The Review page of a dashboard that no other test uses, with as many photos ready as it keeps."""
    for opened in _opened(browser, fresh_server, reviewer):
        full(opened)
        yield opened


@pytest.fixture
def own_events(request: pytest.FixtureRequest, reviewer: str) -> OwnEvents:
    """Read what is stored of this test's reviewer."""
    used = request.getfixturevalue("fresh_server" if "fresh_server" in request.fixturenames else "server")
    return lambda: [event for event in events(used.home) if event.reviewer == reviewer]


@pytest.fixture
def page_of_an_empty_home(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """The Review page of a home that has nothing."""
    home = tmp_path / "empty"
    home.mkdir()
    context = browser.new_context()
    opened = context.new_page()
    with serving(home, free_port()) as found:
        opened.goto(f"{found}/?reviewer=Ada")
        yield opened
        context.close()


def _served(demo_home: Path, folder: Path) -> Iterator[Server]:
    server = Server(Path(shutil.copytree(demo_home, folder / "home")), free_port())
    server.start()
    yield server
    server.stop()


def _opened(browser: Browser, server: Server, reviewer: str) -> Iterator[Page]:
    context = browser.new_context(viewport=DESK)
    yield review_page(context, server.address, reviewer)
    for page in context.pages:
        leave(page)
    context.close()


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def review_page(context: BrowserContext, address: str, reviewer: str) -> Page:
    """Open the Review page and wait for its first photo."""
    opened = context.new_page()
    opened.add_init_script(KEY_LOG)
    opened.goto(f"{address}/?reviewer={reviewer}")
    opened.wait_for_selector(".card", timeout=PATIENCE_S * 1000)
    return opened


def leave(page: Page) -> None:
    """Leave a page as a person does, and give its farewell a moment: closing a context runs none."""
    page.goto("about:blank")
    page.wait_for_timeout(300)


class Server:
    """The dashboard of a home, in a process of its own, always on the same port."""

    def __init__(self, home: Path, port: int) -> None:
        self.home, self.port = home, port
        self.address = f"http://127.0.0.1:{port}"
        self._log = home / "server.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [sys.executable, "-m", "dashboard", "--home", str(self.home), "serve", "--port", str(self.port)]
        with self._log.open("a") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        wait_for(f"{self.address}/_stcore/health", self._process, self._log)

    @property
    def pid(self) -> int:
        """The process that answers."""
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """End it at once, in the middle of whatever it does."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(20)

    def stop(self) -> None:
        """End it as an administrator does."""
        assert self._process is not None
        self._process.terminate()
        self._process.wait(20)


@contextmanager
def serving(home: Path, port: int) -> Iterator[str]:
    """Serve a home until the block ends."""
    server = Server(home, port)
    server.start()
    try:
        yield server.address
    finally:
        server.stop()


def wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        assert server.poll() is None, log.read_text()
        try:
            with urlopen(url, timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.2)
    raise AssertionError(f"the server did not answer within {PATIENCE_S} s: {log.read_text()}")
