"""The one place that chooses backends, and holds what lives as long as the process."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dashboard.settings import DEFAULT_HOME, HOME_VARIABLE, Settings, read_settings
from data.store import Store, open_store
from feedback.confirmed import read_confirmed_views
from feedback.corrections import read_corrections
from matching.backends import Backends
from matching.search import Matcher
from matching.word_search import WordSearch


@dataclass(frozen=True)
class Services:
    """Everything that a page, a route or a command needs."""

    home: Path
    settings: Settings
    store: Store
    backends: Backends
    matcher: Matcher
    words: WordSearch


def open_services(home: Path) -> Services:
    """Open a home, or make one.

    Raises:
        BadSettings: its settings cannot be used.
        StoreError: its store cannot be opened.
    """
    settings = read_settings(home)
    store = open_store(home / "store")
    backends = settings.backends
    matcher = Matcher(store, backends, lambda: read_confirmed_views(store), lambda: read_corrections(store))
    words = WordSearch(store, backends, lambda: read_corrections(store))
    return Services(home=home, settings=settings, store=store, backends=backends, matcher=matcher, words=words)


@cache
def services() -> Services:
    """Give this process its services: of the home that COUTURE_HOME names, else of ./var."""
    return open_services(Path(os.environ.get(HOME_VARIABLE) or DEFAULT_HOME))
