"""The ladder's steps of words, each worked by hand on two assets."""

from __future__ import annotations

from dataclasses import replace

import pytest

from data.domain import Sku
from feedback.evaluation import measure
from feedback.known_photos import TestPhoto
from feedback.ladder_words import anything_said, reranked, with_bonus, with_captions
from feedback.samples import Bench
from matching.search import Ranking
from matching.weights import Weights
from matching.worded import ATTRIBUTES, TEXT_CHANNEL, with_text
from tests.builders import weights_of
from tests.matching.test_search import two_assets
from tests.matching.test_similarity import BAG, SHOE, WEIGHTS
from tests.matching.test_worded import GALLERY, SILENT, told

PLAIN = replace(WEIGHTS, bonuses={})


class NoKeypoints:
    """Stands where nobody asks for local features."""


def bench() -> Bench:
    return Bench(gallery=GALLERY, reader=NoKeypoints())  # type: ignore[arg-type]  # it is not asked


def photo(*, words: bool = True) -> TestPhoto:
    """A photo that looks like the first asset, whose words are those of the second."""
    evidence = told() if words else told(text=(0.0, 0.0), words=SILENT)
    return TestPhoto(evidence=evidence, sku=SHOE, cluster="s", category="", skus=frozenset({SHOE}))


def first(weights: Weights, **rule: object) -> Sku:
    """Say which asset comes first."""
    found = list[Ranking]()
    measure([photo()], bench(), weights, on_ranking=lambda _photo, one: found.append(one), **rule)  # type: ignore[arg-type]  # a rule or nothing
    return GALLERY.skus[int(found[0].order[0])]


def test_pictures_alone_put_the_other_asset_first() -> None:
    assert first(PLAIN) == BAG


def test_the_rule_of_the_original_moves_the_asset_up_whose_attributes_agree() -> None:
    assert first(PLAIN, rerank=reranked) == SHOE


def test_the_rule_leaves_a_photo_of_which_nothing_is_said_as_it_was() -> None:
    rankings = list[Ranking]()
    measure([photo(words=False)], bench(), PLAIN, on_ranking=lambda _photo, found: rankings.append(found))
    [ranking] = rankings

    assert reranked(photo(words=False), ranking, bench()).order[0] == ranking.order[0]


def test_the_soft_bonus_has_its_weight_beside_those_of_geometry() -> None:
    assert with_bonus(replace(PLAIN, bonuses={"geometry": 2.0})).bonuses == {"geometry": 2.0, ATTRIBUTES: 1.0}


@pytest.mark.parametrize("before", [0.0, 0.6])
def test_captions_weigh_as_much_as_a_block_whatever_they_weighed_before(before: float) -> None:
    active = with_text(weights_of({"colour/reference": 0.3, "outline/reference": 0.5, "outline/render": 0.2}), before)

    found = with_captions(active, bench(), [])

    # two blocks of pictures, and the text: a third each
    assert dict(zip(found.channels, found.values, strict=True))[TEXT_CHANNEL] == pytest.approx(1 / 3)
    assert found.values[:3] == pytest.approx([0.2, 1 / 3, 0.4 / 3])


def test_captions_are_standardised_over_photos_and_assets() -> None:
    found = with_captions(PLAIN, bench(), [photo().evidence])

    # cosines of 0 and 0.6
    assert (found.means[-1], found.scales[-1]) == pytest.approx((0.3, 0.3))


def test_there_are_no_steps_of_words_where_nothing_is_said() -> None:
    silent = Bench(gallery=two_assets(), reader=NoKeypoints())  # type: ignore[arg-type]  # it is not asked

    assert anything_said([photo()], bench())
    assert not anything_said([photo(words=False)], bench())
    assert not anything_said([photo()], silent)
