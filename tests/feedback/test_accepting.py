"""Auto-accept at work: who turns it, what it decides, what is learned of that (nothing), and when it turns itself off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from data.domain import EventId, PhotoId, Reviewer, Side, WeightsVersion
from data.errors import CoutureError, NotAllowed, NotEnoughEvidence
from data.events import AUTO_ACCEPT, AcceptSwitch, Review, Verdict
from data.store import Store
from feedback.accepting import AcceptState, accept_state, accept_waiting, is_held, turn_off, turn_on
from feedback.agreement import read_agreement
from feedback.board import board_of
from feedback.confirmed import read_confirmed_views
from feedback.equivalence import read_labels
from feedback.evaluation import active_weights
from feedback.known_photos import sealed_photos
from feedback.recording import new_event_id, record, undo
from feedback.retune import retune
from feedback.suspicion import read_suspicions
from feedback.tuning import Moment, events_at
from feedback.versions import activate
from tests.builders import ANNA, NOON, match_all, review_of, right_matches
from tests.small_catalogue import BACKENDS

EVERYTHING, NOTHING = 1e-9, 0.0
NOW = datetime.now(UTC)


def turned_on(store: Store, *, threshold: float = 0.0, audit_share: float = NOTHING, promised: float = 0.05) -> AcceptSwitch:
    """Turn auto-accept on as a manager would have, with a threshold that was not measured here."""
    switch = AcceptSwitch(
        event_id=new_event_id(),
        on=True,
        by=ANNA,
        at=NOW,
        reason="a test",
        promised=promised,
        threshold=threshold,
        audit_share=audit_share,
        weights=active_weights(store).version,
    )
    return store.accept_switches.append([switch])[0]


def program_events(store: Store) -> list[Review]:
    return [review for review in store.events.all() if review.reviewer == AUTO_ACCEPT]


def judged(store: Store, *, wrong: Sequence[int]) -> AcceptState:
    """Leave every photo to people for the audit; they call some wrong, and the state is read."""
    turned_on(store, audit_share=1.0)
    accept_waiting(store, BACKENDS)
    firsts = {review.photo_id: review for review in program_events(store)}
    shown = {row.suggestion_id: row.candidates[0].sku for row in store.suggestions.all()}
    for at, (photo_id, event) in enumerate(sorted(firsts.items())):
        assert event.suggestion_id is not None
        verdict = Verdict.NOT_IN_DAM if at in wrong else Verdict.MATCH
        sku = None if at in wrong else shown[event.suggestion_id]
        store.events.append([review_of(photo_id, verdict, sku)])
    return accept_state(store)


def test_it_is_off_until_somebody_turns_it_on(small_store: Store) -> None:
    state = accept_state(small_store)

    assert (state.works, state.why) == (False, "nobody has turned it on")
    with pytest.raises(NotAllowed, match="not at work"):
        accept_waiting(small_store, BACKENDS)


def test_too_few_sealed_photos_promise_nothing_and_it_says_how_many_it_takes(small_store: Store) -> None:
    match_all(small_store, right_matches(small_store.photos.all(), Side.TEST))

    # One wrong of 93 keeps 5 %; eight sealed photos are there.
    with pytest.raises(NotEnoughEvidence) as refused:
        turn_on(small_store, BACKENDS, by=ANNA, promised=0.05)

    assert refused.value.remedy == "review 85 sealed photos more"
    assert small_store.accept_switches.last() is None


def test_what_is_turned_on_says_who_what_and_on_what_grounds(small_store: Store) -> None:
    match_all(small_store, right_matches(small_store.photos.all(), Side.TEST))

    # Of eight photos that are all right, 1 − 0.05^(1/8) = 31 %; the first test takes five: one wrong of five is at most 66 %.
    switch = turn_on(small_store, BACKENDS, by=ANNA, promised=0.66)

    assert (switch.on, switch.by, switch.promised, switch.weights) == (True, ANNA, 0.66, "v1")
    assert "sealed photos" in switch.reason
    assert accept_state(small_store).works


def test_an_audit_of_nothing_is_refused(small_store: Store) -> None:
    with pytest.raises(NotAllowed, match="to audit"):
        turn_on(small_store, BACKENDS, by=ANNA, promised=0.05, audit_share=0.0)


def test_a_photo_that_is_accepted_is_an_event_with_its_suggestion_and_leaves_the_queue(small_store: Store) -> None:
    turned_on(small_store)
    before = len(board_of(small_store).waiting())

    report = accept_waiting(small_store, BACKENDS)

    events = program_events(small_store)
    assert report.accepted == len(events) > 0
    assert len(board_of(small_store).waiting()) == before - report.accepted
    assert all(event.suggestion_id in {row.suggestion_id for row in small_store.suggestions.all()} for event in events)


def test_below_the_threshold_nothing_is_accepted(small_store: Store) -> None:
    turned_on(small_store, threshold=1.0)

    assert accept_waiting(small_store, BACKENDS).accepted == 0


def test_the_sealed_side_is_left_to_people(small_store: Store) -> None:
    turned_on(small_store)
    accept_waiting(small_store, BACKENDS)

    sides = {photo.photo_id: photo.side for photo in small_store.photos.all()}
    assert {sides[event.photo_id] for event in program_events(small_store)} == {Side.CALIBRATION}


def test_a_photo_of_which_a_person_spoke_is_left_to_people(small_store: Store) -> None:
    turned_on(small_store)
    small_store.events.append([review_of("ball-red/1", Verdict.NOT_LISTED)])

    accept_waiting(small_store, BACKENDS)

    assert "ball-red/1" not in {event.photo_id for event in program_events(small_store)}


def test_nothing_is_learned_from_what_was_accepted(small_store: Store) -> None:
    turned_on(small_store)
    accept_waiting(small_store, BACKENDS)
    last = max(review.sequence for review in small_store.events.all())

    assert read_confirmed_views(small_store) == []
    assert events_at(small_store, Moment(watermark=last, equivalences=-1, until=NOW)) == []
    with pytest.raises(NotEnoughEvidence):
        retune(small_store, BACKENDS, by="anna")


def test_nothing_is_measured_by_what_was_accepted(small_store: Store) -> None:
    turned_on(small_store)
    accept_waiting(small_store, BACKENDS)

    assert sealed_photos(small_store, BACKENDS, active_weights(small_store)) == []
    assert read_agreement(small_store).reviewers == ()
    assert read_suspicions(small_store) == ()


def test_what_is_accepted_can_be_told_from_what_people_say(small_store: Store) -> None:
    turned_on(small_store)
    accept_waiting(small_store, BACKENDS)
    match_all(small_store, {"ball-red/0": "ball-red"})

    labels = read_labels(small_store)

    assert labels[PhotoId("ball-red/1")].accepted
    assert not labels[PhotoId("ball-red/0")].accepted


def test_anybody_may_undo_it_and_then_it_waits_and_is_not_accepted_again(small_store: Store) -> None:
    turned_on(small_store)
    accept_waiting(small_store, BACKENDS)
    event = next(event for event in program_events(small_store) if event.photo_id == "ball-red/1")

    undo(small_store, event.event_id, event.photo_id, ANNA, at=NOW)

    assert "ball-red/1" in board_of(small_store).waiting()
    assert accept_waiting(small_store, BACKENDS).accepted == 0


def test_it_gives_way_to_what_a_person_says(small_store: Store) -> None:
    turned_on(small_store)
    accept_waiting(small_store, BACKENDS)

    small_store.events.append([review_of("ball-red/1", Verdict.MATCH, "ball-green")])

    label = read_labels(small_store)[PhotoId("ball-red/1")]
    assert (label.skus, label.reviewers, label.accepted) == (frozenset({"ball-green"}), (ANNA,), False)


def test_what_is_left_to_people_waits_and_nothing_tells_it_from_the_rest(small_store: Store) -> None:
    turned_on(small_store, audit_share=1.0)
    before = board_of(small_store).waiting()

    report = accept_waiting(small_store, BACKENDS)

    assert (report.accepted, report.held > 0) == (0, True)
    assert board_of(small_store).waiting() == before


def test_the_share_left_to_people_is_drawn_and_the_same_each_time() -> None:
    switch = AcceptSwitch(
        event_id=EventId("on"),
        on=True,
        by=ANNA,
        at=NOON,
        reason="a test",
        promised=0.05,
        threshold=0.9,
        audit_share=0.1,
        weights=WeightsVersion("v1"),
    )

    held = [is_held(f"group {number}", switch) for number in range(2_000)]

    # 10 % of 2,000, within three standard errors of √(0.1 · 0.9 / 2,000) = 0.67 %.
    assert sum(held) / 2_000 == pytest.approx(0.1, abs=0.02)
    assert held == [is_held(f"group {number}", switch) for number in range(2_000)]


def test_what_people_find_right_keeps_it_on(small_store: Store) -> None:
    state = judged(small_store, wrong=())

    assert state.works
    assert state.audit is not None
    assert (state.audit.wrong, state.audit.judged, state.audit.held) == (0, state.audit.judged, state.audit.judged)


def test_more_wrong_ones_than_the_promise_allows_turn_it_off_and_it_says_so(small_store: Store) -> None:
    # Five wrong of some thirty, where one or two are promised at most: 5 % of the time four or more.
    state = judged(small_store, wrong=range(5))

    assert not state.works
    last = small_store.accept_switches.last()
    assert last is not None
    assert (last.on, last.by) == (False, AUTO_ACCEPT)
    assert last.reason.startswith("5 of ")


def test_it_turns_itself_off_once(small_store: Store) -> None:
    judged(small_store, wrong=range(5))

    accept_state(small_store)

    assert [switch.on for switch in small_store.accept_switches.all()] == [True, False]


def test_photos_that_people_take_back_turn_it_off(small_store: Store) -> None:
    turned_on(small_store, promised=0.02)
    accept_waiting(small_store, BACKENDS)
    event = program_events(small_store)[0]

    # One wrong of one, where one in fifty is promised.
    undo(small_store, event.event_id, event.photo_id, ANNA, at=NOW)

    assert not accept_state(small_store).works


def test_other_weights_end_it_until_it_is_set_again(small_store: Store) -> None:
    turned_on(small_store)
    record_of_v1 = small_store.weights.get(active_weights(small_store).version)
    other = replace(record_of_v1, version=WeightsVersion("v2"), parent=record_of_v1.version)
    small_store.weights.put([other])
    activate(small_store, other.version, by="anna", reason="a test", at=NOW)

    state = accept_state(small_store)

    assert (state.works, state.why) == (False, "weights v2 rank now, and it was set for v1: set it again")


def test_a_person_turns_it_off_at_any_time(small_store: Store) -> None:
    turned_on(small_store)

    turn_off(small_store, by=ANNA, reason="the season has changed")

    assert accept_state(small_store).why == "turned off by anna: the season has changed"


def test_nobody_speaks_under_a_programs_name(small_store: Store) -> None:
    with pytest.raises(NotAllowed, match="for a program"):
        record(small_store, review_of("ball-red/1", Verdict.MATCH, "ball-red", by=AUTO_ACCEPT))


@pytest.mark.parametrize("missing", ["promised", "threshold", "audit_share", "weights"])
def test_what_turns_it_on_says_everything(missing: str) -> None:
    whole = AcceptSwitch(
        event_id=EventId("on"),
        on=True,
        by=Reviewer("anna"),
        at=NOON,
        reason="a test",
        promised=0.05,
        threshold=0.9,
        audit_share=0.1,
        weights=WeightsVersion("v1"),
    )

    with pytest.raises(CoutureError, match="says too little"):
        AcceptSwitch(**{**vars(whole), missing: None})
