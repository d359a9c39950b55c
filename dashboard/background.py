"""Indexing beside the dashboard: one process at a time, whose state any page can ask for."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from dashboard.settings import HOME_VARIABLE
from data.errors import NotAllowed
from feedback.confirmed import read_confirmed_views
from feedback.corrections import read_corrections
from matching.indexing import IndexReport, index, pending
from matching.preparation import ensure_weights
from matching.word_reading import embed_missing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dashboard.wiring import Services

LOCK, LOG = "indexing.lock", "indexing.log"
Progress = Callable[[str, int, int], None]
_started: dict[Path, subprocess.Popen[bytes]] = {}
"""What this process has started, by home: a process needs seconds until it holds its lock."""


def index_everything(
    services: Services,
    *,
    catalogue: bool = True,
    photos: bool = True,
    refit: bool = False,
    on_progress: Progress | None = None,
) -> IndexReport:
    """Describe what is missing, the catalogue first, so that matching works as soon as it can; then see to the weights.

    Raises:
        NotAllowed: another process is indexing this home.
    """
    store, backends = services.store, services.backends
    with _alone(services):
        first = index(store, backends, photos=False, on_progress=on_progress) if catalogue else IndexReport()
        if catalogue and store.views.count():
            ensure_weights(store, backends, confirmed=read_confirmed_views(store), refit=refit)
        second = index(store, backends, catalogue=False, on_progress=on_progress) if photos else IndexReport()
        if store.bases.count():
            ensure_weights(store, backends, confirmed=read_confirmed_views(store))
        embed_missing(store, backends, read_corrections(store))
    return first + second


def index_some(services: Services, assets: int, *, catalogue: bool, photos: bool, on_progress: Progress | None) -> IndexReport:
    """Make what some assets want, which measures what each stage takes here; no axes and no weights are made of a part.

    Raises:
        NotAllowed: another process is indexing this home.
    """
    with _alone(services):
        return index(services.store, services.backends, catalogue=catalogue, photos=photos, most=assets, on_progress=on_progress)


def start_indexing(services: Services) -> bool:
    """Start indexing in a process of its own where something is missing and none runs; say whether it was started."""
    if indexing_running(services) or not pending(services.store, services.backends).pictures:
        return False
    command = [sys.executable, "-m", "dashboard", "--home", str(services.home), "index"]
    environment = {**os.environ, HOME_VARIABLE: str(services.home)}
    with (services.home / LOG).open("w", encoding="utf-8") as log:
        own = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=environment)  # noqa: S603  # our own
    _started[services.home] = own
    return True


def indexing_running(services: Services) -> bool:
    """Say whether a process is indexing this home."""
    if services.home in _started and _started[services.home].poll() is None:
        return True
    lock = FileLock(services.home / LOCK, timeout=0)
    try:
        with lock:
            return False
    except Timeout:
        return True


@contextmanager
def _alone(services: Services) -> Iterator[None]:
    try:
        with FileLock(services.home / LOCK, timeout=0):
            yield
    except Timeout as error:
        raise NotAllowed(f"{services.home} is being indexed already", remedy="wait until that is done") from error
