from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from data.domain import BasisVersion, ImageId, PhotoId, Side, Sku, View, ViewId, ViewKind, WeightsVersion
from feedback.examples import Examples, gather
from feedback.feature_model import FeatureModel
from feedback.fine_terms import fine_terms
from feedback.fitting import Fit, fit_weights
from feedback.fitting_features import FEATURES_FROM, fit_features
from feedback.samples import Bench, LabelledPhoto
from matching.evidence import PhotoEvidence
from matching.fusion import fuse
from matching.gallery import Query, build_gallery
from matching.gallery_views import GalleryView
from matching.ports import Keypoints
from matching.preparation import with_constants
from matching.readers import KeypointReader
from matching.similarity import channel_similarities
from matching.stored_vectors import CutOutKey
from matching.weights import Weights, house_weights
from tests.builders import image_of, photo_of

ASSETS, SIZE, PHOTOS = 20, 32, 80
LOUD = slice(16, 32)
"""Axes of which photos say nothing, loudly."""

PICTURE = image_of(np.zeros((8, 8, 3), np.uint8))


class NoKeypoints(KeypointReader):
    """A catalogue without local features."""

    def __init__(self) -> None:
        pass

    def read(self, wanted: list[CutOutKey]) -> list[Keypoints]:  # type: ignore[override]
        return [Keypoints(positions=np.zeros((0, 2), np.float32), descriptors=np.zeros((0, 128), np.uint8)) for _ in wanted]


@cache
def catalogue() -> Bench:
    """Two references, two renders and one confirmed photo of each asset."""
    random = np.random.default_rng(0)
    own = random.normal(size=(ASSETS, SIZE)).astype(np.float32)
    skus = [Sku(f"sku-{at:02d}") for at in range(ASSETS)]
    rows, vectors = list[GalleryView](), list[np.ndarray]()
    for at, sku in enumerate(skus):
        for kind in (ViewKind.REFERENCE, ViewKind.REFERENCE, ViewKind.RENDER, ViewKind.RENDER, ViewKind.CONFIRMED):
            name = f"{sku}-{len(rows)}"
            view = View(view_id=ViewId(name), sku=sku, image_id=ImageId(name), kind=kind, yaw_deg=None, source="made")
            rows.append(GalleryView(view=view, group=name if kind is ViewKind.CONFIRMED else "", hypothesis="known"))
            vectors.append(own[at] + random.normal(scale=0.3, size=SIZE).astype(np.float32))
    return Bench(gallery=build_gallery(skus, rows, {"colour": np.stack(vectors).astype(np.float32)}), reader=NoKeypoints())


@cache
def photos(*, loud: float = 3.0, seed: int = 1) -> tuple[LabelledPhoto, ...]:
    random, found = np.random.default_rng(seed), list[LabelledPhoto]()
    gallery = catalogue().gallery
    own = [
        np.mean([gallery.vectors["colour"].raw(row) for row in range(gallery.own) if gallery.asset_of[row] == at], axis=0)
        for at in range(ASSETS)
    ]
    for number in range(PHOTOS):
        vector = own[number % ASSETS] + random.normal(scale=0.6, size=SIZE)
        vector[LOUD] = random.normal(scale=loud, size=LOUD.stop - LOUD.start)
        query = Query(hypotheses=("centre",), vectors={"colour": vector[None].astype(np.float32)}, group=f"g{number}")
        nothing = Keypoints(positions=np.zeros((0, 2), np.float32), descriptors=np.zeros((0, 128), np.uint8))
        sku = gallery.skus[number % ASSETS]
        found.append(
            LabelledPhoto(
                photo=photo_of(PhotoId(f"p{number}"), PICTURE, Side.CALIBRATION, group=f"g{number}"),
                sku=sku,
                evidence=PhotoEvidence(query=query, keypoints=(nothing,)),
                positives=frozenset({sku}),
            )
        )
    return tuple(found)


@cache
def start() -> Weights:
    house = house_weights(WeightsVersion("v1"), BasisVersion("b1"), ("colour",))
    return with_constants(replace(house, bonuses={}), catalogue().gallery, [photo.evidence for photo in photos()])


COMPONENTS = np.arange(PHOTOS) % ASSETS


@cache
def channels() -> tuple[Examples, Fit]:
    examples = gather(photos(), catalogue(), start())
    return examples, fit_weights(examples, COMPONENTS, start())


