"""What was measured of cut-outs, as the store has it: raw vectors and local features."""

from __future__ import annotations

from data.domain import ImageId, LocalFeatures
from data.store import Store, VectorRows
from matching.saving import EXTRACTOR

READ_ALL_ABOVE = 0.2
"""Share of a table from which on reading all of it is faster than seeking rows."""

CutOutKey = tuple[ImageId, str]


def local_features(store: Store, image_ids: set[ImageId]) -> dict[CutOutKey, LocalFeatures]:
    """Read the local features of images, by image and mask hypothesis."""
    return store.local_features.of(image_ids, EXTRACTOR)


def vector_rows(store: Store, block: str, size: int, revision: str, wanted: set[ImageId]) -> VectorRows:
    """Read one block's vectors of images, (n, size), with their mask hypotheses."""
    table = store.vectors(block, size)
    if len(wanted) < READ_ALL_ABOVE * max(table.table.count(), 1):
        return table.of(sorted(wanted), revision)
    rows = table.read(revision)
    kept = [at for at, image_id in enumerate(rows.image_ids) if image_id in wanted]
    return VectorRows(
        image_ids=tuple(rows.image_ids[at] for at in kept),
        hypotheses=tuple(rows.hypotheses[at] for at in kept),
        vectors=rows.vectors[kept],
    )
