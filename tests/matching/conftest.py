from __future__ import annotations

from pathlib import Path

import pytest

from data.store import Store, open_store
from tests.small_catalogue import copy_store


@pytest.fixture(autouse=True)
def renewed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The small catalogue counts as quickly read, however busy the machine: what changed is seen at once."""
    monkeypatch.setattr("matching.renewal.QUICK_S", 60.0)


@pytest.fixture
def empty_store(tmp_path: Path) -> Store:
    """A store with nothing in it."""
    return open_store(tmp_path / "empty")


@pytest.fixture
def small_store(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A copy of the small indexed catalogue with its photos; nobody has reviewed any."""
    return copy_store(tmp_path_factory.getbasetemp(), tmp_path / "small")
