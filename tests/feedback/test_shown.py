from __future__ import annotations

from dataclasses import replace

from data.domain import PhotoId, Sku, SuggestionId
from data.events import Review, Verdict
from feedback.shown import Shown, shown_of
from tests.builders import BEN, review_of

P1 = PhotoId("p1")
LISTED = {SuggestionId("s1"): (Sku("bag"), Sku("shoe"), Sku("hat"))}


def said(verdict: Verdict, sku: str | None = None, suggestion: str = "s1") -> Review:
    return replace(review_of("p1", verdict, sku), suggestion_id=SuggestionId(suggestion))


def test_none_of_these_refuses_what_was_shown() -> None:
    assert shown_of([said(Verdict.NOT_LISTED)], LISTED)[P1].refused == {"bag", "shoe", "hat"}


def test_another_than_the_first_corrects_the_first() -> None:
    assert shown_of([said(Verdict.MATCH, "shoe")], LISTED)[P1].corrected == {"bag"}


def test_the_first_confirmed_corrects_nothing() -> None:
    assert shown_of([said(Verdict.MATCH, "bag")], LISTED) == {}


def test_a_list_that_is_not_known_says_nothing() -> None:
    assert shown_of([said(Verdict.MATCH, "shoe", suggestion="gone"), said(Verdict.NOT_LISTED, suggestion="gone")], LISTED) == {}


def test_what_two_reviewers_say_is_joined() -> None:
    two = [said(Verdict.MATCH, "hat"), replace(said(Verdict.NOT_LISTED), reviewer=BEN)]

    wanted = Shown(refused=frozenset(LISTED[SuggestionId("s1")]), corrected=frozenset({Sku("bag")}))
    assert shown_of(two, LISTED)[P1] == wanted
