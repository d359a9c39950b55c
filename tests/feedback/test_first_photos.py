from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from feedback.examples import MANY_LABELS, Examples
from feedback.first_photos import UNCONFIRMED, expected_share, knows_its_asset, practise, to_practise
from feedback.fitting import fit_weights
from feedback.fitting_loss import Objective
from feedback.fitting_practice import Practised, expected_first_photos, natural_share
from matching.checks import CHECKS, CONFIRMED_GEOMETRY
from matching.weights import Weights
from tests.builders import weights_of
from tests.feedback.painted_examples import examples_of

REFERENCE, CONFIRMED = "outline/reference", "outline/confirmed"
CHANNELS = (REFERENCE, CONFIRMED)
START = weights_of({REFERENCE: 0.9, CONFIRMED: 0.1})


def photos(target: list[int], *, confirmed: list[int], assets: int = 3) -> Examples:
    """Make photos that see confirmed views of some assets; every similarity is one."""
    z = np.ones((len(target), 1, assets, 2))
    z[:, :, np.setdiff1d(np.arange(assets), confirmed), 1] = np.nan
    seen = examples_of(z, np.array(target))
    checks = np.ones((len(target), assets, len(CHECKS)), dtype=np.float32)
    return replace(seen, checks=checks, popularity=np.ones((len(target), assets), dtype=np.float32))


def test_a_photo_knows_its_asset_where_it_sees_a_confirmed_view_of_it() -> None:
    assert knows_its_asset(photos([0, 1], confirmed=[0]), CHANNELS).tolist() == [True, False]


def test_a_photo_that_knows_its_asset_is_practised_on_as_it_is_and_as_a_first_photo() -> None:
    practice = practise(photos([0], confirmed=[0]), CHANNELS, 0.25)

    assert (practice.photo.tolist(), practice.part.tolist()) == ([0, 0], [0.75, 0.25])


def test_the_parts_of_a_photo_weigh_as_much_as_the_photo() -> None:
    burst = replace(photos([0], confirmed=[0]), share=np.array([0.5], dtype=np.float32))

    assert practise(burst, CHANNELS, 0.25).examples.share.tolist() == [0.375, 0.125]


def test_as_a_first_photo_nothing_confirmed_speaks_of_its_asset() -> None:
    first = practise(photos([0], confirmed=[0]), CHANNELS, 0.25).examples.of(np.array([1]))

    said = (
        first.speaks[0, 0].tolist(),
        float(first.z[0, 0, 0, 1]),
        float(first.popularity[0, 0]),
        float(first.checks[0, 0, CHECKS.index(CONFIRMED_GEOMETRY)]),
    )
    assert said == ([1.0, 0.0], 0.0, 0.0, 0.0)


def test_as_a_first_photo_the_catalogue_speaks_of_its_asset_as_before() -> None:
    first = practise(photos([0], confirmed=[0]), CHANNELS, 0.25).examples.of(np.array([1]))

    assert (float(first.z[0, 0, 0, 0]), float(first.checks[0, 0, 0])) == (1.0, 1.0)


def test_a_photo_that_is_a_first_one_anyway_comes_once() -> None:
    practice = practise(photos([1], confirmed=[0]), CHANNELS, 0.25)

    assert (practice.photo.tolist(), practice.part.tolist()) == ([0], [1.0])


def test_without_confirmed_channels_there_is_nothing_to_practise() -> None:
    seen = examples_of(np.ones((2, 1, 3, 1)), np.array([0, 1]))

    assert practise(seen, (REFERENCE,), 0.25).examples is seen


def test_of_many_photos_each_comes_once_and_the_share_is_exact() -> None:
    many = MANY_LABELS + 100
    practice = practise(photos([0] * many, confirmed=[0]), CHANNELS, 0.25)

    assert (len(practice.photo), int((practice.examples.speaks[:, 0, 1] == 0).sum())) == (many, 100)


def test_enough_of_the_other_assets_have_no_confirmed_view() -> None:
    practice = practise(photos([0] * 20, confirmed=list(range(200)), assets=200), CHANNELS, 0.0)

    # 3,980 candidates, each with a chance of 0.4: three standard errors are 0.024
    assert (practice.examples.speaks[:, 1:, 1] == 0).mean() == pytest.approx(UNCONFIRMED, abs=0.024)


def test_where_enough_of_them_have_none_nothing_is_taken() -> None:
    seen = photos([0], confirmed=[0, 1], assets=4)

    assert np.array_equal(practise(seen, CHANNELS, 0.0).examples.speaks, seen.speaks)


def test_the_same_photos_give_the_same_practice() -> None:
    seen = photos([0] * 20, confirmed=list(range(50)), assets=50)

    assert np.array_equal(practise(seen, CHANNELS, 0.2).examples.speaks, practise(seen, CHANNELS, 0.2).examples.speaks)


