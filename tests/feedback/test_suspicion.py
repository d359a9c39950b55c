"""What would poison a fit is named, and honest people are not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from data.domain import EventId, Photo, PhotoId, Reviewer, Sku, SuggestionId
from data.errors import NotFound
from data.events import Review, Verdict
from data.ranking import Candidate, Contribution, Suggestion
from data.store import Store
from feedback.batches import batches_of
from feedback.repeated_labels import catalogue_place
from feedback.suspicion import Suspicion, SuspicionKind, find_suspicions, read_suspicions, without
from tests.benchmarks.suspicion_power import (
    ROWS,
    met_gold,
    names_bad,
    names_honest,
    photos_of,
    repeating,
    reviewed_twice,
    run_row,
    shown,
)
from tests.builders import ANNA, BEN, CARLA, NOON, asset_of, image_of, photo_of, reference_picture, review_of
from tests.builders import ARTICLES as PAINTED

ASSETS = 1_000


def in_order(reviews: Sequence[Review]) -> list[Review]:
    """Number reviews as the store would, with ids of their own."""
    return [replace(review, sequence=at, event_id=EventId(f"e{at}")) for at, review in enumerate(reviews)]


def confirmations(by: Reviewer, sku: str, photos: Sequence[str], *, hours: int = 0) -> list[Review]:
    return [replace(review_of(photo, Verdict.MATCH, sku, by=by), at=NOON + timedelta(hours=hours)) for photo in photos]


def names(prefix: str, count: int) -> list[str]:
    return [f"{prefix}{at}" for at in range(count)]


def found_in(
    reviews: Sequence[Review],
    *,
    groups: Mapping[str, str] | None = None,
    suggestions: Sequence[Suggestion] = (),
    assets: int = ASSETS,
    same: Mapping[Sku, Sku] | None = None,
) -> list[Suspicion]:
    ordered = in_order(reviews)
    photos: dict[PhotoId, Photo] = {
        name: replace(photo, group=(groups or {}).get(name, photo.group)) for name, photo in photos_of(ordered).items()
    }
    return list(find_suspicions(ordered, photos, {one.suggestion_id: one for one in suggestions}, assets, same=same))


def ben_against_all(*, ben: str = "other") -> list[Review]:
    """Anna and Carla agree on 40 photos; Ben sees 20 of them and says something else."""
    agreed = [review for photo in names("p", 40) for by in (ANNA, CARLA) for review in confirmations(by, f"sku {photo}", [photo])]
    return [*agreed, *(review for photo in names("p", 20) for review in confirmations(BEN, f"{ben} {photo}", [photo]))]


def test_a_reviewer_who_contradicts_the_others_is_named() -> None:
    assert [(one.kind, one.reviewer) for one in found_in(ben_against_all())] == [(SuspicionKind.CARELESS, BEN)]


def test_a_suspicion_names_the_verdicts_in_question() -> None:
    [found] = found_in(ben_against_all())

    assert found.photos == tuple(names("p", 20))
    assert found.events == tuple(f"e{at}" for at in range(80, 100))


def test_a_suspicion_tells_a_measured_figures_and_remedy() -> None:
    [found] = found_in(ben_against_all())

    assert "ben agrees with the others on 0 of 20 photos" in found.reason
    assert "among themselves on 40 of 40 (p =" in found.reason
    assert found.reason.endswith("leave their labels out with --without ben, or ask them.")


def test_a_name_with_a_space_is_quoted_for_the_command_line() -> None:
    reviews = [replace(review, reviewer=Reviewer("ben b")) if review.reviewer == BEN else review for review in ben_against_all()]

    assert "--without 'ben b'" in found_in(reviews)[0].reason


def test_equivalent_articles_are_no_contradiction() -> None:
    same = {Sku(f"other {photo}"): Sku(f"sku {photo}") for photo in names("p", 20)}

    assert found_in(ben_against_all(), same=same) == []


def test_who_took_everything_back_is_under_no_suspicion() -> None:
    reviews = in_order(ben_against_all())
    own = [review for review in reviews if review.reviewer == BEN]
    back = [review_of(one.photo_id, Verdict.WITHDRAWN, by=BEN, event=f"w{one.event_id}", withdraws=one.event_id) for one in own]
    numbered = [replace(one, sequence=len(reviews) + at) for at, one in enumerate(back)]

    assert find_suspicions([*reviews, *numbered], photos_of(reviews), {}, ASSETS) == ()


def test_no_review_is_under_no_suspicion() -> None:
    assert find_suspicions([], {}, {}, 0) == ()


# one label repeated


def repeated_by_ben(count: int, *, others: int = 200) -> list[Review]:
    """Ben confirms one bag so many times, beside 50 other articles; Anna confirms others."""
    return [
        *confirmations(BEN, "the bag", names("b", count)),
        *(review for at in range(50) for review in confirmations(BEN, f"sku {at}", [f"c{at}"])),
        *(review for at in range(others) for review in confirmations(ANNA, f"sku {at}", [f"a{at}"])),
    ]


def suggested(reviews: Sequence[Review], *, place: int) -> tuple[list[Review], list[Suggestion]]:
    """Give each confirmation a suggestion that has the article at a place of six."""
    with_ids = [replace(review, suggestion_id=SuggestionId(f"s {review.photo_id}")) for review in reviews]
    listed = [
        replace(
            shown(f"s {review.photo_id}", review.photo_id, range(6)),
            candidates=tuple(
                replace(candidate, sku=review.sku) if candidate.rank == place and review.sku is not None else candidate
                for candidate in shown("", "", range(10_000, 10_006)).candidates
            ),
        )
        for review in with_ids
    ]
    return with_ids, listed


def test_one_label_five_hundred_times_is_named() -> None:
    [found] = found_in(repeated_by_ben(500))

    assert (found.kind, found.reviewer, found.sku, found.n) == (SuspicionKind.REPEATED_LABEL, BEN, "the bag", 500)
    assert "500 times, 91% of all their matches" in found.reason


def test_one_label_repeated_by_the_only_reviewer_is_named() -> None:
    assert [one.sku for one in found_in(repeated_by_ben(500, others=0))] == ["the bag"]


def test_a_burst_of_one_article_counts_once() -> None:
    assert found_in(repeated_by_ben(500), groups=dict.fromkeys(names("b", 500), "one burst")) == []


def test_nineteen_labels_are_too_few_to_be_named() -> None:
    assert found_in(repeated_by_ben(19)) == []


def test_an_article_that_the_others_confirm_as_often_is_named_for_nobody() -> None:
    others = confirmations(ANNA, "the bag", names("d", 400))

    assert found_in([*repeated_by_ben(100), *others]) == []


@pytest.mark.parametrize(("place", "named"), [(1, False), (5, False), (6, True)])
def test_a_label_that_was_mostly_suggested_is_honest(place: int, named: bool) -> None:
    reviews, suggestions = suggested(repeated_by_ben(100), place=place)

    assert bool(found_in(reviews, suggestions=suggestions)) is named


def test_a_specialist_of_eight_articles_is_not_named() -> None:
    specialist = [review for at in range(8) for review in confirmations(BEN, f"shoe {at}", names(f"s{at}-", 30))]
    others = [review for at in range(200) for review in confirmations(ANNA, f"sku {at}", [f"a{at}"])]

    assert found_in([*specialist, *others]) == []


def test_a_small_catalogue_makes_repeats_probable() -> None:
    # of ten articles one is on half of the photos: nothing to stop a fit for
    reviews = [
        *confirmations(BEN, "the bag", names("b", 50)),
        *(review for at in range(50) for review in confirmations(BEN, f"sku {at % 9}", [f"c{at}"])),
    ]

    assert found_in(reviews, assets=10) == []


def test_what_confirmed_views_say_is_no_support() -> None:
    first, second = shown("s", "p", [1, 2]).candidates
    taught = Contribution(channel="colour/confirmed", similarity=0.9, value=9.0)
    suggestion = replace(shown("s", "p", []), candidates=(with_part(second, taught), replace(first, rank=2)))

    assert (suggestion.candidates[0].sku, catalogue_place(suggestion, Sku("sku 2"))) == ("sku 2", 2)


def with_part(candidate: Candidate, part: Contribution) -> Candidate:
    return replace(candidate, rank=1, contributions=(*candidate.contributions, part))


def test_an_article_that_is_not_listed_has_no_place() -> None:
    assert catalogue_place(shown("s", "p", [1, 2]), Sku("sku 3")) is None


# batches


def test_a_batch_ends_at_a_pause_of_half_an_hour() -> None:
    reviews = in_order([review for hours in (0, 0, 2, 2, 2) for review in confirmations(BEN, "bag", ["p"], hours=hours)])

    assert [len(batch.reviews) for batch in batches_of(reviews)] == [2, 3]


def test_a_file_is_another_batch_than_the_screen() -> None:
    imported, screen = (
        review_of("p", Verdict.MATCH, "bag"),
        replace(review_of("q", Verdict.MATCH, "bag"), suggestion_id=SuggestionId("s")),
    )

    batches = batches_of(in_order([screen, screen, imported, imported, screen]))

    assert [(batch.imported, len(batch.reviews)) for batch in batches] == [(False, 2), (True, 2), (False, 1)]


def test_an_undo_at_the_screen_ends_no_batch() -> None:
    screen = replace(review_of("q", Verdict.MATCH, "bag"), suggestion_id=SuggestionId("s"))
    undo = review_of("q", Verdict.WITHDRAWN, withdraws="e0")

    assert len(batches_of(in_order([screen, undo, screen]))) == 1


def in_bursts(sku_of: Mapping[str, int], *, by: Reviewer, hours: int, photos: str) -> list[Review]:
    """Confirm one photo of each group, as the article numbered."""
    return [
        review
        for group, article in sku_of.items()
        for review in confirmations(by, f"sku {article}", [f"{group}/{photos}"], hours=hours)
    ]


def two_good_and_one(shift: int) -> tuple[list[Review], dict[str, str]]:
    """Anna and Ben each label a photo of forty groups; a second batch of Ben's labels a third one, shifted by some rows."""
    right = {f"g{at}": at for at in range(40)}
    shifted = {group: (at + shift) % 40 for group, at in right.items()}
    reviews = [
        *in_bursts(right, by=ANNA, hours=0, photos="x"),
        *in_bursts(right, by=BEN, hours=1, photos="y"),
        *in_bursts(shifted, by=BEN, hours=9, photos="z"),
    ]
    return reviews, {review.photo_id: review.photo_id.partition("/")[0] for review in reviews}


