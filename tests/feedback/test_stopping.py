"""When more labels no longer change anything, and which would still help."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from data.domain import BasisVersion, Photo, PhotoId, Side, WeightsVersion
from data.events import Verdict
from data.ranking import WeightsRecord
from data.store import Store
from feedback.gate import Outcome
from feedback.helpful_labels import GateFigures, HelpfulLabels, LabelNeed, helpful_labels, photos_within, strangers_within
from feedback.label_stock import CategoryLabels, LabelStock, ReviewerLabels, label_stock
from feedback.metrics import Interval
from feedback.stopping import FittedWeights, StoppingKind, read_stopping_signal, stopping_signal, weights_moved
from matching.weights import to_json
from tests.builders import (
    ANNA,
    BEN,
    NOON,
    asset_of,
    image_of,
    photo_of,
    reference_picture,
    review_of,
    weights_of,
)
from tests.builders import ARTICLES as PAINTED


def top1(value: float, half: float, n: int = 800) -> Interval:
    return Interval(value=value, low=value - half, high=value + half, n=n)


def fitted(
    number: int, labels: int, *, first: float = 0.5, cross_fitted: Interval | None = None, basis: str = "b1"
) -> FittedWeights:
    """A proposal with two channels; `first` is the weight of one of them."""
    return FittedWeights(
        version=WeightsVersion(f"v{number}"),
        basis=BasisVersion(basis),
        channels=("colour/reference", "outline/reference"),
        values=(first, 1 - first),
        labels=labels,
        cross_fitted=cross_fitted,
    )


def test_weights_that_went_elsewhere_are_half_the_sum_of_changes() -> None:
    # |0.7 − 0.4| + |0.3 − 0.6|, halved
    assert weights_moved(fitted(2, 0, first=0.4), fitted(3, 0, first=0.7)) == pytest.approx(0.3)


def test_a_new_channel_takes_its_weight_from_the_others() -> None:
    new = replace(fitted(3, 0), channels=("colour/reference", "colour/render"))

    assert weights_moved(fitted(2, 0), new) == pytest.approx(0.5)


def test_settled_is_what_hardly_moved_and_whose_gain_is_known_to_be_small() -> None:
    found = stopping_signal(
        [
            fitted(2, 800, first=0.50, cross_fitted=top1(0.60, 0.03)),
            fitted(3, 900, first=0.52, cross_fitted=top1(0.61, 0.03)),
        ]
    )

    # 0.03 √2 on either side
    assert found.gain_last is not None
    assert found.kind is StoppingKind.SETTLED
    assert (found.weights_moved, found.gain_last.high) == pytest.approx((0.02, 0.0524), abs=1e-3)


def test_weights_that_move_are_not_settled() -> None:
    found = stopping_signal(
        [fitted(2, 800, cross_fitted=top1(0.6, 0.03)), fitted(3, 900, first=0.56, cross_fitted=top1(0.6, 0.03))]
    )

    assert found.kind is StoppingKind.MOVING


def test_a_gain_that_excludes_zero_is_not_settled() -> None:
    found = stopping_signal([fitted(2, 800, cross_fitted=top1(0.5, 0.03)), fitted(3, 900, cross_fitted=top1(0.6, 0.03))])

    assert found.kind is StoppingKind.MOVING


def test_a_wide_interval_settles_nothing() -> None:
    found = stopping_signal([fitted(2, 100, cross_fitted=top1(0.6, 0.1)), fitted(3, 200, cross_fitted=top1(0.6, 0.08))])

    assert found.kind is StoppingKind.UNKNOWN


def test_without_a_stored_cross_fitted_figure_nothing_is_settled() -> None:
    found = stopping_signal([fitted(2, 800), fitted(3, 900)])

    assert (found.kind, found.gain_last) == (StoppingKind.UNKNOWN, None)
    assert "was not stored" in found.reason


@pytest.mark.parametrize(
    "proposals",
    [
        (),
        (fitted(2, 900),),
        (fitted(2, 860), fitted(3, 900)),
        (fitted(2, 800, basis="b1"), fitted(3, 900, basis="b2")),
    ],
    ids=["none", "one", "forty new labels", "another basis"],
)
def test_what_cannot_be_compared_is_unknown(proposals: tuple[FittedWeights, ...]) -> None:
    found = stopping_signal(proposals)

    assert (found.kind, found.weights_moved) == (StoppingKind.UNKNOWN, None)


def test_a_retune_on_few_new_labels_does_not_hide_the_proposal_before_it() -> None:
    found = stopping_signal([fitted(2, 800, first=0.3), fitted(3, 890), fitted(4, 900)])

    assert found.weights_moved == pytest.approx(0.2)
    assert "from v2 to v4, with 100 new labels" in found.reason


# which labels would help

PLENTY = LabelStock(
    categories=(CategoryLabels(category="bag", assets=40, confirmed=40, calibration=800, sealed=200),),
    not_in_dam_calibration=50,
    not_in_dam_sealed=150,
    reviewers=(ReviewerLabels(reviewer=ANNA, decided=600, met=40), ReviewerLabels(reviewer=BEN, decided=600, met=40)),
)
SETTLED = GateFigures(version=WeightsVersion("v3"), outcome=Outcome.BETTER, sealed=200, labels_to_settle=None)


def needs(stock: LabelStock, gate: GateFigures | None = SETTLED) -> dict[LabelNeed, HelpfulLabels]:
    return {need.kind: need for need in helpful_labels(stock, gate)}


def test_with_plenty_of_everything_nothing_more_helps() -> None:
    assert helpful_labels(PLENTY, SETTLED) == ()


def test_an_undecided_gate_asks_for_what_would_settle_it() -> None:
    gate = replace(SETTLED, outcome=Outcome.UNDECIDED, labels_to_settle=580)

    assert needs(PLENTY, gate)[LabelNeed.SEALED].about == 380


def test_an_undecided_gate_that_knows_no_number_names_none() -> None:
    gate = replace(SETTLED, outcome=Outcome.UNDECIDED)

    assert needs(PLENTY, gate)[LabelNeed.SEALED].about is None


def test_without_a_sealed_label_the_first_hundreds_are_asked_for() -> None:
    none = replace(PLENTY, categories=(replace(PLENTY.categories[0], sealed=0),))

    # 1.96² / (4 · 0.07²)
    assert needs(none, None)[LabelNeed.SEALED].about == 196


def test_one_stranger_of_three_asks_for_two_more() -> None:
    assert needs(replace(PLENTY, not_in_dam_calibration=1))[LabelNeed.NOT_IN_DAM].about == 2


def test_few_sealed_strangers_ask_for_as_many_as_tell_the_auroc() -> None:
    needed = strangers_within(200, 0.1)

    assert needed is not None
    assert needs(replace(PLENTY, not_in_dam_sealed=4))[LabelNeed.NOT_IN_DAM].about == needed - 4


def test_strangers_within_are_the_fewest_that_give_the_error_asked_for() -> None:
    # Hanley and McNeil with area 0.8: q1 = 0.8 / 1.2 of n strangers, q2 = 1.28 / 1.8 of 200 matches
    n = strangers_within(200, 0.1)
    assert n is not None

    half_widths = [
        1.96 * ((0.16 + (count - 1) * (0.8 / 1.2 - 0.64) + (200 - 1) * (1.28 / 1.8 - 0.64)) / (count * 200)) ** 0.5
        for count in (n, n - 1)
    ]

    assert half_widths[0] <= 0.1 < half_widths[1]


def test_with_few_matches_no_number_of_strangers_tells_the_auroc() -> None:
    assert strangers_within(5, 0.1) is None


def test_ten_points_either_way_take_a_hundred_photos() -> None:
    # 1.96² / (4 · 0.1²) = 96.04
    assert photos_within(0.1) == 97


def test_one_reviewer_alone_asks_for_second_opinions() -> None:
    alone = replace(PLENTY, reviewers=(ReviewerLabels(reviewer=ANNA, decided=600, met=0),))

    assert needs(alone)[LabelNeed.SECOND_OPINIONS].about == 30


def test_a_second_opinion_serves_two() -> None:
    few = tuple(replace(one, met=10) for one in PLENTY.reviewers)

    assert needs(replace(PLENTY, reviewers=few))[LabelNeed.SECOND_OPINIONS].about == 20


def test_categories_ask_for_what_their_intervals_lack() -> None:
    bags, shoes = (replace(PLENTY.categories[0], category=name, sealed=20) for name in ("bag", "shoe"))
    bags, shoes = replace(bags, top1=top1(0.7, 0.2, 20)), replace(shoes, top1=top1(0.4, 0.3, 20))

    found = [
        need for need in helpful_labels(replace(PLENTY, categories=(bags, shoes)), SETTLED) if need.kind is LabelNeed.CATEGORY
    ]

    # 20 · (0.2 / 0.15)² = 35.6 → 36 and 20 · (0.3 / 0.15)² = 80
    assert {need.what: need.about for need in found} == {"photos of shoe": 60, "photos of bag": 16}


def test_a_category_whose_top1_is_not_known_asks_for_what_its_interval_takes() -> None:
    rich, poor = PLENTY.categories[0], CategoryLabels(category="shoe", assets=4, confirmed=4, calibration=0, sealed=3)

    # 1.96² / (4 · 0.15²) = 42.7 → 43
    assert needs(replace(PLENTY, categories=(rich, poor)))[LabelNeed.CATEGORY].about == 40


def test_assets_that_nobody_confirmed_are_counted() -> None:
    some = replace(PLENTY.categories[0], confirmed=33)

    assert needs(replace(PLENTY, categories=(some,)))[LabelNeed.UNCONFIRMED_ASSETS].about == 7


def test_what_something_waits_for_comes_first() -> None:
    stock = replace(PLENTY, categories=(replace(PLENTY.categories[0], confirmed=39),), not_in_dam_calibration=0)

    assert [need.kind for need in helpful_labels(stock, SETTLED)] == [LabelNeed.NOT_IN_DAM, LabelNeed.UNCONFIRMED_ASSETS]


# counted and read


IMAGE = image_of(reference_picture(next(iter(PAINTED.values())), size_px=40))
PHOTOS = [
    photo_of("p1", IMAGE),
    photo_of("p2", IMAGE),
    photo_of("p3", IMAGE, Side.TEST),
    photo_of("p4", IMAGE, Side.QUARANTINED),
    photo_of("p5", IMAGE),
]
REVIEWS = [
    review_of("p1", Verdict.MATCH, "bag-red"),
    review_of("p1", Verdict.MATCH, "bag-red", by=BEN),
    review_of("p2", Verdict.NOT_IN_DAM),
    review_of("p3", Verdict.MATCH, "bag-blue"),
    review_of("p4", Verdict.MATCH, "bag-blue"),
    review_of("p5", Verdict.SKIP, by=BEN),
]


def test_labels_are_counted_by_side_category_and_reviewer() -> None:
    photos: dict[PhotoId, Photo] = {photo.photo_id: photo for photo in PHOTOS}
    assets = [asset_of(sku) for sku in PAINTED if sku.startswith(("bag", "tent"))]

    found = label_stock([replace(review, sequence=at) for at, review in enumerate(REVIEWS)], photos, assets, {})

    assert found == LabelStock(
        categories=(
            CategoryLabels(category="bag", assets=2, confirmed=1, calibration=1, sealed=1),
            CategoryLabels(category="tent", assets=2, confirmed=0, calibration=0, sealed=0),
        ),
        not_in_dam_calibration=1,
        not_in_dam_sealed=0,
        reviewers=(ReviewerLabels(reviewer=ANNA, decided=4, met=1), ReviewerLabels(reviewer=BEN, decided=1, met=1)),
    )


def record(number: int, first: float, metrics: dict[str, Any]) -> WeightsRecord:
    weights = weights_of({"colour/reference": first, "outline/reference": 1 - first})
    return WeightsRecord(
        version=WeightsVersion(f"v{number}"),
        parent=WeightsVersion("v1"),
        basis=BasisVersion("b1"),
        created_at=NOON,
        created_by="anna",
        watermark=0,
        seed=0,
        parameters=to_json(weights),
        metrics=json.dumps(metrics),
    )


UNDECIDED = {"outcome": "undecided", "difference": {"value": 0.01, "low": -0.1, "high": 0.12, "n": 40}, "labels_to_settle": 900}


def test_proposals_are_read_from_the_store(empty_store: Store) -> None:
    figures = [{"value": 0.6, "low": 0.57, "high": 0.63, "n": n} for n in (800, 900)]
    empty_store.weights.put(
        [
            record(1, 0.1, {}),
            record(9, 0.50, {"labels": 800, "judgement": UNDECIDED, "cross_fitted": {"top1": figures[0]}}),
            record(10, 0.51, {"labels": 900, "judgement": UNDECIDED, "cross_fitted": {"top1": figures[1]}}),
        ]
    )

    found = read_stopping_signal(empty_store)

    assert found.kind is StoppingKind.SETTLED
    assert found.weights_moved == pytest.approx(0.01)


def test_proposals_that_were_stored_before_all_figures_were_are_read(empty_store: Store) -> None:
    empty_store.weights.put(
        [record(2, 0.5, {"labels": 100, "judgement": {"outcome": "better"}}), record(3, 0.9, {"judgement": UNDECIDED})]
    )

    assert read_stopping_signal(empty_store).kind is StoppingKind.UNKNOWN


def test_what_the_gate_waits_for_is_read_from_the_store(empty_store: Store) -> None:
    empty_store.assets.put(asset_of(sku) for sku in PAINTED)
    empty_store.photos.put(PHOTOS)
    empty_store.events.append(REVIEWS)
    empty_store.weights.put([record(2, 0.5, {"labels": 100, "judgement": UNDECIDED})])

    [sealed] = [need for need in read_stopping_signal(empty_store).helpful if need.kind is LabelNeed.SEALED]

    assert (sealed.about, "undecided on v2" in sealed.why) == (860, True)
