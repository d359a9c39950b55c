from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest

from data.domain import Photo, PhotoId, Side
from data.grouping import Arrival, Place, draw_side, find_aliases, place_photos
from tests.data.builders import NOON, photo

KEY = "sides 0"
BASE = 0x0F0F_0F0F_0F0F_0F0F


def looks(bits_away: int = 0, base: int = BASE) -> str:
    """Give a perceptual hash that differs from the base in so many bits."""
    return f"{base ^ ((1 << bits_away) - 1):016x}"


def other_looks(at: int) -> str:
    """Give a perceptual hash that is 16 bits or more from the base and from those of other numbers: a byte, eight times."""
    codes = [0x00, 0xFF, 0x33, 0xCC, 0x55, 0xAA, 0x3C, 0xC3, 0x5A, 0xA5, 0x66, 0x99]
    return f"{codes[at]:02x}" * 8


def arrival(photo_id: str, *, hashed: str = looks(), group: str = "", after_s: float | None = None) -> Arrival:
    moment = None if after_s is None else NOON + timedelta(seconds=after_s)
    return Arrival(photo_id=photo_id, perceptual_hash=hashed, group=group, taken_at=moment)


def groups_of(arrivals: Sequence[Arrival]) -> list[str]:
    places, _ = place_photos(arrivals, [], {}, key=KEY)
    return [place.group for place in places]


def named(side: Side) -> str:
    """Find a group name whose drawn side is the one wanted."""
    return next(f"group {at}" for at in range(100) if draw_side(f"group {at}", key=KEY) is side)


@pytest.mark.parametrize(("bits", "together"), [(0, True), (4, True), (5, False)])
def test_near_duplicates_are_a_group_up_to_four_bits(bits: int, together: bool) -> None:
    one, other = groups_of([arrival("a"), arrival("b", hashed=looks(bits))])

    assert (one == other) is together


@pytest.mark.parametrize(("after_s", "together"), [(0.0, True), (2.0, True), (2.1, False)])
def test_a_burst_lasts_two_seconds_from_photo_to_photo(after_s: float, together: bool) -> None:
    one, other = groups_of([arrival("a", after_s=0.0), arrival("b", hashed=looks(12), after_s=after_s)])

    assert (one == other) is together


def test_photos_of_one_moment_that_look_different_are_no_burst() -> None:
    one, other = groups_of([arrival("a", after_s=0.0), arrival("b", hashed=looks(13), after_s=0.0)])

    assert one != other


def test_photos_that_look_a_little_alike_at_unknown_times_are_no_burst() -> None:
    one, other = groups_of([arrival("a"), arrival("b", hashed=looks(12))])

    assert one != other


def test_a_burst_goes_on_from_photo_to_photo() -> None:
    shots = [arrival("a", after_s=0), arrival("b", hashed=looks(10), after_s=2), arrival("c", hashed=looks(20), after_s=4)]

    assert len(set(groups_of(shots))) == 1


def test_photos_that_name_one_group_are_a_group_whatever_they_look_like() -> None:
    one, other = groups_of([arrival("a", group="shelf 3"), arrival("b", hashed=other_looks(0), group="shelf 3")])

    assert one == other == "shelf 3"


def test_photos_that_name_two_groups_are_two() -> None:
    assert groups_of([arrival("a", group="one"), arrival("b", hashed=other_looks(0), group="two")]) == ["one", "two"]


def test_a_near_duplicate_joins_the_group_that_its_twin_names() -> None:
    assert groups_of([arrival("a", group="shelf 3"), arrival("b", hashed=looks(1))]) == ["shelf 3", "shelf 3"]


def test_a_group_without_a_name_is_called_after_its_first_photo_id() -> None:
    assert groups_of([arrival("b"), arrival("a", hashed=looks(1))]) == ["g-a", "g-a"]


def test_the_order_of_rows_moves_no_group_and_no_side() -> None:
    shots = [arrival(f"p{at}", hashed=other_looks(at % 12), after_s=at % 5) for at in range(40)]
    there, _ = place_photos(shots, [], {}, key=KEY)
    back, _ = place_photos(shots[::-1], [], {}, key=KEY)

    assert there == back[::-1]


def test_photos_of_a_group_are_on_one_side() -> None:
    shots = [arrival(f"p{at}", hashed=other_looks(at % 12)) for at in range(40)]
    places, _ = place_photos(shots, [], {}, key=KEY)

    assert len({(place.group, place.side) for place in places}) == 12


def test_one_group_in_five_is_sealed() -> None:
    sealed = sum(draw_side(f"g-{at}", key=KEY) is Side.TEST for at in range(10_000))

    assert sealed == pytest.approx(2_000, abs=160)  # four standard deviations of a binomial draw


def test_the_same_seed_draws_the_same_sides_in_every_version_of_the_program() -> None:
    sealed = [at for at in range(30) if draw_side(f"g-{at}", key="sides 0") is Side.TEST]

    assert sealed == [1, 9, 10, 14, 18, 22]


def test_another_seed_draws_other_sides() -> None:
    one, other = ([draw_side(f"g-{at}", key=key) for at in range(100)] for key in ("sides 7", "sides 8"))

    assert one != other


def test_a_side_is_never_drawn_into_quarantine() -> None:
    assert {draw_side(f"g-{at}", key=KEY) for at in range(200)} == {Side.CALIBRATION, Side.TEST}


def join(there: list[Photo], hashes: dict[str, str], *new: Arrival) -> tuple[list[Place], set[str]]:
    return place_photos(list(new), there, {PhotoId(name): hashed for name, hashed in hashes.items()}, key=KEY)


