"""Making a version of the weights again from what is stored of it, to show that nothing else had a part in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime

from data.domain import ImageId, Reviewer, WeightsVersion
from data.errors import NotFound
from data.store import Store
from feedback.tuning import Moment, tune
from matching.backends import Backends
from matching.weights import Weights, from_json, to_json

PARTS = tuple(field.name for field in fields(Weights))
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, kw_only=True)
class Rebuilt:
    """A version made again.

    Attributes:
        version: its name.
        identical: whether it is the stored one, bit for bit.
        differs: the parts that are not the same.
        catalogue_changed: whether views have come or gone since: then other weights are to be expected.
    """

    version: WeightsVersion
    identical: bool
    differs: tuple[str, ...]
    catalogue_changed: bool


def rebuild(store: Store, backends: Backends, version: WeightsVersion, *, on_progress: Progress | None = None) -> Rebuilt:
    """Fit a version again from its watermark, and compare it with what is stored. Nothing is written.

    Raises:
        NotFound: there is no such version, or it was made before any label.
    """
    record = store.weights.get(version)
    said = json.loads(record.metrics)
    if record.parent is None or "until" not in said:
        raise NotFound(
            f"{version} was not fitted on labels that its record names", remedy="name a version that 'couture retune' made"
        )
    moment = Moment(
        watermark=record.watermark,
        equivalences=int(said["equivalences"]),
        until=datetime.fromisoformat(said["until"]),
        corrections=int(said.get("corrections", -1)),
        crops=int(said.get("crops", -1)),
        gold=said.get("gold"),
        without=tuple(Reviewer(name) for name in said["without"]),
        undescribed=frozenset(ImageId(image_id) for image_id in said.get("undescribed", ())),
    )
    present = from_json(store.weights.get(record.parent).parameters)
    tuned = tune(store, backends, present, moment, version, on_progress or (lambda _stage, _done, _total: None))
    stored = from_json(record.parameters)
    return Rebuilt(
        version=version,
        identical=to_json(tuned.weights) == record.parameters,
        differs=tuple(
            field.name for field in fields(Weights) if getattr(tuned.weights, field.name) != getattr(stored, field.name)
        ),
        catalogue_changed=said["catalogue"] != tuned.catalogue,
    )
