from __future__ import annotations

import pytest

from data.crops import Box
from data.domain import PhotoId, Reviewer, Side, Sku, WeightsVersion
from data.errors import NotFound
from data.events import Verdict
from data.store import Store
from feedback.crops import crop_photo
from feedback.gold_marks import mark_gold, unmark_gold
from feedback.rebuild import rebuild
from feedback.retune import retune
from matching.indexing import index
from matching.weights import from_json
from tests.builders import (
    ANNA,
    ARTICLES,
    BEN,
    CARLA,
    NOON,
    asset_of,
    image_of,
    match_all,
    photo_of,
    photo_picture,
    reference_picture,
    review_of,
    right_matches,
    view_of,
)
from tests.small_catalogue import BACKENDS, copy_store

WRONG = dict(zip(ARTICLES, [*list(ARTICLES)[1:], next(iter(ARTICLES))], strict=True))
RED = next(article for sku, article in ARTICLES.items() if sku == "ball-red")


def labelled(store: Store) -> WeightsVersion:
    match_all(store, right_matches(store.photos.all(), Side.CALIBRATION))
    return retune(store, BACKENDS, by="mia").version


@pytest.mark.slow
def test_a_version_is_made_again_bit_for_bit_after_later_labels_and_photos(small_store: Store) -> None:
    version = labelled(small_store)
    small_store.events.append([review_of("ball-red/1", Verdict.MATCH, "scarf-navy", event="a change of mind")])
    later = image_of(photo_picture(RED, 7_000))
    small_store.images.put([later])
    small_store.photos.put([photo_of("late", later, minutes=60 * 24 * 365 * 30)])

    found = rebuild(small_store, BACKENDS, version)

    assert (found.identical, found.differs, found.catalogue_changed) == (True, (), False)


@pytest.mark.slow
def test_a_version_is_made_again_bit_for_bit_after_a_photo_of_it_was_cropped(small_store: Store) -> None:
    version = labelled(small_store)
    crop_photo(small_store, PhotoId("ball-red/1"), Box(left=0.2, top=0.2, right=0.8, bottom=0.8), by=ANNA, at=NOON)

    assert rebuild(small_store, BACKENDS, version).identical


@pytest.mark.slow
def test_a_version_is_made_again_bit_for_bit_after_photos_of_before_it_were_described(small_store: Store) -> None:
    waits, said = (image_of(photo_picture(RED, 7_000 + at)) for at in (0, 1))
    small_store.images.put([waits, said])
    small_store.photos.put([photo_of("waits", waits), photo_of("said", said)])
    small_store.events.append([review_of("said", Verdict.MATCH, "ball-red")])
    version = labelled(small_store)
    index(small_store, BACKENDS, workers=1)

    assert rebuild(small_store, BACKENDS, version).identical


@pytest.mark.slow
def test_a_version_is_made_again_bit_for_bit_after_a_gold_mark_of_before_it_was_taken_back(small_store: Store) -> None:
    match_all(small_store, right_matches(small_store.photos.all(), Side.CALIBRATION))
    mark_gold(small_store, PhotoId("ball-red/1"), by=CARLA, at=NOON)
    small_store.events.append([review_of("ball-red/1", Verdict.MATCH, "scarf-navy", by=BEN, event="a slip")])
    version = retune(small_store, BACKENDS, by="mia").version
    unmark_gold(small_store, PhotoId("ball-red/1"), by=CARLA, at=NOON)

    assert rebuild(small_store, BACKENDS, version).identical


@pytest.mark.slow
def test_a_version_is_not_the_same_where_the_catalogue_has_changed_and_that_is_said(small_store: Store) -> None:
    version = labelled(small_store)
    twin = image_of(reference_picture(RED, size_px=236))
    small_store.assets.put([asset_of(next(iter(ARTICLES)))])
    small_store.images.put([twin])
    small_store.views.put([view_of(next(iter(ARTICLES)), twin)])
    index(small_store, BACKENDS, workers=1)

    assert rebuild(small_store, BACKENDS, version).catalogue_changed


def test_weights_from_before_any_label_cannot_be_made_again_from_labels(small_store: Store) -> None:
    with pytest.raises(NotFound, match="v1 was not fitted on labels"):
        rebuild(small_store, BACKENDS, WeightsVersion("v1"))


@pytest.mark.slow
def test_a_reviewer_who_is_left_out_has_no_part_in_what_is_fitted(
    small_store: Store, tmp_path_factory: pytest.TempPathFactory
) -> None:
    clean = copy_store(tmp_path_factory.getbasetemp(), tmp_path_factory.mktemp("clean") / "store")
    labelled(clean)
    match_all(small_store, right_matches(small_store.photos.all(), Side.CALIBRATION))
    small_store.events.append(
        [review_of(f"{sku}/2", Verdict.MATCH, "scarf-navy", by=BEN) for sku in ARTICLES if sku != "scarf-navy"]
    )

    proposal = retune(small_store, BACKENDS, by="mia", without=[BEN])

    one, other = (from_json(store.weights.get(proposal.version).parameters) for store in (small_store, clean))
    assert one == other


@pytest.mark.slow
def test_a_reviewer_who_is_left_out_stays_left_out_when_the_version_is_made_again(small_store: Store) -> None:
    match_all(small_store, right_matches(small_store.photos.all(), Side.CALIBRATION))
    small_store.events.append([review_of("ball-red/2", Verdict.MATCH, "scarf-navy", by=BEN)])
    version = retune(small_store, BACKENDS, by="mia", without=[BEN]).version

    assert rebuild(small_store, BACKENDS, version).identical


def test_leaving_out_somebody_who_never_reviewed_is_refused(small_store: Store) -> None:
    match_all(small_store, right_matches(small_store.photos.all(), Side.CALIBRATION))

    with pytest.raises(NotFound, match="zoe reviewed nothing"):
        retune(small_store, BACKENDS, by="mia", without=[Reviewer("zoe")])


def one_contradicts_two(store: Store) -> None:
    """Anna and Carla agree on thirteen photos, Ben contradicts them on each; Anna labels the others alone."""
    matches = right_matches(store.photos.all(), Side.CALIBRATION)
    met = {photo: sku for photo, sku in matches.items() if photo.endswith("/1")}
    match_all(store, matches)
    said = [review_of(photo, Verdict.MATCH, sku, by=CARLA) for photo, sku in met.items()]
    said += [review_of(photo, Verdict.MATCH, WRONG[Sku(sku)], by=BEN) for photo, sku in met.items()]
    for number in range(2, 7):
        said += [review_of(f"stranger/{number}", Verdict.NOT_IN_DAM, by=reviewer) for reviewer in (ANNA, CARLA)]
        said.append(review_of(f"stranger/{number}", Verdict.MATCH, "bag-red", by=BEN))
    store.events.append(said)


@pytest.mark.slow
def test_labels_under_suspicion_are_not_activated_though_it_was_asked_for(small_store: Store) -> None:
    one_contradicts_two(small_store)

    found = retune(small_store, BACKENDS, by="mia", take=True)

    assert (found.activated, len(found.judgement.suspicions)) == (False, 1)
    assert "ben" in found.judgement.suspicions[0]


@pytest.mark.slow
def test_with_the_suspect_left_out_nothing_is_under_suspicion(small_store: Store) -> None:
    one_contradicts_two(small_store)

    assert retune(small_store, BACKENDS, by="mia", without=[BEN]).judgement.suspicions == ()
