from __future__ import annotations

from dataclasses import replace

import pytest

from data.domain import EventId, Sku
from data.events import Attribute, Correction
from data.store import Store
from feedback.corrections import read_corrections, record_correction
from matching.backends import ModelChoice
from matching.word_search import WordSearch, fused
from tests.builders import NOON, asset_of
from tests.small_catalogue import BACKENDS

A, B, C = Sku("a"), Sku("b"), Sku("c")


@pytest.fixture
def search(small_store: Store) -> WordSearch:
    """The search over the small catalogue."""
    return WordSearch(small_store, BACKENDS, lambda: read_corrections(small_store))


def test_ranks_are_fused_by_the_sum_of_reciprocals() -> None:
    # a: 1/61 + 1/63, b: 1/62 + 1/61, c: 1/62
    assert fused([[A, B], [B, C, A]]) == [B, A, C]


def test_what_stands_in_no_list_is_not_found() -> None:
    assert fused([[], []]) == []


def test_the_asset_whose_words_they_are_comes_first(search: WordSearch) -> None:
    assert search.find("navy scarf")[0] == Sku("scarf-navy")


def test_another_form_of_a_word_finds_it_too(search: WordSearch) -> None:
    assert set(search.find("scarfs, in navy")[:2]) == {Sku("scarf-navy"), Sku("scarf-gold")}


def test_part_of_a_sku_finds_its_asset(search: WordSearch) -> None:
    assert search.find("scarf-na")[0] == Sku("scarf-navy")


@pytest.mark.parametrize("words", ["", "  ", "zzzz"])
def test_words_that_nothing_has_find_nothing(search: WordSearch, words: str) -> None:
    assert search.find(words) == []


def test_a_description_is_searched_as_well(search: WordSearch, small_store: Store) -> None:
    asset = small_store.assets.get("tent-pink")
    small_store.assets.replace([replace(asset, description="With a hidden xylophone pocket.")])

    assert search.find("xylophones") == [Sku("tent-pink")]


def test_an_asset_that_is_added_later_is_found_at_once(search: WordSearch, small_store: Store) -> None:
    search.find("kimono")
    small_store.assets.put([asset_of(Sku("kimono-silk"))])

    assert search.find("kimono")[0] == Sku("kimono-silk")


def test_a_corrected_word_is_found(search: WordSearch, small_store: Store) -> None:
    said = Correction(
        event_id=EventId("e"), by="anna", at=NOON, sku=Sku("bag-red"), attribute=Attribute.TEXTURE, value="crocodile"
    )
    record_correction(small_store, said)

    assert search.find("crocodile") == [Sku("bag-red")]


def test_signs_of_a_query_language_are_only_signs(search: WordSearch) -> None:
    assert search.find('"scarf" AND (navy OR -x*):')[0] == Sku("scarf-navy")


def test_without_the_model_of_the_text_embedder_words_alone_find(small_store: Store) -> None:
    models = (ModelChoice(name="minilm", source="/no/such/folder"),)
    search = WordSearch(small_store, replace(BACKENDS, text_embedder="minilm", models=models))

    assert search.find("navy scarf")[0] == Sku("scarf-navy")
