"""Calibrated confidence: how the share of the first candidate is corrected by what labels have taught.

The softmax says how the first compares with the other assets, and is too sure or not sure enough by what it does not see: how far
the first is ahead, how many channels agree, how good its mesh is. These correct the logit of its share, and the whole
ranking is then read at the temperature at which the first has that share: so shares still sum to 1, and no order changes. It is
Platt's scaling with more inputs ("Probabilistic outputs for support vector machines", 1999), and with all zeros changes nothing.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit, softmax

from data.domain import BoolArray
from matching.arrays import RealArray
from matching.fusion import Fused, no_match_features
from matching.gallery import Gallery
from matching.weights import FirstRight, NoMatch, Weights

SUREST = 16.0
"""Logit of the surest share: beyond it numbers of 64 bits say 1."""

SPREAD_FROM, MOST_GROWTH = 10, 8.0
REACH = 8.0
"""How far the logarithm of the temperature may move."""


def read_signs(scores: RealArray, fused: Fused, gallery: Gallery, of: BoolArray | None = None) -> RealArray:
    """Measure what a ranking is judged by, (4,): first score, margin, agreement of channels, mesh quality of the first or NaN.

    Args:
        scores: (n_assets,), the first finite; −inf without evidence.
        fused: before the bonuses.
        gallery: the catalogue.
        of: (n_assets,) the assets to look at, the first among them; all where None.
    """
    quality = np.nan if gallery.mesh_quality is None else gallery.mesh_quality[np.argmax(scores)]
    seen = slice(None) if of is None else of
    return np.array([*no_match_features(scores[seen], fused.contributions[seen], fused.similarities[seen]), quality])


def read_absence_signs(scores: RealArray, fused: Fused, gallery: Gallery, assets: int) -> RealArray:
    """Measure what "not in the DAM" is judged by, see `read_signs`, in a catalogue that has grown since the weights were made.

    The best of many is better than that of few, and stands out less, whatever the photo shows. So where the first is an asset
    that the weights knew, it is read among those, as it would have been without the others. Where it has come since, it is read
    among all, and its score less what growth alone has added to it.

    Args:
        scores: (n_assets,), the first finite; −inf without evidence.
        fused: before the bonuses.
        gallery: the catalogue.
        assets: how many it had when the weights were made; 0 where that is not known.
    """
    if not assets or gallery.arrivals is None:
        return read_signs(scores, fused, gallery)
    new = gallery.arrivals >= assets
    if not new[np.argmax(scores)]:
        return read_signs(scores, fused, gallery, ~new)
    signs = read_signs(scores, fused, gallery)
    signs[0] -= risen_by_growth(scores, new)
    return signs


def risen_by_growth(scores: RealArray, new: BoolArray) -> float:
    """Estimate how much better the best of many is for those that have come since: spread · log(growth).

    The growth is that of the rivals, not of the catalogue: of the ten best others, how many there are for each that was there
    before. A season of shoes makes no bag more likely to be found by chance. The spread is that of the same scores, the mean of
    k · (k-th best − next): Weissman, "Estimation of parameters and large quantiles based on the k largest observations", JASA
    1978. The first candidate has no part in either: it may be the right one.

    Args:
        scores: (n_assets,); −inf without evidence.
        new: (n_assets,) which have come since.
    """
    best = np.argsort(-scores, kind="stable")[1 : SPREAD_FROM + 1]
    best = best[np.isfinite(scores[best])]
    if not new[best].any() or len(best) < 2:  # noqa: PLR2004  # a best, and one that is worse
        return 0.0
    others, earlier = scores[best], int((~new[best]).sum())
    spread = np.mean((np.arange(len(others) - 1) + 2) * -np.diff(others))
    return float(spread * np.log(min((len(best) + 1) / (earlier + 1), MOST_GROWTH)))


def judge_no_match(signs: RealArray, said: NoMatch) -> float:
    """Estimate that the DAM has no such article."""
    top, margin, agreement, quality = signs
    seen = np.array([top, margin, agreement, known_quality(float(quality), said.usual_quality)])
    return float(expit(said.intercept + np.dot([said.top, said.margin, said.agreement, said.quality], seen)))


def no_match_probability(scores: RealArray, fused: Fused, gallery: Gallery, weights: Weights) -> float:
    """Estimate that the DAM has no such article; 1 where nothing has evidence."""
    seen = len(scores) and np.isfinite(scores).any()
    return judge_no_match(read_absence_signs(scores, fused, gallery, weights.assets), weights.no_match) if seen else 1.0


def known_quality(quality: float, usual: float) -> float:
    """Give a mesh quality that is not known, NaN, as the usual one."""
    return usual if np.isnan(quality) else quality


def first_logit(scores: RealArray, temperature: float) -> float:
    """Give the logit of the first candidate's share among all assets.

    Args:
        scores: (n_assets,), the largest finite; −inf without evidence.
        temperature: what they are divided by.
    """
    shares = softmax(scores / temperature)
    first = int(shares.argmax())
    rest = shares[:first].sum() + shares[first + 1 :].sum()
    return float(np.clip(np.log(shares[first]) - np.log(max(rest, np.exp(-2 * SUREST))), -SUREST, SUREST))


def calibrated_shares(scores: RealArray, temperature: float, signs: RealArray, said: FirstRight) -> RealArray:
    """Give each asset's share, (n_assets,), such that the first has the calibrated one; they sum to 1, in the order of scores.

    Where several assets are alike, or the first is all but alone, no temperature may reach that share: then the nearest counts.

    Args:
        scores: (n_assets,), the largest finite; −inf without evidence.
        temperature: of the softmax before it is corrected.
        signs: of the ranking, see `read_signs`.
        said: what labels have taught.
    """
    if said == FirstRight():
        return np.asarray(softmax(scores / temperature), dtype=np.float64)
    wanted = corrected_logit(first_logit(scores, temperature), signs, said)
    return np.asarray(softmax(scores / _temperature(scores, temperature, wanted)), dtype=np.float64)


def corrected_logit(logit: float, signs: RealArray, said: FirstRight) -> float:
    """Correct the logit of a first candidate's share."""
    _, margin, agreement, quality = signs
    seen = np.array([logit, margin, agreement, known_quality(float(quality), said.usual_quality)])
    return float(logit + said.intercept + np.dot([said.share, said.margin, said.agreement, said.quality], seen))


def _temperature(scores: RealArray, temperature: float, wanted: float) -> float:
    """Find the temperature at which the first has a share of that logit."""
    wanted = float(np.clip(wanted, -SUREST, SUREST))

    def missing(moved: float) -> float:
        return first_logit(scores, temperature * np.exp(moved)) - wanted

    for end, beyond in ((-REACH, missing(-REACH) <= 0), (REACH, missing(REACH) >= 0)):
        if beyond:
            return float(temperature * np.exp(end))
    return float(temperature * np.exp(brentq(missing, -REACH, REACH, xtol=1e-6)))
