"""What is to be known of the labels before a fit: what would poison it, and whether more of them still help. Kept in memory."""

from __future__ import annotations

from functools import lru_cache

from dashboard.wiring import Services
from data.domain import Reviewer
from data.store import Store
from feedback.next_retune import NextRetune, read_next_retune
from feedback.stopping import StoppingSignal, read_stopping_signal
from feedback.suspicion import Suspicion, read_suspicions
from matching.renewal import Renewal


class LabelAdvice:
    """Advice on a store's labels. Safe to share between threads.

    Where it takes long to read it is renewed beside those who read it: what was reviewed a moment ago may be missing for a few
    seconds. A fit looks for itself, and misses nothing.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._reviewers = Renewal[list[Reviewer]]()
        self._suspicions = Renewal[tuple[Suspicion, ...]]()
        self._stopping = Renewal[StoppingSignal]()
        self._next = Renewal[NextRetune]()

    def reviewers(self) -> list[Reviewer]:
        """List who has reviewed, in order of the alphabet."""
        events = self._store.events
        return self._reviewers.get(events.version, lambda: sorted({review.reviewer for review in events.all()}))

    def suspicions(self) -> tuple[Suspicion, ...]:
        """Name what would poison a fit on all labels."""
        store = self._store
        state = (store.events.version, store.photos.version, store.assets.version)
        return self._suspicions.get(state, lambda: read_suspicions(store))

    def stopping(self) -> StoppingSignal:
        """Say whether more labels still change the weights, and which would help."""
        store = self._store
        state = (store.events.version, store.photos.version, store.assets.version, store.weights.version)
        return self._stopping.get(state, lambda: read_stopping_signal(store))

    def next_retune(self) -> NextRetune:
        """Say how many labels the next fit still wants."""
        store = self._store
        read = (store.events, store.photos, store.equivalences, store.weights, store.gold_marks, store.assets)
        state = tuple(table.version for table in read)
        return self._next.get(state, lambda: read_next_retune(store))


def advice_of(services: Services) -> LabelAdvice:
    """Give the advice on the labels of a home: one per process and store."""
    return _advice_of(services.store)


@lru_cache(maxsize=4)
def _advice_of(store: Store) -> LabelAdvice:
    return LabelAdvice(store)
