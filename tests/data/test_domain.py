from __future__ import annotations

import dataclasses
from datetime import datetime

import pytest

from data import errors
from data.domain import EventId, PhotoId, Reviewer, Sku
from data.errors import CoutureError, MissingBackend
from data.events import Equivalence, Review, Verdict
from tests.data.builders import NOON, review

WITHOUT_SKU = [verdict for verdict in Verdict if verdict is not Verdict.MATCH]
WITHDRAWING_NOTHING = [verdict for verdict in Verdict if verdict is not Verdict.WITHDRAWN]


def said(verdict: Verdict, *, sku: str | None = None, withdraws: str | None = None) -> Review:
    return review(verdict=verdict, sku=sku, withdraws=withdraws)


def test_a_match_names_its_sku() -> None:
    assert said(Verdict.MATCH, sku="bag").sku == Sku("bag")


def test_a_match_without_a_sku_is_refused() -> None:
    with pytest.raises(CoutureError, match="a review of p1 says match with sku None; give a sku with 'match'"):
        said(Verdict.MATCH)


@pytest.mark.parametrize("verdict", WITHOUT_SKU)
def test_no_other_verdict_names_a_sku(verdict: Verdict) -> None:
    with pytest.raises(CoutureError, match="with no other verdict"):
        said(verdict, sku="bag", withdraws="e0" if verdict is Verdict.WITHDRAWN else None)


def test_a_withdrawal_names_the_event_that_it_takes_back() -> None:
    assert said(Verdict.WITHDRAWN, withdraws="e0").withdraws == EventId("e0")


def test_a_withdrawal_of_nothing_is_refused() -> None:
    with pytest.raises(CoutureError, match="name the event to take back"):
        said(Verdict.WITHDRAWN)


@pytest.mark.parametrize("verdict", WITHDRAWING_NOTHING)
def test_no_other_verdict_takes_anything_back(verdict: Verdict) -> None:
    with pytest.raises(CoutureError, match="and with no other verdict"):
        said(verdict, sku="bag" if verdict is Verdict.MATCH else None, withdraws="e0")


@pytest.mark.parametrize("verdict", sorted({*WITHOUT_SKU} & {*WITHDRAWING_NOTHING}))
def test_every_other_verdict_stands_alone(verdict: Verdict) -> None:
    assert said(verdict).verdict is verdict


@pytest.mark.parametrize("empty", [{"photo_id": PhotoId("")}, {"reviewer": Reviewer("")}, {"event_id": EventId("")}])
def test_a_review_without_event_photo_or_reviewer_is_refused(empty: dict[str, str]) -> None:
    with pytest.raises(CoutureError, match="give all three"):
        dataclasses.replace(review(), **empty)  # type: ignore[arg-type]


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(CoutureError, match="of no time zone"):
        review(at=datetime(2026, 3, 1, 12))


@pytest.mark.parametrize("seconds", [-0.1, float("nan"), float("inf")])
def test_a_duration_that_is_none_is_refused(seconds: float) -> None:
    with pytest.raises(CoutureError, match="give seconds from 0"):
        review(seconds=seconds)


@pytest.mark.parametrize("seconds", [None, 0.0, 12.5])
def test_a_duration_may_be_unknown_or_nothing(seconds: float | None) -> None:
    assert review(seconds=seconds).seconds == seconds


def test_a_review_is_not_numbered_before_it_is_stored() -> None:
    assert review().sequence == -1


def test_a_review_is_never_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        review().at = NOON  # type: ignore[misc]


def same(*skus: str, by: str = "ann", at: datetime = NOON, withdraws: str | None = None) -> Equivalence:
    taken_back = None if withdraws is None else EventId(withdraws)
    return Equivalence(event_id=EventId("e1"), skus=tuple(Sku(sku) for sku in skus), by=by, at=at, withdraws=taken_back)


@pytest.mark.parametrize("skus", [(), ("bag",), ("bag", "bag"), ("bag", "hat", "bag")])
def test_one_article_needs_two_skus_or_more_each_named_once(skus: tuple[str, ...]) -> None:
    with pytest.raises(CoutureError, match="cannot be one article; name two or more, each once"):
        same(*skus)


def test_what_takes_an_equivalence_back_names_no_skus() -> None:
    with pytest.raises(CoutureError, match="name the event alone"):
        same("bag", "hat", withdraws="e0")


def test_an_equivalence_that_nobody_declares_is_refused() -> None:
    with pytest.raises(CoutureError, match="say who declares it"):
        same("bag", "hat", by="")


def test_an_equivalence_at_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(CoutureError, match="of no time zone"):
        same("bag", "hat", at=datetime(2026, 3, 1, 12))


def test_an_error_says_what_and_then_what_to_do() -> None:
    assert str(CoutureError("the disk is full", remedy="make room")) == "the disk is full; make room"


def test_an_error_without_a_remedy_says_what_alone() -> None:
    assert str(CoutureError("the disk is full")) == "the disk is full"


def test_a_missing_backend_names_its_role() -> None:
    assert (
        str(MissingBackend(role="renderer", name="vtk", remedy="install vtk"))
        == "no renderer named 'vtk' works here; install vtk"
    )


def test_every_error_is_drawn_in_the_tree() -> None:
    made = {name for name, found in vars(errors).items() if isinstance(found, type) and issubclass(found, CoutureError)}

    assert {name for name in made if f" {name} " not in f"{errors.__doc__} ".replace("\n", " ")} == set()
