from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from data.domain import PhotoId
from data.events import Review, Verdict
from data.store import Store
from feedback.bursts import MOST_SHOWN, Bursts, decided_together
from tests.builders import ARTICLES, BEN, NOON, image_of, photo_of, reference_picture, review_of

IMAGE = image_of(reference_picture(next(iter(ARTICLES.values())), size_px=40))


@pytest.fixture
def taken(empty_store: Store) -> Store:
    """A burst of b1, b2, b3 and b4, one minute apart, and a photo that was taken alone."""
    empty_store.photos.put(photo_of(f"b{at}", IMAGE, group="burst", minutes=at) for at in (3, 1, 4, 2))
    empty_store.photos.put([photo_of("alone", IMAGE)])
    return empty_store


def waiting_with(store: Store, photo_id: str, *, also: tuple[str, ...] = ()) -> list[str]:
    found = Bursts(store).waiting_with(PhotoId(photo_id), [PhotoId(name) for name in also])
    return [str(member.photo_id) for member in found]


def test_a_photo_comes_first_then_those_after_it_then_those_before_it(taken: Store) -> None:
    assert waiting_with(taken, "b3") == ["b3", "b4", "b1", "b2"]


@pytest.mark.parametrize("photo_id", ["alone", "nobody"])
def test_a_photo_without_others_of_its_group_has_no_burst(taken: Store, photo_id: str) -> None:
    assert waiting_with(taken, photo_id) == []


def test_a_member_tells_its_picture(taken: Store) -> None:
    assert {member.image_id for member in Bursts(taken).waiting_with(PhotoId("b1"))} == {IMAGE.image_id}


def test_photos_that_are_decided_leave_the_burst(taken: Store) -> None:
    taken.events.append([review_of("b2", Verdict.UNUSABLE)])

    assert waiting_with(taken, "b1") == ["b1", "b3", "b4"]


def test_a_disputed_photo_is_no_part_of_a_burst(taken: Store) -> None:
    taken.events.append([review_of("b2", Verdict.UNUSABLE), review_of("b2", Verdict.NOT_IN_DAM, by=BEN)])

    assert "b2" not in waiting_with(taken, "b1")


def test_a_photo_whose_others_are_all_decided_waits_alone(taken: Store) -> None:
    taken.events.append([review_of(name, Verdict.UNUSABLE) for name in ("b2", "b3", "b4")])

    assert waiting_with(taken, "b1") == []


def test_a_photo_whose_decision_is_about_to_be_undone_counts_as_waiting(taken: Store) -> None:
    taken.events.append([review_of("b2", Verdict.UNUSABLE), review_of("b3", Verdict.UNUSABLE)])

    assert waiting_with(taken, "b1", also=("b3",)) == ["b1", "b3", "b4"]


def test_no_more_are_given_than_can_be_shown(empty_store: Store) -> None:
    empty_store.photos.put(photo_of(f"b{at:02}", IMAGE, group="burst", minutes=at) for at in range(MOST_SHOWN + 5))

    assert waiting_with(empty_store, "b27") == ["b27", "b28", *(f"b{at:02}" for at in range(MOST_SHOWN - 2))]


def test_photos_that_are_imported_later_join_the_burst(taken: Store) -> None:
    bursts = Bursts(taken)
    bursts.waiting_with(PhotoId("b1"))
    taken.photos.put([photo_of("b5", IMAGE, group="burst", minutes=5)])

    assert [member.photo_id for member in bursts.waiting_with(PhotoId("b4"))] == ["b4", "b5", "b1", "b2", "b3"]


def burst_of(photo: str, *, note: str = "burst:b1", seconds: int = 0, verdict: Verdict = Verdict.UNUSABLE) -> Review:
    return replace(review_of(photo, verdict), note=note, at=NOON + timedelta(seconds=seconds))


def together(*standing: Review) -> list[str]:
    return [review.photo_id for review in decided_together(standing, standing[-1])]


def test_verdicts_of_one_key_belong_together_that_of_the_screen_first() -> None:
    assert together(burst_of("b2"), burst_of("b1"), burst_of("b3")) == ["b1", "b2", "b3"]


def test_a_verdict_of_another_moment_does_not_belong_to_them() -> None:
    assert together(burst_of("b2", seconds=1), burst_of("b1"), burst_of("b3")) == ["b1", "b3"]


def test_a_verdict_of_another_reviewer_does_not_belong_to_them() -> None:
    other = replace(burst_of("b2"), reviewer=BEN)

    assert together(other, burst_of("b1"), burst_of("b3")) == ["b1", "b3"]


def test_a_verdict_without_a_burst_stands_alone_whatever_was_said_in_that_moment() -> None:
    assert together(burst_of("b2", note=""), burst_of("b1", note="")) == ["b1"]
