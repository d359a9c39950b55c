from __future__ import annotations

import pytest

from data.domain import EventId, Sku
from data.errors import ConflictingEvent, CoutureError, NotFound
from data.events import RenderRemark, RenderVerdict
from data.store import Store
from feedback.render_remarks import judge_renders, record_remark, withdraw_remark
from matching.left_out import left_out
from tests.builders import NOON, asset_of

BAG = Sku("bag")


@pytest.fixture
def catalogue(empty_store: Store) -> Store:
    """One asset."""
    empty_store.assets.put([asset_of(BAG)])
    return empty_store


def wrong(event: str, by: str = "anna") -> RenderRemark:
    return RenderRemark(event_id=EventId(event), sku=BAG, verdict=RenderVerdict.WRONG, by=by, at=NOON)


def test_wrong_renders_are_left_out_from_the_moment_they_are_called_so(catalogue: Store) -> None:
    judge_renders(catalogue, BAG, RenderVerdict.WRONG, by="anna", at=NOON)

    assert left_out(catalogue) == {BAG: "anna says that it is wrong"}


def test_anybody_may_take_a_word_back_and_both_words_stay_on_record(catalogue: Store) -> None:
    said = judge_renders(catalogue, BAG, RenderVerdict.WRONG, by="anna", at=NOON)
    withdraw_remark(catalogue, said.event_id, by="ben", at=NOON)

    assert left_out(catalogue) == {}
    assert [event.by for event in catalogue.render_remarks.all()] == ["anna", "ben"]


def test_a_word_that_is_sent_twice_is_stored_once(catalogue: Store) -> None:
    first, again = record_remark(catalogue, wrong("e1")), record_remark(catalogue, wrong("e1"))

    assert (first, catalogue.render_remarks.count()) == (again, 1)


def test_an_id_that_comes_back_with_another_word_is_refused(catalogue: Store) -> None:
    record_remark(catalogue, wrong("e1"))

    with pytest.raises(ConflictingEvent):
        record_remark(catalogue, wrong("e1", by="ben"))


def test_a_word_on_what_the_catalogue_does_not_have_is_refused(catalogue: Store) -> None:
    with pytest.raises(NotFound):
        judge_renders(catalogue, Sku("gone"), RenderVerdict.WRONG, by="anna", at=NOON)


def test_what_does_not_count_any_more_cannot_be_taken_back(catalogue: Store) -> None:
    said = judge_renders(catalogue, BAG, RenderVerdict.WRONG, by="anna", at=NOON)
    withdraw_remark(catalogue, said.event_id, by="anna", at=NOON)

    with pytest.raises(NotFound):
        withdraw_remark(catalogue, said.event_id, by="anna", at=NOON)


@pytest.mark.parametrize(
    ("verdict", "withdraws", "by"),
    [(RenderVerdict.WITHDRAWN, None, "anna"), (RenderVerdict.WRONG, "e0", "anna"), (RenderVerdict.WRONG, None, "")],
)
def test_a_word_that_says_nothing_clear_is_refused(verdict: RenderVerdict, withdraws: str | None, by: str) -> None:
    with pytest.raises(CoutureError):
        RenderRemark(
            event_id=EventId("e1"), sku=BAG, verdict=verdict, by=by, at=NOON, withdraws=EventId(withdraws) if withdraws else None
        )
