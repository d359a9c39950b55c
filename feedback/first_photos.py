"""First photos: photos of an asset that nobody has confirmed yet, which nearly all labelled photos are not.

Labels come from confirmed photos, so nearly every labelled photo meets other confirmed photos of its own asset. A fit that sees
only these learns that articles without any are out of the question: labels on half of a catalogue then make the other half
harder to find than before. So a fit practises: of each photo, part of what it learns from is that photo with the confirmed views
of its own asset taken away; and of the other assets, enough lose theirs that the two sorts meet. How much such photos count is
how often they will come, which photos that nobody has labelled tell: Saerens, Latinne and Decaestecker, "Adjusting the outputs
of a classifier to new a priori probabilities", Neural Computation 2002.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.special import log_softmax

from feedback.examples import MANY_LABELS, Examples
from matching.checks import CHECKS, CONFIRMED_GEOMETRY
from matching.weights import ChannelKind, kind_of

FEWEST, MOST = 0.1, 0.5
"""Bounds of the share of known photos that are practised on as first ones."""

UNCONFIRMED = 0.4
"""Share of the other candidates without confirmed views at least: catalogues grow, and a fit must have met their like."""

GUESS = 0.2
"""The share practised with until it is known how often first photos come."""

STEPS = 200
Reals = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Practice:
    """What a fit learns from: photos as they are, and as first photos.

    Attributes:
        examples: (m), each with its part of the photo's share.
        photo: (m,) position of the photo that it was made of.
        part: (m,) its part of that photo; those of one photo sum to 1.
    """

    examples: Examples
    photo: Ints
    part: Reals


def knows_its_asset(examples: Examples, channels: Sequence[str]) -> Flags:
    """Tell which photos see a confirmed view of their own asset: (n,)."""
    return np.asarray((examples.positive & ~_unconfirmed(examples, channels)).any(axis=1))


def practise(examples: Examples, channels: Sequence[str], share: float) -> Practice:
    """Take the confirmed views of their own asset from known photos, and of some others from every photo.

    Up to 300 photos each known one comes twice, as it is and as a first photo; of more, each is one of both, which says as much.
    What is taken is drawn from the order of the photos alone, so that the same photos give the same practice.

    Args:
        examples: labelled photos.
        channels: of the starting weights.
        share: of the known photos' weight that falls to first ones.
    """
    known = np.flatnonzero(knows_its_asset(examples, channels))
    everyone = np.arange(len(examples))
    if not len(known) or share <= 0:
        return Practice(examples=_with_unconfirmed(examples, channels), photo=everyone, part=np.ones(len(examples)))
    if len(examples) > MANY_LABELS:
        chosen = np.sort(np.random.default_rng(0).permutation(known)[: round(share * len(known))])
        first = np.isin(everyone, chosen)
        mixed = _without_confirmed(examples, channels, examples.positive & first[:, None])
        return Practice(examples=_with_unconfirmed(mixed, channels), photo=everyone, part=np.ones(len(examples)))
    photo = np.concatenate([everyone, known])
    part = np.concatenate([np.where(np.isin(everyone, known), 1 - share, 1.0), np.full(len(known), share)])
    doubled = examples.of(photo)
    first = np.arange(len(photo)) >= len(everyone)
    doubled = _without_confirmed(doubled, channels, doubled.positive & first[:, None])
    doubled = replace(doubled, share=(doubled.share * part).astype(np.float32))
    return Practice(examples=_with_unconfirmed(doubled, channels), photo=photo, part=part)


def expected_share(
    scores: npt.NDArray[np.float32], coming: Examples, channels: Sequence[str], *, temperature: float, practised: float
) -> float:
    """Estimate how often coming photos are first ones, from photos that nobody has labelled.

    Each photo's likelihoods, as a fit sees them that practised with a known share, say how likely it is a first one; that share
    is corrected by the mean of these until both agree, which is expectation and maximisation. Photos count by how likely the DAM
    has their article at all.

    Args:
        scores: (n, K) of the candidates of `coming`, by weights that practised; very low where there is no evidence.
        coming: photos without a label.
        channels: of those weights.
        temperature: of those weights.
        practised: share of first photos, natural ones included, that those weights were fitted with; in (0, 1).
    """
    logits = scores / temperature + np.where(np.isneginf(coming.tail), -1e9, coming.tail)
    first = (np.exp(log_softmax(logits.astype(np.float64), axis=1)) * _unconfirmed(coming, channels)).sum(axis=1)
    counted = 1 - coming.no_match.astype(np.float64)
    share = practised
    for _ in range(STEPS):
        ours, others = share / practised * first, (1 - share) / (1 - practised) * (1 - first)
        share = float(np.average(ours / np.maximum(ours + others, 1e-12), weights=np.maximum(counted, 1e-6)))
        share = min(max(share, 1e-4), 1 - 1e-4)
    return share


def to_practise(expected: float, natural: float) -> float:
    """Say what share of known photos to practise on as first ones: with natural first ones they are then as many as will come.

    Never less than a tenth, so that an asset which arrives tomorrow has its like, nor more than half.
    """
    return float(np.clip((expected - natural) / max(1 - natural, 1e-9), FEWEST, MOST))


def _unconfirmed(examples: Examples, channels: Sequence[str]) -> Flags:
    """Tell which candidates have no confirmed view that the photo may see: (n, K)."""
    return np.asarray(~(examples.speaks[:, :, _confirmed(channels)] > 0).any(axis=2))


def _confirmed(channels: Sequence[str]) -> Ints:
    return np.flatnonzero([kind_of(channel) is ChannelKind.CONFIRMED for channel in channels])


def _without_confirmed(examples: Examples, channels: Sequence[str], taken: Flags) -> Examples:
    """Take the confirmed views of some candidates, (n, K), away, with all that they say."""
    gone = np.zeros(len(channels), dtype=np.bool_)
    gone[_confirmed(channels)] = True
    checks = examples.checks.copy()
    checks[taken, CHECKS.index(CONFIRMED_GEOMETRY)] = 0
    return replace(
        examples,
        z=np.where(taken[:, None, :, None] & gone, np.float32(0), examples.z),
        speaks=np.where(taken[:, :, None] & gone, np.float32(0), examples.speaks),
        checks=checks,
        popularity=np.where(taken, np.float32(0), examples.popularity),
    )


def _with_unconfirmed(examples: Examples, channels: Sequence[str]) -> Examples:
    """Take the confirmed views of drawn other candidates away, until enough of them have none."""
    if not len(_confirmed(channels)):
        return examples
    bare, other = _unconfirmed(examples, channels), (examples.assets >= 0) & ~examples.positive
    many = np.where(other & ~np.isneginf(examples.tail), np.exp(examples.tail), 0.0)
    there = (many * bare).sum(axis=1) / np.maximum(many.sum(axis=1), 1e-9)
    chance = np.clip((UNCONFIRMED - there) / np.maximum(1 - there, 1e-9), 0, 1)
    drawn = np.random.default_rng(1).random(bare.shape) < chance[:, None]
    return _without_confirmed(examples, channels, drawn & other & ~bare)
