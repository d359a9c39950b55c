"""The text channel and the attribute bonus in a ranking."""

from __future__ import annotations

import math
from dataclasses import replace

import lancedb
import numpy as np
import pytest

from data.domain import EventId, FloatArray, PhotoId, Sku, WeightsVersion
from data.errors import MissingBackend
from data.events import Attribute, Correction
from data.store import Store
from feedback.corrections import read_corrections, record_correction
from feedback.evaluation import active_weights
from feedback.versions import activate
from matching.backends import ModelChoice
from matching.evidence import PhotoEvidence
from matching.gallery import Gallery
from matching.indexing import index
from matching.ports import Words
from matching.preparation import record_of
from matching.search import Matcher, find_matches
from matching.spoken import Corrections
from matching.vocabulary import shipped_vocabulary
from matching.weights import Weights, from_json, to_json
from matching.word_reading import embed_missing, read_catalogue_words, read_photo_words
from matching.worded import ATTRIBUTES, TEXT_CHANNEL, CatalogueWords, PhotoWords, known_overlaps, uses_words, with_text
from tests.builders import NOON, weights_of
from tests.matching.test_search import looking, nothing_local, two_assets
from tests.matching.test_similarity import EAST, WEIGHTS
from tests.small_catalogue import BACKENDS, fill_catalogue, matcher_of

RED_BAG = Words(caption="a red bag", object="bag", colour="red", texture="", specificity="")
BLUE_BAG = Words(caption="a blue bag", object="bag", colour="blue", texture="", specificity="")
SILENT = Words(caption="", object="", colour="", texture="", specificity="")


def vectors(*rows: tuple[float, float]) -> FloatArray:
    return np.array(rows, dtype=np.float32)


def worded(gallery: Gallery, *words: Words, texts: FloatArray) -> Gallery:
    return replace(gallery, worded=CatalogueWords(words=words, vectors=texts, vocabulary=shipped_vocabulary()))


def saying(words: Words, vector: tuple[float, float]) -> PhotoWords:
    return PhotoWords(words=words, vector=np.array(vector, dtype=np.float32))


def told(text: tuple[float, float] = (1.0, 0.0), words: Words = RED_BAG) -> PhotoEvidence:
    photo = looking(EAST)
    return replace(photo, query=replace(photo.query, worded=saying(words, text)))


GALLERY = worded(two_assets(), BLUE_BAG, RED_BAG, texts=vectors((0.0, 1.0), (0.6, 0.8)))


def test_the_text_channel_is_the_cosine_of_both_texts() -> None:
    ranking = find_matches(told(), GALLERY, replace(with_text(WEIGHTS, 0.5), bonuses={}), nothing_local)

    assert ranking.fused.similarities[:, -1] == pytest.approx([0.0, 0.6])


@pytest.mark.parametrize(
    ("texts", "photo"), [(vectors((0.0, 1.0), (0.0, 0.0)), (1.0, 0.0)), (vectors((0.0, 1.0), (1.0, 0.0)), (0.0, 0.0))]
)
def test_where_one_side_has_no_words_the_weight_goes_to_the_other_channels(texts: FloatArray, photo: tuple[float, float]) -> None:
    gallery = worded(two_assets(), BLUE_BAG, SILENT, texts=texts)
    weights = replace(WEIGHTS, bonuses={})

    ranking = find_matches(told(photo), gallery, with_text(weights, 0.5), nothing_local)

    assert math.isnan(ranking.fused.similarities[1, -1])
    assert ranking.scores[1] == pytest.approx(find_matches(looking(EAST), two_assets(), weights, nothing_local).scores[1])


def test_a_text_channel_without_weight_changes_no_score() -> None:
    plain = find_matches(looking(EAST), two_assets(), WEIGHTS, nothing_local)
    silent = find_matches(told(), GALLERY, with_text(WEIGHTS), nothing_local)

    assert np.array_equal(plain.scores, silent.scores)
    assert np.array_equal(plain.confidence, silent.confidence)


def test_attributes_that_agree_raise_a_score_by_their_weight() -> None:
    ranking = find_matches(told(), GALLERY, replace(WEIGHTS, bonuses={ATTRIBUTES: 0.4}), nothing_local)

    one, other = ranking.scores - ranking.fused.scores
    assert other == pytest.approx(0.4)
    assert 0 < one < 0.4


def test_an_asset_of_which_nothing_is_known_is_neither_better_nor_worse() -> None:
    assert known_overlaps([1.0, math.nan, 0.5]).tolist() == [1.0, 0.75, 0.5]
    assert known_overlaps([math.nan]).tolist() == [0.0]


def test_weights_that_were_stored_before_there_were_words_still_rank() -> None:
    before = from_json(to_json(WEIGHTS))

    assert not uses_words(before)
    assert find_matches(looking(EAST), two_assets(), before, nothing_local).checks[:, 2].tolist() == [0.0, 0.0]


