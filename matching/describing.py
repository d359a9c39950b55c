"""One picture described: masks, cut-outs, vectors, local features and words.

What needs no model of an embedder's runs in worker processes (`look`), the rest where the models are (`run_models`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import cv2
import numpy as np

from data.crops import Box
from data.domain import BoolArray, ByteArray, FloatArray, Mask
from data.errors import BackendFailed
from data.pictures import decode
from matching.backends import Backends
from matching.backends.descriptors.keypoints import find_keypoints
from matching.blocks import KNOWN, named_by
from matching.crops import cut_by_hand
from matching.cutouts import TILTS_DEG, tilt, tilted_name, zoom
from matching.masks import WORKING_PX, cut_large, decode_mask, encode_mask, fit_mask, shrink
from matching.ports import Block, CutOut, Keypoints, MaskHypothesis, ModelEmbedder, RunsModel, Words

WORDED_PX = 384
"""Side of the cut-out that a describer with a model gets."""


@dataclass(frozen=True, kw_only=True)
class CutOutEvidence:
    """What one mask hypothesis of a picture gave.

    Attributes:
        hypothesis: its name.
        fell_back: the remover gave up and returned its prior.
        mask_png: values 0 and 255, at most 384 px.
        keypoints: its local features, which a tilt would not change.
    """

    hypothesis: str
    fell_back: bool
    mask_png: bytes
    keypoints: Keypoints


@dataclass(frozen=True, kw_only=True)
class PictureEvidence:
    """What a picture gave, or the part of it that was asked for.

    Attributes:
        cutouts: one for each mask hypothesis; empty where they were there already.
        words: of the most trusted one; None where they were there already.
        names: of the cut-outs that were described: the hypotheses, and tilted ones of catalogue pictures.
        vectors: (n_names, d) raw, per block.
        prepared: (n_names, 3, height, width) per embedder whose model has not run yet.
        unsaid: the cut-out that a model is still to put into words; None where none is.
    """

    cutouts: tuple[CutOutEvidence, ...] = ()
    words: Words | None = None
    names: tuple[str, ...] = ()
    vectors: Mapping[str, FloatArray] = field(default_factory=dict)
    prepared: Mapping[str, ByteArray | FloatArray] = field(default_factory=dict)
    unsaid: CutOut | None = None


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is to be found out of a picture: by which embedders, its words, and its masks with their local features."""

    embedders: tuple[str, ...]
    words: bool = True
    cutouts: bool = True

    @classmethod
    def all_of(cls, backends: Backends) -> Wanted:
        """Want everything."""
        return cls(embedders=backends.embedders)


def describe_picture(
    content: bytes, backends: Backends, *, studio: bool, mask: BoolArray | None = None, box: Box | None = None
) -> PictureEvidence:
    """Cut a picture out and describe every hypothesis; catalogue pictures also tilted.

    Args:
        content: encoded, as stored.
        backends: which engines.
        studio: it stands on a plain background.
        mask: where the article is, if that is known already (a render's alpha).
        box: where a person says that it is.

    Raises:
        BackendFailed: there is nothing to be found in it, or a model fails.
        MissingBackend: a model is not here.
    """
    seen = look(content, backends, Wanted.all_of(backends), studio=studio, mask=mask, box=box)
    return run_models([seen], backends)[0]


def look(
    content: bytes,
    backends: Backends,
    wanted: Wanted,
    *,
    studio: bool,
    mask: BoolArray | None = None,
    masks: Sequence[Mask] = (),
    box: Box | None = None,
) -> PictureEvidence:
    """Find out of a picture what needs no model of an embedder's or describer's, and prepare what does.

    What models see is cut out with the masks as they are stored: so it makes no difference when an embedder is added.

    Args:
        content: encoded, as stored.
        backends: which engines.
        wanted: what of it.
        studio: it stands on a plain background.
        mask: where the article is, if that is known already (a render's alpha).
        masks: where it was cut already; nothing is cut again.
        box: where a person says that it is.

    Raises:
        BackendFailed: there is nothing to be found in it.
    """
    cv2.setNumThreads(1)
    whole = decode(content)
    pixels, tilted = shrink(whole, WORKING_PX), studio or mask is not None
    found = [_stored(one, pixels) for one in masks] or cut_out(pixels, backends, studio=studio, mask=mask, box=box)
    small = [zoom(pixels, hypothesis.mask) for hypothesis in found]
    outlines = [one.png for one in masks] or [encode_mask(hypothesis.mask) for hypothesis in found]
    cutouts = tuple(map(_evidence, found, outlines, small)) if wanted.cutouts else ()
    vectors, prepared = dict[str, FloatArray](), dict[str, ByteArray | FloatArray]()
    for embedder in backends.load_embedders():
        if embedder.name not in wanted.embedders:
            continue
        if isinstance(embedder, ModelEmbedder):
            large = cut_large(whole, outlines, embedder.cutout_px, tilted=tilted)
            prepared[embedder.name] = embedder.prepare(large)
        else:
            vectors |= _stacked(embedder.embed([*small, *(_tilts(pixels, found) if tilted else ())]))
    words, unsaid = _words(whole, outlines, found, small, backends) if wanted.words else (None, None)
    names = _names(found, tilted=tilted)
    return PictureEvidence(cutouts=cutouts, words=words, names=names, vectors=vectors, prepared=prepared, unsaid=unsaid)


