"""Fusion: from standardised similarities to one score per asset, as an exact sum of contributions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp, softmax

from data.errors import ShapeMismatch
from matching.arrays import IntArray, RealArray
from matching.weights import Weights

EACH = slice(None)
CUT_OUTS = "cut-outs"
"""Name of the contribution that stays when mask hypotheses disagree: never positive, zero where all agree."""


@dataclass(frozen=True, kw_only=True)
class Fused:
    """Scores of all assets for one photo.

    Attributes:
        scores: (n_assets,), larger is better; -inf where no weighted channel has evidence.
        contributions: (n_assets, n_channels + 1), the last for the cut-outs; rows sum to the scores.
        similarities: (n_assets, n_channels), raw, of the mask hypothesis that counts most; NaN without evidence.
        hypothesis: (n_assets,) position of that hypothesis.
    """

    scores: RealArray
    contributions: RealArray
    similarities: RealArray
    hypothesis: IntArray


def standardise(similarities: RealArray, weights: Weights, of: IntArray | slice = EACH) -> RealArray:
    """Bring raw similarities, (..., n_channels), to mean 0 and spread 1 of each channel; NaN stays.

    Args:
        similarities: of all channels.
        weights: give the means and spreads.
        of: columns that are asked for.

    Raises:
        ShapeMismatch: the columns and the weights disagree.
    """
    if similarities.shape[-1] != len(weights.channels):
        raise ShapeMismatch(f"{similarities.shape[-1]} columns of similarity for {len(weights.channels)} channels")
    return np.asarray((similarities[..., of] - np.array(weights.means)[of]) / np.array(weights.scales)[of], dtype=np.float64)


def fuse(similarities: RealArray, weights: Weights, log_shares: RealArray | None = None) -> Fused:
    """Blend each asset's similarities into one score; a silent channel's weight is shared among the others.

    Args:
        similarities: (n_hypotheses, n_assets, n_channels), raw, columns in `weights.channels` order; NaN where a channel has
            no evidence.
        weights: of the channels, non-negative, summing to 1; `sharpness` pools the mask hypotheses by log-mean-exp.
        log_shares: (n_hypotheses,) logarithm of what each counts for beforehand, see `matching.trust`; alike where None.
    """
    heard = np.flatnonzero(~np.isnan(similarities).all(axis=(0, 1)))  # the others have no part, and would take as long
    standardised = standardise(similarities, weights, heard)
    speaks, values = ~np.isnan(standardised), np.array(weights.values)[heard]
    np.copyto(standardised, 0.0, where=~speaks)
    total = speaks.astype(np.float64) @ values
    spoken = np.where(total > 0, 1 / np.maximum(total, 1e-12), 0)
    per_hypothesis = standardised @ values * spoken
    beta = max(weights.sharpness, 1e-6)
    prior = np.full(len(per_hypothesis), -np.log(len(per_hypothesis))) if log_shares is None else log_shares
    logits = beta * per_hypothesis + prior[:, None]
    scores = logsumexp(logits, axis=0) / beta
    shares = softmax(logits, axis=0)
    blended = np.einsum("ha,hac->ac", shares * spoken, standardised) * values
    contributions = np.zeros((similarities.shape[1], similarities.shape[2] + 1))
    contributions[:, heard], contributions[:, -1] = blended, scores - blended.sum(axis=-1)
    best = shares.argmax(axis=0)
    return Fused(
        scores=np.where((total <= 0).all(axis=0), -np.inf, scores),
        contributions=contributions,
        similarities=np.moveaxis(similarities, -1, 0)[:, best, np.arange(len(best))].T,
        hypothesis=best,
    )


def no_match_features(scores: RealArray, contributions: RealArray, similarities: RealArray) -> RealArray:
    """Measure what "not in the DAM" is told from: first score, its margin to the second, and agreement of channels.

    Args:
        scores: (n_assets,), the first finite; -inf without evidence.
        contributions: (n_assets, n_channels or more).
        similarities: (n_assets, n_channels), raw; NaN without evidence.

    Returns:
        (3,): first score, margin (0 without a second), and the share of speaking channels whose own first is the overall first.
    """
    order = np.argsort(-scores, kind="stable")
    first = order[0]
    margin = float(scores[first] - scores[order[1]]) if np.isfinite(scores[order[1:2]]).any() else 0.0
    speaking = ~np.isnan(similarities[first]) & (np.abs(contributions[first, : similarities.shape[1]]) > 0)
    if not speaking.any():
        return np.array([scores[first], margin, 0.0])
    own_first = np.nanargmax(np.nan_to_num(similarities[:, speaking], nan=-np.inf), axis=0)
    return np.array([scores[first], margin, float((own_first == first).mean())])
