"""What every test may use: a fresh store, small pictures, the real ones where they are named, and no silent skipping."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import PIL.Image
import pytest

if TYPE_CHECKING:
    from data.store import Store

DATASETS = "COUTURE_DATASETS"

_HUB = tempfile.TemporaryDirectory(prefix="couture-hub-")
os.environ.update(HF_HOME=_HUB.name, HF_HUB_OFFLINE="1", U2NET_HOME=_HUB.name)
"""Tests see no model that this computer happens to have, and ask no hub."""
for _set in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_MODULES_CACHE", "HF_TOKEN"):
    os.environ.pop(_set, None)


def make_picture(seed: int = 0, *, width: int = 64, height: int = 64) -> PIL.Image.Image:
    """Paint soft blots, other ones for every seed: two seeds look nothing alike, also after resizing and recompressing."""
    blots = np.random.default_rng(seed).integers(0, 256, (6, 6, 3), dtype=np.uint8)
    return PIL.Image.fromarray(blots).resize((width, height), PIL.Image.Resampling.BICUBIC)


def plain_picture(colour: str | tuple[int, ...], *, mode: str = "RGB", width: int = 16, height: int = 16) -> PIL.Image.Image:
    """Paint one colour all over."""
    return PIL.Image.new(mode, (width, height), colour)


def encode(picture: PIL.Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    """Write a picture as JPEG, PNG, WEBP, HEIF or whatever else Pillow knows."""
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A fresh store of its own for every test."""
    from data.store import open_store

    return open_store(tmp_path / "store")


@pytest.fixture(scope="session")
def pictures_folder() -> Path:
    """The folder of real pictures that the environment names."""
    named = os.environ.get(DATASETS)
    if not named:
        pytest.skip(f"the real pictures are missing: {DATASETS} names no folder")
    folder = Path(named)
    if not folder.is_dir():
        pytest.fail(f"{DATASETS} names {folder}, which is no folder")
    return folder


@pytest.hookimpl(tryfirst=True)  # before -m chooses
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what drives a browser, and begin with what takes longest, so that no process is left with it at the end."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.slow)
    items.sort(key=lambda item: -sum(item.get_closest_marker(name) is not None for name in ("pictures", "slow")))


def _refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn a skip into a failure where CI=true: there, everything that a test needs must be there."""
    if os.environ.get("CI") == "true" and report.skipped and not hasattr(report, "wasxfail"):
        why = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"skipped, and with CI=true nothing may be: {why}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _refuse_skip(report)
    return report
