"""Held back: what a suspected reviewer confirmed ranks nothing until a person has looked, so that poison costs little before.

A confirmed photo ranks at once, long before a manager sees a suspicion. The labels themselves stay what they are. A person has
looked when the weights in use were fitted without a reviewer's labels (then these stay out, see `versions.left_out`), or with
them by force, although they were under suspicion.
"""

from __future__ import annotations

import json
from functools import lru_cache

from data.domain import Reviewer
from data.store import Store
from feedback.suspicion import SuspicionKind, read_suspicions
from matching.renewal import Renewal

EVERY = 10
"""Events between two looks: looking reads them all."""

OF_A_PERSON = frozenset({SuspicionKind.CARELESS, SuspicionKind.GUESSING})
"""Suspicions that speak of all that somebody says; the others speak of one article or of one import."""


def held_back(store: Store) -> frozenset[Reviewer]:
    """Name the reviewers whose confirmed photos rank nothing for now: suspected, and nobody has decided about them yet.

    Where there are so many events that looking takes long, those of the last seconds may have no part in it.
    """
    active = store.activations.active()
    if active is None:
        return frozenset()
    decided = json.loads(store.weights.get(active).metrics).get("suspected", ())
    suspects = _suspects(store).get(store.events.count() // EVERY, lambda: _of_a_person(store))
    return suspects - {Reviewer(name) for name in decided}


def _of_a_person(store: Store) -> frozenset[Reviewer]:
    return frozenset(one.reviewer for one in read_suspicions(store) if one.kind in OF_A_PERSON)


@lru_cache(maxsize=4)
def _suspects(_: Store) -> Renewal[frozenset[Reviewer]]:
    return Renewal()
