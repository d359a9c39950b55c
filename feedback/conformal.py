"""Candidate sets: as many candidates as it takes to hold the right answer in a promised share of photos.

Split conformal prediction (Vovk, Gammerman and Shafer, "Algorithmic learning in a random world", 2005; the sets of least
ambiguity: Sadinle, Lei and Wasserman, JASA 2019): on labelled photos that nothing was fitted on, look how likely the ranking
found the right answer; a new photo's set is every answer that is at least as likely as all but the unluckiest of these. The
promise holds for photos like those it was set on, whatever the ranking is worth; a poor ranking pays with large sets. "Not in
the DAM" is one of the answers, and likelihoods are those after the rerank of the first ten.

Where a category has 50 photos it gets a threshold of its own (Mondrian: Vovk and others, 2005, §4.5). A photo is of the category
of its first candidate, which is known before anybody has decided.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.errors import NotEnoughEvidence, ShapeMismatch
from feedback.metrics import Clusters, Values

FEWEST_OF_CATEGORY = 50


@dataclass(frozen=True, kw_only=True)
class CategoryThreshold:
    """The least likelihood of an answer in the sets of one category, and how many photos it was set on."""

    category: str
    threshold: float
    n: int


@dataclass(frozen=True, kw_only=True)
class CandidateSet:
    """Answers for one photo: positions of assets, likeliest first, and whether "not in the DAM" is among them."""

    assets: npt.NDArray[np.int64]
    not_in_dam: bool

    def __len__(self) -> int:
        """Count the answers."""
        return len(self.assets) + self.not_in_dam


@dataclass(frozen=True, kw_only=True)
class SetRule:
    """What makes candidate sets.

    Attributes:
        coverage: the promised share of photos whose set holds the right answer.
        threshold: the least likelihood of an answer in a set; 0 where there were too few photos to promise less than everything.
        n: photos that it was set on.
        categories: those with a threshold of their own, by name.
    """

    coverage: float
    threshold: float
    n: int
    categories: tuple[CategoryThreshold, ...]

    def threshold_of(self, category: str) -> float:
        """Give the threshold of a photo whose first candidate is of a category."""
        own = (one.threshold for one in self.categories if one.category == category)
        return next(own, self.threshold)

    def candidates(self, confidence: Values, no_match: float, category: str) -> CandidateSet:
        """Choose the answers for a photo; the likeliest always is one.

        Args:
            confidence: (n_assets,) probability of each asset.
            no_match: probability that the DAM has none.
            category: of the first candidate.
        """
        least = min(self.threshold_of(category), max(float(confidence.max(initial=0.0)), no_match))
        found = np.flatnonzero(confidence >= least)
        return CandidateSet(assets=found[np.argsort(-confidence[found], kind="stable")], not_in_dam=no_match >= least)


def set_rule(likelihood: Values, categories: Clusters, *, coverage: float) -> SetRule:
    """Set the thresholds of candidate sets.

    Args:
        likelihood: (n,) how likely the ranking found each photo's right answer, an asset or "not in the DAM". Of equivalent
            assets the largest. The photos may have no part in any fit.
        categories: (n,) of each photo's first candidate.
        coverage: the share of photos whose set shall hold the right answer, above 0 and below 1.

    Raises:
        ShapeMismatch: not one category per photo, or no share.
        NotEnoughEvidence: there is no photo.
    """
    if likelihood.shape != categories.shape:
        raise ShapeMismatch(f"{likelihood.shape} likelihoods in {categories.shape} categories")
    if not 0 < coverage < 1:
        raise ShapeMismatch(f"a coverage of {coverage}", remedy="promise a share above 0 and below 1, such as 0.9")
    if not len(likelihood):
        raise NotEnoughEvidence(
            "there is no labelled photo to set the promise on", remedy="review photos that nothing was fitted on"
        )
    names, counts = np.unique(categories, return_counts=True)
    return SetRule(
        coverage=coverage,
        threshold=_threshold(likelihood, coverage),
        n=len(likelihood),
        categories=tuple(
            CategoryThreshold(category=str(name), threshold=_threshold(likelihood[categories == name], coverage), n=int(count))
            for name, count in zip(names, counts, strict=True)
            if count >= FEWEST_OF_CATEGORY
        ),
    )


def _threshold(likelihood: Values, coverage: float) -> float:
    """Give the ⌈(n + 1) · coverage⌉-th largest likelihood; 0 where there are not so many."""
    place = math.ceil((len(likelihood) + 1) * coverage - 1e-9)
    return 0.0 if place > len(likelihood) else float(np.sort(likelihood)[::-1][place - 1])