@pytest.mark.parametrize(
    ("expected", "natural", "share"), [(0.4, 0.25, 0.2), (0.02, 0.02, 0.1), (0.9, 0.2, 0.5), (0.45, 0.0, 0.45)]
)
def test_practice_fills_up_what_labelled_photos_lack(expected: float, natural: float, share: float) -> None:
    assert to_practise(expected, natural) == pytest.approx(share)


def coming(logits: npt.NDArray[np.float64]) -> tuple[npt.NDArray[np.float32], Examples]:
    """Make photos of two assets, one of them confirmed; the other's lead is given."""
    scores = np.stack([np.zeros(len(logits)), logits], axis=1).astype(np.float32)
    return scores, photos([-1] * len(logits), confirmed=[0], assets=2)


def test_photos_that_are_plain_to_see_are_counted() -> None:
    scores, asked = coming(np.array([20.0] * 3 + [-20.0] * 7))

    assert expected_share(scores, asked, CHANNELS, temperature=1.0, practised=0.2) == pytest.approx(0.3)


def test_the_share_that_was_practised_with_does_not_decide_what_is_expected() -> None:
    # the likelihoods of two normal distributions one apart on either side of zero, as a fit sees them that practised with 20 %
    random = np.random.default_rng(0)
    seen = random.normal(size=4_000) + np.where(np.arange(4_000) < 2_400, 1.0, -1.0)
    scores, asked = coming(2 * seen + np.log(0.2 / 0.8))

    assert expected_share(scores, asked, CHANNELS, temperature=1.0, practised=0.2) == pytest.approx(0.6, abs=0.03)


def test_photos_that_the_dam_is_unlikely_to_have_hardly_count() -> None:
    scores, asked = coming(np.array([20.0, -20.0]))
    asked = replace(asked, no_match=np.array([1.0, 0.0], dtype=np.float32))

    assert expected_share(scores, asked, CHANNELS, temperature=1.0, practised=0.2) < 0.01


def test_without_photos_to_come_it_is_how_often_labelled_ones_were_first() -> None:
    assert expected_first_photos(photos([0, 0, 0, 1], confirmed=[0]), None, START) == natural_share(
        photos([0, 0, 0, 1], confirmed=[0]), START
    )


def test_how_often_labelled_ones_were_first_is_counted_by_their_shares() -> None:
    assert natural_share(photos([0, 0, 0, 1], confirmed=[0]), START) == pytest.approx(0.25)


ASSETS = 20
"""Half of them confirmed."""


def shop(target: npt.NDArray[np.int64], seed: int) -> Examples:
    """Photos resemble their own asset a little, and every confirmed photo for the shop that both were taken in."""
    random = np.random.default_rng(seed)
    z = random.normal(size=(len(target), 1, ASSETS, 2))
    z[..., 1] += 1.5
    z[np.arange(len(target)), :, target, :] += 2.0
    z[:, :, ASSETS // 2 :, 1] = np.nan
    return examples_of(z, target)


LABELLED = np.arange(120) % (ASSETS // 2)
NEW = ASSETS // 2 + np.arange(200) % (ASSETS // 2)


def first_of(weights: Weights, seen: Examples) -> float:
    asked = Objective(seen, weights)
    return float((asked.ranks(asked.zero(), np.arange(len(seen))) == 1).mean())


def test_labels_on_half_of_a_catalogue_do_not_hide_the_other_half() -> None:
    waiting = shop(np.arange(150) % ASSETS, seed=2)
    fit = fit_weights(shop(LABELLED, seed=1), LABELLED, START, coming=replace(waiting, positive=np.zeros_like(waiting.positive)))
    unpractised = Practised(shop(LABELLED, seed=1), START, 0.0)
    before = unpractised.weights(unpractised.solve(np.arange(len(LABELLED)), 0.01))

    assert first_of(fit.weights, shop(NEW, seed=3)) > first_of(before, shop(NEW, seed=3)) + 0.1


def test_half_of_the_photos_to_come_are_expected_to_be_first_ones() -> None:
    waiting = shop(np.arange(150) % ASSETS, seed=2)
    unlabelled = replace(waiting, positive=np.zeros_like(waiting.positive))

    assert expected_first_photos(shop(LABELLED, seed=1), unlabelled, START) == pytest.approx(0.5, abs=0.15)


def test_ranks_are_of_the_photos_as_they_are() -> None:
    seen = shop(LABELLED, seed=1)
    plain, rows = Objective(seen, START), np.arange(len(seen))

    assert np.array_equal(Practised(seen, START, 0.3).ranks(plain.zero(), rows), plain.ranks(plain.zero(), rows))


def test_a_photos_loss_is_the_mean_over_what_it_is_practised_as() -> None:
    # two alike assets, then of the first photo nothing is known of its own: both ways the two score alike, and the loss is log 2
    seen = photos([0], confirmed=[0, 1], assets=2)
    silent = replace(seen, checks=np.zeros_like(seen.checks), popularity=np.zeros_like(seen.popularity))
    practised = Practised(silent, START, 0.3)

    assert practised.losses(practised.zero(), np.array([0])) == pytest.approx([np.log(2)], abs=1e-6)
