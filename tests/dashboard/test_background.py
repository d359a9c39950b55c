from __future__ import annotations

import time
from pathlib import Path

import pytest
from filelock import FileLock

from dashboard.background import LOCK, index_everything, indexing_running, start_indexing
from dashboard.wiring import Services
from data.errors import NotAllowed
from data.photos import import_photos
from matching.indexing import pending
from tests.builders import STRANGER, photo_picture, png


def test_nothing_is_started_where_nothing_is_missing(services: Services) -> None:
    assert not start_indexing(services)


def test_a_home_is_indexed_by_one_process_at_a_time(services: Services) -> None:
    with FileLock(services.home / LOCK), pytest.raises(NotAllowed, match="being indexed"):
        index_everything(services)


def test_it_is_known_whether_a_home_is_being_indexed(services: Services) -> None:
    with FileLock(services.home / LOCK):
        during = indexing_running(services)

    assert (during, indexing_running(services)) == (True, False)


@pytest.mark.slow
def test_what_is_missing_is_indexed_beside_the_dashboard(services: Services, tmp_path: Path) -> None:
    (tmp_path / "new.png").write_bytes(png(photo_picture(STRANGER, 9_000)))
    (tmp_path / "photos.csv").write_text("photo_id,image\nnew,new.png\n")
    import_photos(services.store, tmp_path / "photos.csv")

    started = start_indexing(services)
    deadline = time.monotonic() + 120
    while pending(services.store, services.backends).pictures and time.monotonic() < deadline:
        time.sleep(0.5)

    assert started
    assert not pending(services.store, services.backends).pictures