def test_a_batch_that_contradicts_its_groups_is_named() -> None:
    reviews, groups = two_good_and_one(shift=1)

    [found] = found_in(reviews, groups=groups)

    assert (found.kind, found.reviewer, set(found.photos)) == (
        SuspicionKind.CONTRADICTORY_BATCH,
        BEN,
        {f"g{at}/z" for at in range(40)},
    )
    assert "40 reviews that ben imported from 2026-03-01 21:00 on" in found.reason
    assert "in 0 of 40 cases, other batches in 40 of 40" in found.reason


def test_a_batch_that_fits_its_groups_is_not_named() -> None:
    reviews, groups = two_good_and_one(shift=0)

    assert found_in(reviews, groups=groups) == []


def test_an_unusable_photo_contradicts_no_group() -> None:
    reviews, groups = two_good_and_one(shift=0)
    blurred = [review_of(f"g{at}/blurred", Verdict.UNUSABLE, by=CARLA) for at in range(40)]
    groups |= {f"g{at}/blurred": f"g{at}" for at in range(40)}

    assert found_in([*reviews, *blurred], groups=groups) == []


# leaving out


def test_what_is_left_out_leaves_nothing_behind() -> None:
    reviews = [
        review_of("p", Verdict.MATCH, "bag", by=BEN, event="e"),
        review_of("p", Verdict.WITHDRAWN, by=BEN, withdraws="e"),
        review_of("p", Verdict.MATCH, "bag", by=ANNA),
    ]

    assert without(reviews, [BEN]) == reviews[2:]


