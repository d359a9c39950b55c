from __future__ import annotations

from datetime import timedelta

import pyarrow as pa
import pytest

from data.domain import PhotoId, Reviewer
from data.drawing import DrawPurpose
from data.events import AUTO_ACCEPT, Attribute, Correction, RenderVerdict, Verdict
from data.store import Store
from feedback.blindness import sight_of
from feedback.corrections import record_correction
from feedback.draws import draw_of
from feedback.equivalence import declare_equivalent
from feedback.gold_marks import mark_gold
from feedback.history import Wanted, find, history_of, names_in, reviews_among, seen_by
from feedback.history_rows import EventKind
from feedback.recording import new_event_id
from feedback.render_remarks import judge_renders
from tests.builders import ANNA, BEN, CARLA, NOON, review_of
from tests.feedback.drawn_photos import BAG, BALL, fill

PHOTO, OTHER = "p000", "p001"
MATCH = review_of(PHOTO, Verdict.MATCH, BAG)


@pytest.fixture
def filled(empty_store: Store) -> Store:
    """A store with two assets and two photos."""
    fill(empty_store, 2)
    return empty_store


def seen(store: Store, viewer: Reviewer | None, *, everything: bool = False) -> pa.Table:
    return seen_by(history_of(store).events(), sight_of(store, viewer, everything=everything))


def said(events: pa.Table) -> list[tuple[str, str]]:
    return list(zip(events["reviewer"].to_pylist(), events["verdict"].to_pylist(), strict=True))


def verdicts(store: Store, viewer: Reviewer | None) -> list[str]:
    return [who for who, what in said(find(seen(store, viewer), Wanted(photo_id=PhotoId(PHOTO)))) if what]


def test_events_of_every_kind_come_newest_first(filled: Store) -> None:
    store = filled
    store.events.append([MATCH])
    judge_renders(store, BALL, RenderVerdict.WRONG, by="ben", at=NOON + timedelta(hours=1))
    declare_equivalent(store, [BAG, BALL], by="ben", at=NOON + timedelta(hours=2))
    word = Correction(
        event_id=new_event_id(),
        by="anna",
        at=NOON + timedelta(hours=3),
        sku=BALL,
        attribute=Attribute.COLOUR,
        value="navy",
    )
    record_correction(store, word)

    since = find(history_of(store).events(), Wanted(since=NOON, until=NOON + timedelta(days=1)))

    kinds = [EventKind.WORD, EventKind.ARTICLE, EventKind.RENDER, EventKind.VERDICT]
    assert since["kind"].to_pylist() == [kind.value for kind in kinds]
    assert said(since) == [("anna", "colour: navy"), ("ben", "one article"), ("ben", "wrong"), ("anna", "match")]


def test_what_is_said_later_is_there_at_once(filled: Store) -> None:
    before = history_of(filled).events().num_rows

    filled.events.append([review_of(PHOTO, Verdict.SKIP)])

    assert history_of(filled).events().num_rows == before + 1


@pytest.mark.parametrize(
    ("wanted", "photos"),
    [
        (Wanted(reviewer=BEN), [OTHER]),
        (Wanted(verdicts=frozenset({Verdict.SKIP})), [OTHER]),
        (Wanted(photo_id=PhotoId(PHOTO)), [PHOTO]),
        (Wanted(sku=BAG), [PHOTO]),
        (Wanted(words="BLUE ann"), [PHOTO]),
        (Wanted(words="100%"), []),
        (Wanted(kinds=frozenset({EventKind.RENDER}), verdicts=frozenset({Verdict.MATCH})), [PHOTO]),
        (Wanted(since=NOON, until=NOON), []),
    ],
)
def test_events_are_found_by_whatever_is_asked(filled: Store, wanted: Wanted, photos: list[str]) -> None:
    filled.events.append([MATCH, review_of(OTHER, Verdict.SKIP, by=BEN)])
    only = find(history_of(filled).events(), Wanted(kinds=frozenset({EventKind.VERDICT, EventKind.RENDER})))

    assert find(only, wanted)["photo_id"].to_pylist() == photos


def test_an_asset_is_found_in_a_declaration_of_several(filled: Store) -> None:
    declare_equivalent(filled, [BAG, BALL], by="ben", at=NOON)

    assert find(history_of(filled).events(), Wanted(sku=BALL)).num_rows == 1


