"""Reading ahead: what the first visitors would wait for is read when the server starts, beside everything else."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Thread

from dashboard.asset_index import index_of
from dashboard.background import start_indexing
from dashboard.catalogue_cache import catalogue_of
from dashboard.label_advice import advice_of
from dashboard.measured_figures import figures_of
from dashboard.wiring import Services
from data.errors import CoutureError
from feedback.board import board_of

_log = logging.getLogger(__name__)


def read_ahead(services: Services) -> None:
    """Read what ranks, the queue, the catalogue and what was decided: into the memory that the pages look into.

    What ranks comes first, since the first photo waits for nothing else; then what is not indexed yet is indexed beside the
    server. What cannot be read yet is left to whoever asks for it.
    """
    figures, store = figures_of(services), services.store
    steps: tuple[Callable[[], object], ...] = (
        services.matcher.read_ahead,
        lambda: _index_beside(services),
        board_of(store).counts,
        catalogue_of(store).read_ahead,
        index_of(services).cards,
        figures.audits,
        figures.labels,
        advice_of(services).next_retune,
        figures.absences,
        index_of(services).confusion,
    )
    for step in steps:
        try:
            step()
        except CoutureError as error:
            _log.info("not read ahead: %s", error)


def _index_beside(services: Services) -> None:
    """Start to index what is missing; an engine that is not here is said at the terminal, and stops nobody from reviewing."""
    try:
        start_indexing(services)
    except CoutureError as error:
        _log.warning("nothing is indexed beside the pages: %s", error)


def read_ahead_beside(services: Callable[[], Services]) -> None:
    """Open the home, and read ahead in a thread that ends with the server. A home that cannot be opened is told by the pages."""
    try:
        opened = services()
    except CoutureError as error:
        _log.warning("nothing is read ahead: %s", error)
        return
    Thread(target=read_ahead, args=(opened,), name="reading ahead", daemon=True).start()