def test_a_name_that_reviewed_nothing_cannot_be_left_out() -> None:
    with pytest.raises(NotFound, match="bne"):
        without([review_of("p", Verdict.MATCH, "bag", by=BEN)], [Reviewer("bne")])


# from the store


def stored(store: Store, reviews: Sequence[Review], suggestions: Sequence[Suggestion] = ()) -> Store:
    image = image_of(reference_picture(next(iter(PAINTED.values())), size_px=40))
    store.photos.put(photo_of(photo, image) for photo in {review.photo_id for review in reviews})
    store.suggestions.put(suggestions)
    store.assets.put(asset_of(Sku(f"sku {at}")) for at in range(ASSETS))
    store.events.append([replace(review, event_id=EventId(f"e{at}")) for at, review in enumerate(reviews)])
    return store


def test_a_store_is_searched_for_poison(empty_store: Store) -> None:
    assert [one.reviewer for one in read_suspicions(stored(empty_store, ben_against_all()))] == [BEN]


def test_suggestions_in_the_store_acquit(empty_store: Store) -> None:
    reviews, suggestions = suggested(repeated_by_ben(40, others=60), place=1)

    assert read_suspicions(stored(empty_store, reviews, suggestions)) == ()


def test_suggestions_in_the_store_that_list_something_else_do_not_acquit(empty_store: Store) -> None:
    reviews, suggestions = suggested(repeated_by_ben(40, others=60), place=6)

    assert [one.sku for one in read_suspicions(stored(empty_store, reviews, suggestions))] == ["the bag"]


