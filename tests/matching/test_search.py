from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from data.domain import PhotoId, Sku, ViewKind
from data.errors import BadPicture, NotEnoughEvidence, NotFound
from data.store import Store
from matching.checks import CHECKED
from matching.evidence import PhotoEvidence
from matching.gallery import Gallery, Query, build_gallery
from matching.ports import Keypoints
from matching.search import find_matches
from matching.weights import ChannelKind, only_kinds
from tests.builders import ARTICLES, STRANGER, Article, image_of, match_all, photo_of, photo_picture, png
from tests.matching.test_similarity import BAG, CONFIRMED, EAST, NORTH, REFERENCE, RENDER, SHOE, WEIGHTS, gallery_of
from tests.small_catalogue import matcher_of

NOTHING = Keypoints(positions=np.zeros((0, 2), dtype=np.float32), descriptors=np.zeros((0, 128), dtype=np.uint8))


def nothing_local(views: Sequence[int]) -> list[Keypoints]:
    return [NOTHING for _ in views]


def looking(*vectors: tuple[float, float], group: str = "") -> PhotoEvidence:
    names = tuple(f"h{at}" for at in range(len(vectors)))
    query = Query(hypotheses=names, vectors={"colour": np.array(vectors, dtype=np.float32)}, group=group)
    return PhotoEvidence(query=query, keypoints=(NOTHING,) * len(names))


def two_assets() -> Gallery:
    return gallery_of((BAG, REFERENCE, EAST, ""), (SHOE, REFERENCE, NORTH, ""))


def test_the_asset_that_looks_alike_is_ranked_first() -> None:
    assert find_matches(looking(NORTH), two_assets(), WEIGHTS, nothing_local).order.tolist() == [1, 0]


def test_a_cut_that_was_given_up_on_decides_less_than_a_sure_one() -> None:
    torn = looking(EAST, NORTH)
    torn = replace(torn, query=replace(torn.query, fell_back=(True, False)))

    ranking = find_matches(torn, two_assets(), replace(WEIGHTS, trust={"fell back": -1.0}), nothing_local)

    assert ranking.order.tolist() == [1, 0]


def test_confidences_and_no_match_sum_to_one() -> None:
    ranking = find_matches(looking(NORTH), two_assets(), WEIGHTS, nothing_local)

    assert ranking.confidence.sum() + ranking.no_match == pytest.approx(1.0)


def test_where_nothing_speaks_no_match_is_certain() -> None:
    weights = only_kinds(WEIGHTS, frozenset({ChannelKind.RENDER}))

    ranking = find_matches(looking(NORTH), two_assets(), weights, nothing_local)

    assert (ranking.no_match, ranking.confidence.tolist()) == (1.0, [0.0, 0.0])


def test_the_view_that_is_most_alike_is_shown() -> None:
    gallery = gallery_of((BAG, REFERENCE, NORTH, ""), (BAG, RENDER, EAST, ""))

    ranking = find_matches(looking(EAST), gallery, WEIGHTS, nothing_local)

    assert gallery.views[int(ranking.best_view[0])].view.kind is ViewKind.RENDER


def test_agreeing_local_features_raise_a_score_by_their_weight() -> None:
    chance = np.random.default_rng(1)
    points = Keypoints(
        positions=chance.uniform(10, 180, (40, 2)).astype(np.float32),
        descriptors=chance.integers(0, 255, (40, 128)).astype(np.uint8),
    )
    photo = replace(looking(NORTH), keypoints=(points,))

    ranking = find_matches(
        photo, two_assets(), replace(WEIGHTS, bonuses={"geometry": 0.4}), lambda views: [points for _ in views]
    )

    assert ranking.scores - ranking.fused.scores == pytest.approx([0.4, 0.4])


def points_of(seed: int) -> Keypoints:
    chance = np.random.default_rng(seed)
    return Keypoints(
        positions=chance.uniform(10, 180, (40, 2)).astype(np.float32),
        descriptors=chance.integers(0, 255, (40, 128)).astype(np.uint8),
    )


def test_agreeing_with_a_confirmed_photo_has_a_weight_of_its_own() -> None:
    same, other = points_of(1), points_of(2)
    gallery = gallery_of((BAG, REFERENCE, EAST, ""), (BAG, CONFIRMED, EAST, "burst"))
    weights = replace(WEIGHTS, bonuses={"geometry": 5.0, "geometry/confirmed": 0.5})

    ranking = find_matches(
        replace(looking(EAST), keypoints=(same,)), gallery, weights, lambda views: [same if at else other for at in views]
    )

    assert ranking.scores[0] - ranking.fused.scores[0] == pytest.approx(0.5)


def test_a_photo_never_agrees_with_a_confirmed_photo_of_its_own_group() -> None:
    same, other = points_of(1), points_of(2)
    gallery = gallery_of((BAG, REFERENCE, EAST, ""), (BAG, CONFIRMED, EAST, "burst"))
    weights = replace(WEIGHTS, bonuses={"geometry": 5.0, "geometry/confirmed": 0.5})
    photo = replace(looking(EAST, group="burst"), keypoints=(same,))

    ranking = find_matches(photo, gallery, weights, lambda views: [same if at else other for at in views])

    assert ranking.scores[0] - ranking.fused.scores[0] == 0.0


def test_an_asset_that_was_confirmed_often_gains_by_its_popularity() -> None:
    gallery = gallery_of(
        (BAG, REFERENCE, EAST, ""), (SHOE, REFERENCE, EAST, ""), (SHOE, CONFIRMED, EAST, "a"), (SHOE, CONFIRMED, EAST, "b")
    )

    ranking = find_matches(looking(EAST), gallery, replace(WEIGHTS, popularity=0.3, bonuses={}), nothing_local)

    assert ranking.scores - ranking.fused.scores == pytest.approx([0.0, 0.3 * np.log(3)])


