from __future__ import annotations

from collections.abc import Sequence

import pytest

from data.domain import Sku, ViewKind
from data.ranking import Candidate
from matching.neighbours import NeighbourCategory, category_of_neighbours
from tests.builders import ARTICLES, image_of, reference_picture, view_of

VIEW = view_of(Sku("x"), image_of(reference_picture(ARTICLES[Sku("bag-red")])), ViewKind.REFERENCE)


def ranked(*confident: tuple[str, float]) -> list[Candidate]:
    return [
        Candidate(
            rank=at + 1, sku=Sku(f"{category}/{at}"), title="", score=0.0, confidence=sure, best_view=VIEW, contributions=()
        )
        for at, (category, sure) in enumerate(confident)
    ]


def voted(candidates: Sequence[Candidate]) -> NeighbourCategory | None:
    return category_of_neighbours(candidates, lambda sku: sku.split("/")[0])


def test_the_category_with_most_confidence_wins() -> None:
    found = voted(ranked(("belt", 0.4), ("bag", 0.3), ("bag", 0.2), ("hat", 0.1)))

    assert found is not None
    assert found.category == "bag"
    assert found.share == pytest.approx(0.5)


def test_of_two_with_as_much_the_one_that_ranks_higher_wins() -> None:
    found = voted(ranked(("belt", 0.25), ("bag", 0.25)))

    assert found is not None
    assert found.category == "belt"


def test_only_the_first_five_vote() -> None:
    found = voted(ranked(*[("bag", 0.1)] * 5, ("hat", 0.9)))

    assert found == NeighbourCategory(category="bag", share=1.0)


def test_assets_without_a_category_do_not_vote() -> None:
    assert voted(ranked(("", 0.9), ("hat", 0.1))) == NeighbourCategory(category="hat", share=1.0)


@pytest.mark.parametrize("candidates", [[], [("", 0.9)], [("bag", 0.0)]])
def test_where_nobody_votes_there_is_none(candidates: list[tuple[str, float]]) -> None:
    assert voted(ranked(*candidates)) is None
