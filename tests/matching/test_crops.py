"""A person's crop bounds what of a photo is looked at, and its undo brings back the ranking that was."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from data.crops import Box, Crop
from data.domain import BoolArray, PhotoId, ViewKind
from data.store import Store
from data.store.crops import CropTable
from matching.backends.grabcut import cut_inside
from matching.crops import BY_HAND, around, counts, cut_by_hand, fill, name_of, names_of, standing_boxes
from matching.evidence import load_basis, load_queries
from matching.snapshot import Snapshots
from matching.trust import WHOLE_PICTURE
from tests.builders import image_of, match_all, photo_of, png
from tests.crops import LEFT, RIGHT, crop_of, two_articles
from tests.matching.test_grabcut import ellipse, iou, on_noise
from tests.small_catalogue import BACKENDS, matcher_of

PHOTO = PhotoId("both/0")
MIDDLE = Box(left=0.2, top=0.1, right=0.8, bottom=0.9)


@pytest.fixture
def shot(small_store: Store) -> Store:
    """A store with a photo of a red ball on the left and a blue bag on the right."""
    image = image_of(two_articles("ball-red", "bag-blue"))
    small_store.images.put([image])
    small_store.photos.put([photo_of(PHOTO, image, minutes=300)])
    return small_store


def crop(store: Store, event: str, box: Box | None = None, *, withdraws: str | None = None) -> None:
    image_id = store.photos.get(PHOTO).image_id
    store.crops.append([crop_of(event, box, photo=PHOTO, image=image_id, withdraws=withdraws)])


def first(store: Store) -> str:
    return matcher_of(store).suggest(PHOTO).candidates[0].sku


@pytest.mark.parametrize(("box", "sku"), [(LEFT, "ball-red"), (RIGHT, "bag-blue")])
def test_the_article_inside_of_the_box_is_ranked_first(shot: Store, box: Box, sku: str) -> None:
    crop(shot, "e1", box)

    assert first(shot) == sku


def test_another_box_ranks_anew_in_a_matcher_that_runs(shot: Store) -> None:
    matcher = matcher_of(shot)
    crop(shot, "e1", LEFT)
    before = matcher.suggest(PHOTO).candidates[0].sku

    crop(shot, "e2", RIGHT)

    assert (before, matcher.suggest(PHOTO).candidates[0].sku) == ("ball-red", "bag-blue")


def test_undoing_a_crop_brings_back_the_scores_that_were(shot: Store) -> None:
    matcher = matcher_of(shot)
    before = [candidate.score for candidate in matcher.suggest(PHOTO).candidates]
    crop(shot, "e1", RIGHT)
    cropped = [candidate.score for candidate in matcher.suggest(PHOTO).candidates]

    crop(shot, "e2", withdraws="e1")

    assert cropped != before
    assert [candidate.score for candidate in matcher.suggest(PHOTO).candidates] == before


def test_a_photo_that_was_cropped_before_it_was_described_is_still_described_automatically(shot: Store) -> None:
    crop(shot, "e1", RIGHT)
    matcher_of(shot).suggest(PHOTO)
    crop(shot, "e2", withdraws="e1")
    image_id, basis = shot.photos.get(PHOTO).image_id, load_basis(shot, shot.bases.all()[-1].version)

    [query] = load_queries(shot, BACKENDS, basis, [image_id]).values()

    assert not any(name.startswith(BY_HAND) for name in query.hypotheses)


def test_a_picture_that_is_stored_nowhere_is_ranked_as_the_stored_one(shot: Store) -> None:
    crop(shot, "e1", RIGHT)
    stored = matcher_of(shot).suggest(PHOTO)

    fresh = matcher_of(shot).identify(png(two_articles("ball-red", "bag-blue")), name="both.png", box=RIGHT)

    assert [found.sku for found in fresh.candidates] == [found.sku for found in stored.candidates]
    assert [found.score for found in fresh.candidates] == pytest.approx([found.score for found in stored.candidates])


def test_a_confirmed_photo_is_a_view_as_it_was_cropped(shot: Store) -> None:
    crop(shot, "e1", RIGHT)
    matcher = matcher_of(shot)
    matcher.suggest(PHOTO)
    match_all(shot, {PHOTO: "bag-blue"})
    snapshots = vars(matcher)["_snapshots"]
    assert isinstance(snapshots, Snapshots)

    confirmed = [row.hypothesis for row in snapshots.fresh().gallery.views if row.view.kind is ViewKind.CONFIRMED]

    assert confirmed == [name_of(RIGHT, "cut"), name_of(RIGHT, WHOLE_PICTURE)]


class LateCrops(CropTable):
    """Crops of which one more arrives at the moment when they are looked at for so many times."""

    looks: int
    late: Crop

    @property
    def version(self) -> int:
        """Say the version of before, and let the crop arrive."""
        before = super().version
        self.looks -= 1
        if self.looks == 0:
            self.append([self.late])
        return before


def interrupted(store: Store, looks: int) -> None:
    """Let the left of the photo be cropped at such a moment."""
    crops = LateCrops.__new__(LateCrops)
    late = crop_of("late", LEFT, photo=PHOTO, image=store.photos.get(PHOTO).image_id)
    vars(crops).update(vars(store.crops), looks=looks, late=late)
    store.crops = crops


@pytest.fixture
def both(shot: Store) -> Store:
    """A store whose photo is confirmed, described as each of its halves, and cropped to the right one."""
    for event, box in (("e1", LEFT), ("e2", RIGHT)):
        crop(shot, event, box)
        matcher_of(shot).suggest(PHOTO)
    match_all(shot, {PHOTO: "bag-blue"})
    return shot


@pytest.mark.parametrize("looks", [1, 2, 3, 4])
def test_a_crop_that_arrives_during_a_renewal_is_not_taken_for_the_one_before(both: Store, looks: int) -> None:
    snapshots = vars(matcher_of(both))["_snapshots"]
    interrupted(both, looks)
    for _ in range(2):
        snapshots.fresh()
    late = [row.hypothesis for row in snapshots.fresh().gallery.views if row.view.kind is ViewKind.CONFIRMED]

    crop(both, "e4", withdraws="late")

    again = [row.hypothesis for row in snapshots.fresh().gallery.views if row.view.kind is ViewKind.CONFIRMED]
    assert [late, again] == [list(names_of(LEFT)), list(names_of(RIGHT))]


@pytest.mark.parametrize("looks", [2, 3, 4])
def test_a_crop_that_arrives_during_a_ranking_is_not_taken_for_the_one_before(both: Store, looks: int) -> None:
    before = [candidate.score for candidate in matcher_of(both).suggest(PHOTO).candidates]
    matcher = matcher_of(both)
    interrupted(both, looks)
    matcher.suggest(PHOTO)

    crop(both, "e4", withdraws="late")

    assert [candidate.score for candidate in matcher.suggest(PHOTO).candidates] == before


def test_two_who_ask_for_a_crop_at_once_are_told_the_same(shot: Store) -> None:
    crop(shot, "e1", RIGHT)
    matcher = matcher_of(shot)

    with ThreadPoolExecutor(2) as pool:
        first, other = pool.map(lambda _: matcher.suggest(PHOTO).candidates, range(2))

    assert [one.score for one in first] == [one.score for one in other]


def test_only_a_standing_crop_bounds_anything(shot: Store) -> None:
    crop(shot, "e1", LEFT)
    crop(shot, "e2", withdraws="e1")

    assert standing_boxes(shot) == {}


@pytest.mark.parametrize(
    ("hypothesis", "box", "does"),
    [
        ("centre", None, True),
        ("centre", LEFT, False),
        (name_of(LEFT, "cut"), LEFT, True),
        (name_of(LEFT, "cut"), RIGHT, False),
        (name_of(LEFT, "cut"), None, False),
    ],
)
def test_a_hypothesis_counts_where_it_is_of_what_stands(hypothesis: str, box: Box | None, does: bool) -> None:
    assert counts(hypothesis, box) is does


def test_the_cut_lies_in_the_box_and_the_box_is_all_that_counts_beside_it() -> None:
    cut, whole = cut_by_hand(on_noise(ellipse()), MIDDLE)
    rectangle = fill(MIDDLE, (240, 240))

    assert not (cut.mask & ~rectangle).any()
    assert np.array_equal(whole.mask, rectangle)


def test_an_article_off_the_middle_is_cut_out_inside_of_its_box() -> None:
    mask = shifted(ellipse(), 60)

    cut = cut_inside(on_noise(mask), fill(Box(left=0.42, top=0.15, right=1.0, bottom=0.85), mask.shape))

    assert iou(cut.mask, mask) > 0.8
    assert not cut.fell_back


def test_a_box_on_bare_ground_is_given_up_on_and_kept_whole() -> None:
    plain = np.full((240, 240, 3), 128, dtype=np.uint8)

    cut = cut_inside(plain, fill(MIDDLE, (240, 240)))

    assert cut.fell_back
    assert np.array_equal(cut.mask, fill(MIDDLE, (240, 240)))


def test_a_box_thinner_than_a_pixel_is_one_pixel() -> None:
    assert fill(Box(left=0.5, top=0.5, right=0.52, bottom=0.52), (10, 10)).sum() == 1


def test_the_box_around_a_mask_has_a_little_air() -> None:
    mask = np.zeros((100, 100), dtype=np.bool_)
    mask[20:60, 30:90] = True

    assert around(mask) == Box(left=0.29, top=0.19, right=0.91, bottom=0.61)


@pytest.mark.parametrize(
    ("columns", "sides"), [(slice(0, 1), (0.0, 0.1)), (slice(99, 100), (0.9, 1.0)), (slice(50, 51), (0.455, 0.555))]
)
def test_the_box_around_a_sliver_can_be_taken_hold_of(columns: slice, sides: tuple[float, float]) -> None:
    mask = np.zeros((100, 100), dtype=np.bool_)
    mask[20:60, columns] = True

    box = around(mask)

    assert (box.left, box.right) == pytest.approx(sides)


@pytest.mark.parametrize("fill_with", [None, False, True])
def test_without_a_mask_the_box_is_the_middle(fill_with: bool | None) -> None:
    mask = None if fill_with is None else np.full((10, 10), fill_with, dtype=np.bool_)

    assert around(mask) == Box(left=0.15, top=0.15, right=0.85, bottom=0.85)


def shifted(mask: BoolArray, columns: int) -> BoolArray:
    return np.asarray(np.roll(mask, columns, axis=1), dtype=np.bool_)