def tables(store: Store) -> list[str]:
    return [name for name in lancedb.connect(store.address).list_tables(limit=1_000).tables if name.startswith("vectors_text")]


def test_nobody_reads_words_while_they_weigh_nothing(small_store: Store) -> None:
    matcher_of(small_store).suggest(PhotoId("ball-red/1"))

    assert tables(small_store) == []


def texts_stored(store: Store) -> int:
    return store.vectors("text_ngrams_1024", 1024).table.count()


def test_a_changed_title_embeds_that_text_again_and_no_other(small_store: Store) -> None:
    skus = small_store.assets.skus()
    read_catalogue_words(small_store, BACKENDS, skus)
    before = texts_stored(small_store)
    asset = small_store.assets.get("bag-red")
    small_store.assets.replace([replace(asset, description="with a buckle")])

    read_catalogue_words(small_store, BACKENDS, skus)

    assert (before, texts_stored(small_store)) == (len(skus), len(skus) + 1)


def test_a_poisoned_title_gives_the_same_vectors(small_store: Store) -> None:
    skus = small_store.assets.skus()
    before = read_catalogue_words(small_store, BACKENDS, skus).vectors
    asset = small_store.assets.get("bag-red")
    small_store.assets.replace([replace(asset, title=f"bag-red {asset.title} BAG-RED.jpg")])

    assert np.array_equal(before, read_catalogue_words(small_store, BACKENDS, skus).vectors)


def correction(photo: str, attribute: Attribute, value: str) -> Correction:
    return Correction(
        event_id=EventId(f"{photo} {attribute}"), by="anna", at=NOON, photo_id=PhotoId(photo), attribute=attribute, value=value
    )


def test_a_corrected_word_is_part_of_the_text_and_of_the_attributes(small_store: Store) -> None:
    photo = small_store.photos.get("ball-red/1")
    plain = read_photo_words(small_store, BACKENDS, [photo])[photo.image_id]
    record_correction(small_store, correction(photo.photo_id, Attribute.OBJECT, "umbrella"))

    said = read_photo_words(small_store, BACKENDS, [photo], read_corrections(small_store))[photo.image_id]

    assert said.words.object == "umbrella"
    assert not np.array_equal(said.vector, plain.vector)


def use_words(store: Store) -> Weights:
    """Take weights into use that read words alone."""
    house = active_weights(store)
    spoken = replace(with_text(house, 0.999), version=WeightsVersion("v9"), bonuses={ATTRIBUTES: 0.5})
    store.weights.put([record_of(spoken, parent=house.version, created_by="anna", at=NOON, metrics={})])
    activate(store, spoken.version, by="anna", reason="test", at=NOON)
    return spoken


def test_a_corrected_word_changes_the_next_ranking(small_store: Store) -> None:
    use_words(small_store)
    matcher = Matcher(small_store, BACKENDS, list, lambda: read_corrections(small_store))
    before = matcher.suggest(PhotoId("ball-red/1"), top=8)
    record_correction(small_store, correction("ball-red/1", Attribute.OBJECT, "tent pink"))

    after = matcher.suggest(PhotoId("ball-red/1"), top=8)

    assert before.candidates[0].sku != after.candidates[0].sku == Sku("tent-pink")


def test_contributions_with_words_sum_up_to_the_score(small_store: Store) -> None:
    use_words(small_store)

    for candidate in matcher_of(small_store).suggest(PhotoId("ball-red/1"), top=8).candidates:
        assert sum(part.value for part in candidate.contributions) == pytest.approx(candidate.score, abs=1e-6)
        assert TEXT_CHANNEL in {part.channel for part in candidate.contributions}


def test_no_text_embedder_is_no_text_channel(small_store: Store) -> None:
    silent = replace(BACKENDS, text_embedder="none")

    assert not read_catalogue_words(small_store, silent, small_store.assets.skus(), Corrections()).vectors.any()


def test_weights_keep_the_text_channel_in_the_store() -> None:
    weights = with_text(weights_of({"colour/reference": 1.0}), 0.2)

    assert from_json(to_json(weights)) == weights
    assert weights.values == pytest.approx((0.8, 0.2))


def test_a_text_embedder_that_is_not_here_is_said_before_anything_is_done(empty_store: Store) -> None:
    fill_catalogue(empty_store)
    missing = replace(BACKENDS, text_embedder="minilm", models=(ModelChoice(name="minilm", source="/no/such/folder"),))

    with pytest.raises(MissingBackend, match="minilm"):
        index(empty_store, missing, workers=1)

    assert empty_store.descriptions.count() == 0


def test_indexing_embeds_every_text_once(small_store: Store) -> None:
    embed_missing(small_store, BACKENDS)
    once = texts_stored(small_store)
    embed_missing(small_store, BACKENDS)
    read_catalogue_words(small_store, BACKENDS, small_store.assets.skus())
    read_photo_words(small_store, BACKENDS, small_store.photos.all())

    assert once == texts_stored(small_store) == len(small_store.assets.skus()) + small_store.photos.count()
