"""Export of what people said, for other programs."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Any

import pandas as pd

from data.errors import CoutureError, NotAllowed
from data.store import Store
from feedback.equivalence import read_labels
from feedback.labels import LabelKind

WRITERS = {
    ".csv": lambda frame, file: frame.to_csv(file, index=False),
    ".jsonl": lambda frame, file: frame.to_json(file, orient="records", lines=True, force_ascii=False, date_format="iso"),
    ".parquet": lambda frame, file: frame.to_parquet(file, index=False),
}
Row = dict[str, Any]


class Exported(StrEnum):
    """What can be exported."""

    LABELS = "labels"
    REVIEWS = "reviews"
    ASSETS = "assets"
    SUGGESTIONS = "suggestions"


def export(store: Store, what: Exported, file: Path) -> int:
    """Write a table to a file by its ending, or labels to a dataset folder; say how many rows.

    Raises:
        NotAllowed: there is a file of that name.
        CoutureError: the ending is of no kind that we write, or the place cannot be written.
    """
    if file.exists():
        raise NotAllowed(f"{file} is there already", remedy="name another file")
    rows, columns = _rows(store, what)
    kind = file.suffix.casefold()
    try:
        if not kind and what is Exported.LABELS:
            return _dataset_folder(store, rows, file)
        if kind not in WRITERS:
            raise CoutureError(f"{file.name} is of no kind that can be written", remedy="end it in .csv, .jsonl or .parquet")
        WRITERS[kind](pd.DataFrame(rows, columns=columns), file)
    except OSError as error:
        raise CoutureError(f"{file} cannot be written: {error.strerror}", remedy="name another place") from error
    return len(rows)


def _rows(store: Store, what: Exported) -> tuple[list[Row], list[str]]:
    if what is Exported.LABELS:
        return _label_rows(store), ["photo_id", "image_id", "label", "sku", "equivalents", "reviewers", "group", "side"]
    table = {Exported.REVIEWS: store.events, Exported.ASSETS: store.assets, Exported.SUGGESTIONS: store.suggestions}[what]
    records: list[Any] = list(table.all())  # type: ignore[attr-defined]  # three tables of three types
    rows = [table.to_row(record) for record in records]  # type: ignore[attr-defined]
    return rows, table.schema.names  # type: ignore[attr-defined]


def _label_rows(store: Store) -> list[Row]:
    photos = {photo.photo_id: photo for photo in store.photos.all()}
    rows = []
    for photo_id, label in sorted(read_labels(store).items()):
        photo = photos[photo_id]
        rows.append(
            {
                "photo_id": photo_id,
                "image_id": photo.image_id,
                "label": label.kind.value,
                "sku": label.chosen or " ".join(sorted(label.skus)),
                "equivalents": " ".join(sorted(label.skus - {label.chosen})) if label.chosen else "",
                "reviewers": ", ".join(sorted(label.reviewers)),
                "group": photo.group,
                "side": photo.side.value,
            }
        )
    return rows


def _dataset_folder(store: Store, rows: list[Row], folder: Path) -> int:
    """Write a folder that `datasets.load_dataset("imagefolder", data_dir=…)` reads: pictures, and metadata.jsonl beside them."""
    decided = [row for row in rows if row["label"] in {LabelKind.MATCH, LabelKind.NOT_IN_DAM}]
    folder.mkdir(parents=True)
    with (folder / "metadata.jsonl").open("w", encoding="utf-8") as metadata:
        for row in decided:
            name = f"{row['image_id']}.jpg"
            (folder / name).write_bytes(store.images.content(row["image_id"]))
            metadata.write(json.dumps({"file_name": name, **row}, ensure_ascii=False) + "\n")
    return len(decided)
