"""What pictures gave, on its way to the store."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from data.domain import Description, ImageId, LocalFeatures, Mask
from data.store import Store
from matching.backends import Backends
from matching.blocks import blocks_of
from matching.crops import BY_HAND
from matching.describing import PictureEvidence
from matching.ports import Words

EXTRACTOR = "sift"


def save_evidence(store: Store, backends: Backends, found: Sequence[tuple[ImageId, PictureEvidence]]) -> None:
    """Store what pictures gave; what is there already stays.

    Masks come after local features, so they mark a picture as cut; the blocks of an embedder come in their order, so the last
    marks it as embedded; words come last of all.
    """
    rows = [(image_id, cutout) for image_id, evidence in found for cutout in evidence.cutouts]
    store.local_features.put(
        LocalFeatures(
            image_id=i,
            hypothesis=c.hypothesis,
            extractor=EXTRACTOR,
            positions=c.keypoints.positions,
            descriptors=c.keypoints.descriptors,
        )
        for i, c in rows
    )
    store.masks.put(
        Mask(
            image_id=i,
            remover=BY_HAND if c.hypothesis.startswith(BY_HAND) else backends.remover,
            hypothesis=c.hypothesis,
            png=c.mask_png,
            fell_back=c.fell_back,
        )
        for i, c in rows
    )
    for source in blocks_of(backends):
        embedded = [(image_id, evidence) for image_id, evidence in found if source.name in evidence.vectors]
        if embedded:
            ids = [image_id for image_id, evidence in embedded for _ in evidence.names]
            names = [name for _, evidence in embedded for name in evidence.names]
            vectors = np.concatenate([evidence.vectors[source.name] for _, evidence in embedded])
            store.vectors(source.name, source.size).put(ids, names, vectors, source.revision)
    store.descriptions.put(
        Description(image_id=image_id, captioner=backends.describer, **_texts(evidence.words))
        for image_id, evidence in found
        if evidence.words is not None
    )


def _texts(words: Words) -> dict[str, str]:
    return {
        "caption": words.caption,
        "object": words.object,
        "colour": words.colour,
        "texture": words.texture,
        "specificity": words.specificity,
    }
