"""The made photos that the cut-out network is trained on."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from data.errors import BadPicture
from matching.backends.cutout_network.composites import SCENES, composite, held
from matching.backends.cutout_network.flats import flat
from matching.backends.cutout_network.laying import Pose, lay
from matching.backends.cutout_network.solids import solid
from matching.backends.cutout_network.stock import Sizes, Stock, stocked

BLUE = (0, 0, 255)
FEW = Sizes(solids=3, flats=4, grounds=3)


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Stock:
    return stocked(tmp_path_factory.mktemp("stock"), seed=3, sizes=FEW)


def blue_square() -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.full((40, 40, 4), (*BLUE, 255), dtype=np.uint8)


def test_the_mask_of_an_article_laid_down_is_where_its_colour_is() -> None:
    canvas = np.zeros((192, 192, 3), dtype=np.float32)
    pose = Pose(centre=(0.5, 0.5), size=0.5, turn_deg=0, squeeze=1, mirrored=False)

    mask = lay(canvas, blue_square(), pose, np.random.default_rng(0))

    assert np.allclose(canvas[..., 2], mask, atol=1)  # black under blue: as blue as the mask is sure
    assert (mask > 127).sum() == pytest.approx(96 * 96, rel=0.03)  # half of the picture's side


def test_an_article_that_runs_out_of_the_picture_is_cut_by_the_frame() -> None:
    canvas = np.zeros((192, 192, 3), dtype=np.float32)
    pose = Pose(centre=(0.0, 0.5), size=0.5, turn_deg=0, squeeze=1, mirrored=False)

    mask = lay(canvas, blue_square(), pose, np.random.default_rng(0))

    assert (mask > 127).sum() == pytest.approx(48 * 96, rel=0.05)


def test_fingers_over_an_article_are_not_the_article() -> None:
    for seed in range(8):
        canvas, mask = held(np.zeros((192, 192, 3), dtype=np.float32), blue_square(), np.random.default_rng(seed))

        assert np.allclose(canvas[mask > 254], BLUE, atol=2)
        assert not (np.abs(canvas[mask == 0] - BLUE).max(axis=1) < 2).any()


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_every_scene_shows_an_article_and_some_ground(scene: object, stock: Stock) -> None:
    for seed in range(4):
        _, mask = scene(stock, np.random.default_rng(seed))  # type: ignore[operator]

        assert 0.001 < (mask > 127).mean() < 0.999


def test_the_same_draws_make_the_same_photo(stock: Stock) -> None:
    first, again, other = (composite(stock, np.random.default_rng(seed)) for seed in (5, 5, 6))

    assert np.array_equal(first.pixels, again.pixels)
    assert np.array_equal(first.mask, again.mask)
    assert not np.array_equal(first.pixels, other.pixels)


@pytest.mark.parametrize("maker", [flat, solid])
def test_no_two_articles_are_alike(maker: object) -> None:
    made = [maker(np.random.default_rng(seed)) for seed in range(12)]  # type: ignore[operator]

    assert len({article.tobytes() for article in made}) == 12
    assert all((article[..., 3] > 127).any() for article in made)


def test_a_stock_made_anew_has_the_same_bytes(stock: Stock, tmp_path: Path) -> None:
    again = stocked(tmp_path, seed=3, sizes=FEW)

    assert again.blob.tobytes() == stock.blob.tobytes()
    assert again.grounds.tobytes() == stock.grounds.tobytes()


def test_a_stock_is_made_once(tmp_path: Path) -> None:
    told = list[int]()
    for _ in range(2):
        stocked(tmp_path, seed=3, sizes=FEW, on_progress=lambda done, _total: told.append(done))

    assert sorted(told) == sorted(set(told))


def test_photos_become_grounds_and_no_articles(tmp_path: Path) -> None:
    photo = tmp_path / "photo.png"
    cv2.imwrite(str(photo), np.full((300, 200, 3), (0, 0, 255), dtype=np.uint8))  # red, as OpenCV writes it

    made = stocked(tmp_path, seed=3, sizes=FEW, photos=(photo,))

    assert made.photographed == 1
    assert len(made.shapes) == FEW.solids + FEW.flats
    assert tuple(made.grounds[-1, 50, 50]) == (255, 0, 0)


def test_a_photo_that_is_none_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"no picture")

    with pytest.raises(BadPicture):
        stocked(tmp_path, seed=3, sizes=FEW, photos=(broken,))
