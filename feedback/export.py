"""Export of what people said, for other programs."""

from __future__ import annotations

import shutil
from enum import StrEnum
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from data.errors import CoutureError, NotAllowed
from data.store import Store
from feedback.equivalence import read_labels
from feedback.export_dataset import write_dataset
from feedback.export_files import WRITERS, write_table
from feedback.label_studio import write_tasks
from feedback.labels import LabelKind

LABELS = pa.schema(
    [
        ("photo_id", pa.string()),
        ("image_id", pa.string()),
        ("label", pa.string()),
        ("sku", pa.string()),
        ("equivalents", pa.string()),
        ("skus", pa.list_(pa.string())),
        ("reviewers", pa.list_(pa.string())),
        ("group", pa.string()),
        ("side", pa.string()),
    ]
)
"""`skus` are all that count, of a dispute those that were chosen; `sku` and `equivalents` say the same in words, for people."""
IN_DATASET = (LabelKind.MATCH.value, LabelKind.NOT_IN_DAM.value)


class Exported(StrEnum):
    """What can be exported."""

    LABELS = "labels"
    REVIEWS = "reviews"
    ASSETS = "assets"
    SUGGESTIONS = "suggestions"
    CORRECTIONS = "corrections"
    CROPS = "crops"
    EQUIVALENCES = "equivalences"
    RENDER_REMARKS = "render-remarks"
    ACCEPT_SWITCHES = "accept-switches"


def export(store: Store, what: Exported, file: Path) -> int:
    """Write a table to a file by its ending, or labels to a dataset folder or Label Studio tasks; say how many rows.

    Raises:
        NotAllowed: there is a file of that name.
        CoutureError: the ending is of no kind that we write, or the place cannot be written; nothing is left there.
    """
    if file.exists():
        raise NotAllowed(f"{file} is there already", remedy="name another file")
    kind = file.suffix.casefold()
    is_labels = what is Exported.LABELS
    if kind not in WRITERS and not (is_labels and kind in {"", ".json"}):
        also = "; labels also in .json, for Label Studio, or in nothing, for a dataset folder" if is_labels else ""
        raise CoutureError(f"{file.name} is of no kind that can be written", remedy=f"end it in .csv, .jsonl or .parquet{also}")
    part = file.with_name(f".{file.name}.part")
    try:
        rows = _write(store, exported_table(store, what), part, kind)
        part.rename(file)
    except OSError as error:
        raise CoutureError(f"{file} cannot be written: {error.strerror or error}", remedy="name another place") from error
    finally:
        shutil.rmtree(part, ignore_errors=True) if part.is_dir() else part.unlink(missing_ok=True)
    return rows


def exported_table(store: Store, what: Exported) -> pa.Table:
    """Read what an export of that kind holds: labels by photo id, anything else as the store has it."""
    if what is Exported.LABELS:
        return pa.Table.from_pylist(_label_rows(store), schema=LABELS)
    held: Any = {
        Exported.REVIEWS: store.events,
        Exported.ASSETS: store.assets,
        Exported.SUGGESTIONS: store.suggestions,
        Exported.CORRECTIONS: store.corrections,
        Exported.CROPS: store.crops,
        Exported.EQUIVALENCES: store.equivalences,
        Exported.RENDER_REMARKS: store.render_remarks,
        Exported.ACCEPT_SWITCHES: store.accept_switches,
    }[what]
    return pa.Table.from_pylist([held.to_row(record) for record in held.all()], schema=held.schema)


def _write(store: Store, table: pa.Table, file: Path, kind: str) -> int:
    if kind == ".json":
        write_tasks(store, table, file)
    elif kind == "":
        table = table.filter(pc.is_in(table["label"], pa.array(IN_DATASET)))
        write_dataset(store, table, file)
    else:
        write_table(table, file, kind)
    return int(table.num_rows)


def _label_rows(store: Store) -> list[dict[str, Any]]:
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
                "skus": sorted(label.skus),
                "reviewers": sorted(label.reviewers),
                "group": photo.group,
                "side": photo.side.value,
            }
        )
    return rows