def test_reviews_come_back_as_they_were_said(filled: Store) -> None:
    stored = filled.events.append([MATCH, review_of(PHOTO, Verdict.SKIP, by=BEN)])

    assert reviews_among(history_of(filled).events()) == stored


def test_names_are_those_of_everybody_who_said_something(filled: Store) -> None:
    filled.events.append([review_of(PHOTO, Verdict.SKIP, by=BEN), review_of(PHOTO, Verdict.SKIP)])

    assert {ANNA, BEN} <= set(names_in(history_of(filled).events()))


def test_a_decided_photo_shows_everybody_s_verdict(filled: Store) -> None:
    filled.events.append([MATCH])

    assert verdicts(filled, BEN) == [ANNA]


@pytest.mark.parametrize("verdict", [Verdict.NOT_LISTED, Verdict.SKIP])
def test_what_others_said_of_a_photo_that_waits_is_hidden(filled: Store, verdict: Verdict) -> None:
    filled.events.append([review_of(PHOTO, verdict)])

    assert (verdicts(filled, BEN), verdicts(filled, ANNA)) == ([], [ANNA])


def test_a_verdict_that_was_taken_back_is_hidden_while_the_photo_waits_again(filled: Store) -> None:
    first = MATCH
    filled.events.append([first, review_of(PHOTO, Verdict.WITHDRAWN, withdraws=first.event_id)])

    assert verdicts(filled, BEN) == []


def test_a_dispute_is_hidden_from_whoever_may_settle_it(filled: Store) -> None:
    filled.events.append(
        [MATCH, review_of(PHOTO, Verdict.NOT_IN_DAM, by=BEN)],
    )

    assert (verdicts(filled, CARLA), verdicts(filled, BEN)) == ([], [BEN, ANNA])


def test_a_first_opinion_is_hidden_until_the_second_is_given(filled: Store) -> None:
    filled.draws.put([draw_of(DrawPurpose.SECOND_OPINION, PhotoId(PHOTO), 1.0, NOON)])
    filled.events.append([MATCH])
    before = verdicts(filled, BEN), verdicts(filled, CARLA), verdicts(filled, None)

    filled.events.append([review_of(PHOTO, Verdict.MATCH, BAG, by=BEN)])

    assert before == ([], [], [])
    assert (verdicts(filled, BEN), verdicts(filled, CARLA)) == ([BEN, ANNA], [BEN, ANNA])


def test_gold_is_hidden_from_whoever_may_meet_it_before_and_after_their_answer(filled: Store) -> None:
    filled.events.append([MATCH, review_of(PHOTO, Verdict.MATCH, BAG, by=CARLA)])
    mark_gold(filled, PhotoId(PHOTO), by="chief", at=NOON)
    before = verdicts(filled, BEN)

    filled.events.append([review_of(PHOTO, Verdict.MATCH, BALL, by=BEN)])

    assert (before, verdicts(filled, BEN)) == ([], [BEN])


def test_those_who_had_spoken_of_gold_see_what_was_said_before_the_mark_and_no_check(filled: Store) -> None:
    filled.events.append([MATCH, review_of(PHOTO, Verdict.MATCH, BAG, by=CARLA)])
    mark_gold(filled, PhotoId(PHOTO), by="chief", at=NOON)
    filled.events.append([review_of(PHOTO, Verdict.MATCH, BALL, by=BEN)])

    assert verdicts(filled, ANNA) == [CARLA, ANNA]


def test_what_was_left_for_the_audit_and_what_is_gold_is_for_the_house_alone(filled: Store) -> None:
    filled.events.append(
        [MATCH, review_of(PHOTO, Verdict.SKIP, by=AUTO_ACCEPT, event="held")],
    )
    mark_gold(filled, PhotoId(PHOTO), by="chief", at=NOON)

    everybody = find(seen(filled, ANNA), Wanted(photo_id=PhotoId(PHOTO)))
    house = find(seen(filled, BEN, everything=True), Wanted(photo_id=PhotoId(PHOTO)))

    assert said(everybody) == [("anna", "match")]
    assert set(said(house)) == {("anna", "match"), ("auto-accept", "skip"), ("chief", "match")}


def test_what_concerns_no_photo_is_seen_by_everybody(filled: Store) -> None:
    judge_renders(filled, BALL, RenderVerdict.WRONG, by="ben", at=NOON)

    assert find(seen(filled, None), Wanted(sku=BALL)).num_rows == 1
