"""Which assets are taken for each other, and what tells them apart."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

import pytest

from data.domain import PhotoId, Sku, SuggestionId, View, ViewId, ViewKind, WeightsVersion
from data.drawing import GoldMark
from data.events import Verdict
from data.ranking import Candidate, Contribution, Suggestion
from feedback.audited import AuditedPhoto
from feedback.confusion import Confusion, confusion_of, disagreements
from tests.builders import ANNA, ARTICLES, BEN, NOON, image_of, photo_of, reference_picture, review_of

NAVY, OLIVE, RED = Sku("bag-navy"), Sku("bag-olive"), Sku("bag-red")
COLOUR, SHAPE = "colour/reference", "shape/reference"


def candidate(sku: Sku, rank: int, similarities: Mapping[str, float]) -> Candidate:
    view = View(view_id=ViewId("v"), sku=sku, image_id="i", kind=ViewKind.REFERENCE, yaw_deg=None, source="test")  # type: ignore[arg-type]
    parts = tuple(Contribution(channel=name, similarity=value, value=0.0) for name, value in similarities.items())
    return Candidate(rank=rank, sku=sku, title="", score=-rank, confidence=0.5, best_view=view, contributions=parts)


def photo(
    name: str, right: Sku, order: Sequence[Sku], *, colour: float = 0.0, group: str = "", silent: bool = False
) -> AuditedPhoto:
    """Make a photo that was painted with assets in this order; the right one leads so much by colour, not by shape."""
    listed = [
        candidate(
            sku,
            rank,
            {COLOUR: math.nan if silent else 0.5 + colour * (sku == right), SHAPE: 0.5 - 0.1 * (sku == right)},
        )
        for rank, sku in enumerate(order, start=1)
    ]
    shown = Suggestion(
        suggestion_id=SuggestionId(f"s-{name}"),
        photo_id=PhotoId(name),
        weights=WeightsVersion("v1"),
        no_match=0,
        candidates=tuple(listed),
        painted_at=NOON + timedelta(minutes=1),
    )
    return AuditedPhoto(
        suggestion=shown,
        reviewer=ANNA,
        group=group or f"g {name}",
        shows=True,
        rank=order.index(right) + 1 if right in order else 0,
        category="bag",
    )


def painted(photos: Sequence[AuditedPhoto]) -> Callable[[Sequence[SuggestionId]], list[Suggestion]]:
    """Give what reads the suggestions of photos whole."""
    return lambda wanted: [one.suggestion for one in photos if one.suggestion.suggestion_id in wanted]


def confused(
    photos: Sequence[AuditedPhoto], right: Mapping[PhotoId, Sku], *, said: Sequence[tuple[str, Sku, Sku]] = ()
) -> Confusion:
    pairs = [(PhotoId(name), (one, other)) for name, one, other in said]
    return confusion_of(photos, right, pairs, {}, {}, whole=painted(photos))


def ten(*, colour: float, silent: bool = False) -> Confusion:
    """Ten photos of navy bags, of which three were taken for the olive one, and five of a red bag that were right."""
    photos = [
        photo(f"n{at}", NAVY, [OLIVE, NAVY, RED] if at < 3 else [NAVY, OLIVE, RED], colour=colour, silent=silent)
        for at in range(10)
    ]
    photos += [photo(f"r{at}", RED, [RED, NAVY, OLIVE]) for at in range(5)]
    return confused(photos, {one.suggestion.photo_id: NAVY if one.suggestion.photo_id[0] == "n" else RED for one in photos})


def test_assets_that_the_ranking_confused_twice_are_a_group() -> None:
    [group] = ten(colour=0.2).groups

    assert (group.skus, group.ranked, group.reviewed) == ((NAVY, OLIVE), 3, 0)


def test_top1_is_measured_inside_the_group_and_outside_of_all() -> None:
    found = ten(colour=0.2)

    assert found.inside is not None
    assert found.outside is not None
    assert (found.inside.value, found.inside.n) == (0.7, 10)
    assert (found.outside.value, found.outside.n) == (1.0, 5)


def test_the_channel_by_which_the_right_one_always_leads_tells_them_apart() -> None:
    best = ten(colour=0.2).groups[0].told_apart_by

    assert best is not None
    assert best.channel == COLOUR
    assert best.p_value == pytest.approx(2 * 0.5**10)  # ten of ten by the sign test, two channels


def test_where_no_channel_leads_nothing_tells_them_apart() -> None:
    assert ten(colour=-0.2).groups[0].told_apart_by is None


def test_a_channel_without_evidence_tells_nothing_apart() -> None:
    assert ten(colour=0.2, silent=True).groups[0].told_apart_by is None


def test_one_burst_that_is_confused_makes_no_group() -> None:
    photos = [photo(f"p{at}", NAVY, [OLIVE, NAVY], group="burst") for at in range(4)]
    chosen = dict.fromkeys([PhotoId(f"p{at}") for at in range(4)], NAVY)
    image = image_of(reference_picture(ARTICLES[Sku("bag-red")], size_px=24))
    stored = {name: photo_of(name, image, group="burst") for name in chosen}

    assert confusion_of(photos, chosen, [], stored, {}, whole=painted(photos)).groups == ()


def test_a_long_burst_that_was_right_hides_no_two_articles_that_are_confused() -> None:
    wrong = [photo(f"n{at}", NAVY, [OLIVE, NAVY]) for at in range(2)]
    burst = [photo(f"b{at}", NAVY, [NAVY, OLIVE], group="burst") for at in range(60)]
    chosen = {one.suggestion.photo_id: NAVY for one in (*wrong, *burst)}
    image = image_of(reference_picture(ARTICLES[Sku("bag-red")], size_px=24))
    photos = [*wrong, *burst]
    stored = {one.suggestion.photo_id: photo_of(one.suggestion.photo_id, image, group=one.group) for one in photos}

    [group] = confusion_of(photos, chosen, [], stored, {}, whole=painted(photos)).groups  # two of three times, not two of 62

    assert group.skus == (NAVY, OLIVE)


def test_rare_slips_between_two_assets_make_no_group() -> None:
    photos = [photo(f"p{at}", NAVY, [OLIVE, NAVY] if at < 2 else [NAVY, OLIVE]) for at in range(60)]
    photos += [photo(f"q{at}", OLIVE, [OLIVE, NAVY]) for at in range(60)]
    right = {one.suggestion.photo_id: NAVY if one.suggestion.photo_id[0] == "p" else OLIVE for one in photos}

    assert confused(photos, right).groups == ()  # two of sixty are less than a tenth


def test_assets_that_reviewers_disagree_on_are_a_group_too() -> None:
    [group] = confused([], {}, said=[("a", OLIVE, RED), ("b", OLIVE, RED)]).groups

    assert (group.skus, group.reviewed, group.top1) == ((OLIVE, RED), 2, None)


def test_what_two_reviewers_say_of_one_photo_is_a_disagreement() -> None:
    reviews = [review_of("a", Verdict.MATCH, NAVY, by=ANNA), review_of("a", Verdict.MATCH, OLIVE, by=BEN)]

    assert disagreements(reviews, [], {}, {}) == [("a", (NAVY, OLIVE))]


def test_equivalent_assets_are_no_disagreement() -> None:
    reviews = [review_of("a", Verdict.MATCH, NAVY, by=ANNA), review_of("a", Verdict.MATCH, OLIVE, by=BEN)]

    assert disagreements(reviews, [], {}, {NAVY: OLIVE}) == []


def test_a_slip_on_gold_is_a_disagreement_with_the_known_answer() -> None:
    mark = GoldMark(event_id="g", photo_id=PhotoId("a"), by="maja", at=NOON, verdict=Verdict.MATCH, sku=NAVY)  # type: ignore[arg-type]
    slip = review_of("a", Verdict.MATCH, RED, by=BEN)

    assert disagreements([], [slip], {PhotoId("a"): mark}, {}) == [("a", (NAVY, RED))]
