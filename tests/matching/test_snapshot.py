from __future__ import annotations

import lancedb
import pytest

from data.domain import PhotoId, Sku, ViewKind
from data.events import Verdict
from data.store import Store
from feedback.confirmed import read_confirmed_views
from matching.describing import describe_picture
from matching.saving import save_evidence
from matching.snapshot import Snapshot, Snapshots
from tests.builders import ANNA, NOON, STRANGER, asset_of, image_of, match_all, photo_of, photo_picture, review_of, view_of
from tests.small_catalogue import BACKENDS


def snapshots_of(store: Store) -> Snapshots:
    return Snapshots(store, BACKENDS, lambda: read_confirmed_views(store))


def confirmed_in(snapshot: Snapshot) -> set[str]:
    return {row.view.view_id for row in snapshot.gallery.views if row.view.kind is ViewKind.CONFIRMED}


def test_where_nothing_changed_nothing_is_built_again(small_store: Store) -> None:
    snapshots = snapshots_of(small_store)

    assert snapshots.fresh() is snapshots.fresh()


def test_a_confirmed_photo_is_a_view_at_once(small_store: Store) -> None:
    snapshots = snapshots_of(small_store)
    snapshots.fresh()
    match_all(small_store, {"ball-red/1": "ball-red"})

    assert confirmed_in(snapshots.fresh()) == {"confirmed-ball-red/1"}


def test_an_undone_confirmation_is_no_view_at_once(small_store: Store) -> None:
    snapshots = snapshots_of(small_store)
    small_store.events.append([review_of("ball-red/1", Verdict.MATCH, "ball-red", event="e1")])
    snapshots.fresh()
    small_store.events.append([review_of("ball-red/1", Verdict.WITHDRAWN, event="e2", withdraws="e1")])

    assert confirmed_in(snapshots.fresh()) == set()


def test_a_photo_that_is_quarantined_later_is_no_view_at_once(small_store: Store) -> None:
    snapshots = snapshots_of(small_store)
    match_all(small_store, {"ball-red/1": "ball-red"})
    snapshots.fresh()
    small_store.photos.quarantine([PhotoId("ball-red/1")])

    assert confirmed_in(snapshots.fresh()) == set()


def test_a_decision_that_confirms_nothing_builds_nothing(small_store: Store) -> None:
    snapshots = snapshots_of(small_store)
    before = snapshots.fresh()
    small_store.events.append([review_of("ball-red/1", Verdict.SKIP, by=ANNA)])

    assert snapshots.fresh() is before


def test_a_confirmation_leaves_the_catalogue_s_vectors_as_they_are(small_store: Store) -> None:
    snapshots = snapshots_of(small_store)
    before = snapshots.fresh().gallery
    match_all(small_store, {"ball-red/1": "ball-red"})

    after = snapshots.fresh().gallery

    assert all(after.vectors[block].kept is found.kept for block, found in before.vectors.items())


def test_a_large_catalogue_is_renewed_beside_the_reviewers(small_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matching.renewal.QUICK_S", -1.0)
    monkeypatch.setattr("matching.renewal.REST", 0)
    snapshots = snapshots_of(small_store)
    before = snapshots.fresh()
    image = image_of(photo_picture(STRANGER, 55))
    small_store.images.put([image])
    small_store.views.put([view_of(Sku("ball-red"), image)])
    save_evidence(small_store, BACKENDS, [(image.image_id, describe_picture(image.content, BACKENDS, studio=True))])

    meanwhile = snapshots.fresh()
    snapshots.settle()
    after = snapshots.fresh()

    assert meanwhile is before
    assert image.image_id in {row.view.image_id for row in after.gallery.views}


def test_a_confirmed_photo_is_a_view_at_once_though_the_catalogue_is_late(
    small_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matching.renewal.QUICK_S", -1.0)
    monkeypatch.setattr("matching.renewal.REST", 1e9)
    snapshots = snapshots_of(small_store)
    snapshots.fresh()
    small_store.assets.put([asset_of(Sku("hat-new"))])
    match_all(small_store, {"ball-red/1": "ball-red"})

    assert confirmed_in(snapshots.fresh()) == {"confirmed-ball-red/1"}


def test_a_photo_described_elsewhere_builds_nothing(small_store: Store) -> None:
    snapshots = snapshots_of(small_store)
    before = snapshots.fresh()
    image = image_of(photo_picture(STRANGER, 55))
    small_store.images.put([image])
    save_evidence(small_store, BACKENDS, [(image.image_id, describe_picture(image.content, BACKENDS, studio=False))])

    assert snapshots.fresh() is before


def test_a_confirmed_photo_is_a_view_as_soon_as_it_is_described(small_store: Store) -> None:
    snapshots = snapshots_of(small_store)
    image = image_of(photo_picture(STRANGER, 55))
    small_store.images.put([image])
    small_store.photos.put([photo_of("late", image)])
    match_all(small_store, {"late": "ball-red"})
    snapshots.fresh()
    save_evidence(small_store, BACKENDS, [(image.image_id, describe_picture(image.content, BACKENDS, studio=False))])

    assert confirmed_in(snapshots.fresh()) == {"confirmed-late"}


def test_a_new_title_is_seen(small_store: Store) -> None:
    snapshots = snapshots_of(small_store)
    snapshots.fresh()
    [asset] = [asset for asset in small_store.assets.all() if asset.sku == "ball-red"]
    small_store.assets.replace([type(asset)(**{**vars(asset), "title": "a ball", "added_at": NOON})])

    assert snapshots.fresh().titles[asset.sku] == "a ball"


def test_a_confirmed_photo_is_a_view_as_soon_as_its_last_vector_is_there(small_store: Store) -> None:
    image_id = small_store.photos.get(PhotoId("ball-red/1")).image_id
    evidence = describe_picture(small_store.images.content(image_id), BACKENDS, studio=False)
    lancedb.connect(small_store.address).open_table("vectors_outline").delete(f"image_id = '{image_id}'")
    snapshots = snapshots_of(small_store)
    match_all(small_store, {"ball-red/1": "ball-red"})
    before = confirmed_in(snapshots.fresh())

    save_evidence(small_store, BACKENDS, [(image_id, evidence)])

    assert (before, confirmed_in(snapshots.fresh())) == (set(), {"confirmed-ball-red/1"})
