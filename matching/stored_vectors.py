"""What was measured of cut-outs, as the store has it: raw vectors and local features."""

from __future__ import annotations

from collections.abc import Iterator

from data.domain import ImageId, LocalFeatures
from data.store import Store, VectorRows
from matching.saving import EXTRACTOR

READ_ALL_ABOVE = 0.2
"""Share of a table from which on reading all of it is faster than seeking rows."""

PART_IMAGES = 1_024
"""Images that are read at once where only the end result is kept."""

CutOutKey = tuple[ImageId, str]


def local_features(store: Store, image_ids: set[ImageId]) -> dict[CutOutKey, LocalFeatures]:
    """Read the local features of images, by image and mask hypothesis."""
    return store.local_features.of(image_ids, EXTRACTOR)


def feature_parts(store: Store, image_ids: set[ImageId]) -> Iterator[dict[CutOutKey, LocalFeatures]]:
    """Read the local features of images as `local_features` does, a part at a time: 25 KB a cut-out are much together."""
    ordered = sorted(image_ids)
    for start in range(0, len(ordered), PART_IMAGES):
        yield local_features(store, set(ordered[start : start + PART_IMAGES]))


def vector_parts(store: Store, block: str, size: int, revision: str, wanted: set[ImageId]) -> Iterator[VectorRows]:
    """Read one block's vectors of images as `vector_rows` does, a part at a time."""
    table = store.vectors(block, size)
    if len(wanted) < READ_ALL_ABOVE * max(table.table.count(), 1):
        ordered = sorted(wanted)
        for start in range(0, len(ordered), PART_IMAGES):
            yield table.of(ordered[start : start + PART_IMAGES], revision)
    else:
        yield from (_of(rows, wanted) for rows in table.parts(revision))


def vector_rows(store: Store, block: str, size: int, revision: str, wanted: set[ImageId]) -> VectorRows:
    """Read one block's vectors of images, (n, size), with their mask hypotheses."""
    table = store.vectors(block, size)
    if len(wanted) < READ_ALL_ABOVE * max(table.table.count(), 1):
        return table.of(sorted(wanted), revision)
    return _of(table.read(revision), wanted)


def _of(rows: VectorRows, wanted: set[ImageId]) -> VectorRows:
    kept = [at for at, image_id in enumerate(rows.image_ids) if image_id in wanted]
    return VectorRows(
        image_ids=tuple(rows.image_ids[at] for at in kept),
        hypotheses=tuple(rows.hypotheses[at] for at in kept),
        vectors=rows.vectors[kept],
    )
