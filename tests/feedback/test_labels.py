from __future__ import annotations

from dataclasses import replace

from data.domain import EventId, PhotoId, Sku, SuggestionId
from data.events import Review, Verdict
from feedback.labels import Label, LabelKind, labels_of, standing_reviews
from tests.builders import ANNA, BEN, CARLA, review_of

P1 = PhotoId("p1")
MATCH, WITHDRAWN = Verdict.MATCH, Verdict.WITHDRAWN


def label_of(*reviews: Review) -> Label:
    return labels_of([replace(review, sequence=at) for at, review in enumerate(reviews)])[P1]


ONE_ARTICLE = {Sku(sku): frozenset({Sku("bag"), Sku("bag-old"), Sku("bag-eu")}) for sku in ("bag", "bag-old", "bag-eu")}


def equivalent_label_of(*said: tuple[Verdict, str | None]) -> Label:
    """Label what Anna, Ben and Carla say of one photo, where three skus are one article."""
    reviews = [
        replace(review_of("p1", verdict, sku, by=by), sequence=at)
        for at, ((verdict, sku), by) in enumerate(zip(said, (ANNA, BEN, CARLA), strict=False))
    ]
    return labels_of(reviews, ONE_ARTICLE)[P1]


def undoing(event: str, by: str) -> Review:
    return review_of("p1", WITHDRAWN, event=by, withdraws=event)


def test_one_match_is_a_label() -> None:
    assert label_of(review_of("p1", MATCH, "bag")).skus == {"bag"}


def test_a_later_verdict_of_the_same_reviewer_takes_the_place_of_the_earlier() -> None:
    assert label_of(review_of("p1", MATCH, "bag"), review_of("p1", MATCH, "shoe")).skus == {"shoe"}


def test_what_counts_is_the_order_in_which_the_store_took_them() -> None:
    late, early = replace(review_of("p1", MATCH, "bag"), sequence=7), replace(review_of("p1", MATCH, "shoe"), sequence=3)

    assert labels_of([late, early])[P1].skus == {"bag"}


def test_the_same_verdict_of_two_is_one_label() -> None:
    label = label_of(review_of("p1", MATCH, "bag", by=ANNA), review_of("p1", MATCH, "bag", by=BEN))

    assert (label.kind, label.reviewers) == (LabelKind.MATCH, (ANNA, BEN))


def test_two_assets_for_one_photo_are_a_dispute() -> None:
    assert label_of(review_of("p1", MATCH, "bag"), review_of("p1", MATCH, "shoe", by=BEN)).kind is LabelKind.DISPUTED


def test_a_match_against_not_in_dam_is_a_dispute() -> None:
    assert label_of(review_of("p1", MATCH, "bag"), review_of("p1", Verdict.NOT_IN_DAM, by=BEN)).kind is LabelKind.DISPUTED


def test_two_against_one_is_still_a_dispute() -> None:
    said = [review_of("p1", MATCH, "bag"), review_of("p1", MATCH, "bag", by=BEN), review_of("p1", MATCH, "shoe", by=CARLA)]

    assert label_of(*said).kind is LabelKind.DISPUTED


def test_a_dispute_ends_when_one_gives_way() -> None:
    said = [review_of("p1", MATCH, "bag"), review_of("p1", MATCH, "shoe", by=BEN), review_of("p1", MATCH, "bag", by=BEN)]

    assert label_of(*said).kind is LabelKind.MATCH


def test_not_listed_says_nothing_of_the_rest_of_the_catalogue() -> None:
    assert label_of(review_of("p1", Verdict.NOT_LISTED)).kind is LabelKind.UNDECIDED


def test_not_listed_does_not_dispute_a_match() -> None:
    assert label_of(review_of("p1", MATCH, "bag"), review_of("p1", Verdict.NOT_LISTED, by=BEN)).kind is LabelKind.MATCH


def test_not_listed_keeps_the_suggestion_that_it_speaks_of() -> None:
    said = replace(review_of("p1", Verdict.NOT_LISTED), suggestion_id=SuggestionId("s1"))

    assert label_of(said).not_listed == ("s1",)


