from __future__ import annotations

import numpy as np
import pytest

from data.domain import Asset, BoolArray, ByteArray, FloatArray, Photo, PhotoId, Sku
from data.errors import NotFound
from data.store import Store
from matching.backends.descriptors.keypoints import find_keypoints
from matching.correspondences import Correspondences, agreeing_pairs, find_correspondences, place_in_picture
from matching.cutouts import SIZE_PX, zoom
from matching.ports import Keypoints
from tests.builders import NOON, image_of, photo_of, view_of
from tests.small_catalogue import BACKENDS, matcher_of

SIZE = 240
TOWEL = Sku("towel")


def towel() -> ByteArray:
    """A patch with plenty of corners, 120 px wide and 90 high."""
    blots = np.random.default_rng(3).integers(0, 200, (15, 20, 3), dtype=np.uint8)
    return np.asarray(np.kron(blots, np.ones((6, 6, 1), dtype=np.uint8)), dtype=np.uint8)


def on_white(left: int, top: int) -> ByteArray:
    picture = np.full((SIZE, SIZE, 3), 255, dtype=np.uint8)
    picture[top : top + 90, left : left + 120] = towel()
    return picture


def article(left: int, top: int) -> BoolArray:
    mask = np.zeros((SIZE, SIZE), dtype=np.bool_)
    mask[top : top + 90, left : left + 120] = True
    return mask


def test_the_middle_of_a_cut_out_is_the_middle_of_the_article() -> None:
    middle = np.array([[SIZE_PX / 2 - 0.5, SIZE_PX / 2 - 0.5]], dtype=np.float32)

    [place] = place_in_picture(middle, article(30, 100))

    # from 30 to 150 across and from 100 to 190 down, of 240
    assert place.tolist() == pytest.approx([90 / 240, 145 / 240], abs=1e-6)


def test_a_corner_of_the_cut_out_lies_a_margin_outside_of_the_article() -> None:
    [place] = place_in_picture(np.array([[-0.5, -0.5]], dtype=np.float32), article(30, 100))

    # the side is 120 px and 6 % on both sides: 134.4 px around (90, 145)
    assert place.tolist() == pytest.approx([(90 - 67.2) / 240, (145 - 67.2) / 240], abs=1e-6)


def test_no_place_lies_outside_of_the_picture() -> None:
    [place] = place_in_picture(np.array([[0, 0]], dtype=np.float32), article(0, 0))

    assert place.min() >= 0


def test_a_mask_of_half_the_size_gives_the_same_place() -> None:
    spot = np.array([[40, 70]], dtype=np.float32)

    [small], [large] = place_in_picture(spot, article(30, 100)[::2, ::2]), place_in_picture(spot, article(30, 100))

    assert small.tolist() == pytest.approx(large.tolist(), abs=1e-6)


def test_a_feature_comes_back_to_where_it_was_before_zooming() -> None:
    points = find_keypoints(zoom(on_white(30, 100), article(30, 100)))
    elsewhere = find_keypoints(zoom(on_white(90, 20), article(90, 20)))

    pairs = agreeing_pairs(points, elsewhere)
    moved = place_in_picture(pairs[:, 2:], article(90, 20)) - place_in_picture(pairs[:, :2], article(30, 100))

    assert np.median(moved, axis=0).tolist() == pytest.approx([60 / 240, -80 / 240], abs=0.005)


def test_pictures_of_nothing_have_no_pairs() -> None:
    nothing = Keypoints(positions=np.zeros((0, 2), np.float32), descriptors=np.zeros((0, 128), np.uint8))

    assert agreeing_pairs(nothing, nothing).shape == (0, 4)


@pytest.fixture
def copies(small_store: Store) -> Store:
    """The small catalogue, with one more article and a photo that is a shifted copy of its reference."""
    reference, photo = image_of(on_white(60, 75)), image_of(on_white(96, 51))
    small_store.assets.put([Asset(sku=TOWEL, title="towel", category="towel", description="", added_at=NOON)])
    small_store.images.put([reference, photo])
    small_store.views.put([view_of(TOWEL, reference)])
    small_store.photos.put([photo_of("towel/1", photo), photo_of("towel/reference", reference)])
    for name in ("towel/1", "towel/reference"):
        matcher_of(small_store).suggest(PhotoId(name))
    return small_store


def found(store: Store, photo_id: str, sku: str) -> Correspondences:
    return find_correspondences(store, BACKENDS, PhotoId(photo_id), Sku(sku))


def pairs(store: Store) -> FloatArray:
    return found(store, "towel/1", TOWEL).pairs


def test_a_shifted_copy_agrees_with_its_reference(copies: Store) -> None:
    assert len(pairs(copies)) >= 20


def test_pairs_of_a_shifted_copy_all_show_the_shift(copies: Store) -> None:
    moved = pairs(copies)[:, 2:] - pairs(copies)[:, :2]

    # 36 px to the left and 24 down, of 240
    assert np.abs(moved - [-36 / 240, 24 / 240]).max() < 0.03


def test_pairs_lie_inside_of_the_pictures(copies: Store) -> None:
    assert (pairs(copies) >= 0).all()
    assert (pairs(copies) <= 1).all()


def test_a_plain_article_agrees_with_nothing_and_still_has_its_pictures(copies: Store) -> None:
    nothing = found(copies, "towel/1", "ball-green")

    assert (len(nothing.pairs), nothing.view) == (0, copies.views.of(Sku("ball-green"))[0].image_id)


def test_a_photo_that_is_not_described_yet_has_no_pairs(copies: Store) -> None:
    image = image_of(on_white(3, 3))
    copies.images.put([image])
    taken: Photo = photo_of("new", image)
    copies.photos.put([taken])

    assert len(found(copies, "new", TOWEL).pairs) == 0


@pytest.mark.parametrize(("photo_id", "sku"), [("nobody", "towel"), ("towel/1", "nothing")])
def test_what_is_not_there_is_said(copies: Store, photo_id: str, sku: str) -> None:
    with pytest.raises(NotFound, match=r"nobody|nothing"):
        found(copies, photo_id, sku)