def exact(weights: Weights, photo: LabelledPhoto) -> np.ndarray:
    return np.asarray(fuse(channel_similarities(photo.evidence.query, catalogue().gallery, weights), weights).scores)


def top1(weights: Weights, among: tuple[LabelledPhoto, ...]) -> float:
    return float(np.mean([exact(weights, photo).argmax() == number % ASSETS for number, photo in enumerate(among)]))


def model(*, axes: bool = True) -> FeatureModel:
    examples, _ = channels()
    return FeatureModel(examples, fine_terms(photos(), examples, catalogue(), start()), start(), start(), axes=axes)


def parameters(**moved: float) -> np.ndarray:
    """Sixteen bands, thirty-two axes, four kinds of channel: reference, render, catalogue, confirmed."""
    found = np.zeros(16 + SIZE + 4)
    found[16 + 5] = moved.get("axis", 0.0)
    found[3] = moved.get("band", 0.0)
    found[16 + SIZE + 2] = moved.get("pooling", 0.0)
    return found


@pytest.mark.parametrize("which", ["axis", "band"])
def test_a_small_feature_weight_moves_scores_as_the_search_says(which: str) -> None:
    step, linear = 1e-3, model()
    for at in range(5):
        before, after = (exact(linear.weights(parameters(**{which: size})), photos()[at]) for size in (0.0, step))
        hardest = np.argsort(channels()[0].assets[at])
        predicted = linear.scores(parameters(**{which: 1.0}), np.array([at]))[0] - linear.scores(parameters(), np.array([at]))[0]

        assert predicted == pytest.approx(((after - before) / step)[hardest], abs=0.02)


def test_the_pooling_of_views_moves_scores_exactly() -> None:
    linear = model()
    moved = parameters(pooling=0.4)

    assert linear.scores(moved, np.array([3]))[0] == pytest.approx(exact(linear.weights(moved), photos()[3]), abs=1e-4)


def test_nothing_moved_gives_the_channel_weights_back_exactly() -> None:
    assert model().weights(parameters()) is start()


def test_loud_axes_that_say_nothing_lose_weight() -> None:
    examples, fit = channels()

    features = np.array(fit_features(photos(), examples, COMPONENTS, catalogue(), start(), fit).weights.features["colour"])

    assert features[LOUD].mean() < 0.9 * features[: LOUD.start].mean()


def test_feature_weights_help_photos_that_nobody_labelled() -> None:
    examples, fit = channels()
    fine, unseen = fit_features(photos(), examples, COMPONENTS, catalogue(), start(), fit), photos(seed=2)

    assert top1(fine.weights, unseen) > top1(fit.weights, unseen) + 0.05


def test_feature_weights_promise_what_was_measured_out_of_fold() -> None:
    examples, fit = channels()
    fine = fit_features(photos(), examples, COMPONENTS, catalogue(), start(), fit)

    numbered = enumerate(zip(fine.held_out_weights, photos(), strict=True))
    right = [exact(weights, photo).argmax() == at % ASSETS for at, (weights, photo) in numbered]

    assert abs(float((fine.held_out_ranks == 1).mean()) - float(np.mean(right))) <= 0.1


def test_fitting_features_twice_gives_the_same_bits() -> None:
    examples, fit = channels()

    one, other = (fit_features(photos(), examples, COMPONENTS, catalogue(), start(), fit).weights for _ in range(2))

    assert one == other


def test_labels_that_mean_nothing_leave_all_features_alike() -> None:
    random = np.random.default_rng(3)
    shuffled = tuple(
        replace(photo, sku=Sku(sku), positives=frozenset({Sku(sku)}))
        for photo, sku in zip(photos(), random.permutation([str(photo.sku) for photo in photos()]).tolist(), strict=True)
    )
    components = np.array([catalogue().gallery.skus.index(photo.sku) for photo in shuffled if photo.sku])
    examples = gather(shuffled, catalogue(), start())
    fit = fit_weights(examples, components, start())

    assert fit_features(shuffled, examples, components, catalogue(), start(), fit) is fit


def test_few_labels_leave_all_features_alike() -> None:
    examples = channels()[0].of(np.arange(FEATURES_FROM - 1))
    few, components = photos()[: FEATURES_FROM - 1], COMPONENTS[: FEATURES_FROM - 1]
    fit = fit_weights(examples, components, start())

    assert fit_features(few, examples, components, catalogue(), start(), fit) is fit
