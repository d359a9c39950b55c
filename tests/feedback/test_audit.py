"""How often the first that was painted was right, weighted back to all photos."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from data.domain import PhotoId, Reviewer, Sku, SuggestionId, View, ViewId, ViewKind, WeightsVersion
from data.events import Verdict
from data.ranking import Candidate, Contribution, Suggestion
from data.store import Store
from feedback.audit import AuditedPhoto, audit_of, audited_photos, read_audit, read_decided
from feedback.crops import crop_photo
from feedback.labels import labels_of
from feedback.metrics import Interval
from tests.builders import ANNA, BEN, NOON, review_of
from tests.crops import LEFT


def painted(photo: str, first: str, *, order: str = "random", chance: float | None = 0.01, minutes: int = 0) -> Suggestion:
    view = View(view_id=ViewId("v"), sku=Sku(first), image_id="i", kind=ViewKind.REFERENCE, yaw_deg=None, source="test")  # type: ignore[arg-type]
    candidate = Candidate(rank=1, sku=Sku(first), title="", score=1, confidence=1, best_view=view, contributions=())
    return Suggestion(
        suggestion_id=SuggestionId(f"s-{photo}"),
        photo_id=PhotoId(photo),
        weights=WeightsVersion("v1"),
        no_match=0,
        candidates=(candidate,),
        painted_at=NOON + timedelta(minutes=minutes),
        queue_order=order,
        queue_propensity=chance,
    )


def decided(
    at: int, *, right: bool, category: str = "bag", order: str = "random", chance: float | None = None, by: Reviewer = ANNA
) -> AuditedPhoto:
    """Make a photo that was the `at`th of a hundred to be picked."""
    shown = painted(f"p{at}", "bag-blue", order=order, chance=1 / (100 - at) if chance is None else chance, minutes=at)
    return AuditedPhoto(suggestion=shown, reviewer=by, group=f"g{at}", shows=True, rank=int(right), category=category)


def ten_of_a_hundred() -> list[AuditedPhoto]:
    return [decided(at, right=at % 2 == 0, category="bag" if at < 4 else "shoe", by=ANNA if at < 5 else BEN) for at in range(10)]


def value(found: Interval | None) -> float:
    assert found is not None
    return found.value


def test_of_photos_drawn_at_random_both_shares_are_the_same() -> None:
    found = audit_of(ten_of_a_hundred(), waiting=90)

    assert value(found.overall.plain) == 0.5
    assert value(found.overall.weighted) == pytest.approx(0.5)


def test_a_photo_that_came_oldest_first_has_a_part_in_the_plain_share_alone() -> None:
    oldest = [decided(at, right=True, order="oldest", chance=1.0) for at in range(10, 20)]

    found = audit_of([*ten_of_a_hundred(), *oldest], waiting=80)

    assert (found.decided, found.drawn, value(found.overall.plain)) == (20, 10, 0.75)
    assert value(found.overall.weighted) == pytest.approx(0.5, abs=0.01)


def test_a_pick_within_a_category_says_nothing_of_all_photos() -> None:
    found = audit_of([decided(at, right=True, order="uncertain/bag", chance=0.5) for at in range(3)], waiting=0)

    assert (found.drawn, found.overall.weighted) == (0, None)


def test_the_hard_photos_that_an_uncertain_queue_prefers_weigh_little() -> None:
    preferred = [decided(at, right=False, order="uncertain", chance=0.9 + 0.1 / (100 - at)) for at in range(9)]
    drawn = [decided(at, right=True, order="uncertain", chance=0.1 / (100 - at)) for at in range(9, 12)]

    found = audit_of([*preferred, *drawn], waiting=88).overall

    assert value(found.plain) == 0.25
    assert value(found.weighted) > 0.9


def test_accuracy_is_told_by_category_reviewer_month_and_weights() -> None:
    found = audit_of(ten_of_a_hundred(), waiting=90)

    assert [(one.name, one.plain and one.plain.n) for one in found.categories] == [("bag", 4), ("shoe", 6)]
    assert [(one.name, one.plain and one.plain.value) for one in found.reviewers] == [(ANNA, 0.6), (BEN, 0.4)]
    assert [one.name for one in (*found.months, *found.weights)] == ["2026-03", "v1"]


def test_a_photo_is_audited_by_the_first_suggestion_on_which_it_was_decided_and_by_its_label() -> None:
    shown = {one.suggestion_id: one for one in (painted("p", "a"), painted("q", "a", minutes=1))}
    reviews = [
        review_of("p", Verdict.MATCH, "b"),
        review_of("q", Verdict.MATCH, "a"),
        review_of("r", Verdict.MATCH, "a"),
    ]
    reviews = [
        replace(review, suggestion_id=SuggestionId(f"s-{review.photo_id}"), sequence=at) for at, review in enumerate(reviews)
    ]
    equivalents = {Sku("a"): frozenset({Sku("a"), Sku("b")}), Sku("b"): frozenset({Sku("a"), Sku("b")})}

    plain, same = (audited_photos(reviews, labels_of(reviews, known), shown, {}, {}) for known in ({}, equivalents))

    assert [(one.suggestion.photo_id, one.right) for one in plain] == [("p", False), ("q", True)]
    assert [one.right for one in same] == [True, True]


def test_a_verdict_that_names_the_suggestion_of_another_photo_is_not_audited_by_it() -> None:
    shown = painted("p", "a")
    review = replace(review_of("q", Verdict.MATCH, "a"), suggestion_id=shown.suggestion_id, sequence=0)

    assert audited_photos([review], labels_of([review]), {shown.suggestion_id: shown}, {}, {}) == []


def test_the_audit_of_a_store_counts_what_waits_and_what_was_drawn(small_store: Store) -> None:
    photos = small_store.photos.all()
    shown = painted(photos[0].photo_id, "ball-red", chance=1 / len(photos))
    small_store.suggestions.put([shown])
    review = review_of(photos[0].photo_id, Verdict.MATCH, "ball-red")
    small_store.events.append([replace(review, suggestion_id=shown.suggestion_id)])

    found = read_audit(small_store)

    assert (found.decided, found.drawn, found.waiting) == (1, 1, len(photos) - 1)
    assert value(found.overall.plain) == 1


def test_of_a_long_list_only_the_first_is_kept_in_memory_though_the_right_one_came_later(small_store: Store) -> None:
    first = painted("ball-red/1", "bag-blue")
    second = replace(painted("ball-red/1", "ball-red").candidates[0], rank=2)
    shown = replace(first, candidates=(*first.candidates, second))
    small_store.suggestions.put([shown])
    review = review_of("ball-red/1", Verdict.MATCH, "ball-red")
    small_store.events.append([replace(review, suggestion_id=shown.suggestion_id)])

    [one] = read_decided(small_store).photos

    assert ([each.sku for each in one.suggestion.candidates], one.rank, one.group) == (["bag-blue"], 2, "g-ball-red/1")


def test_lists_come_without_the_contributions_to_their_scores(small_store: Store) -> None:
    shown = painted("ball-red/1", "bag-blue")
    scored = replace(shown.candidates[0], contributions=(Contribution(channel="colour/reference", similarity=0.5, value=0.1),))
    small_store.suggestions.put([replace(shown, candidates=(scored,))])

    [one] = small_store.suggestions.lists_of([shown.suggestion_id])

    assert one.candidates == (replace(scored, contributions=()),)


def test_a_photo_that_was_cropped_is_judged_by_what_was_painted_before_and_as_it_was_drawn(small_store: Store) -> None:
    first, helped = (
        painted("ball-red/1", "bag-blue", order="audit", chance=0.1),
        painted("ball-red/1", "ball-red", order="", chance=None),
    )
    helped = replace(helped, suggestion_id=SuggestionId("helped"), painted_at=NOON + timedelta(minutes=1))
    newer = replace(helped, suggestion_id=SuggestionId("newer"), weights=WeightsVersion("v2"))
    small_store.suggestions.put([newer, helped, first])
    crop_photo(
        small_store, PhotoId("ball-red/1"), LEFT, by="anna", at=NOON - timedelta(hours=9)
    )  # a browser's clock may be wrong
    review = review_of("ball-red/1", Verdict.MATCH, "ball-red")
    small_store.events.append([replace(review, suggestion_id=helped.suggestion_id)])

    [one] = read_decided(small_store).photos

    assert (one.suggestion.suggestion_id, one.right, one.sampled) == (first.suggestion_id, False, True)


def test_a_cropped_photo_that_was_drawn_after_it_was_first_painted_stays_in_the_sample(small_store: Store) -> None:
    """As on Search: painted there without a pick of the queue, drawn and cropped later."""
    first = painted("ball-red/1", "bag-blue", order="", chance=None)
    helped = replace(painted("ball-red/1", "ball-red", order="audit", chance=0.1), suggestion_id=SuggestionId("helped"))
    helped = replace(helped, painted_at=NOON + timedelta(minutes=1))
    small_store.suggestions.put([helped, first])
    crop_photo(small_store, PhotoId("ball-red/1"), LEFT, by="anna", at=NOON)
    review = review_of("ball-red/1", Verdict.MATCH, "ball-red")
    small_store.events.append([replace(review, suggestion_id=helped.suggestion_id)])

    [one] = read_decided(small_store).photos

    assert (one.right, one.sampled, one.suggestion.queue_propensity) == (False, True, 0.1)


def test_a_photo_that_nobody_cropped_is_judged_by_the_list_on_which_it_was_decided(small_store: Store) -> None:
    first, again = painted("ball-red/1", "bag-blue"), painted("ball-red/1", "ball-red", minutes=1)
    again = replace(again, suggestion_id=SuggestionId("again"))
    small_store.suggestions.put([first, again])
    review = review_of("ball-red/1", Verdict.MATCH, "ball-red")
    small_store.events.append([replace(review, suggestion_id=again.suggestion_id)])

    [one] = read_decided(small_store).photos

    assert (one.suggestion.suggestion_id, one.right) == (again.suggestion_id, True)
