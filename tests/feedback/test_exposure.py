from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping

import pytest

from data.domain import ImageId, PhotoId, Sku, SuggestionId, View, ViewId, ViewKind, WeightsVersion
from data.ranking import Candidate, Contribution, Suggestion
from feedback.exposure import EXPLORE_SHARE, disagreeing_first, expose, slot_propensities
from tests.builders import NOON

MANY = 1_000
SILENT = math.nan


def candidate(rank: int, parts: Mapping[str, float]) -> Candidate:
    sku = Sku(f"a{rank:02d}")
    view = View(view_id=ViewId(sku), sku=sku, image_id=ImageId(sku), kind=ViewKind.REFERENCE, yaw_deg=None, source="test")
    contributions = tuple(
        Contribution(channel=channel, similarity=value, value=0.0 if math.isnan(value) else value)
        for channel, value in parts.items()
    )
    return Candidate(rank=rank, sku=sku, title=sku, score=-rank, confidence=0.1, best_view=view, contributions=contributions)


def suggestion(parts: Mapping[int, Mapping[str, float]] | None = None, *, count: int = 30, name: str = "s1") -> Suggestion:
    """All candidates agree, falling with their rank, but for the parts given by rank."""
    listed = [candidate(rank, {"colour/reference": -rank, **(parts or {}).get(rank, {})}) for rank in range(1, count + 1)]
    return Suggestion(
        suggestion_id=SuggestionId(name),
        photo_id=PhotoId("p1"),
        weights=WeightsVersion("v1"),
        no_match=0.1,
        candidates=tuple(listed),
        painted_at=NOON,
    )


def dissent(rank: int = 12) -> dict[int, dict[str, float]]:
    """A second channel that puts one rank before all others."""
    return {other: {"hue/render": 2.0 if other == rank else -float(other)} for other in range(1, 31)}


def exposed(parts: Mapping[int, Mapping[str, float]] | None = None) -> list[Suggestion]:
    return [expose(suggestion(parts, name=f"s{number}")) for number in range(MANY)]


def skus(shown: Suggestion, count: int = 5) -> list[str]:
    return [found.sku for found in shown.candidates[:count]]


def test_the_first_four_are_always_the_models() -> None:
    assert {tuple(skus(shown, 4)) for shown in exposed(dissent())} == {("a01", "a02", "a03", "a04")}


def test_about_a_fifth_of_suggestions_explore() -> None:
    explored = sum(shown.explored_rank == 5 for shown in exposed())

    # three standard deviations of 1,000 draws are 0.038
    assert explored / MANY == pytest.approx(EXPLORE_SHARE, abs=0.038)


def test_what_explores_is_the_first_of_the_channel_that_disagrees() -> None:
    assert Counter(skus(shown)[4] for shown in exposed(dissent())).keys() == {"a05", "a12"}


def test_where_all_agree_every_one_of_the_rest_explores() -> None:
    assert len({skus(shown)[4] for shown in exposed() if shown.explored_rank}) == 25


def test_the_stored_propensity_is_how_often_that_asset_is_shown() -> None:
    shown = exposed(dissent())
    share = Counter(skus(found)[4] for found in shown)

    assert {skus(found)[4]: found.propensity for found in shown} == {"a05": 0.8, "a12": 0.2}
    assert share["a12"] / MANY == pytest.approx(0.2, abs=0.038)


@pytest.mark.parametrize("parts", [None, dissent()])
@pytest.mark.parametrize("count", [5, 6, 8, 30])
def test_the_propensities_of_the_slot_sum_to_one(parts: Mapping[int, Mapping[str, float]] | None, count: int) -> None:
    assert sum(slot_propensities(suggestion(parts, count=count)).values()) == pytest.approx(1.0)


def test_each_of_the_rest_has_the_same_propensity() -> None:
    chances = slot_propensities(suggestion())

    assert {sku: chance for sku, chance in chances.items() if sku != "a05"} == dict.fromkeys(
        [f"a{rank:02d}" for rank in range(6, 31)], pytest.approx(0.2 / 25)
    )


def test_the_same_suggestion_shows_the_same_every_time() -> None:
    assert {expose(suggestion(name="s7")) for _ in range(20)} == {expose(suggestion(name="s7"))}


def test_nobody_is_lost_and_the_models_fifth_comes_sixth() -> None:
    shown = next(found for found in exposed(dissent()) if found.explored_rank)

    assert skus(shown, 8) == ["a01", "a02", "a03", "a04", "a12", "a05", "a06", "a07"]
    assert len(shown.candidates) == 30


def test_ranks_are_the_places_where_candidates_are_shown() -> None:
    assert all([found.rank for found in shown.candidates] == list(range(1, 31)) for shown in exposed(dissent())[:50])


@pytest.mark.parametrize("count", [0, 3, 5])
def test_where_nothing_is_left_to_explore_the_list_is_certain(count: int) -> None:
    shown = expose(suggestion(count=count))

    assert (shown.explored_rank, shown.propensity, len(shown.candidates)) == (None, 1.0, count)


def test_without_a_share_nothing_explores() -> None:
    shown = [expose(suggestion(name=f"s{number}"), share=0.0) for number in range(100)]

    assert {(found.explored_rank, found.propensity) for found in shown} == {(None, 1.0)}


def test_where_all_channels_agree_nobody_dissents() -> None:
    assert disagreeing_first(suggestion()) is None


def test_a_channels_first_that_is_shown_already_is_no_dissent() -> None:
    assert disagreeing_first(suggestion(dissent(rank=3))) is None


def test_of_two_dissenters_the_one_with_the_larger_lead_counts() -> None:
    parts = {rank: {"hue/render": 0.0, "grain/render": 0.0} for rank in range(1, 31)}
    parts[9] = {"hue/render": 0.5, "grain/render": -2.0}
    parts[20] = {"hue/render": -2.0, "grain/render": 0.9}

    assert disagreeing_first(suggestion(parts)) == "a20"


def test_a_kind_of_view_dissents_where_its_channels_together_do() -> None:
    parts = {rank: {"hue/render": 0.0, "grain/render": 0.0} for rank in range(1, 31)}
    parts[1] = {"hue/render": 1.0, "grain/render": -1.0}
    parts[2] = {"hue/render": -1.0, "grain/render": 1.0}
    parts[15] = {"hue/render": 0.9, "grain/render": 0.9}

    assert disagreeing_first(suggestion(parts)) == "a15"


def test_a_channel_that_says_nothing_of_those_shown_is_no_dissenter() -> None:
    parts = {rank: {"hue/confirmed": SILENT if rank < 30 else 4.0} for rank in range(1, 31)}

    assert disagreeing_first(suggestion(parts)) is None


@pytest.mark.parametrize("name", ["geometry", "cut-outs"])
def test_what_is_no_channel_of_its_own_is_no_dissenter(name: str) -> None:
    assert disagreeing_first(suggestion({rank: {name: float(rank)} for rank in range(1, 31)})) is None