@pytest.mark.parametrize("side", [Side.CALIBRATION, Side.TEST])
def test_a_later_photo_joins_the_group_and_side_of_its_near_duplicate(side: Side) -> None:
    there = [photo("old", group="g-old", side=side)]

    places, quarantined = join(there, {"old": looks()}, arrival("new", hashed=looks(2)))

    assert (places, quarantined) == ([Place(group="g-old", side=side)], set())


def test_a_later_photo_joins_a_group_that_it_names() -> None:
    there = [photo("old", group="shelf 3", side=Side.TEST)]

    places, _ = join(there, {"old": looks()}, arrival("new", hashed=other_looks(0), group="shelf 3"))

    assert places == [Place(group="shelf 3", side=Side.TEST)]


def test_a_photo_unlike_all_that_are_there_has_a_group_of_its_own() -> None:
    places, _ = join([photo("old", group="g-old")], {"old": looks()}, arrival("new", hashed=other_looks(0)))

    assert [place.group for place in places] == ["g-new"]


SEALED_AND_OPEN = [photo("sealed", group="g-1", side=Side.TEST), photo("open", group="g-2", side=Side.CALIBRATION)]
FOUR_BITS_EITHER_WAY = {"sealed": looks(0), "open": looks(8)}


def test_a_photo_that_bridges_both_sides_is_quarantined() -> None:
    [place], _ = join(SEALED_AND_OPEN, FOUR_BITS_EITHER_WAY, arrival("bridge", hashed=looks(4)))

    assert place.side is Side.QUARANTINED


def test_both_groups_that_are_bridged_are_quarantined() -> None:
    _, quarantined = join(SEALED_AND_OPEN, FOUR_BITS_EITHER_WAY, arrival("bridge", hashed=looks(4)))

    assert quarantined == {"g-1", "g-2"}


def test_two_photos_that_bridge_both_sides_together_are_quarantined() -> None:
    hashes = {"sealed": looks(0), "open": looks(12)}

    places, _ = join(SEALED_AND_OPEN, hashes, arrival("one", hashed=looks(4)), arrival("two", hashed=looks(8)))

    assert [place.side for place in places] == [Side.QUARANTINED, Side.QUARANTINED]


def test_a_photo_near_a_quarantined_group_is_quarantined() -> None:
    there = [photo("old", group="g-old", side=Side.QUARANTINED)]

    [place], _ = join(there, {"old": looks()}, arrival("new"))

    assert place.side is Side.QUARANTINED


def test_a_photo_that_bridges_two_groups_of_one_side_quarantines_nobody() -> None:
    there = [photo("a", group="g-1", side=Side.TEST), photo("b", group="g-2", side=Side.TEST)]

    places, quarantined = join(there, {"a": looks(0), "b": looks(8)}, arrival("bridge", hashed=looks(4)))

    assert (places, quarantined) == ([Place(group="g-1", side=Side.TEST)], set())


def test_a_group_that_nobody_bridges_stays_out_of_quarantine() -> None:
    there = [*SEALED_AND_OPEN, photo("far", group="g-3", side=Side.CALIBRATION)]

    _, quarantined = join(there, {**FOUR_BITS_EITHER_WAY, "far": other_looks(0)}, arrival("bridge", hashed=looks(4)))

    assert "g-3" not in quarantined


def test_a_name_that_means_another_group_leads_there() -> None:
    there = [photo("old", group="g-old", side=Side.TEST)]
    new = arrival("new", hashed=other_looks(0), group="shelf 3")

    places, _ = place_photos([new], there, {PhotoId("old"): looks()}, key=KEY, aliases={"shelf 3": "g-old"})

    assert places == [Place(group="g-old", side=Side.TEST)]


def test_a_name_that_means_a_group_without_photos_is_that_groups_name() -> None:
    places, _ = place_photos([arrival("new", group="shelf 3")], [], {}, key=KEY, aliases={"shelf 3": "shelf 1"})

    assert places == [Place(group="shelf 1", side=draw_side("shelf 1", key=KEY))]


def aliases_of(there: list[Photo], *arrivals: tuple[str, str], known: Mapping[str, str] | None = None) -> dict[str, str]:
    """Find the aliases of arrivals that name one group and are placed in another."""
    named = [arrival(f"p{at}", group=name) for at, (name, _) in enumerate(arrivals)]
    places = [Place(group=group, side=Side.TEST) for _, group in arrivals]
    return {found.name: found.group for found in find_aliases(named, places, there, known or {})}


def test_a_name_that_was_brought_into_another_group_means_that_group() -> None:
    assert aliases_of([photo("old", group="g-old")], ("shelf 3", "g-old")) == {"shelf 3": "g-old"}


def test_names_that_came_together_mean_one_group() -> None:
    assert aliases_of([], ("shelf 1", "shelf 1"), ("shelf 3", "shelf 1")) == {"shelf 3": "shelf 1"}


def test_photos_without_a_name_bring_none() -> None:
    assert aliases_of([], ("", "g-p0")) == {}


def test_the_name_of_a_group_that_has_photos_keeps_its_meaning() -> None:
    assert aliases_of([photo("a", group="shelf 3"), photo("b", group="g-b")], ("shelf 3", "g-b")) == {}


def test_a_name_keeps_the_meaning_that_it_got_first() -> None:
    assert aliases_of([], ("shelf 3", "g-b"), known={"shelf 3": "g-a"}) == {}


def test_no_photo_has_no_place() -> None:
    assert place_photos([], [], {}, key=KEY) == ([], set())


def test_more_photos_than_one_chunk_are_grouped_across_chunks() -> None:
    shots = [arrival(f"p{at:04}", hashed=other_looks(at % 12)) for at in range(1_100)]

    assert len(set(groups_of(shots))) == 12
