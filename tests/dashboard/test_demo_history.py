"""The history of reviews that comes with the demo: made up, and loaded as if it had happened."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.demo import load_demo
from dashboard.settings import FILE
from data.demo import demo_history
from data.drawing import DrawPurpose
from data.events import Verdict
from data.store import Store
from feedback.audit import read_audit
from feedback.confusion import read_confusion
from feedback.drawn import drawn_of
from feedback.equivalence import read_labels
from feedback.gold import read_gold
from feedback.labels import LabelKind
from feedback.queue import queue_counts
from feedback.trust import read_trust


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The demo as it is loaded, not indexed."""
    return load_demo(tmp_path_factory.mktemp("demo") / "home").store


def test_every_reviewer_of_the_history_says_that_they_are_of_the_demo(store: Store) -> None:
    assert all(review.reviewer.endswith("(demo)") for review in store.events.all())


def test_the_history_is_the_one_that_the_plan_tells(store: Store) -> None:
    told = [(turn.photo_id, turn.reviewer, turn.at) for turn in demo_history().turns]
    stored = [(one.photo_id, one.reviewer, one.at) for one in store.events.all() if one.event_id[5:].isdigit()]

    assert sorted(stored) == sorted(told)


def test_reviews_come_in_the_order_of_their_moments(store: Store) -> None:
    moments = [review.at for review in store.events.all()]

    assert moments == sorted(moments)


def test_every_verdict_was_given_on_a_suggestion_painted_before_it(store: Store) -> None:
    painted = {one.suggestion_id: one.painted_at for one in store.suggestions.all()}
    said = [review for review in store.events.all() if review.verdict is not Verdict.WITHDRAWN]

    assert all(review.suggestion_id is not None and painted[review.suggestion_id] < review.at for review in said)


def test_loading_again_adds_nothing(tmp_path: Path) -> None:
    home = tmp_path / "home"
    first = load_demo(home).store
    before = [table.count() for table in (first.events, first.suggestions, first.gold_marks, first.draw_shares)]

    again = load_demo(home).store

    assert [table.count() for table in (again.events, again.suggestions, again.gold_marks, again.draw_shares)] == before


def test_every_article_is_older_than_the_first_review(store: Store) -> None:
    first = min(review.at for review in store.events.all())

    assert all(asset.added_at < first for asset in store.assets.all())


def test_two_assets_are_taken_for_each_other(store: Store) -> None:
    assert read_confusion(store).groups


def test_a_demo_without_history_has_no_review(tmp_path: Path) -> None:
    assert load_demo(tmp_path / "home", history=False).store.events.count() == 0


@pytest.mark.parametrize(("before", "managers"), [("", ("*",)), ('managers = ["Ada"]\n', ("Ada",))])
def test_whoever_looks_at_a_demo_may_see_everything_unless_its_settings_say_otherwise(
    tmp_path: Path, before: str, managers: tuple[str, ...]
) -> None:
    if before:
        (tmp_path / FILE).write_text(before)

    assert load_demo(tmp_path, history=False).settings.managers == managers


def test_the_audit_knows_of_photos_that_were_drawn_for_it(store: Store) -> None:
    assert read_audit(store).overall.sampled is not None


def test_reviewers_can_be_held_against_each_other_and_against_gold(store: Store) -> None:
    trust = read_trust(store)

    assert trust.drawn.alpha is not None
    assert len(trust.gold) == len({turn.reviewer for turn in demo_history().turns})


def test_second_opinions_were_drawn_for_photos_that_have_them(store: Store) -> None:
    spoken = {review.photo_id for review in store.events.all()}

    assert drawn_of(store).probabilities(DrawPurpose.SECOND_OPINION).keys() & spoken


def test_gold_is_what_two_people_agreed_on(store: Store) -> None:
    labels = read_labels(store)

    assert read_gold(store)
    assert all(labels[photo_id].kind in {LabelKind.MATCH, LabelKind.NOT_IN_DAM} for photo_id in read_gold(store))


def test_some_photos_are_disputed_and_some_verdicts_were_taken_back(store: Store) -> None:
    kinds = [label.kind for label in read_labels(store).values()]
    taken_back = [review for review in store.events.all() if review.verdict is Verdict.WITHDRAWN]

    assert kinds.count(LabelKind.DISPUTED) >= 2  # one would be chance
    assert taken_back


def test_photos_are_left_to_be_reviewed(store: Store) -> None:
    assert queue_counts(store).waiting >= 30
