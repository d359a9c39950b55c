from __future__ import annotations

from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from data.domain import PhotoId, Reviewer
from data.errors import CoutureError
from data.events import Verdict
from data.store import Store
from feedback.leases import LEASE_S, Holder, Leases
from tests.builders import ANNA, BEN, NOON, image_of, photo_of, reference_picture, review_of
from tests.builders import ARTICLES as PAINTED

HERE, THERE, OTHER_TAB = Holder(reviewer=ANNA, tab="t1"), Holder(reviewer=BEN, tab="t2"), Holder(reviewer=ANNA, tab="t3")
PHOTOS = 24
LATER = NOON + timedelta(seconds=LEASE_S)


@pytest.fixture
def queue(empty_store: Store) -> Store:
    """Photos p00, p01 …, one minute apart."""
    image = image_of(reference_picture(next(iter(PAINTED.values())), size_px=40))
    empty_store.photos.put(photo_of(f"p{at:02d}", image, minutes=at) for at in range(PHOTOS))
    return empty_store


def leases_at(store: Store, moment: datetime = NOON) -> Leases:
    return Leases(store, lambda: moment)


def taken(leases: Leases, holder: Holder, count: int, held: Collection[PhotoId] = ()) -> list[PhotoId]:
    return [pick.photo_id for pick in leases.take(holder, count, held=held)]


def ids(*numbers: int) -> list[PhotoId]:
    return [PhotoId(f"p{number:02d}") for number in numbers]


def test_photos_are_taken_in_the_order_of_the_queue(queue: Store) -> None:
    assert taken(leases_at(queue), HERE, 3) == ids(0, 1, 2)


def test_what_another_has_is_passed_over(queue: Store) -> None:
    leases_at(queue).take(HERE, 2)

    assert taken(leases_at(queue), THERE, 2) == ids(2, 3)


def test_what_the_holder_has_already_is_passed_over(queue: Store) -> None:
    assert taken(leases_at(queue), HERE, 2, held=ids(0, 2)) == ids(1, 3)


def test_a_lease_that_ran_out_is_free(queue: Store) -> None:
    leases_at(queue).take(HERE, 2)

    assert taken(leases_at(queue, LATER), THERE, 2) == ids(0, 1)


def test_a_lease_holds_to_its_last_moment(queue: Store) -> None:
    leases_at(queue).take(HERE, 2)

    assert taken(leases_at(queue, LATER - timedelta(microseconds=1)), THERE, 1) == ids(2)


def test_leases_outlive_the_process(queue: Store) -> None:
    leases_at(queue).take(HERE, 2)

    assert set(queue.leases.held(NOON)) == set(ids(0, 1))


def test_many_at_once_never_get_the_same_photo(queue: Store) -> None:
    leases = leases_at(queue)
    holders = [Holder(reviewer=Reviewer(f"r{number}"), tab="t") for number in range(12)]

    with ThreadPoolExecutor(len(holders)) as pool:
        given = [photo_id for found in pool.map(lambda holder: taken(leases, holder, 2), holders) for photo_id in found]

    assert sorted(given) == ids(*range(PHOTOS))


def test_a_renewal_leaves_out_what_is_not_there(queue: Store) -> None:
    assert leases_at(queue).renew(HERE, [*ids(3), PhotoId("nobody")]) == ids(3)


def test_a_renewal_leaves_out_what_another_has(queue: Store) -> None:
    leases_at(queue).take(THERE, 1)

    assert leases_at(queue).renew(HERE, ids(0, 1)) == ids(1)


def test_a_released_photo_is_free(queue: Store) -> None:
    leases_at(queue).take(HERE, 2)
    leases_at(queue).release(HERE, ids(1))

    assert taken(leases_at(queue), THERE, 2) == ids(1, 2)


def test_another_tab_of_the_same_reviewer_counts_as_own(queue: Store) -> None:
    leases_at(queue).take(OTHER_TAB, 2)

    held = leases_at(queue).held_by_others(HERE)
    assert (held.count, held.until, held.own) == (2, LATER, True)


def test_another_reviewer_does_not_count_as_own(queue: Store) -> None:
    leases_at(queue).take(OTHER_TAB, 1)
    leases_at(queue).take(THERE, 1)

    assert leases_at(queue).held_by_others(HERE).own is False


def test_what_is_decided_is_not_held(queue: Store) -> None:
    leases_at(queue).take(THERE, 2)
    queue.events.append([review_of("p00", Verdict.UNUSABLE)])

    assert leases_at(queue).held_by_others(HERE).count == 1


def test_where_nobody_holds_anything_there_is_no_moment(queue: Store) -> None:
    held = leases_at(queue).held_by_others(HERE)

    assert (held.count, held.until, held.own) == (0, None, False)


@pytest.mark.parametrize(("reviewer", "tab"), [("", "t"), ("anna", "a/b"), ("anna", "t" * 81)])
def test_a_holder_that_could_be_taken_for_another_is_refused(reviewer: str, tab: str) -> None:
    with pytest.raises(CoutureError, match="reload the page"):
        Holder(reviewer=Reviewer(reviewer), tab=tab)
