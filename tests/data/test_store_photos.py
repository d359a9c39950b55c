from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from data.domain import Draw, ImageId, Lease, Photo, PhotoId, Side, Sku, Truth
from data.store import Store
from tests.data.builders import AWKWARD, NOON, photo

P1, P2, P3 = PhotoId("p1"), PhotoId("p2"), PhotoId("p3")
IN_A_MINUTE, LATER = NOON + timedelta(minutes=1), NOON + timedelta(minutes=2)


def truth(photo_id: str, sku: str | None = "bag") -> Truth:
    return Truth(photo_id=PhotoId(photo_id), sku=None if sku is None else Sku(sku), in_dam=sku is not None)


def test_a_photo_comes_back_as_it_went(store: Store) -> None:
    store.photos.put([photo("p1", side=Side.TEST)])

    assert store.photos.get("p1") == photo("p1", side=Side.TEST)


def test_truths_are_read_by_photo(store: Store) -> None:
    store.photos.put([photo("p1"), photo("p2"), photo("p3")], [truth("p1"), truth("p2", None)])

    assert store.photos.truths() == {"p1": truth("p1"), "p2": truth("p2", None)}


def test_a_photo_has_no_field_for_a_truth() -> None:
    assert {field.name for field in dataclasses.fields(Photo)} & {"sku", "in_dam", "truth", "truth_sku", "truth_in_dam"} == set()


@pytest.mark.parametrize("read", ["all", "get"])
def test_nothing_of_a_truth_shows_in_a_photo_that_is_read(store: Store, read: str) -> None:
    store.photos.put([photo("p1")], [truth("p1", "the true sku")])

    found = store.photos.all() if read == "all" else store.photos.get("p1")

    assert "the true sku" not in repr(found)


def test_a_truth_that_comes_later_changes_nothing(store: Store) -> None:
    store.photos.put([photo("p1")], [truth("p1", "bag")])
    store.photos.put([photo("p1")], [truth("p1", "shoe")])

    assert store.photos.truths() == {"p1": truth("p1", "bag")}


def test_quarantine_changes_the_side_of_those_named_alone(store: Store) -> None:
    store.photos.put([photo("p1", side=Side.TEST), photo("p2", side=Side.TEST), photo("p3")])

    store.photos.quarantine([P1, P3])

    assert {found.photo_id: found.side for found in store.photos.all()} == {
        P1: Side.QUARANTINED,
        P2: Side.TEST,
        P3: Side.QUARANTINED,
    }


def test_quarantine_changes_nothing_else(store: Store) -> None:
    store.photos.put([photo("p1")], [truth("p1")])

    store.photos.quarantine([P1])

    assert store.photos.all() == [photo("p1", side=Side.QUARANTINED)]


@pytest.mark.parametrize("text", AWKWARD)
def test_a_photo_of_any_name_is_quarantined_alone(store: Store, text: str) -> None:
    store.photos.put([photo(text), photo("other")])

    store.photos.quarantine([PhotoId(text)])

    assert [found.photo_id for found in store.photos.all() if found.side is Side.QUARANTINED] == [text]


def test_thousands_of_photos_are_quarantined_at_once(store: Store) -> None:
    store.photos.put([photo(f"p{at}") for at in range(3_000)])

    store.photos.quarantine([PhotoId(f"p{at}") for at in range(3_000)])

    assert {found.side for found in store.photos.all()} == {Side.QUARANTINED}


def test_quarantining_nobody_is_no_write(store: Store) -> None:
    before = store.photos.version

    store.photos.quarantine([])

    assert store.photos.version == before


def test_a_photo_that_nobody_holds_is_had(store: Store) -> None:
    assert store.leases.claim([P1, P2], "ann", IN_A_MINUTE, now=NOON) == [P1, P2]


def test_a_photo_that_another_holds_is_not_had(store: Store) -> None:
    store.leases.claim([P1], "ann", IN_A_MINUTE, now=NOON)

    assert store.leases.claim([P1, P2], "bob", IN_A_MINUTE, now=NOON) == [P2]


def test_a_lease_of_another_is_left_as_it_is(store: Store) -> None:
    store.leases.claim([P1], "ann", IN_A_MINUTE, now=NOON)
    store.leases.claim([P1], "bob", LATER, now=NOON)

    assert store.leases.held(NOON) == {P1: Lease(photo_id=P1, holder="ann", until=IN_A_MINUTE)}


def test_ones_own_lease_is_extended(store: Store) -> None:
    store.leases.claim([P1], "ann", IN_A_MINUTE, now=NOON)
    store.leases.claim([P1], "ann", LATER, now=NOON)

    assert store.leases.held(NOON)[P1].until == LATER


def test_a_lease_that_ran_out_is_free_for_another(store: Store) -> None:
    store.leases.claim([P1], "ann", IN_A_MINUTE, now=NOON)

    assert store.leases.claim([P1], "bob", LATER, now=IN_A_MINUTE) == [P1]


def test_a_lease_that_ran_out_is_held_by_nobody(store: Store) -> None:
    store.leases.claim([P1], "ann", IN_A_MINUTE, now=NOON)

    assert store.leases.held(IN_A_MINUTE) == {}


def test_a_photo_asked_for_twice_is_had_once(store: Store) -> None:
    store.leases.claim([P1, P1], "ann", IN_A_MINUTE, now=NOON)

    assert store.leases.count() == 1


def test_a_photo_given_back_is_free(store: Store) -> None:
    store.leases.claim([P1, P2], "ann", IN_A_MINUTE, now=NOON)

    store.leases.release([P1], "ann", now=NOON)

    assert set(store.leases.held(NOON)) == {P2}


def test_nobody_gives_back_what_another_holds(store: Store) -> None:
    store.leases.claim([P1], "ann", IN_A_MINUTE, now=NOON)

    store.leases.release([P1], "bob", now=NOON)

    assert store.leases.held(NOON)[P1].holder == "ann"


@pytest.mark.parametrize("text", AWKWARD)
def test_anybody_gives_back_a_photo_of_any_name(store: Store, text: str) -> None:
    store.leases.claim([PhotoId(text), P1], text, IN_A_MINUTE, now=NOON)

    store.leases.release([PhotoId(text)], text, now=NOON)

    assert set(store.leases.held(NOON)) == {P1}


def test_leases_are_of_one_holder_each_after_compaction(store: Store) -> None:
    for minutes in range(1, 9):
        store.leases.claim([P1], "ann", NOON + timedelta(minutes=minutes), now=NOON)

    store.compact()

    assert store.leases.all() == [Lease(photo_id=P1, holder="ann", until=NOON + timedelta(minutes=8))]


def test_a_draw_comes_back_with_its_probability(store: Store) -> None:
    kept = Draw(draw_id="d1", photo_id=P1, purpose="audit", probability=0.05, drawn_at=NOON)
    store.draws.put([kept])

    assert store.draws.all() == [kept]


def test_pictures_are_listed_by_photo(store: Store) -> None:
    store.photos.put([photo("p1", image_id=ImageId("i1")), photo("p2", image_id=ImageId("i2"))])

    assert store.photos.image_ids() == {"p1": "i1", "p2": "i2"}


def test_groups_and_sides_are_listed_by_photo(store: Store) -> None:
    store.photos.put([photo("p1", group="g1", side=Side.TEST), photo("p2", group="g2")])

    assert store.photos.groups_and_sides() == {"p1": ("g1", Side.TEST), "p2": ("g2", Side.CALIBRATION)}
