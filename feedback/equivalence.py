"""Equivalent skus: one article that the catalogue has several times, as people declared it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from data.domain import EventId, PhotoId, Sku
from data.errors import NotFound
from data.events import Equivalence
from data.store import Store
from data.withdrawals import withdrawn_ids
from feedback.gold import read_gold, without_checks
from feedback.labels import Label, labels_of
from feedback.recording import new_event_id


def standing_equivalences(events: Iterable[Equivalence]) -> list[Equivalence]:
    """Leave the declarations that were not taken back, in server sequence. What takes one back may be taken back itself."""
    ordered = sorted(events, key=lambda event: event.sequence)
    withdrawn = withdrawn_ids(ordered)
    return [event for event in ordered if event.withdraws is None and event.event_id not in withdrawn]


def equivalents_of(events: Iterable[Equivalence]) -> Mapping[Sku, frozenset[Sku]]:
    """Say which skus are one article with each sku, itself among them.

    What is the same as a third is the same: the articles are the connected pieces of the standing declarations. Skus of which
    nothing was declared are left out.
    """
    declared = [event.skus for event in standing_equivalences(events)]
    skus = list(dict.fromkeys(sku for said in declared for sku in said))
    place = {sku: at for at, sku in enumerate(skus)}
    links = np.array([(place[said[0]], place[sku]) for said in declared for sku in said], dtype=np.int64).reshape(-1, 2)
    graph = coo_array((np.ones(len(links), dtype=bool), (links[:, 0], links[:, 1])), shape=(len(skus), len(skus)))
    pieces = connected_components(graph, directed=False)[1].tolist() if skus else []
    articles: dict[int, set[Sku]] = {}
    for sku, piece in zip(skus, pieces, strict=True):
        articles.setdefault(piece, set()).add(sku)
    return {sku: frozenset(articles[piece]) for sku, piece in zip(skus, pieces, strict=True)}


def read_equivalents(store: Store) -> Mapping[Sku, frozenset[Sku]]:
    """Say which skus are one article, as the store knows it now: see `equivalents_of`."""
    return equivalents_of(store.equivalences.all())


def read_labels(store: Store) -> dict[PhotoId, Label]:
    """Say what each reviewed photo is known to be, by every event, equivalence and gold mark that is stored now."""
    return labels_of(without_checks(store.events.all(), read_gold(store)), read_equivalents(store))


def declare_equivalent(
    store: Store, skus: Sequence[Sku], *, by: str, at: datetime, event_id: EventId | None = None
) -> Equivalence:
    """Store that skus are one article, durably and exactly once; give the event back with its sequence.

    Raises:
        NotFound: a sku is not in the catalogue.
        CoutureError: there are less than two skus, or one is named twice.
        ConflictingEvent: the event id is stored already with other content.
    """
    said = Equivalence(event_id=event_id or new_event_id(), skus=tuple(skus), by=by, at=at)
    for sku in said.skus:
        store.assets.get(sku)
    [stored] = store.equivalences.append([said])
    return stored


def withdraw_equivalent(store: Store, withdraws: EventId, *, by: str, at: datetime) -> Equivalence:
    """Take a standing declaration back, as one more event. Anybody may: it speaks of the catalogue, not of a person's verdict.

    Raises:
        NotFound: no such declaration stands.
    """
    if withdraws not in {event.event_id for event in standing_equivalences(store.equivalences.all())}:
        raise NotFound(f"no declaration '{withdraws}' stands", remedy="see 'couture equivalent' for those that do")
    [stored] = store.equivalences.append([Equivalence(event_id=new_event_id(), skus=(), by=by, at=at, withdraws=withdraws)])
    return stored
