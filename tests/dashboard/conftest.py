"""Homes for the pages: the small catalogue indexed, reviewed, and with a proposal; each test has a copy of its own."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import wiring
from dashboard.settings import FILE, HOME_VARIABLE
from dashboard.wiring import Services
from data.domain import Side
from feedback.retune import retune
from tests.builders import match_all, right_matches
from tests.small_catalogue import build_home

PAGES = Path(wiring.__file__).parent / "pages"
PATIENCE_S = 60


class OpenPage(Protocol):
    """Opens a page."""

    def __call__(self, name: str, view: str = "") -> AppTest:
        """Open it by its name."""
        ...


@pytest.fixture
def home(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the small catalogue, indexed; nobody has reviewed any photo."""
    folder = tmp_path / "home"
    shutil.copytree(build_home(tmp_path_factory.getbasetemp()), folder / "store")
    (folder / FILE).write_text('renderer = "none"\n')
    return folder


@pytest.fixture
def services(home: Path, monkeypatch: pytest.MonkeyPatch) -> Services:
    """The services of that home, which the pages use as well."""
    return _services_of(home, monkeypatch)


@pytest.fixture
def reviewed(services: Services) -> Services:
    """The same home with every photo of an article confirmed."""
    photos = services.store.photos.all()
    match_all(services.store, right_matches(photos, Side.CALIBRATION) | right_matches(photos, Side.TEST))
    return services


@pytest.fixture(scope="session")
def proposed_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A reviewed home with a proposal, fitted once."""
    folder = tmp_path_factory.mktemp("proposed") / "home"
    shutil.copytree(build_home(tmp_path_factory.getbasetemp()), folder / "store")
    (folder / FILE).write_text('renderer = "none"\n')
    opened = wiring.open_services(folder)
    photos = opened.store.photos.all()
    match_all(opened.store, right_matches(photos, Side.CALIBRATION) | right_matches(photos, Side.TEST))
    retune(opened.store, opened.backends, by="anna")
    return folder


@pytest.fixture
def proposed(proposed_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Services:
    """A copy of the home with a proposal, `v2`."""
    return _services_of(Path(shutil.copytree(proposed_home, tmp_path / "proposed")), monkeypatch)


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Services:
    """A home with nothing in it."""
    folder = tmp_path / "empty"
    folder.mkdir()
    return _services_of(folder, monkeypatch)


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have pages wait for what is measured beside them, so that a test sees it at the first look."""
    monkeypatch.setattr("dashboard.measured.PATIENCE_S", PATIENCE_S)


@pytest.fixture(autouse=True)
def launched(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands that pages started in processes of their own; none is started in a test without a server."""
    commands: list[list[str]] = []

    def launch(_home: Path, _log: Path, arguments: Sequence[str]) -> _Ended:
        commands.append(list(arguments))
        return _Ended()

    monkeypatch.setattr("dashboard.runs.launch", launch)
    return commands


class _Ended:
    """A process that is over."""

    def poll(self) -> int:
        """Give its exit status."""
        return 0


@pytest.fixture
def open_page() -> OpenPage:
    """Opens a page by its name, as a reviewer named anna, within the navigation; `view` is a part of the page Accuracy."""

    def opened(name: str, view: str = "") -> AppTest:
        page = AppTest.from_file(PAGES / "main_page.py", default_timeout=PATIENCE_S)
        page.session_state["reviewer"] = "anna"
        if view:
            page.session_state["accuracy view"] = view
        return page.switch_page(str(PAGES / f"{name}.py")).run()

    return opened


def said(page: AppTest) -> str:
    """Everything that a page says in words, for a look at what is there."""
    pieces = [*page.markdown, *page.caption, *page.info, *page.error, *page.success, *page.warning, *page.subheader, *page.header]
    return "\n".join(str(piece.value) for piece in pieces).replace("\\", "")


def drawn(page: AppTest) -> str:
    """Everything that a page draws as HTML of our own."""
    return "\n".join(str(piece.proto.body) for piece in page.get("html"))


def _services_of(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Services:
    monkeypatch.setenv(HOME_VARIABLE, str(folder))
    wiring.services.cache_clear()
    return wiring.services()