def run_models(seen: Sequence[PictureEvidence], backends: Backends) -> list[PictureEvidence]:
    """Run the models of embedders and describer on several pictures at once, and finish what `look` began.

    Raises:
        MissingBackend: a model is not here.
        BackendFailed: a model cannot be used, or memory runs out.
    """
    vectors = [dict(picture.vectors) for picture in seen]
    for embedder in backends.load_embedders():
        places = [at for at, picture in enumerate(seen) if embedder.name in picture.prepared]
        if places and isinstance(embedder, ModelEmbedder):
            found = _stacked(embedder.embed_prepared(np.concatenate([seen[at].prepared[embedder.name] for at in places])))
            ends = np.cumsum([len(seen[at].names) for at in places])[:-1]
            for block, rows in found.items():
                for at, part in zip(places, np.split(rows, ends), strict=True):
                    vectors[at][block] = part
    unsaid = {at: one.unsaid for at, one in enumerate(seen) if one.unsaid is not None}
    said = dict(zip(unsaid, backends.load_describer().describe_all(list(unsaid.values())), strict=True)) if unsaid else {}
    return [
        replace(picture, vectors=vectors[at], words=said.get(at, picture.words), prepared={}, unsaid=None)
        for at, picture in enumerate(seen)
    ]


def cut_out(
    pixels: ByteArray, backends: Backends, *, studio: bool, mask: BoolArray | None = None, box: Box | None = None
) -> list[MaskHypothesis]:
    """Find where the article may be: the mask that is known, what a person's box bounds, or what the remover says.

    Raises:
        BackendFailed: there is nothing to be found.
    """
    if mask is not None:
        return [MaskHypothesis(name=KNOWN, mask=fit_mask(mask, pixels), fell_back=False)]
    if box is not None:
        return cut_by_hand(pixels, box)
    found = backends.load_remover().masks(pixels, studio=studio)
    if not found:
        raise BackendFailed("no article was found in the picture", remedy="crop it by hand")
    return [replace(one, name=named_by(backends.remover, one.name)) for one in found]


def _words(
    whole: ByteArray,
    outlines: Sequence[bytes],
    found: Sequence[MaskHypothesis],
    small: Sequence[CutOut],
    backends: Backends,
) -> tuple[Words | None, CutOut | None]:
    """Put the most trusted cut-out into words, or hand it on where a model does."""
    describer = backends.load_describer()
    trusted = next((at for at, hypothesis in enumerate(found) if not hypothesis.fell_back), 0)
    if isinstance(describer, RunsModel):
        return None, cut_large(whole, outlines[trusted : trusted + 1], WORDED_PX, tilted=False)[0]
    return describer.describe(small[trusted]), None


def _evidence(found: MaskHypothesis, png: bytes, cutout: CutOut) -> CutOutEvidence:
    points = find_keypoints(cutout)
    return CutOutEvidence(hypothesis=found.name, fell_back=found.fell_back, mask_png=png, keypoints=points)


def _stored(mask: Mask, pixels: ByteArray) -> MaskHypothesis:
    return MaskHypothesis(name=mask.hypothesis, mask=fit_mask(decode_mask(mask.png), pixels), fell_back=mask.fell_back)


def _tilts(pixels: ByteArray, found: Sequence[MaskHypothesis]) -> list[CutOut]:
    return [tilt(pixels, hypothesis.mask, angle_deg) for hypothesis in found for angle_deg in TILTS_DEG]


def _names(found: Sequence[MaskHypothesis], *, tilted: bool) -> tuple[str, ...]:
    upright = [hypothesis.name for hypothesis in found]
    return (*upright, *(tilted_name(name, angle_deg) for name in upright for angle_deg in TILTS_DEG if tilted))


def _stacked(described: Sequence[Sequence[Block]]) -> dict[str, FloatArray]:
    """Turn one list of blocks per cut-out into (n, d) per block."""
    return {blocks[0].name: np.stack([block.values for block in blocks]) for blocks in zip(*described, strict=True)}