# by simulation: see tests/benchmarks/suspicion_power.py


def test_who_answers_at_random_is_named_once_thirty_photos_have_met_them() -> None:
    assert all(names_bad(reviewed_twice(seed, meets=30, bad=True)) for seed in range(30))


def test_beside_one_who_answers_at_random_the_honest_are_not_named() -> None:
    # truly in one house of 300: four of 60 would be a case of one in ten thousand
    assert sum(names_honest(reviewed_twice(seed, meets=30, bad=True)) for seed in range(60)) < 4


def test_honest_reviewers_are_not_named() -> None:
    assert sum(bool(reviewed_twice(seed, meets=30, bad=False)) for seed in range(60)) < 4


def test_a_launch_makes_nobody_a_suspect() -> None:
    assert not any(repeating(seed, share=0.5, launch=True) for seed in range(5))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("title", "least"), [("one article on 20% of one's photos", 0.9), ("one batch of 60 shifted by a row", 0.9)]
)
def test_poison_of_other_kinds_is_named(title: str, least: float) -> None:
    [draw] = [draw for name, draw, _ in ROWS if name == title]

    named, blamed = run_row(draw, True, 20)

    assert named.value >= least
    assert blamed.value <= 0.1


def test_a_random_answerer_is_named_once_thirty_gold_photos_have_met_them() -> None:
    assert all(names_bad(met_gold(seed, meets=30, bad=True)) for seed in range(30))


def test_ten_honest_reviewers_who_met_gold_are_left_alone() -> None:
    assert sum(names_honest(met_gold(seed, meets=30, bad=False)) for seed in range(30)) <= 1


def test_the_house_is_never_under_suspicion() -> None:
    assert {suspicion.reviewer for suspicion in met_gold(0, meets=30, bad=True)} == {Reviewer("reviewer 0")}
