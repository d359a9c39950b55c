"""Eight processes and eight threads at once."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from data.domain import PhotoId
from data.events import Review
from data.store import Store, open_store
from tests.data.builders import NOON, asset, review

WRITERS = 8
SHARED = 5
OWN = 20
DISTINCT = WRITERS * OWN + SHARED


def events_of(writer: int) -> list[Review]:
    """Give 25 events, of which every writer sends the same five: some early, some late."""
    own = [review(f"own-{writer}-{at}", reviewer=f"reviewer {writer}") for at in range(OWN)]
    shared = [review(f"shared-{at}") for at in range(SHARED)]
    return [*shared[: writer % SHARED], *own, *shared[writer % SHARED :]]


def write_events(address: Path, writer: int) -> None:
    """Send each event by itself, as a browser does."""
    store = open_store(address, create=False)
    for event in events_of(writer):
        store.events.append([event])


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> list[Review]:
    """What is stored after eight processes have written at once."""
    address = tmp_path_factory.mktemp("shared") / "store"
    store = open_store(address)
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=write_events, args=(address, writer)) for writer in range(WRITERS)]
    for process in writers:
        process.start()
    for process in writers:
        process.join()
    assert [process.exitcode for process in writers] == [0] * WRITERS
    return store.events.all()


def test_no_event_of_eight_processes_is_lost(written: list[Review]) -> None:
    assert {found.event_id for found in written} == {event.event_id for writer in range(WRITERS) for event in events_of(writer)}


def test_no_event_of_eight_processes_is_stored_twice(written: list[Review]) -> None:
    assert [event_id for event_id, count in Counter(found.event_id for found in written).items() if count > 1] == []


def test_eight_processes_number_their_events_without_gap_or_repetition(written: list[Review]) -> None:
    assert [found.sequence for found in written] == list(range(DISTINCT))


def test_each_process_finds_its_events_in_the_order_in_which_it_sent_them(written: list[Review]) -> None:
    sent = [found.event_id for found in written if found.event_id.startswith("own-3-")]

    assert sent == [f"own-3-{at}" for at in range(OWN)]


def test_threads_that_share_a_store_lose_no_event(store: Store) -> None:
    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(lambda at: store.events.append([review(f"e{at % 40}")]), range(80)))

    assert [found.sequence for found in store.events.all()] == list(range(40))


def test_threads_that_put_the_same_asset_store_it_once(store: Store) -> None:
    with ThreadPoolExecutor(WRITERS) as pool:
        new = sum(pool.map(lambda at: store.assets.put([asset(f"bag-{at % 4}")]), range(16)))

    assert (new, store.assets.count()) == (4, 4)


def test_each_photo_is_leased_to_one_of_many_threads(store: Store) -> None:
    photos = [PhotoId(f"p{at}") for at in range(30)]

    def claim(holder: int) -> list[PhotoId]:
        mine = []
        for at in range(0, 30, 3):
            mine += store.leases.claim(photos[at : at + 3], f"holder {holder}", NOON + timedelta(minutes=5), now=NOON)
        return mine

    with ThreadPoolExecutor(WRITERS) as pool:
        claimed = [photo_id for mine in pool.map(claim, range(WRITERS)) for photo_id in mine]

    assert sorted(claimed) == sorted(photos)


def test_a_store_may_be_opened_for_the_first_time_by_many_threads(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        stores = list(pool.map(lambda _: open_store(tmp_path / "store"), range(4)))

    assert len({opened.installation_id for opened in stores}) == 1
