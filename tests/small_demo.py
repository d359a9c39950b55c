"""A part of the demo catalogue, for tests that index it: as many articles and photos as take half a minute."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Sequence
from pathlib import Path

from data.demo import demo_folder

SKUS = (
    *("BAG-0101", "BAG-0102", "BAG-0103", "BAG-0104", "BAG-0201", "BAG-0301", "BAG-0401"),
    *("SHO-0101", "SHO-0102", "SHO-0201", "HAT-0101", "HAT-0201", "HAT-0301"),
    *("BLT-0101", "BLT-0102", "SCF-0101", "ACC-0101"),
)
ASSETS, PHOTOS = len(SKUS), 36
FEW_SKUS, FEW_PHOTOS = (*SKUS[:8], "HAT-0301"), 27
"""For five models in the place of one."""


def small_demo(folder: Path, skus: Sequence[str] = SKUS, photos: int = PHOTOS) -> Path:
    """Copy the rows and files of some articles, of photos that show them, and of photos that show nothing of the catalogue."""
    rows = _rows("catalogue.csv")
    _copy(folder, "catalogue.csv", [row for row in rows if row["sku"] in skus], ("image", "mesh"))
    shown = [row for row in _rows("photos.csv") if row["sku"] in {*skus, ""}]
    _copy(folder, "photos.csv", shown[:photos], ("image",))
    return folder


def _rows(name: str) -> list[dict[str, str]]:
    with (demo_folder() / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _copy(folder: Path, name: str, rows: Sequence[dict[str, str]], files: Sequence[str]) -> None:
    for path in (row[column] for row in rows for column in files):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(demo_folder() / path, folder / path)
    with (folder / name).open("w", encoding="utf-8", newline="") as table:
        writer = csv.DictWriter(table, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
