from __future__ import annotations

import cv2
import numpy as np
import pytest

from data.domain import BoolArray, ByteArray
from matching.backends.grabcut import SALIENT, GrabCutRemover
from matching.backends.saliency import salient

RED, NAVY, ROSE = (200, 30, 40), (30, 35, 90), (235, 190, 190)


def plate() -> BoolArray:
    """A flat ellipse left of the middle."""
    canvas = np.zeros((200, 240), dtype=np.uint8)
    cv2.ellipse(canvas, (95, 110), (48, 12), 0, 0, 360, 1, -1)
    return np.asarray(canvas > 0, dtype=np.bool_)


def on_a_shirt() -> ByteArray:
    """A red plate on a navy shirt on a rose ground: the middle of the picture is the shirt."""
    picture = np.full((200, 240, 3), ROSE, dtype=np.uint8)
    picture[20:180, 40:200] = NAVY
    picture[plate()] = RED
    noise = np.random.default_rng(3).normal(0, 6, picture.shape)
    return np.clip(picture + noise, 0, 255).astype(np.uint8)


def iou(one: BoolArray, other: BoolArray) -> float:
    return float((one & other).sum() / (one | other).sum())


def test_what_lies_on_another_thing_is_salient() -> None:
    assert iou(salient(on_a_shirt()), plate()) > 0.7


def test_what_lies_on_another_thing_is_cut_out_by_a_hypothesis_of_its_own() -> None:
    found = {hypothesis.name: hypothesis for hypothesis in GrabCutRemover().masks(on_a_shirt(), studio=False)}

    assert iou(found[SALIENT].mask, plate()) > 0.8
    assert iou(found["centre"].mask, plate()) < 0.3, "from the middle the shirt is found, which is why the other is there"


def test_a_scattered_colour_is_not_salient() -> None:
    picture = np.full((120, 120, 3), 128, dtype=np.uint8)
    picture[::15, ::15] = RED
    picture[45:75, 45:75] = (40, 160, 60)

    found = salient(picture)

    assert found[50:70, 50:70].all()
    assert found[:30, :30].mean() < 0.05


def test_nothing_is_salient_in_a_picture_of_one_colour() -> None:
    assert not salient(np.full((60, 80, 3), 90, dtype=np.uint8)).any()


def test_a_picture_of_one_colour_has_no_salient_hypothesis() -> None:
    names = [found.name for found in GrabCutRemover().masks(np.full((60, 80, 3), 90, dtype=np.uint8), studio=False)]

    assert SALIENT not in names


@pytest.mark.parametrize("size", [(2, 2), (2, 300), (300, 3)])
def test_very_small_and_very_long_pictures_are_cut_out_too(size: tuple[int, int]) -> None:
    picture = np.random.default_rng(1).integers(0, 255, (*size, 3), dtype=np.uint8)

    assert all(found.mask.shape == size for found in GrabCutRemover().masks(picture, studio=False))


def test_the_same_picture_gives_the_same_guess() -> None:
    assert np.array_equal(salient(on_a_shirt()), salient(on_a_shirt()))
