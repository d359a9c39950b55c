from __future__ import annotations

import weakref
from dataclasses import replace
from datetime import timedelta

import lancedb
import numpy as np
import pytest

from data.domain import ImageId, Side, Sku, WeightsVersion
from data.store import Store
from feedback.confirmed import read_confirmed_views
from matching.basis import Basis
from matching.cutouts import upright_name
from matching.described import load_described
from matching.evidence import load_basis, load_catalogue, load_gallery, load_photos
from matching.preparation import calibration_photos, ensure_basis, ensure_weights, photo_shift, with_constants
from matching.weights import house_weights
from tests.builders import asset_of, match_all, right_matches
from tests.small_catalogue import BACKENDS


@pytest.fixture
def basis(small_store: Store) -> Basis:
    latest = small_store.bases.latest()
    assert latest is not None
    return load_basis(small_store, latest.version)


def photo_image(store: Store, at: int) -> ImageId:
    return store.photos.all()[at].image_id


def test_each_asset_has_its_view_in_the_gallery_upright_and_tilted_both_ways(small_store: Store, basis: Basis) -> None:
    gallery = load_catalogue(small_store, BACKENDS, basis)

    shown = {(row.view.sku, row.hypothesis) for row in gallery.views}
    names = ("studio", "studio@-20", "studio@+20")
    assert shown == {(sku, name) for sku in small_store.assets.skus() for name in names}
    assert len(gallery.views) == len(shown)


def test_the_gallery_knows_in_which_order_its_assets_came(small_store: Store, basis: Basis) -> None:
    first, *between, last = small_store.assets.all()
    small_store.assets.replace(
        [replace(first, added_at=first.added_at + timedelta(days=1)), replace(last, added_at=last.added_at - timedelta(days=1))]
    )

    gallery = load_catalogue(small_store, BACKENDS, basis)

    came = dict(zip(gallery.skus, np.asarray(gallery.arrivals).tolist(), strict=True))
    assert sorted(came, key=lambda sku: came[sku]) == [last.sku, *sorted(one.sku for one in between), first.sku]


def test_a_photo_is_not_described_tilted(small_store: Store, basis: Basis) -> None:
    image = photo_image(small_store, 0)

    found = load_photos(small_store, BACKENDS, basis, {image: "g"})[image]

    assert all(upright_name(name) == name for name in found.query.hypotheses)


def test_a_tilted_cut_out_shares_its_upright_ones_visual_words(small_store: Store, basis: Basis) -> None:
    gallery = load_catalogue(small_store, BACKENDS, basis)
    [first, *others] = [at for at, row in enumerate(gallery.views) if row.view.sku == "bag-red"]

    for other in others:
        assert np.allclose(gallery.vectors["keypoints"].raw(first), gallery.vectors["keypoints"].raw(other))
        assert not np.allclose(gallery.vectors["outline"].raw(first), gallery.vectors["outline"].raw(other))


def test_a_half_written_picture_is_left_out(small_store: Store, basis: Basis) -> None:
    victim, sound = photo_image(small_store, 0), photo_image(small_store, 1)
    lancedb.connect(small_store.address).open_table("vectors_outline").delete(f"image_id = '{victim}'")

    assert set(load_photos(small_store, BACKENDS, basis, {victim: "a", sound: "b"})) == {sound}


def test_a_half_written_picture_does_not_shift_the_others(small_store: Store, basis: Basis) -> None:
    victim, sound = photo_image(small_store, 0), photo_image(small_store, 1)
    before = load_described(small_store, BACKENDS, basis, [sound]).vectors["outline"]
    lancedb.connect(small_store.address).open_table("vectors_outline").delete(f"image_id = '{victim}'")

    after = load_described(small_store, BACKENDS, basis, [victim, sound]).vectors["outline"]

    assert np.allclose(before, after)


def test_a_photo_that_nobody_has_described_is_left_out(small_store: Store, basis: Basis) -> None:
    assert load_photos(small_store, BACKENDS, basis, {ImageId("unseen"): "g"}) == {}


def test_the_shift_of_few_photos_is_doubted(small_store: Store, basis: Basis) -> None:
    [photo] = list(calibration_photos(small_store, BACKENDS, basis).values())[:1]
    name, vector = photo.query.hypotheses[0], photo.query.vectors["hue"][0]

    assert photo_shift([photo])["hue"][name] == pytest.approx(vector / 11, rel=1e-5)


def test_without_photos_there_is_no_shift() -> None:
    assert photo_shift([]) == {}


def test_house_weights_are_made_once(small_store: Store) -> None:
    first = ensure_weights(small_store, BACKENDS)

    assert (ensure_weights(small_store, BACKENDS), small_store.weights.count()) == (first, 1)


def test_a_basis_fitted_anew_brings_new_weights_into_use(small_store: Store) -> None:
    ensure_weights(small_store, BACKENDS, refit=True)

    assert [step.version for step in small_store.activations.all()] == ["v1", "v2"]


def test_a_basis_is_kept_until_a_new_one_is_asked_for(small_store: Store) -> None:
    assert [ensure_basis(small_store, BACKENDS).version, ensure_basis(small_store, BACKENDS, refit=True).version] == ["b1", "b2"]


def test_confirmed_views_have_constants_before_the_first_photo_is_confirmed(small_store: Store, basis: Basis) -> None:
    photos = list(calibration_photos(small_store, BACKENDS, basis).values())
    gallery = load_catalogue(small_store, BACKENDS, basis)
    house = house_weights(WeightsVersion("v9"), basis.version, tuple(gallery.vectors))

    made = with_constants(house, gallery, photos)

    means = dict(zip(made.channels, made.means, strict=True))
    assert means["colour/confirmed"] != means["colour/reference"]


def test_constants_do_not_depend_on_what_was_confirmed(small_store: Store, basis: Basis) -> None:
    photos = list(calibration_photos(small_store, BACKENDS, basis).values())
    bare = load_catalogue(small_store, BACKENDS, basis)
    match_all(small_store, right_matches(small_store.photos.all(), Side.CALIBRATION))
    confirmed = load_gallery(small_store, BACKENDS, basis, read_confirmed_views(small_store))
    house = house_weights(WeightsVersion("v9"), basis.version, tuple(bare.vectors))

    assert with_constants(house, confirmed, photos) == with_constants(house, bare, photos)


def test_who_asks_while_another_holds_the_catalogue_gets_the_same_gallery(small_store: Store, basis: Basis) -> None:
    held = load_catalogue(small_store, BACKENDS, basis)

    assert load_catalogue(small_store, BACKENDS, basis) is held


def test_an_asset_that_came_is_in_the_gallery_though_another_is_held(small_store: Store, basis: Basis) -> None:
    held = load_catalogue(small_store, BACKENDS, basis)
    small_store.assets.put([asset_of(Sku("new"))])

    assert set(load_catalogue(small_store, BACKENDS, basis).skus) - set(held.skus) == {"new"}


def test_a_catalogue_that_nobody_holds_is_kept_nowhere(small_store: Store, basis: Basis) -> None:
    gone = weakref.ref(load_catalogue(small_store, BACKENDS, basis))

    assert gone() is None


def test_a_gallery_keeps_its_vectors_in_memory_once(small_store: Store, basis: Basis) -> None:
    gallery = load_catalogue(small_store, BACKENDS, basis)

    kept = {block: (found.kept.base, found.confirmed.base) for block, found in gallery.vectors.items()}
    assert kept == dict.fromkeys(gallery.vectors, (None, None))