def test_only_the_first_ten_are_checked_by_geometry() -> None:
    asked: list[int] = []

    def local(views: Sequence[int]) -> list[Keypoints]:
        asked.extend(views)
        return nothing_local(views)

    gallery = two_assets()
    first, vector = gallery.views[0], gallery.vectors["colour"].raw(0)
    views = [replace(first, view=replace(first.view, sku=Sku(f"bag-{at:02d}"))) for at in range(25)]
    many = build_gallery([row.view.sku for row in views], views, {"colour": np.repeat(vector[None], 25, axis=0)})
    find_matches(looking(EAST), many, WEIGHTS, local)

    assert len(set(asked)) == CHECKED


def test_a_painted_photo_finds_its_article(small_store: Store) -> None:
    assert matcher_of(small_store).suggest(PhotoId("scarf-gold/1")).candidates[0].sku == "scarf-gold"


def test_contributions_of_every_candidate_sum_to_its_score(small_store: Store) -> None:
    match_all(small_store, {"ball-red/1": "ball-red", "bag-red/1": "bag-red"})
    found = matcher_of(small_store).suggest(PhotoId("ball-red/2"), top=8).candidates

    assert max(abs(sum(part.value for part in candidate.contributions) - candidate.score) for candidate in found) < 1e-6


def test_candidates_are_ranked_from_one_by_falling_score(small_store: Store) -> None:
    found = matcher_of(small_store).suggest(PhotoId("ball-red/2"), top=8).candidates

    assert [found[at].rank for at in np.argsort([-candidate.score for candidate in found], kind="stable")] == list(range(1, 9))


def test_an_asset_without_a_picture_is_never_listed(small_store: Store) -> None:
    store = small_store
    store.assets.put([replace(store.assets.all()[0], sku="aaa-unseen")])  # type: ignore[arg-type]  # a sku is a text

    found = matcher_of(store).suggest(PhotoId("ball-red/2"), top=100).candidates

    assert sorted(candidate.sku for candidate in found) == sorted(ARTICLES)


def test_a_new_photo_is_described_on_the_spot_and_kept(small_store: Store) -> None:
    image = image_of(photo_picture(Article(outline="circle", colour=(200, 35, 40), stripe_px=0), 77))
    small_store.images.put([image])
    small_store.photos.put([photo_of("new", image)])

    matcher_of(small_store).suggest(PhotoId("new"))

    assert image.image_id in small_store.descriptions.done("measured")


def test_a_photo_is_ranked_alike_before_and_after_it_was_stored(small_store: Store) -> None:
    image = image_of(photo_picture(STRANGER, 78))
    small_store.images.put([image])
    small_store.photos.put([photo_of("new", image)])
    matcher = matcher_of(small_store)

    first, again = (matcher.suggest(PhotoId("new"), top=8) for _ in range(2))

    assert [c.score for c in first.candidates] == pytest.approx([c.score for c in again.candidates], abs=1e-5)


def test_photos_that_are_described_are_ranked_together_as_each_alone(small_store: Store) -> None:
    matcher, wanted = matcher_of(small_store), [PhotoId("ball-red/2"), PhotoId("stranger/3")]
    together = list(matcher.rank_described(small_store.photos.of(wanted)))
    alone = [matcher.rank(found.suggestion.photo_id) for found in together]

    assert {found.suggestion.photo_id for found in together} == set(wanted)
    assert [(found.entropy, found.margin) for found in together] == [(found.entropy, found.margin) for found in alone]
    assert [found.suggestion.candidates[0].sku for found in together] == [found.suggestion.candidates[0].sku for found in alone]


def test_a_photo_that_is_not_described_is_not_ranked_with_the_others(small_store: Store) -> None:
    small_store.images.put([new := image_of(photo_picture(STRANGER, 80))])
    small_store.photos.put([photo_of("new", new)])

    assert list(matcher_of(small_store).rank_described([small_store.photos.get("new")])) == []


def test_how_sure_a_ranking_is_counts_no_match_as_one_class_more(small_store: Store) -> None:
    found = matcher_of(small_store).rank(PhotoId("ball-red/2"), top=8)
    shown = found.suggestion
    first, second = sorted([shown.no_match, *(candidate.confidence for candidate in shown.candidates)])[:-3:-1]

    assert found.margin == pytest.approx(first - second)
    assert 0 < found.entropy < 1


def test_an_upload_leaves_nothing_behind(small_store: Store) -> None:
    before = (small_store.images.count(), small_store.photos.count(), small_store.descriptions.count())

    matcher_of(small_store).identify(png(photo_picture(STRANGER, 79)), name="upload.png")

    assert (small_store.images.count(), small_store.photos.count(), small_store.descriptions.count()) == before


def test_an_upload_that_is_no_picture_is_refused(small_store: Store) -> None:
    with pytest.raises(BadPicture, match=r"notes\.txt"):
        matcher_of(small_store).identify(b"no picture", name="notes.txt")


def test_an_unknown_photo_is_refused(small_store: Store) -> None:
    with pytest.raises(NotFound, match="nobody"):
        matcher_of(small_store).suggest(PhotoId("nobody"))


def test_before_indexing_the_remedy_is_said(empty_store: Store) -> None:
    with pytest.raises(NotEnoughEvidence, match="couture index"):
        matcher_of(empty_store).identify(png(photo_picture(STRANGER, 1)), name="upload.png")
