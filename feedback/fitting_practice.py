"""The loss over what a fit practises on, asked and answered by the photos that it was made of."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from feedback.examples import Examples
from feedback.first_photos import GUESS, Practice, expected_share, knows_its_asset, practise, to_practise
from feedback.fitting_loss import Objective, Theta
from feedback.metrics import Ranks
from matching.weights import Weights

GUESSED_AT = 3.0
"""Strength of the pull of the fit that tells how often first photos come, in parts of one label."""

Ints = npt.NDArray[np.int64]


class Practised:
    """An objective over practice; ranks are those of the photos as they are."""

    def __init__(self, examples: Examples, start: Weights, share: float) -> None:
        """Practise with a share of first photos among those that know their asset."""
        self._practice: Practice = practise(examples, start.channels, share)
        self._learned = Objective(self._practice.examples, start, labels=len(examples))
        self._seen = Objective(examples, start)

    def zero(self) -> Theta:
        """Give the parameters of the starting weights."""
        return self._seen.zero()

    def solve(self, rows: Ints, strength: float, *, start: Theta | None = None) -> Theta:
        """Minimise the loss over the practice of some photos; see `Objective.solve`."""
        return self._learned.solve(self._of(rows), strength, start=start)

    def losses(self, theta: Theta, rows: Ints) -> npt.NDArray[np.float64]:
        """Give each photo's loss, the mean over what it was practised as: (n_rows,)."""
        made = self._of(rows)
        found = self._practice.part[made] * self._learned.losses(theta, made)
        summed = np.bincount(self._practice.photo[made], weights=found, minlength=int(rows.max(initial=-1)) + 1)
        return np.asarray(summed[rows], dtype=np.float64)

    def ranks(self, theta: Theta, rows: Ints) -> Ranks:
        """Rank each photo's asset, nothing taken away: (n_rows,)."""
        return self._seen.ranks(theta, rows)

    def weights(self, theta: Theta) -> Weights:
        """Turn parameters into weights; zero gives the starting weights back exactly."""
        return self._learned.weights(theta)

    def _of(self, rows: Ints) -> Ints:
        return np.flatnonzero(np.isin(self._practice.photo, rows))


def expected_first_photos(examples: Examples, coming: Examples | None, start: Weights) -> float:
    """Estimate how often coming photos are of an asset that nobody has confirmed: by photos without a label where there are any.

    Without these it is how often labelled photos are, each without itself: Good, "The population frequencies of species and the
    estimation of population parameters", Biometrika 1953.
    """
    labelled = examples.positive.any(axis=1)
    natural = natural_share(examples, start)
    if coming is None or not len(coming) or not knows_its_asset(examples, start.channels).any():
        return natural
    guess = Practised(examples, start, GUESS)
    weights = guess.weights(guess.solve(np.flatnonzero(labelled), GUESSED_AT / max(float(examples.share[labelled].sum()), 1.0)))
    asked = Objective(coming, weights)
    scores = asked.scores(asked.zero(), np.arange(len(coming)))
    practised = natural + GUESS * (1 - natural)
    return expected_share(scores, coming, start.channels, temperature=weights.temperature, practised=practised)


def natural_share(examples: Examples, start: Weights) -> float:
    """Say how many of the labelled photos see no confirmed view of their own asset, weighted by their shares."""
    labelled = examples.positive.any(axis=1)
    first = ~knows_its_asset(examples, start.channels)[labelled]
    return float(np.average(first, weights=examples.share[labelled])) if labelled.any() else 1.0


def practised(examples: Examples, coming: Examples | None, start: Weights) -> tuple[Practised, float]:
    """Prepare a fit for the photos that will come; give how many of these are expected to be first ones."""
    expected = expected_first_photos(examples, coming, start)
    return Practised(examples, start, to_practise(expected, natural_share(examples, start))), expected
