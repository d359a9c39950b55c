from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from feedback.fitting_loss import Objective
from feedback.fitting_trust import TRUSTED, fitted_log_shares
from matching.fusion import fuse
from matching.trust import log_shares
from matching.weights import HOUSE_TRUST, Weights
from tests.builders import weights_of
from tests.feedback.painted_examples import examples_of

SURE, FELL_BACK, WHOLE, WHOLE_UNSURE = range(4)
PLAIN = weights_of({"colour/reference": 1.0})
HOUSE = replace(PLAIN, trust=dict(HOUSE_TRUST))
PHOTOS = 6


def fitted(start: Weights, right: int) -> Weights:
    """Fit photos of a sure cut, a given up one and the whole picture, of which one alone shows the right asset."""
    z = np.zeros((PHOTOS, 3, 2, 1))
    z[:, :, 1] = 1.0
    z[:, right] = [[1.0], [0.0]]
    examples = replace(
        examples_of(z, np.zeros(PHOTOS, dtype=np.int64)), kinds=np.tile([SURE, FELL_BACK, WHOLE_UNSURE], (PHOTOS, 1))
    )
    objective = Objective(examples, start)
    return objective.weights(objective.solve(np.arange(PHOTOS), 0.1))


def test_shares_are_those_of_the_search() -> None:
    chance = np.random.default_rng(0)
    kinds, there = chance.integers(0, 4, (40, 4)), chance.random((40, 4)) < 0.7
    there[:, 0] = True
    trust = {"fell back": -1.3, "whole": 0.4, "whole, unsure": -0.2}

    found = fitted_log_shares(torch.tensor([trust[kind] for kind in TRUSTED]), torch.tensor(kinds), torch.tensor(there))

    assert np.exp(found.numpy()) == pytest.approx(np.exp(log_shares(kinds, trust, there)), abs=1e-6)


def test_scores_are_those_of_the_fusion_with_trust() -> None:
    z = np.random.default_rng(1).normal(size=(5, 3, 6, 1))
    kinds = np.tile([SURE, SURE, WHOLE], (5, 1))
    objective = Objective(replace(examples_of(z, np.zeros(5, dtype=np.int64)), kinds=kinds), HOUSE)

    found = objective.scores(objective.zero(), np.arange(5))

    own = np.stack([fuse(photo, HOUSE, log_shares(kinds[0], HOUSE.trust)).scores for photo in z])
    assert found == pytest.approx(own, abs=1e-5)


def test_labels_that_the_whole_picture_gets_right_raise_the_trust_in_it() -> None:
    assert fitted(HOUSE, 2).trust["whole, unsure"] > HOUSE_TRUST["whole, unsure"]


def test_labels_that_a_given_up_cut_gets_right_raise_the_trust_in_it() -> None:
    assert fitted(HOUSE, 1).trust["fell back"] > HOUSE_TRUST["fell back"]


def test_a_start_without_trust_stays_without() -> None:
    assert fitted(PLAIN, 2).trust == {}


def test_no_move_gives_the_trust_back_exactly() -> None:
    z = np.random.default_rng(2).normal(size=(3, 2, 4, 1))
    objective = Objective(examples_of(z, np.zeros(3, dtype=np.int64)), HOUSE)

    assert objective.weights(objective.zero()) is HOUSE
