"""When the next fit is worth its while: how many new labels it has, and how many it still wants."""

from __future__ import annotations

import json
from dataclasses import dataclass

from data.domain import Side, WeightsVersion
from data.store import Store
from feedback.equivalence import read_labels
from feedback.fitting import FEWEST_LABELS
from feedback.labels import LabelKind
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
    matched = {photo_id for photo_id, label in read_labels(store).items() if label.kind is LabelKind.MATCH and not label.accepted}
    confirmed = sum(photo.side is Side.CALIBRATION for photo in store.photos.of(sorted(matched)))
    proposals = [record for record in store.weights.all() if "judgement" in json.loads(record.metrics)]
    newest = max(proposals, key=lambda record: int(record.version[1:]), default=None)
    fitted_on = 0 if newest is None else int(json.loads(newest.metrics).get("labels") or 0)
    return next_retune(confirmed, None if newest is None else newest.version, fitted_on)
