from __future__ import annotations

import pytest

from feedback.outliers import Opinion, find_outliers, most_said


def opinion(party: str, item: int, answer: str, unit: str = "") -> Opinion:
    return Opinion(party=party, item=f"i{item}", unit=unit or f"u{item}", answer=answer)


def meetings(first: str, second: str, *, start: int, agreed: int, apart: int) -> list[Opinion]:
    """Let two meet on items of their own: some on which they agree, then some on which they do not."""
    found = []
    for at in range(agreed + apart):
        found += [opinion(first, start + at, "a"), opinion(second, start + at, "a" if at < agreed else "b")]
    return found


BEN_ALONE = [
    *meetings("anna", "carla", start=0, agreed=20, apart=0),
    *meetings("anna", "ben", start=100, agreed=1, apart=9),
    *meetings("carla", "ben", start=200, agreed=1, apart=9),
]
"""Ben agrees on 2 of 20, the others among themselves on 20 of 20."""


def test_who_contradicts_everybody_is_named_alone() -> None:
    assert [outlier.party for outlier in find_outliers(BEN_ALONE)] == ["ben"]


def test_an_outlier_has_the_figures_that_it_was_named_for() -> None:
    [found] = find_outliers(BEN_ALONE)

    assert (found.agreed, found.compared, found.others_agreed, found.others_compared) == (2, 20, 20, 20)


def test_the_p_value_is_fishers_for_three_tested() -> None:
    [found] = find_outliers(BEN_ALONE)

    # two or fewer of the 22 agreements among the first 20 of 40: Σ C(20, k) · C(20, 22 − k) / C(40, 22), k = 2 alone, times three
    assert found.p_value == pytest.approx(3 * 190 / 113_380_261_800)


def test_an_outlier_names_what_it_contradicts() -> None:
    [found] = find_outliers(BEN_ALONE)

    assert found.contradicted == tuple(f"i{start + at}" for start in (100, 200) for at in range(1, 10))


def test_of_two_who_only_met_each_other_none_is_named() -> None:
    assert find_outliers(meetings("anna", "ben", start=0, agreed=0, apart=40)) == []


def test_few_comparisons_name_nobody() -> None:
    opinions = [
        *meetings("anna", "carla", start=0, agreed=200, apart=0),
        *meetings("anna", "ben", start=300, agreed=0, apart=9),
    ]

    assert find_outliers(opinions) == []


def test_a_small_difference_names_nobody_however_sure_it_is() -> None:
    # 85 % against 100 %, on hundreds
    opinions = [
        *meetings("anna", "carla", start=0, agreed=400, apart=0),
        *meetings("anna", "ben", start=500, agreed=170, apart=30),
        *meetings("carla", "ben", start=800, agreed=170, apart=30),
    ]

    assert find_outliers(opinions) == []


def test_two_who_err_are_both_named_and_whoever_met_them_is_not() -> None:
    opinions = [
        *meetings("anna", "carla", start=0, agreed=60, apart=0),
        *meetings("carla", "dora", start=100, agreed=60, apart=0),
        *meetings("dora", "ben", start=200, agreed=2, apart=28),
        *meetings("carla", "emil", start=300, agreed=2, apart=28),
        *meetings("anna", "ben", start=400, agreed=2, apart=28),
        *meetings("dora", "emil", start=500, agreed=2, apart=28),
    ]

    assert {outlier.party for outlier in find_outliers(opinions)} == {"ben", "emil"}


def test_near_duplicates_count_once() -> None:
    opinions = [
        *meetings("anna", "carla", start=0, agreed=30, apart=0),
        *(opinion(party, 100 + at, party, unit="one burst") for party in ("anna", "ben") for at in range(50)),
    ]

    assert find_outliers(opinions) == []


def test_a_batch_that_contradicts_itself_is_named() -> None:
    consistent = [
        opinion(party, start + at, "a") for party, start in (("x", 0), ("y", 100)) for at in range(20) for _ in range(2)
    ]
    torn = [opinion("z", 200 + at, answer) for at in range(20) for answer in "ab"]

    assert [outlier.party for outlier in find_outliers([*consistent, *torn])] == ["z"]


def test_three_who_always_meet_are_told_apart_by_the_two_that_agree() -> None:
    opinions = [opinion(party, at, answer) for at in range(30) for party, answer in (("anna", "a"), ("ben", "b"), ("carla", "a"))]

    [found] = find_outliers(opinions)

    assert (found.party, found.agreed, found.others_agreed, found.others_compared) == ("ben", 0, 30, 30)


def test_where_all_are_of_other_minds_nobody_is_compared() -> None:
    torn = [opinion(party, 100 + at, answer) for at in range(30) for party, answer in (("x", "a"), ("y", "b"), ("z", "c"))]

    assert find_outliers([*meetings("anna", "carla", start=0, agreed=60, apart=0), *torn]) == []


@pytest.mark.parametrize(("answers", "said"), [("aab", "a"), ("ab", None), ("aabb", None), ("a", "a"), ("", None)])
def test_what_is_said_most_often_has_no_equal(answers: str, said: str | None) -> None:
    assert most_said(answers) == said
