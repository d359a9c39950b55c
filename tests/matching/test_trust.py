from __future__ import annotations

import numpy as np
import pytest

from matching.trust import HypothesisKind, kinds_of, log_shares

SURE, FELL_BACK, WHOLE, WHOLE_UNSURE = range(4)
HALF = {"fell back": float(np.log(0.5))}


def shares(*kinds: int, trust: dict[str, float], there: list[bool] | None = None) -> list[float]:
    has = None if there is None else np.array(there)
    return [float(share) for share in np.exp(log_shares(np.array(kinds), trust, has))]


def test_the_whole_picture_counts_as_much_as_all_cuts_together() -> None:
    assert shares(SURE, SURE, SURE, WHOLE, trust=HALF) == pytest.approx([1 / 6, 1 / 6, 1 / 6, 1 / 2])


def test_a_cut_that_was_given_up_on_counts_half_of_a_sure_one() -> None:
    assert shares(SURE, FELL_BACK, trust=HALF) == pytest.approx([2 / 3, 1 / 3])


def test_cuts_that_were_all_given_up_on_count_as_sure_ones_would() -> None:
    assert shares(FELL_BACK, FELL_BACK, WHOLE_UNSURE, trust=HALF) == pytest.approx([1 / 4, 1 / 4, 1 / 2])


def test_trust_in_the_whole_picture_is_measured_against_all_cuts() -> None:
    assert shares(SURE, SURE, WHOLE, trust={"whole": float(np.log(3))}) == pytest.approx([1 / 8, 1 / 8, 3 / 4])


def test_without_trust_all_hypotheses_are_alike() -> None:
    assert shares(SURE, FELL_BACK, WHOLE, trust={}) == pytest.approx([1 / 3, 1 / 3, 1 / 3])


def test_the_only_hypothesis_has_all() -> None:
    assert shares(WHOLE, trust=HALF) == pytest.approx([1.0])


def test_a_hypothesis_that_a_photo_lacks_has_nothing() -> None:
    assert shares(SURE, SURE, WHOLE, trust=HALF, there=[True, False, True]) == pytest.approx([1 / 2, 0, 1 / 2])


def test_the_whole_picture_is_known_by_its_name_whichever_remover_names_it() -> None:
    kinds = kinds_of(("centre", "whole", "rembg-u2net-whole", "rembg-u2net-learned"), (False,) * 4)

    assert kinds.tolist() == [SURE, WHOLE, WHOLE, SURE]


def test_a_cut_that_fell_back_is_of_another_kind_than_a_sure_one() -> None:
    assert kinds_of(("centre", "small"), (True, False)).tolist() == [FELL_BACK, SURE]


def test_the_whole_picture_beside_a_given_up_cut_is_of_a_kind_of_its_own() -> None:
    assert kinds_of(("centre", "small", "whole"), (False, True, False)).tolist() == [SURE, FELL_BACK, WHOLE_UNSURE]


def test_kinds_are_numbered_as_they_stand() -> None:
    assert [kind.value for kind in HypothesisKind] == ["sure", "fell back", "whole", "whole, unsure"]
