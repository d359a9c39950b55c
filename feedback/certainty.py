"""Fitting what is said beside a ranking: that the DAM has no such article, and how sure the first candidate is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Self

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit

from data.domain import BoolArray
from feedback.logits import PULL, fit_logit
from feedback.metrics import Clusters, Values
from feedback.samples import Bench
from matching.arrays import IntArray
from matching.calibrated import SUREST, first_logit, judge_no_match, read_signs
from matching.search import Ranking
from matching.weights import FirstRight, NoMatch

FEWEST_OF_EACH = 3
PRIOR_PHOTOS = 10.0
"""Labels that what held before counts like, on how often the DAM has no such article."""

PULLS = (PULL, PULL, PULL, 10 * PULL)
"""The mesh's quality is pulled harder: renders that look like another article are left out before they rank."""

ABSENCE_PULLS = tuple(10 * pull for pull in PULLS)
"""Absences are few: thirty of ycb, pulled as little as the rest, told them apart worse than what held before (CONTRIBUTING)."""


@dataclass(frozen=True, kw_only=True)
class Judged:
    """Rankings of labelled photos, as confidence is fitted on them.

    Attributes:
        signs: (n, 4) what each ranking is judged by, see `matching.calibrated.read_signs`.
        logits: (n,) of the first candidate's share before it is corrected.
        missing: (n,) whether the DAM has no such article.
        right: (n,) whether the first candidate is right.
        groups: (n,) of the photos.
    """

    signs: Values
    logits: Values
    missing: BoolArray
    right: BoolArray
    groups: Clusters

    def of(self, rows: IntArray | BoolArray) -> Self:
        """Keep some photos."""
        return type(self)(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})


def judged_of(
    found: Sequence[Ranking], goals: Sequence[Sequence[int]], groups: Sequence[str], bench: Bench, temperature: float
) -> Judged:
    """Put side by side what confidence is fitted on; rankings without any evidence say nothing and are left out.

    Args:
        found: of each photo.
        goals: positions of each photo's right assets; none where the DAM has no such article.
        groups: of the photos.
        bench: the catalogue that was ranked.
        temperature: of the softmax.
    """
    spoken = [at for at, ranking in enumerate(found) if np.isfinite(ranking.scores).any()]
    rankings = [found[at] for at in spoken]
    signs = np.array([read_signs(one.scores, one.fused, bench.gallery) for one in rankings], dtype=np.float64)
    return Judged(
        signs=signs.reshape(len(spoken), -1),
        logits=np.array([first_logit(one.scores, temperature) for one in rankings]),
        missing=np.array([not goals[at] for at in spoken], dtype=np.bool_),
        right=np.array([found[at].order[0] in goals[at] for at in spoken], dtype=np.bool_),
        groups=np.array([groups[at] for at in spoken], dtype=np.str_),
    )


def fit_no_match(signs: Values, missing: BoolArray, groups: Clusters, parent: NoMatch) -> NoMatch:
    """Fit the logit of "not in the DAM"; with fewer than three photos of a kind the parent stays, and the pull leads there.

    Args:
        signs: (n, 4), see `Judged`.
        missing: (n,) whether the DAM has no such article.
        groups: (n,) of the photos.
        parent: what holds without enough photos.
    """
    if min(missing.sum(), (~missing).sum()) < FEWEST_OF_EACH:
        return parent
    before = np.array([parent.top, parent.margin, parent.agreement, parent.quality])
    usual = np.where(np.isnan(signs), parent.usual_quality, signs)  # of the mesh's quality, which alone may not be known
    found = fit_logit(signs, missing, groups, pulls=ABSENCE_PULLS, offset=parent.intercept + usual @ before)
    top, margin, agreement, quality = (float(slope) for slope in before + found.slopes)
    unknown = parent.quality * parent.usual_quality + found.slopes[3] * found.usual[3]
    return NoMatch(
        intercept=parent.intercept + found.intercept,
        top=top,
        margin=margin,
        agreement=agreement,
        quality=quality,
        usual_quality=unknown / quality if quality else found.usual[3],
    )


def with_share(said: NoMatch, judged: Judged, *, there: int, absent: int, known: bool) -> NoMatch:
    """Set the intercept so that "not in the DAM" is said of as many photos as labels say.

    How often it happens is known from all labels, though a fit looks at some of each kind, and there may be too few absences to
    tell them by. King and Zeng, "Logistic regression in rare events data", Political Analysis 2001, §4.1.

    Args:
        said: fitted, or what held before.
        judged: the photos that were looked at.
        there: labelled photos whose article the DAM has.
        absent: labelled photos whose article it has not.
        known: whether it was fitted. Where it was not, what it said before counts like `PRIOR_PHOTOS` labels.
    """
    seen = np.array([judge_no_match(signs, replace(said, intercept=0.0)) for signs in judged.signs])
    logits = np.log(seen) - np.log1p(-seen)
    kept = int(judged.missing.sum())
    stands_for = np.where(judged.missing, absent / max(kept, 1), there / max(len(seen) - kept, 1)) if len(seen) else seen
    total = stands_for.sum()
    if not total:
        return said
    before = float(stands_for @ expit(logits + said.intercept) / total)
    prior = 0.0 if known else PRIOR_PHOTOS
    share = (absent + prior * before) / (there + absent + prior)
    reach = SUREST + float(np.abs(logits).max())
    shifted = brentq(lambda intercept: float(stands_for @ expit(logits + intercept) / total) - share, -reach, reach, xtol=1e-9)
    return replace(said, intercept=float(shifted))


def fit_first_right(judged: Judged) -> FirstRight:
    """Fit what corrects the confidence of the first candidate, on photos whose article the DAM has.

    With fewer than three firsts that are right, or that are wrong, nothing is corrected. The pull leads there too.
    """
    there = judged.of(~judged.missing)
    if min(there.right.sum(), (~there.right).sum()) < FEWEST_OF_EACH:
        return FirstRight()
    inputs = np.column_stack([there.logits, there.signs[:, 1:]])
    found = fit_logit(inputs, there.right, there.groups, pulls=PULLS, offset=there.logits, keeps_order=True)
    share, margin, agreement, quality = found.slopes
    return FirstRight(
        intercept=found.intercept, share=share, margin=margin, agreement=agreement, quality=quality, usual_quality=found.usual[3]
    )
