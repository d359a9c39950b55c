"""When the next fit is worth its while: how many new labels it has, and how many it still wants.

Who was left out of the newest proposal is left out here too: their labels are not what it was fitted on, and not new.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from data.domain import Reviewer, Side, WeightsVersion
from data.store import Store
from feedback.equivalence import read_equivalents
from feedback.gold import read_reviews
from feedback.labels import FEWEST_LABELS, LabelKind, labels_of
from feedback.stopping import FEWEST_NEW


@dataclass(frozen=True, kw_only=True)
class NextRetune:
    """How far it is to the next useful fit.

    Attributes:
        last: the newest proposal; None where there is none.
        confirmed: photos of the calibration side that may be fitted on now.
        fresh: of those, more than the newest proposal was fitted on.
        left: that are missing still; 0 where a fit is worth its while now.
    """

    last: WeightsVersion | None
    confirmed: int
    fresh: int
    left: int


def next_retune(confirmed: int, last: WeightsVersion | None, fitted_on: int) -> NextRetune:
    """Say how many confirmed photos the next fit still wants.

    The first takes `FEWEST_LABELS`, the least that can be fitted; each later one `FEWEST_NEW` more than the one before, the least
    between two proposals from which the stopping signal says anything.
    """
    fresh = max(confirmed - fitted_on, 0)
    left = max(FEWEST_LABELS - confirmed, 0) if last is None else max(FEWEST_NEW - fresh, 0)
    return NextRetune(last=last, confirmed=confirmed, fresh=fresh, left=left)


def read_next_retune(store: Store) -> NextRetune:
    """Read how many confirmed photos the next fit of a store still wants."""
    proposals = [record for record in store.weights.all() if "judgement" in json.loads(record.metrics)]
    newest = max(proposals, key=lambda record: int(record.version[1:]), default=None)
    said = {} if newest is None else json.loads(newest.metrics)
    confirmed = _count_confirmed(store, frozenset(said.get("without", ())))
    return next_retune(confirmed, None if newest is None else newest.version, int(said.get("labels") or 0))


def _count_confirmed(store: Store, left_out: frozenset[Reviewer]) -> int:
    """Count what a fit would read: photos of the calibration side that people matched with assets that are there."""
    reviews = [review for review in read_reviews(store) if review.reviewer not in left_out]
    skus = set(store.assets.skus())
    labels = labels_of(reviews, read_equivalents(store))
    matched = {photo_id for photo_id, label in labels.items() if label.kind is LabelKind.MATCH and label.skus <= skus}
    return sum(photo.side is Side.CALIBRATION for photo in store.photos.of(sorted(matched)))
