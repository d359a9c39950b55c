from __future__ import annotations

import pytest

from data.domain import Image, ImageId, Mesh, Sku, ViewKind
from data.errors import NotFound
from data.store import Store
from tests.data.builders import asset, image, view

TOTE = asset("T-1", title="Tote Léa", category="bags", description="of grained leather")
LOAFER = asset("L-1", title="Loafer", category="shoes", description="leather sole")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("leather", ["L-1", "T-1"]),
        ("LEATHER bags", ["T-1"]),
        ("t-1", ["T-1"]),
        ("léa", ["T-1"]),
        ("leather hat", []),
        ("", ["L-1", "T-1"]),
        ("%", []),
        ("o'brien", []),
    ],
)
def test_assets_are_found_that_have_every_word(store: Store, words: str, found: list[str]) -> None:
    store.assets.put([TOTE, LOAFER])

    assert [asset.sku for asset in store.assets.search(words)] == found


def test_a_search_gives_no_more_than_asked_for(store: Store) -> None:
    store.assets.put([asset(f"bag-{at}") for at in range(9)])

    assert [found.sku for found in store.assets.search("bag", limit=2)] == ["bag-0", "bag-1"]


def test_skus_are_listed_in_order(store: Store) -> None:
    store.assets.put([asset("b"), asset("c"), asset("a")])

    assert store.assets.skus() == ["a", "b", "c"]


def test_an_image_comes_back_byte_by_byte(store: Store) -> None:
    kept = image("i1", content=bytes(range(256)) * 600, thumbnail=b"\0few\xff")
    store.images.put([kept])

    assert store.images.find(ImageId("i1")) == kept


def test_an_image_that_is_not_there_is_not_found(store: Store) -> None:
    assert store.images.find(ImageId("lost")) is None


def test_the_pixels_of_an_image_that_is_not_there_are_an_error_that_names_it(store: Store) -> None:
    with pytest.raises(NotFound, match="no image 'lost'; import it again"):
        store.images.content(ImageId("lost"))


def test_content_and_thumbnail_are_two_things(store: Store) -> None:
    store.images.put([image("i1", content=b"large", thumbnail=b"small")])

    assert (store.images.content(ImageId("i1")), store.images.thumbnail(ImageId("i1"))) == (b"large", b"small")


def test_contents_leave_out_what_is_not_there(store: Store) -> None:
    store.images.put([image("i1", content=b"one"), image("i2", content=b"two")])

    assert store.images.contents([ImageId("i2"), ImageId("lost")]) == {"i2": b"two"}


def test_perceptual_hashes_are_read_of_every_image(store: Store) -> None:
    store.images.put([image("i1", perceptual_hash="0" * 16), image("i2", perceptual_hash="f" * 16)])

    assert store.images.perceptual_hashes() == {"i1": "0" * 16, "i2": "f" * 16}


def test_ids_of_images_are_listed(store: Store) -> None:
    store.images.put([image("i1"), image("i2")])

    assert store.images.ids() == {"i1", "i2"}


def test_an_image_is_never_changed(store: Store) -> None:
    kept: Image = image("i1", content=b"first")
    store.images.put([kept])
    store.images.put([image("i1", content=b"second")])

    assert store.images.all() == [kept]


def mesh(sku: str, generator: str = "catalogue", glb: bytes = b"glb") -> Mesh:
    return Mesh(sku=Sku(sku), generator=generator, glb=glb, settings_hash=f"hash of {sku}")


def test_meshes_of_two_generators_are_two(store: Store) -> None:
    assert store.meshes.put([mesh("bag"), mesh("bag", "relief")]) == 2


def test_a_mesh_comes_back_byte_by_byte(store: Store) -> None:
    store.meshes.put([mesh("bag", glb=b"glTF\0\xff")])

    assert store.meshes.glb(Sku("bag")) == b"glTF\0\xff"


def test_an_asset_without_a_mesh_is_an_error_that_names_it(store: Store) -> None:
    with pytest.raises(NotFound, match="'bag'"):
        store.meshes.glb(Sku("bag"))


def test_assets_with_a_mesh_are_listed(store: Store) -> None:
    store.meshes.put([mesh("bag"), mesh("shoe"), mesh("shoe", "relief")])

    assert store.meshes.skus() == {"bag", "shoe"}


def test_settings_hashes_are_those_of_one_generator(store: Store) -> None:
    store.meshes.put([mesh("bag"), mesh("shoe", "relief")])

    assert store.meshes.settings_hashes("catalogue") == {"bag": "hash of bag"}


def test_views_of_an_asset_begin_with_its_reference_and_turn_by_angle(store: Store) -> None:
    turned = [view(f"w{yaw}", kind=ViewKind.RENDER, yaw_deg=float(yaw)) for yaw in (90, 0, 45)]
    store.views.put([*turned, view("reference"), view("of another", sku=Sku("shoe"))])

    assert [found.view_id for found in store.views.of(Sku("bag-1"))] == ["reference", "w0", "w45", "w90"]


def test_an_unknown_angle_stays_unknown(store: Store) -> None:
    store.views.put([view("w1", yaw_deg=None)])

    assert store.views.get("w1").yaw_deg is None


def test_a_view_comes_back_as_it_went(store: Store) -> None:
    kept = view("w1", kind=ViewKind.RENDER, yaw_deg=22.5, source="vtk 1234")
    store.views.put([kept])

    assert store.views.all() == [kept]
