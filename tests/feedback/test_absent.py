from __future__ import annotations

from data.domain import PhotoId, Sku
from feedback.absent import UNKNOWN, absences_of
from feedback.audit import AuditedPhoto
from tests.builders import ANNA
from tests.feedback.test_audit import painted


def photo(name: str, first: str, *, absent: bool, shows: bool = True) -> AuditedPhoto:
    return AuditedPhoto(
        suggestion=painted(name, first), reviewer=ANNA, group=name, shows=shows and not absent, rank=0, category="", absent=absent
    )


FOUR = (
    photo("a", "bag", absent=True),
    photo("b", "bag", absent=False),
    photo("c", "shoe", absent=False),
    photo("d", "shoe", absent=False),
)
LOOKS = {Sku("bag"): "bags", Sku("shoe"): "shoes"}


def test_the_share_without_an_asset_is_told_by_what_the_photos_look_like() -> None:
    found = absences_of(FOUR, LOOKS, {})

    assert found.overall is not None
    assert found.overall.plain.value == 0.25
    assert [(one.name, one.plain.value, one.plain.n) for one in found.categories] == [("bags", 0.5, 2), ("shoes", 0.0, 2)]
    assert found.categories[0].photos == (PhotoId("a"),)


def test_a_colour_that_nobody_described_is_not_known() -> None:
    found = absences_of(FOUR, LOOKS, {PhotoId("a"): "gold"})

    assert [(one.name, one.plain.value) for one in found.colours] == [("gold", 1.0), (UNKNOWN, 0.0)]


def test_an_unusable_photo_has_no_part_in_it() -> None:
    found = absences_of([*FOUR, photo("e", "bag", absent=False, shows=False)], LOOKS, {})

    assert found.overall is not None
    assert found.overall.plain.n == 4
