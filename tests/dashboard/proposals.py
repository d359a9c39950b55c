"""Proposals that were judged one way or another, reviews that contradict each other, and a click."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from dashboard.proposal_view import FlipList
from dashboard.runs import RunKind, recorded_run
from dashboard.wiring import Services
from data.domain import PhotoId, Side, Sku, WeightsVersion
from data.events import Verdict
from feedback.comparison import Flip
from feedback.gate import Judgement, Outcome
from feedback.metrics import Interval
from tests.builders import ANNA, ARTICLES, BEN, CARLA, review_of, sku_of

V1, V2 = WeightsVersion("v1"), WeightsVersion("v2")
BETTER = Judgement(
    outcome=Outcome.BETTER,
    allowed=True,
    reason="better: on all that was looked at",
    difference=Interval(value=0.2, low=0.1, high=0.3, n=40),
    p_value=0.01,
    vetoes=(),
    labels_to_settle=None,
)
WORSE = replace(
    BETTER, outcome=Outcome.WORSE, allowed=False, reason="worse", difference=Interval(value=-0.2, low=-0.3, high=-0.1, n=40)
)
VETOED = replace(BETTER, allowed=False, vetoes=("bag",))
NO_GAIN = replace(BETTER, outcome=Outcome.UNDECIDED, allowed=False, labels_to_settle=120)
FLIPS = (
    Flip(photo_id=PhotoId("ball-red/0"), sku=Sku("ball-red"), gained=True),
    Flip(photo_id=PhotoId("bag-blue/0"), sku=Sku("bag-blue"), gained=False),
)


CALIBRATION_FLIP = Flip(photo_id=PhotoId("tent-pink/1"), sku=Sku("tent-pink"), gained=True, side=Side.CALIBRATION)
SUSPECT = replace(
    BETTER,
    allowed=False,
    reason="better: on all that was looked at; the labels are under suspicion: ben is careless. carla repeats herself.",
    suspicions=("ben is careless.", "carla repeats herself."),
)


def propose(services: Services, judgement: Judgement, flips: tuple[Flip, ...] = FLIPS, **more: Any) -> None:
    """Store a proposal `v2` that was judged as said; `more` stands in its metrics."""
    store = services.store
    parent = store.weights.get(V1)
    parameters = {**json.loads(parent.parameters), "version": V2}
    metrics: dict[str, Any] = {
        "labels": 24,
        "strength": 0.3,
        "outcome": judgement.outcome,
        "reason": judgement.reason,
        "judgement": asdict(judgement),
        "flips": [asdict(flip) for flip in flips],
        **more,
    }
    record = replace(
        parent, version=V2, parent=V1, created_by="anna", parameters=json.dumps(parameters), metrics=json.dumps(metrics)
    )
    store.weights.put([record])


def captions(flips: FlipList) -> list[tuple[str, str]]:
    return [(flip.photo.caption, flip.asset.caption) for flip in flips.shown]


def contradict(services: Services) -> None:
    """Have ben contradict anna and carla on every photo."""
    photos = [photo for photo in services.store.photos.all() if sku_of(photo.photo_id) in ARTICLES]
    others = dict(zip(ARTICLES, [*ARTICLES][1:] + [*ARTICLES][:1], strict=True))
    said_of = ((ANNA, lambda sku: sku), (CARLA, lambda sku: sku), (BEN, others.__getitem__))
    services.store.events.append(
        [
            review_of(photo.photo_id, Verdict.MATCH, answer(sku_of(photo.photo_id)), by=by)
            for by, answer in said_of
            for photo in photos
        ]
    )


def leave_a_run_at(home: Path, stage: str) -> None:
    """Leave the record of a fit as a process leaves it that is killed at a stage."""

    def killed() -> None:
        with recorded_run(home, RunKind.RETUNE, "anna") as run:
            run.progress(stage, 1, 2)
            raise KeyboardInterrupt

    with suppress(KeyboardInterrupt):
        killed()


def press(page: AppTest, label: str) -> AppTest:
    return next(button for button in page.button if button.label == label).click().run()
