"""What is drawn at random is drawn once, with a probability that is known and stored."""

from __future__ import annotations

from datetime import timedelta

import pytest

from data.drawing import DrawPurpose, DrawShare
from data.errors import CoutureError
from data.events import Verdict
from data.store import Store
from feedback.drawn import Drawn, drawn_of
from feedback.draws import BEGINNING, SHARES, Shares, chance_of, is_drawn, set_share
from feedback.orders import QueueChoice
from feedback.queue import next_photos
from tests.builders import ANNA, NOON, review_of
from tests.feedback.drawn_photos import decide, fill, handed, shares

AUDIT = DrawPurpose.AUDIT


def test_a_fifth_of_groups_is_drawn_at_a_share_of_a_fifth() -> None:
    drawn = sum(is_drawn("seed", AUDIT, f"group {at}", 0.2) for at in range(20_000))

    assert drawn / 20_000 == pytest.approx(0.2, abs=0.01)  # 3.5 standard deviations


def test_a_larger_share_draws_what_a_smaller_one_draws_and_more() -> None:
    few, more = ({at for at in range(500) if is_drawn("seed", AUDIT, str(at), share)} for share in (0.1, 0.3))

    assert few < more


def test_two_installations_draw_differently() -> None:
    assert chance_of("one", "audit", "g") != chance_of("two", "audit", "g")


def test_a_drawn_photo_is_stored_with_its_probability(empty_store: Store) -> None:
    fill(empty_store, 40)
    shares(empty_store, audit=0.5)
    drawn = drawn_of(empty_store).probabilities(AUDIT)

    assert 5 < len(drawn) < 35
    assert {(draw.photo_id, draw.probability) for draw in empty_store.draws.all()} == {(photo, 0.5) for photo in drawn}


def test_the_photos_of_a_burst_are_drawn_together(empty_store: Store) -> None:
    fill(empty_store, 30, groups={f"p{at:03d}": f"burst {at // 10}" for at in range(30)})
    shares(empty_store, audit=0.5)
    drawn = set(drawn_of(empty_store).probabilities(AUDIT))

    assert all(len({f"p{at:03d}" in drawn for at in range(start, start + 10)}) == 1 for start in (0, 10, 20))


def test_another_process_draws_the_same(empty_store: Store) -> None:
    fill(empty_store, 40)
    shares(empty_store, audit=0.5)
    first = Drawn(empty_store).probabilities(AUDIT)

    assert Drawn(empty_store).probabilities(AUDIT) == first
    assert empty_store.draws.count() == len(first)


def test_what_is_decided_already_is_not_drawn_for_audit(empty_store: Store) -> None:
    photos = fill(empty_store, 40)
    decide(empty_store, photos[:39], ANNA)
    shares(empty_store, audit=0.5)

    assert set(drawn_of(empty_store).probabilities(AUDIT)) <= {photos[39]}


def test_a_share_set_anew_changes_nothing_for_what_has_come(empty_store: Store) -> None:
    fill(empty_store, 60)
    shares(empty_store, audit=0.3)
    before = drawn_of(empty_store).probabilities(AUDIT)
    set_share(empty_store, AUDIT, 0.5, by="maja", at=NOON + timedelta(days=1))

    assert before
    assert drawn_of(empty_store).probabilities(AUDIT) == before


def test_few_photos_draw_nothing_unless_somebody_said_so(empty_store: Store) -> None:
    fill(empty_store, 40)

    assert drawn_of(empty_store).probabilities(AUDIT) == {}
    assert Shares(photos=199).now(AUDIT) == 0
    assert Shares(photos=200).now(AUDIT) == SHARES[AUDIT]


def test_the_share_of_the_time_when_a_photo_came_holds_for_it() -> None:
    def said(share: float, day: int, *, first: bool = False) -> DrawShare:
        at = NOON + timedelta(days=day)
        since = BEGINNING if first else at
        return DrawShare(event_id=f"e{day}", purpose=AUDIT, share=share, by="maja", at=at, since=since)  # type: ignore[arg-type]

    found = Shares(said=(said(0.1, 0, first=True), said(0.3, 2)))

    assert found.of_submission(AUDIT, (NOON - timedelta(days=9)).timestamp()) == 0.1
    assert found.of_submission(AUDIT, (NOON + timedelta(days=1)).timestamp()) == 0.1
    assert found.of_submission(AUDIT, (NOON + timedelta(days=3)).timestamp()) == 0.3


@pytest.mark.parametrize("share", [-0.1, 0.6])
def test_a_share_that_is_none_is_refused(empty_store: Store, share: float) -> None:
    with pytest.raises(CoutureError, match="share"):
        set_share(empty_store, AUDIT, share, by="maja", at=NOON)


def test_audited_photos_come_between_the_oldest_and_all_of_them_come(empty_store: Store) -> None:
    photos = fill(empty_store, 60)
    shares(empty_store, audit=0.3)
    audited = set(drawn_of(empty_store).probabilities(AUDIT))
    came = handed(empty_store, ANNA, 60)
    others = [photo for photo in came if photo not in audited]

    assert sorted(came) == photos
    assert others == sorted(others)
    assert any(photo in audited for photo in came[: len(others)])


def test_a_reload_brings_the_same_photos_in_the_same_order(empty_store: Store) -> None:
    fill(empty_store, 60)
    shares(empty_store, audit=0.3)
    first = handed(empty_store, ANNA, 20)

    assert handed(empty_store, ANNA, 20) == first


def test_photo_by_photo_the_same_come_as_at_once(empty_store: Store) -> None:
    fill(empty_store, 40)
    shares(empty_store, audit=0.3)
    at_once = handed(empty_store, ANNA, 15)
    one_by_one: list[str] = []
    for _ in range(15):
        [photo] = handed(empty_store, ANNA, 1)
        one_by_one.append(photo)
        decide(empty_store, [photo], ANNA)

    assert one_by_one == at_once


def test_an_audited_photo_that_was_skipped_comes_last(empty_store: Store) -> None:
    photos = fill(empty_store, 30)
    shares(empty_store, audit=0.5)
    audited = next(iter(drawn_of(empty_store).probabilities(AUDIT)))
    decide(empty_store, [photo for photo in photos[:29] if photo != audited], ANNA)

    empty_store.events.append([review_of(audited, Verdict.SKIP, by=ANNA, event="skipped")])

    assert next_photos(empty_store, reviewer=ANNA, count=30)[-1] == audited
    assert drawn_of(empty_store).picks(ANNA, 30, (), QueueChoice())[-1].photo_id == audited
