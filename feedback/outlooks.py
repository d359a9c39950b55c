"""Outlooks: what ranking the waiting photos says is stored, so that an order by it costs nothing when a photo is asked for.

They come by two ways. What is ranked for a screen is noted anyway (`Notes`), beside the reviewers. What waits and nobody has seen
yet is ranked in bulk (`refresh_outlooks`), the oldest first.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock

from data.domain import PhotoId, Sku, WeightsVersion
from data.errors import StoreError
from data.ranking import Outlook
from data.store import Store
from feedback.board import board_of
from feedback.confirmed import read_confirmed_views
from feedback.corrections import read_corrections
from matching.backends import Backends
from matching.search import Matcher
from matching.uncertainty import Ranked

BATCH = 64
"""Photos that are ranked between two writings: what an interrupted run loses at most."""

NOTED_TOGETHER = 8
MOST_AT_ONCE = 5_000
"""Photos that one refresh ranks: what waits longer than a day's work is ranked when it is nearer."""

Progress = Callable[[str, int, int], None]
_log = logging.getLogger(__name__)
_writer = ThreadPoolExecutor(1, thread_name_prefix="outlooks")


@dataclass(frozen=True, kw_only=True)
class RefreshReport:
    """What a refresh did.

    Attributes:
        weights: the version that ranked.
        waiting: photos that wait.
        there: of those, ranked by this version before.
        made: ranked now.
        undescribed: cannot be ranked before they are described.
        left: beyond what one refresh does.
    """

    weights: WeightsVersion
    waiting: int
    there: int
    made: int
    undescribed: int
    left: int


def outlook_of(ranked: Ranked, category: Callable[[Sku], str]) -> Outlook:
    """Keep of a ranking what the queue's orders go by; `category` gives that of an asset."""
    suggestion = ranked.suggestion
    first = suggestion.candidates[0].sku if suggestion.candidates else None
    return Outlook(
        photo_id=suggestion.photo_id,
        weights=suggestion.weights,
        entropy=ranked.entropy,
        margin=ranked.margin,
        no_match=suggestion.no_match,
        sku=first,
        category=category(first) if first is not None else "",
    )


def refresh_outlooks(
    store: Store,
    backends: Backends,
    on_progress: Progress | None = None,
    *,
    most: int = MOST_AT_ONCE,
    anew: bool = False,
    batch: int = BATCH,
) -> RefreshReport:
    """Rank the waiting photos that are described with the active weights, the oldest first, and store what that says.

    Can be interrupted: each batch is stored, and what is there for this version is passed over.

    Args:
        store: where the photos are.
        backends: how they were described.
        on_progress: told the stage, how many are done and of how many.
        most: photos to rank at most.
        anew: also those that are there, since labels since then may have changed their ranking.
        batch: photos between two writings.

    Raises:
        NotEnoughEvidence: nothing is indexed yet.
    """
    matcher = Matcher(store, backends, lambda: read_confirmed_views(store), lambda: read_corrections(store))
    version, waiting = matcher.weights_version, board_of(store).waiting()
    there = set[PhotoId]() if anew else store.outlooks.done(version)
    missing = [photo_id for photo_id in waiting if photo_id not in there]
    pictures, described = store.photos.image_ids(), store.descriptions.done(backends.describer)
    ready = [photo_id for photo_id in missing if pictures[photo_id] in described]
    made = _rank(store, matcher, ready[:most], batch, on_progress or (lambda _stage, _done, _total: None))
    return RefreshReport(
        weights=version,
        waiting=len(waiting),
        there=len(waiting) - len(missing),
        made=made,
        undescribed=len(missing) - len(ready),
        left=len(ready[most:]),
    )


def _rank(store: Store, matcher: Matcher, photo_ids: Sequence[PhotoId], batch: int, report: Progress) -> int:
    categories = {asset.sku: asset.category for asset in store.assets.all()} if photo_ids else {}
    made = 0
    for start in range(0, len(photo_ids), batch):
        report("outlooks", start, len(photo_ids))
        photos = store.photos.of(photo_ids[start : start + batch])
        found = [outlook_of(ranked, lambda sku: categories.get(sku, "")) for ranked in matcher.rank_described(photos)]
        store.outlooks.replace(found)
        made += len(found)
    report("outlooks", len(photo_ids), len(photo_ids))
    return made


class Notes:
    """Stores outlooks of what is ranked for a screen, some at a time, on a thread of its own: no reviewer waits for it.

    Those that were not written when the program ends are lost, and cost nothing but their place in an order.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = Lock()
        self._noted = set[tuple[PhotoId, WeightsVersion]]()
        self._waiting = list[Outlook]()

    def note(self, outlook: Outlook) -> None:
        """Have an outlook stored with the next few, unless its photo was noted for the same weights already."""
        with self._lock:
            key = outlook.photo_id, outlook.weights
            if key in self._noted:
                return
            self._noted.add(key)
            self._waiting.append(outlook)
            if len(self._waiting) >= NOTED_TOGETHER:
                with contextlib.suppress(RuntimeError):  # the program is ending
                    _writer.submit(self._write)

    def settle(self) -> None:
        """Store what was noted, and wait until it is."""
        _writer.submit(self._write).result()

    def _write(self) -> None:
        with self._lock:
            new, self._waiting = self._waiting, []
        try:
            self._store.outlooks.put(new)
        except StoreError as error:
            _log.warning("%s outlooks could not be stored; their photos come later in an order: %s", len(new), error)


@lru_cache(maxsize=4)
def notes_of(store: Store) -> Notes:
    """Give a store its notes: one per process."""
    return Notes(store)
