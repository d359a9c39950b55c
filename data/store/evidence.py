"""Tables of what was computed from images: masks, vectors, local features, words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pyarrow as pa
from lancedb.expr import col, lit

from data.domain import Description, FloatArray, ImageId, LocalFeatures, Mask
from data.errors import ShapeMismatch
from data.store.locks import TableLock
from data.store.table import RecordTable, Table

if TYPE_CHECKING:
    from lancedb.db import DBConnection


class MaskTable(RecordTable[Mask]):
    """Where the article is, one row per image, remover and hypothesis."""

    record = Mask
    key = ("image_id", "remover", "hypothesis")
    schema: ClassVar[pa.Schema] = pa.schema(
        [
            ("image_id", pa.string()),
            ("remover", pa.string()),
            ("hypothesis", pa.string()),
            ("png", pa.binary()),
            ("fell_back", pa.bool_()),
        ]
    )

    def of(self, image_ids: Iterable[ImageId], remover: str) -> dict[ImageId, list[Mask]]:
        """Read the masks of some images, in the order in which they were stored."""
        found: dict[ImageId, list[Mask]] = defaultdict(list)
        for mask in self.from_rows(self.table.scan_in("image_id", image_ids)):
            if mask.remover == remover:
                found[mask.image_id].append(mask)
        return dict(found)

    def given_up(self, image_ids: Iterable[ImageId]) -> set[tuple[ImageId, str]]:
        """List the images and hypotheses on which a remover gave up, without reading any mask."""
        wanted = set(image_ids)
        columns = ["image_id", "hypothesis"]
        found = self.table.scan(columns, col("fell_back") == lit(value=True)).to_pylist()
        return {(row["image_id"], row["hypothesis"]) for row in found if row["image_id"] in wanted}

    def cut(self, remover: str) -> set[tuple[ImageId, str]]:
        """List the images that this remover has cut and the hypotheses that it has of each, without reading any mask."""
        found = self.table.scan(["image_id", "hypothesis"], col("remover") == lit(remover))
        return set(zip(found["image_id"].to_pylist(), found["hypothesis"].to_pylist(), strict=True))

    def done(self, remover: str) -> set[ImageId]:
        """List the images that this remover has cut."""
        return set(self.table.scan(["image_id"], col("remover") == lit(remover))["image_id"].to_pylist())


class DescriptionTable(RecordTable[Description]):
    """What images show, in words."""

    record = Description
    key = ("image_id", "captioner")
    schema: ClassVar[pa.Schema] = pa.schema(
        [
            ("image_id", pa.string()),
            ("captioner", pa.string()),
            ("caption", pa.string()),
            ("object", pa.string()),
            ("colour", pa.string()),
            ("texture", pa.string()),
            ("specificity", pa.string()),
        ]
    )

    def of(self, image_ids: Iterable[ImageId], captioner: str) -> dict[ImageId, Description]:
        """Read what a captioner said of some images."""
        found = self.from_rows(self.table.scan_in("image_id", image_ids))
        return {words.image_id: words for words in found if words.captioner == captioner}

    def colours(self, captioner: str) -> dict[ImageId, str]:
        """Read which colour a captioner said of each image; much faster than reading the descriptions."""
        found = self.table.scan(["image_id", "colour"], col("captioner") == lit(captioner))
        return dict(zip(found["image_id"].to_pylist(), found["colour"].to_pylist(), strict=True))

    def done(self, captioner: str) -> set[ImageId]:
        """List the images that this captioner has described."""
        return set(self.table.scan(["image_id"], col("captioner") == lit(captioner))["image_id"].to_pylist())


class LocalFeatureTable(RecordTable[LocalFeatures]):
    """Keypoints and their descriptors, one row per cut-out."""

    record = LocalFeatures
    key = ("image_id", "hypothesis", "extractor")
    schema: ClassVar[pa.Schema] = pa.schema(
        [
            ("image_id", pa.string()),
            ("hypothesis", pa.string()),
            ("extractor", pa.string()),
            ("positions", pa.binary()),
            ("descriptors", pa.binary()),
        ]
    )

    def of(self, image_ids: Iterable[ImageId], extractor: str) -> dict[tuple[ImageId, str], LocalFeatures]:
        """Read the local features of some images, by image and hypothesis."""
        found = self.from_rows(self.table.scan_in("image_id", image_ids))
        return {(row.image_id, row.hypothesis): row for row in found if row.extractor == extractor}

    def done(self, extractor: str) -> set[ImageId]:
        """List the images of which this extractor has been asked."""
        return set(self.table.scan(["image_id"], col("extractor") == lit(extractor))["image_id"].to_pylist())

    def to_row(self, record: LocalFeatures) -> dict[str, Any]:
        """Flatten the arrays to bytes."""
        arrays = {
            "positions": np.ascontiguousarray(record.positions, dtype=np.float32).tobytes(),
            "descriptors": np.ascontiguousarray(record.descriptors, dtype=np.uint8).tobytes(),
        }
        return {**super().to_row(record), **arrays}

    def from_row(self, row: Mapping[str, Any]) -> LocalFeatures:
        """Build the arrays again."""
        return LocalFeatures(
            image_id=row["image_id"],
            hypothesis=row["hypothesis"],
            extractor=row["extractor"],
            positions=np.frombuffer(row["positions"], dtype=np.float32).reshape(-1, 2),
            descriptors=np.frombuffer(row["descriptors"], dtype=np.uint8).reshape(-1, 128),
        )


@dataclass(frozen=True, kw_only=True)
class VectorRows:
    """Vectors as stored: `vectors` is (n, size); row i is of `image_ids[i]`, cut by `hypotheses[i]`."""

    image_ids: tuple[ImageId, ...]
    hypotheses: tuple[str, ...]
    vectors: FloatArray

    @property
    def keys(self) -> list[tuple[ImageId, str]]:
        """Image and hypothesis of each row."""
        return list(zip(self.image_ids, self.hypotheses, strict=True))


class VectorTable:
    """The raw vectors of one embedder's block."""

    def __init__(self, database: DBConnection, name: str, size: int, lock: TableLock) -> None:
        self.size = size
        schema = pa.schema(
            [
                ("image_id", pa.string()),
                ("hypothesis", pa.string()),
                ("revision", pa.string()),
                ("vector", pa.list_(pa.float32(), size)),
            ]
        )
        self.table = Table(database, name, schema, ("image_id", "hypothesis", "revision"), lock)

    @property
    def version(self) -> int:
        """Number that changes with every write, by whatever process."""
        return self.table.version

    def put(self, image_ids: Sequence[ImageId], hypotheses: Sequence[str], vectors: FloatArray, revision: str) -> int:
        """Store vectors, (n, size), that are not there yet; say how many were new.

        Raises:
            ShapeMismatch: not one vector of the right size per image.
        """
        if vectors.shape != (len(image_ids), self.size):
            raise ShapeMismatch(f"{len(image_ids)} images with vectors of {vectors.shape}, wanted (n, {self.size})")
        flat = pa.array(np.ascontiguousarray(vectors, dtype=np.float32).ravel())
        columns = [
            pa.array(list(image_ids)),
            pa.array(list(hypotheses)),
            pa.array([revision] * len(image_ids), pa.string()),
            pa.FixedSizeListArray.from_arrays(flat, self.size),
        ]
        return self.table.insert_table(pa.Table.from_arrays(columns, schema=self.table.schema))

    def read(self, revision: str) -> VectorRows:
        """Read every vector of a revision."""
        return self._rows(self.table.scan(where=col("revision") == lit(revision)))

    def parts(self, revision: str) -> Iterator[VectorRows]:
        """Read every vector of a revision, some thousand at a time: of a large catalogue they are more than memory holds."""
        for part in self.table.parts(where=col("revision") == lit(revision)):
            yield self._rows(part)

    def of(self, image_ids: Iterable[ImageId], revision: str) -> VectorRows:
        """Read the vectors of some images."""
        found = self.table.scan_in("image_id", image_ids)
        return self._rows(found.filter(pa.compute.equal(found["revision"], revision)))

    def done(self, revision: str) -> set[ImageId]:
        """List the images that have a vector of this revision."""
        return set(self.table.scan(["image_id"], col("revision") == lit(revision))["image_id"].to_pylist())

    def keys(self, revision: str) -> set[tuple[ImageId, str]]:
        """List image and hypothesis of every vector of this revision."""
        found = self.table.scan(["image_id", "hypothesis"], col("revision") == lit(revision))
        return set(zip(found["image_id"].to_pylist(), found["hypothesis"].to_pylist(), strict=True))

    def _rows(self, found: pa.Table) -> VectorRows:
        flat = found["vector"].combine_chunks().flatten().to_numpy(zero_copy_only=False)
        return VectorRows(
            image_ids=tuple(found["image_id"].to_pylist()),
            hypotheses=tuple(found["hypothesis"].to_pylist()),
            vectors=np.asarray(flat, dtype=np.float32).reshape(-1, self.size),
        )
