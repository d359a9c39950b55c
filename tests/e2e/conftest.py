"""A real server on a real store, and a real browser."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from dashboard.background import index_everything
from dashboard.demo import load_demo

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
PATIENCE_S = 60


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo catalogue, indexed once."""
    home = tmp_path_factory.mktemp("demo") / "home"
    index_everything(load_demo(home))
    return home


@pytest.fixture
def home(demo_home: Path, tmp_path: Path) -> Path:
    """A copy of the demo that a test may write to."""
    return Path(shutil.copytree(demo_home, tmp_path / "home"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def address(home: Path) -> Iterator[str]:
    """Where the dashboard answers."""
    with serving(home, free_port()) as found:
        yield found


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The Review page with a reviewer's name given, its first item painted."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    opened = context.new_page()
    opened.goto(f"{address}/?reviewer=Ada")
    opened.wait_for_selector(".card", timeout=PATIENCE_S * 1000)
    yield opened
    context.close()


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


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(home: Path, port: int) -> Iterator[str]:
    """Serve a home until the block ends."""
    command = [sys.executable, "-m", "dashboard", "--home", str(home), "serve", "--port", str(port)]
    with (home / "server.log").open("w") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        _wait(f"http://127.0.0.1:{port}/_stcore/health", server, home / "server.log")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(20)


def _wait(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        assert server.poll() is None, log.read_text()
        try:
            with urlopen(url, timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.2)
    raise AssertionError(f"the server did not answer within {PATIENCE_S} s: {log.read_text()}")
