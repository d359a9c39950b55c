"""Labels as a Hugging Face dataset folder: Parquet with the pictures in it, one file per split, and a dataset card.

`datasets.load_dataset(folder)` reads it. The split `train` is the calibration side, `test` the sealed one, which nothing may be
fitted on; `quarantined` photos bridge the two. Sources: the datasets library on its image feature and on dataset cards.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from data.domain import ImageId, Side
from data.store import Store

SPLITS: Mapping[str, str] = MappingProxyType({Side.CALIBRATION: "train", Side.TEST: "test", Side.QUARANTINED: "quarantined"})
IMAGE = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
PICTURES_AT_ONCE = 100
CARD = """---
dataset_info:
  features:
{features}
  splits:
{splits}
configs:
- config_name: default
  data_files:
{files}
---

# Labelled photos

{count} photos of articles with what reviewers said of them: `match` with a sku of the catalogue, or `not_in_dam`.
`skus` are all that count as right, `sku` is the one that was chosen. Of one `group` are photos of one burst.
Fit on `train` alone: `test` is the sealed side.
"""


def write_dataset(store: Store, labels: pa.Table, folder: Path) -> None:
    """Write labels with their pictures into a new folder; a split without a photo has no file."""
    (folder / "data").mkdir(parents=True)
    sides = labels["side"].to_pylist()
    counts = dict[str, int]()
    for side, split in SPLITS.items():
        rows = [at for at, said in enumerate(sides) if said == side]
        if rows:
            _write_split(store, labels.take(rows), folder / _file_of(split))
            counts[split] = len(rows)
    (folder / "README.md").write_text(_card(labels.schema, counts), encoding="utf-8")


def _file_of(split: str) -> str:
    return f"data/{split}-00000-of-00001.parquet"


def _write_split(store: Store, labels: pa.Table, file: Path) -> None:
    features = json.dumps({"info": {"features": {"image": {"_type": "Image"}, **_features(labels.schema)}}})
    schema = pa.schema([pa.field("image", IMAGE), *labels.schema], metadata={"huggingface": features})
    with pq.ParquetWriter(file, schema) as writer:
        for batch in _with_pictures(store, labels, schema):
            writer.write_table(batch)


def _with_pictures(store: Store, labels: pa.Table, schema: pa.Schema) -> Iterator[pa.Table]:
    for start in range(0, labels.num_rows, PICTURES_AT_ONCE):
        part = labels.slice(start, PICTURES_AT_ONCE)
        ids = [ImageId(image_id) for image_id in part["image_id"].to_pylist()]
        contents = store.images.contents(ids)
        images = pa.array([{"bytes": contents.get(image_id), "path": image_id} for image_id in ids], IMAGE)
        yield pa.table([images, *part.columns], schema=schema)


def _features(schema: pa.Schema) -> dict[str, Any]:
    text = {"dtype": "string", "_type": "Value"}
    return {field.name: {"feature": text, "_type": "Sequence"} if pa.types.is_list(field.type) else text for field in schema}


def _card(schema: pa.Schema, counts: Mapping[str, int]) -> str:
    kinds = [("image", "dtype: image")]
    kinds += [(field.name, "sequence: string" if pa.types.is_list(field.type) else "dtype: string") for field in schema]
    return CARD.format(
        features="\n".join(f"  - name: {name}\n    {kind}" for name, kind in kinds),
        splits="\n".join(f"  - name: {split}\n    num_examples: {count}" for split, count in counts.items()),
        files="\n".join(f"  - split: {split}\n    path: {_file_of(split)}" for split in counts),
        count=sum(counts.values()),
    )
