"""What an engineer would use instead, on the very similarities and geometric checks that the product's fit sees."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from lightgbm import LGBMRanker
from sklearn.linear_model import LogisticRegression

from feedback.examples import Examples
from matching.checks import CHECKS
from matching.weights import HOUSE_GEOMETRY

Scores = npt.NDArray[np.float64]
FEWEST = 2
RRF_CONSTANT = 60
"""Cormack, Clarke and Büttcher, "Reciprocal rank fusion outperforms Condorcet", SIGIR 2009."""


def features(examples: Examples) -> Scores:
    """Give each candidate's evidence, (n, K, n_channels): the best mask hypothesis of each channel; NaN where it is silent."""
    z = np.where(examples.there[:, :, None, None], examples.z, -np.inf).max(axis=1).astype(np.float64)
    return np.asarray(np.where(examples.speaks == 0, np.nan, z), dtype=np.float64)


def equal_weights(examples: Examples) -> Scores:
    """Average all channels that speak, with the product's house bonus for geometry."""
    bonuses = np.array([HOUSE_GEOMETRY.get(check, 0.0) for check in CHECKS])
    return np.asarray(np.nanmean(features(examples), axis=2) + examples.checks @ bonuses)


def reciprocal_rank_fusion(examples: Examples) -> Scores:
    """Fuse the channels' ranks, over those that speak of a candidate; geometry is one more ranking, of what it found."""
    z = features(examples)
    place = np.argsort(np.argsort(-np.nan_to_num(z, nan=-np.inf), axis=1), axis=1) + 1
    fused = np.where(np.isnan(z), 0, 1 / (RRF_CONSTANT + place)).sum(axis=2) / (~np.isnan(z)).sum(axis=2)
    found = examples.checks.max(axis=2)
    checked = np.argsort(np.argsort(-found, axis=1), axis=1) + 1
    return np.asarray(fused + np.where(found > 0, 1 / (RRF_CONSTANT + checked), 0))


def logistic_regression(labelled: Examples, test: Examples) -> Scores:
    """Tell right pairs of photo and asset from wrong ones; a silent channel counts as its mean."""
    inputs, right = _pairs(labelled)
    model = LogisticRegression(max_iter=1_000).fit(np.nan_to_num(inputs), right)
    return np.asarray(np.nan_to_num(_inputs(test)) @ model.coef_[0], dtype=np.float64)


def lambdamart(labelled: Examples, test: Examples, *, seed: int) -> Scores:
    """Rank by boosted trees: Burges, "From RankNet to LambdaRank to LambdaMART", 2010, as LightGBM has it."""
    inputs, right = _pairs(labelled)
    model = LGBMRanker(n_estimators=100, num_leaves=15, min_child_samples=10, random_state=seed, n_jobs=1, verbose=-1)
    model.fit(inputs, right, group=[labelled.z.shape[2]] * int(labelled.positive.any(axis=1).sum()))
    wanted = _inputs(test)
    return np.asarray(model.predict(wanted.reshape(-1, wanted.shape[2]))).reshape(wanted.shape[:2])


def ranks_of(scores: Scores, examples: Examples) -> npt.NDArray[np.int64]:
    """Rank the labelled asset among all: (n,), ties in its favour."""
    own = np.where(examples.positive, scores, -np.inf).max(axis=1)
    return np.asarray((scores > own[:, None]).sum(axis=1) + 1, dtype=np.int64)


def _inputs(examples: Examples) -> Scores:
    return np.concatenate([features(examples), examples.checks, examples.popularity[:, :, None]], axis=2)


def _pairs(labelled: Examples) -> tuple[Scores, npt.NDArray[np.int64]]:
    known = labelled.positive.any(axis=1)
    inputs = _inputs(labelled)[known]
    return inputs.reshape(-1, inputs.shape[2]), labelled.positive[known].ravel().astype(np.int64)
