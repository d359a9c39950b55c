"""Who confirms no better than chance is named before anybody else has seen the photo; whoever has hard photos is not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from data.domain import EventId, Reviewer, WeightsVersion
from data.events import Review
from data.ranking import Suggestion
from data.store import Store
from feedback.confirmed import read_confirmed_views
from feedback.guessing import Guesser, Trace, find_guessers
from feedback.held_back import held_back
from feedback.versions import activate
from matching.preparation import record_of
from tests.benchmarks.suspicion_power import said, shown
from tests.builders import ANNA, BEN, NOON, asset_of, image_of, photo_of, reference_picture, weights_of
from tests.builders import ARTICLES as PAINTED

RIGHT = 1
FIRST, SECOND, UNLISTED = [RIGHT, 2, 3, 4, 5], [2, RIGHT, 3, 4, 5], [2, 3, 4, 5, 6]
Labelled = tuple[Review, Suggestion]


def confirmed(who: Reviewer, lists: Sequence[Sequence[int]], *, confidence: float = 0.1) -> list[Labelled]:
    """Let somebody confirm article 1 on photos for which these were suggested."""
    names = [f"{who}{at}" for at in range(len(lists))]
    return [
        (replace(said(name, who, RIGHT, at, suggestion=name), event_id=EventId(name)), shown(name, name, listed, confidence))
        for at, (name, listed) in enumerate(zip(names, lists, strict=True))
    ]


def found_in(labelled: Sequence[Labelled], *, assets: int = 1_000, groups: Mapping[str, str] | None = None) -> list[Guesser]:
    suggestions = {suggestion.suggestion_id: suggestion for _, suggestion in labelled}
    return find_guessers([review for review, _ in labelled], groups or {}, suggestions, assets)  # type: ignore[arg-type]


def test_who_confirms_what_is_not_suggested_is_named_with_figures() -> None:
    [found] = found_in([*confirmed(ANNA, [FIRST] * 20), *confirmed(BEN, [UNLISTED] * 10)])

    assert (found.reviewer, found.trace, found.hits, found.compared) == (BEN, Trace.LISTED, 0, 10)
    assert (found.others_hits, found.others_compared, found.chance) == (20, 20, 0.005)


def test_the_p_value_is_fishers_for_all_who_were_tested() -> None:
    [found] = found_in([*confirmed(ANNA, [FIRST] * 20), *confirmed(BEN, [UNLISTED] * 10)])

    assert found.p_value == pytest.approx(2 / 30_045_015)  # two tests; one way of 30 over 10 to miss all ten


def test_nine_confirmations_are_too_few_to_be_tested() -> None:
    assert found_in([*confirmed(ANNA, [FIRST] * 20), *confirmed(BEN, [UNLISTED] * 9)]) == []


def test_hard_photos_make_nobody_a_guesser() -> None:
    # one in ten by chance would be 0.005; three of twenty are better than that at any level
    assert found_in([*confirmed(ANNA, [FIRST] * 20), *confirmed(BEN, [SECOND] * 3 + [UNLISTED] * 17)]) == []


def test_in_a_small_catalogue_chance_lists_half_of_the_articles() -> None:
    labelled = [*confirmed(ANNA, [FIRST] * 40), *confirmed(BEN, [SECOND] * 10 + [UNLISTED] * 10)]

    assert [one.reviewer for one in found_in(labelled, assets=10)] == [BEN]


def test_who_takes_any_of_the_five_is_named_where_the_ranking_is_sure() -> None:
    labelled = [*confirmed(ANNA, [FIRST] * 30, confidence=0.7), *confirmed(BEN, [FIRST] * 2 + [SECOND] * 8, confidence=0.7)]

    assert [(one.reviewer, one.trace, one.hits) for one in found_in(labelled)] == [(BEN, Trace.FIRST, 2)]


def test_where_the_ranking_is_not_sure_any_of_the_five_may_be_right() -> None:
    labelled = [*confirmed(ANNA, [FIRST] * 30, confidence=0.7), *confirmed(BEN, [FIRST] * 2 + [SECOND] * 8, confidence=0.4)]

    assert found_in(labelled) == []


def test_a_burst_counts_once() -> None:
    ben = confirmed(BEN, [UNLISTED] * 20)

    assert found_in([*confirmed(ANNA, [FIRST] * 20), *ben], groups={review.photo_id: "burst" for review, _ in ben}) == []


def test_labels_without_a_suggestion_say_nothing() -> None:
    imported = [(replace(review, suggestion_id=None), listed) for review, listed in confirmed(BEN, [UNLISTED] * 20)]

    assert found_in([*confirmed(ANNA, [FIRST] * 20), *imported]) == []


# what they confirmed ranks nothing


def guessed_in(store: Store) -> Store:
    """Anna confirms what is suggested on 20 photos, Ben what is not on 10."""
    labelled = [*confirmed(ANNA, [FIRST] * 20), *confirmed(BEN, [UNLISTED] * 10)]
    image = image_of(reference_picture(next(iter(PAINTED.values())), size_px=40))
    store.images.put([image])
    store.photos.put(photo_of(review.photo_id, image) for review, _ in labelled)
    store.suggestions.put(suggestion for _, suggestion in labelled)
    store.assets.put(asset_of(f"sku {at}") for at in range(100))  # type: ignore[arg-type]
    store.events.append([review for review, _ in labelled])
    ranking(store, "v1", {})
    return store


def ranking(store: Store, version: str, metrics: dict[str, object]) -> None:
    """Take weights into use that were fitted so."""
    weights = replace(weights_of({"colour/reference": 1.0}), version=WeightsVersion(version))
    store.weights.put([record_of(weights, parent=None, created_by="mia", at=NOON, metrics=metrics)])
    activate(store, weights.version, by="mia", reason="by hand", at=NOON)


def test_what_a_guesser_confirmed_ranks_nothing(empty_store: Store) -> None:
    views = read_confirmed_views(guessed_in(empty_store))

    assert {view.photo_id for view in views} == {f"{ANNA}{at}" for at in range(20)}


def test_it_ranks_again_once_a_person_fitted_with_it_although_warned(empty_store: Store) -> None:
    ranking(guessed_in(empty_store), "v2", {"suspected": [BEN]})

    assert len(read_confirmed_views(empty_store)) == 30


def test_weights_fitted_without_them_hold_back_nobody_else(empty_store: Store) -> None:
    ranking(guessed_in(empty_store), "v2", {"without": [BEN], "suspected": []})

    assert len(read_confirmed_views(empty_store)) == 20


def test_before_anything_ranks_nobody_is_held_back(empty_store: Store) -> None:
    assert held_back(empty_store) == frozenset()
