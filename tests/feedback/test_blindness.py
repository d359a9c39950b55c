"""A reviewer cannot tell a check by what they see of others' words, of their own, or by what disappears."""

from __future__ import annotations

import pytest

from data.domain import PhotoId, Reviewer, Sku
from data.events import Verdict
from data.store import Store
from feedback.blindness import sight_of
from feedback.confirmed import read_views_seen
from feedback.gold_marks import mark_gold
from feedback.history import history_of, seen_by
from tests.builders import ANNA, BEN, CARLA, NOON, review_of
from tests.feedback.drawn_photos import BAG, BALL, decide, fill

CHECK, PLAIN, MARKED = PhotoId("p000"), PhotoId("p001"), PhotoId("p002")


@pytest.fixture
def checked(empty_store: Store) -> Store:
    """A store in which Ben confirmed two photos, of which one is gold; a third waits."""
    fill(empty_store, 3)
    decide(empty_store, [CHECK, MARKED], BEN)
    mark_gold(empty_store, CHECK, by="maja", at=NOON)
    return empty_store


def confirmed(store: Store, who: Reviewer, sku: Sku = BAG) -> list[PhotoId]:
    return [view.photo_id for view in read_views_seen(store, sku, sight_of(store, who))]


def verdicts(store: Store, who: Reviewer | None) -> list[tuple[str, str]]:
    events = seen_by(history_of(store).events(), sight_of(store, who))
    rows = zip(events["photo_id"].to_pylist(), events["reviewer"].to_pylist(), events["verdict"].to_pylist(), strict=True)
    return [(photo, by) for photo, by, verdict in rows if verdict == Verdict.MATCH]


@pytest.mark.parametrize("answer", [BAG, BALL])
def test_a_check_that_was_confirmed_is_among_the_photos_of_that_asset_as_any_other(checked: Store, answer: Sku) -> None:
    decide(checked, [CHECK, PLAIN], ANNA, answer)

    assert confirmed(checked, ANNA, answer) == [CHECK, PLAIN]


def test_before_it_is_answered_a_check_is_among_no_assets_photos(checked: Store) -> None:
    assert confirmed(checked, ANNA) == []


def test_a_check_that_was_answered_otherwise_is_not_among_the_photos_of_the_known_asset(checked: Store) -> None:
    decide(checked, [CHECK], ANNA, BALL)

    assert confirmed(checked, ANNA, BAG) == []


def test_whoever_confirmed_a_photo_before_it_was_marked_goes_on_seeing_it(checked: Store) -> None:
    assert confirmed(checked, BEN) == [CHECK, MARKED]


@pytest.mark.parametrize("who", [ANNA, BEN, CARLA, None])
def test_where_there_is_gold_nothing_leaves_anybodys_sight_when_one_more_photo_is_marked(
    checked: Store, who: Reviewer | None
) -> None:
    decide(checked, [PLAIN], ANNA)
    before = verdicts(checked, who), *(confirmed(checked, who) if who else ())

    mark_gold(checked, MARKED, by="maja", at=NOON)

    assert (verdicts(checked, who), *(confirmed(checked, who) if who else ())) == before


def test_a_check_shows_its_reviewer_their_own_word_alone_as_a_photo_does_that_they_alone_decided(checked: Store) -> None:
    decide(checked, [CHECK, PLAIN], ANNA)

    assert sorted(verdicts(checked, ANNA)) == [(CHECK, ANNA), (PLAIN, ANNA)]


def test_of_a_photo_that_they_spoke_of_a_reviewer_goes_on_seeing_what_others_say(checked: Store) -> None:
    decide(checked, [PLAIN], ANNA)
    checked.events.append([review_of(PLAIN, Verdict.MATCH, BAG, by=CARLA)])

    assert sorted(verdicts(checked, ANNA)) == [(PLAIN, ANNA), (PLAIN, CARLA)]


def test_where_nothing_is_gold_what_is_decided_is_open_to_all(empty_store: Store) -> None:
    fill(empty_store, 1)
    decide(empty_store, [CHECK], BEN)

    assert verdicts(empty_store, ANNA) == [(CHECK, BEN)]
