from __future__ import annotations

from collections import Counter

import pytest

from data.domain import PhotoId
from feedback.lines import Line, Place, shuffled

A, B, C, D = (PhotoId(name) for name in "abcd")


def line_of(numbers: dict[PhotoId, float]) -> Line[PhotoId]:
    """A line sorted by the numbers that the dictionary has at the time."""

    def place(photo_id: PhotoId) -> Place[PhotoId]:
        return 0.0, numbers[photo_id], shuffled(photo_id), photo_id

    return Line(place, list(numbers))


def names(line: Line[PhotoId]) -> list[PhotoId]:
    return [place[-1] for place in line.places()]


def test_a_photo_whose_number_changes_goes_to_its_new_place() -> None:
    numbers = {A: 1.0, B: 2.0, C: 3.0}
    line = line_of(numbers)
    numbers[A] = 2.5
    line.put(A)

    assert names(line) == [B, A, C]


def test_a_photo_is_dropped_though_its_number_has_changed() -> None:
    numbers = {A: 1.0, B: 2.0, C: 3.0}
    line = line_of(numbers)
    numbers[A] = 9.0
    line.drop(A)

    assert (names(line), A in line) == ([B, C], False)


def test_to_drop_what_is_not_there_changes_nothing() -> None:
    line = line_of({A: 1.0})
    line.drop(B)

    assert names(line) == [A]


def test_what_is_blocked_is_neither_first_nor_counted() -> None:
    line = line_of({A: 1.0, B: 2.0, C: 3.0})

    assert (line.first({A}), line.free({A, D})) == (B, 2)


def test_where_all_is_blocked_there_is_no_first() -> None:
    assert line_of({A: 1.0}).first({A}) is None


@pytest.mark.parametrize("blocked", [set[PhotoId](), {B}, {A, C}])
def test_each_free_photo_is_drawn_equally_often(blocked: set[PhotoId]) -> None:
    line, draws = line_of({A: 1.0, B: 2.0, C: 3.0, D: 4.0}), 4_000

    def drawn(number: int) -> PhotoId:
        return line.draw(blocked, lambda purpose: int(shuffled(PhotoId(f"{purpose} {number}")), 16) / 2**64)

    counts = Counter(drawn(number) for number in range(draws))
    free = {A, B, C, D} - blocked
    assert set(counts) == free
    assert all(count == pytest.approx(draws / len(free), rel=0.1) for count in counts.values())


def test_where_hardly_any_is_free_the_free_ones_are_drawn() -> None:
    line = line_of({A: 1.0, B: 2.0, C: 3.0})

    assert line.draw({A, C}, lambda _purpose: 0.0) == B  # every draw of a place meets a
