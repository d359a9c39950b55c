from __future__ import annotations

import numpy as np
import pytest

from matching.geometry import bonus, inliers, matches
from matching.ports import Keypoints

CHANCE = np.random.default_rng(11)


def keypoints(count: int) -> Keypoints:
    return Keypoints(
        positions=CHANCE.uniform(10, 180, (count, 2)).astype(np.float32),
        descriptors=CHANCE.integers(0, 255, (count, 128)).astype(np.uint8),
    )


def moved(points: Keypoints, *, turn_deg: float, by_px: tuple[float, float]) -> Keypoints:
    turn = np.deg2rad(turn_deg)
    turned = points.positions @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    return Keypoints(positions=(turned + by_px).astype(np.float32), descriptors=points.descriptors)


def test_the_same_features_turned_and_shifted_all_agree() -> None:
    photo = keypoints(40)

    assert inliers(photo, moved(photo, turn_deg=25, by_px=(12, -7))) == 40


def test_features_of_something_else_do_not_agree() -> None:
    assert inliers(keypoints(40), keypoints(40)) == 0


def test_matches_that_are_thrown_about_do_not_agree() -> None:
    photo = keypoints(40)
    elsewhere = Keypoints(positions=keypoints(40).positions, descriptors=photo.descriptors)

    assert inliers(photo, elsewhere) == 0


def test_five_agreeing_features_are_taken_for_chance() -> None:
    photo = keypoints(5)

    assert inliers(photo, moved(photo, turn_deg=5, by_px=(3, 3))) == 0


def test_six_agreeing_features_count() -> None:
    photo = keypoints(6)

    assert inliers(photo, moved(photo, turn_deg=5, by_px=(3, 3))) == 6


def test_a_picture_without_features_agrees_with_nothing() -> None:
    assert inliers(keypoints(0), keypoints(40)) == 0


def test_the_count_is_the_same_every_time() -> None:
    photo = keypoints(60)
    half = moved(photo, turn_deg=10, by_px=(2, 2))
    half.positions[::3] = CHANCE.uniform(10, 180, half.positions[::3].shape)

    assert len({inliers(photo, half) for _ in range(5)}) == 1


def test_each_feature_of_a_view_is_matched_once() -> None:
    photo, view = keypoints(30), keypoints(30)
    pairs = matches(Keypoints(positions=photo.positions, descriptors=view.descriptors[[0] * 15 + list(range(15))]), view)

    assert len(set(pairs[:, 1])) == len(pairs)


@pytest.mark.parametrize(("count", "evidence"), [(0, 0.0), (15, 0.5), (30, 1.0), (90, 1.0)])
def test_evidence_grows_with_the_count_up_to_thirty(count: int, evidence: float) -> None:
    assert bonus(count) == evidence
