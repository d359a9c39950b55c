"""The ladder's steps of words: captions as one more channel, the original's rule on attributes, and the soft bonus beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from feedback.known_photos import TestPhoto
from feedback.samples import Bench
from matching.attributes import hard_rule
from matching.checks import WORDED
from matching.evidence import PhotoEvidence
from matching.preparation import with_constants
from matching.search import Ranking
from matching.weights import Weights, block_of
from matching.worded import ATTRIBUTES, TEXT, TEXT_CHANNEL, with_text

ALONGSIDE = 1.0
"""Weight of the soft bonus in its step: full overlap outweighs one standard deviation of all channels together."""


def with_captions(weights: Weights, bench: Bench, known: Sequence[PhotoEvidence]) -> Weights:
    """Turn the text channel on: it weighs as much as the mean of the other blocks, whatever it weighed before."""
    blocks = {block_of(channel) for channel in weights.channels} - {TEXT}
    bare = [at for at, channel in enumerate(weights.channels) if channel != TEXT_CHANNEL]
    others = np.array([weights.values[at] for at in bare])
    values = others / others.sum()
    plain = replace(
        weights,
        channels=tuple(weights.channels[at] for at in bare),
        values=tuple(float(value) for value in values),
        means=tuple(weights.means[at] for at in bare),
        scales=tuple(weights.scales[at] for at in bare),
    )
    measured = with_constants(with_text(plain), bench.gallery, known)
    share = 1 / (len(blocks) + 1)
    return replace(
        with_text(plain, share),
        means=(*plain.means, measured.means[-1]),
        scales=(*plain.scales, measured.scales[-1]),
    )


def with_bonus(weights: Weights) -> Weights:
    """Turn the soft bonus for attributes on."""
    return replace(weights, bonuses={**weights.bonuses, ATTRIBUTES: ALONGSIDE})


def reranked(photo: TestPhoto, ranking: Ranking, bench: Bench) -> Ranking:
    """Order a ranking anew by the original's rule: of the first five, the one that overlaps most in attributes moves up."""
    said, words = bench.gallery.worded, photo.evidence.query.worded
    if said is None or words is None:
        return ranking
    first = ranking.order[:WORDED]
    moved = hard_rule(said.overlaps(words, first.tolist()), WORDED)
    return replace(ranking, order=np.concatenate([first[list(moved)], ranking.order[WORDED:]]))


def anything_said(photos: Sequence[TestPhoto], bench: Bench) -> bool:
    """Say whether there are words to compare: of an asset and of a photo."""
    said = bench.gallery.worded
    spoken = [photo.evidence.query.worded for photo in photos]
    return said is not None and bool(said.vectors.any()) and any(words is not None and words.vector.any() for words in spoken)