def test_a_skip_is_undecided() -> None:
    assert label_of(review_of("p1", Verdict.SKIP)).kind is LabelKind.UNDECIDED


def test_an_undone_verdict_is_no_label() -> None:
    first = review_of("p1", MATCH, "bag", event="e1")

    assert labels_of([replace(first, sequence=0), replace(undoing("e1", "e2"), sequence=1)]) == {}


def test_an_undo_brings_the_verdict_before_it_back() -> None:
    said = [review_of("p1", MATCH, "bag", event="e1"), review_of("p1", MATCH, "shoe", event="e2"), undoing("e2", "e3")]

    assert label_of(*said).skus == {"bag"}


def test_an_undone_undo_brings_the_verdict_back() -> None:
    said = [review_of("p1", MATCH, "bag", event="e1"), undoing("e1", "e2"), undoing("e2", "e3")]

    assert label_of(*said).skus == {"bag"}


def test_an_undo_that_is_undone_twice_holds_again() -> None:
    said = [review_of("p1", MATCH, "bag", event="e1"), undoing("e1", "e2"), undoing("e2", "e3"), undoing("e3", "e4")]

    assert labels_of([replace(review, sequence=at) for at, review in enumerate(said)]) == {}


def test_photos_do_not_mix() -> None:
    found = labels_of([review_of("p1", MATCH, "bag"), review_of("p2", Verdict.UNUSABLE)])

    assert {photo: label.kind.value for photo, label in found.items()} == {"p1": "match", "p2": "unusable"}


def test_standing_reviews_are_the_latest_of_each_reviewer() -> None:
    said = [
        review_of("p1", MATCH, "bag", event="e1"),
        review_of("p1", MATCH, "shoe", event="e2"),
        review_of("p1", MATCH, "bag", by=BEN, event="e3"),
    ]

    found = standing_reviews([replace(review, sequence=at) for at, review in enumerate(said)])

    assert [review.event_id for review in found] == [EventId("e2"), EventId("e3")]


def test_a_later_skip_takes_no_verdict_away() -> None:
    assert label_of(review_of("p1", MATCH, "bag"), review_of("p1", Verdict.SKIP)).kind is LabelKind.MATCH


def test_reviewers_who_chose_equivalent_skus_agree() -> None:
    assert equivalent_label_of((MATCH, "bag"), (MATCH, "bag-old")).kind is LabelKind.MATCH


def test_a_match_has_every_equivalent_of_what_was_chosen() -> None:
    assert equivalent_label_of((MATCH, "bag")).skus == {"bag", "bag-old", "bag-eu"}


def test_skus_of_which_nothing_was_declared_are_still_a_dispute() -> None:
    assert equivalent_label_of((MATCH, "bag"), (MATCH, "shoe")).kind is LabelKind.DISPUTED


def test_a_dispute_has_the_skus_that_were_chosen_and_no_equivalents() -> None:
    assert equivalent_label_of((MATCH, "bag"), (MATCH, "shoe")).skus == {"bag", "shoe"}


def test_an_equivalent_sku_does_not_settle_what_is_not_in_the_dam() -> None:
    assert equivalent_label_of((MATCH, "bag"), (MATCH, "bag-old"), (Verdict.NOT_IN_DAM, None)).kind is LabelKind.DISPUTED


def test_of_equivalent_skus_the_one_that_most_chose_is_chosen() -> None:
    assert equivalent_label_of((MATCH, "bag"), (MATCH, "bag"), (MATCH, "bag-old")).chosen == "bag"


def test_of_equivalent_skus_chosen_equally_often_the_latest_is_chosen() -> None:
    assert equivalent_label_of((MATCH, "bag"), (MATCH, "bag-old")).chosen == "bag-old"


def test_nothing_is_chosen_where_there_is_no_match() -> None:
    assert equivalent_label_of((Verdict.NOT_IN_DAM, None)).chosen is None


def test_nothing_is_chosen_in_a_dispute() -> None:
    assert equivalent_label_of((MATCH, "bag"), (MATCH, "shoe")).chosen is None
