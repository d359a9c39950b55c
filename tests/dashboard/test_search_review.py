"""A search becomes a review: the photo, what was painted, the crop and the verdict are stored as the Review page would."""

from __future__ import annotations

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.search_component import read_box
from dashboard.search_results import SearchResult, rank_photo
from dashboard.search_review import Picked, decide_search, keep_crop, new_ticket, send_to_review, undo_search
from dashboard.wiring import Services
from data.crops import Box
from data.domain import PhotoId, Reviewer, Sku
from data.errors import BadPicture, CoutureError
from data.events import Verdict
from feedback.confirmed import read_confirmed_views
from feedback.crops import crop_of
from feedback.equivalence import read_labels
from feedback.evaluation import active_weights
from feedback.labels import LabelKind
from matching.crops import standing_boxes
from matching.evidence import load_basis, load_queries
from tests.builders import png
from tests.crops import LEFT, RIGHT, two_articles
from tests.dashboard.conftest import OpenPage, said
from tests.dashboard.test_page_search import PHOTO, press, upload

ANNA = Reviewer("anna")
BOTH = Picked(content=png(two_articles("ball-red", "bag-blue")), name="both.png", box=RIGHT)


@pytest.fixture
def result(services: Services) -> SearchResult:
    return rank_photo(services, BOTH.content, BOTH.name, BOTH.box)


def opened(open_page: OpenPage) -> AppTest:
    return upload(open_page("search"), "seen.png", PHOTO)


def test_a_crop_decides_what_is_found(services: Services) -> None:
    found = [rank_photo(services, BOTH.content, BOTH.name, box).candidates[0].sku for box in (LEFT, RIGHT)]

    assert found == ["ball-red", "bag-blue"]


def test_choosing_a_candidate_labels_the_photo_with_it(services: Services, open_page: OpenPage) -> None:
    page = press(opened(open_page), "It is this one")

    [photo] = [photo for photo in services.store.photos.all() if photo.source == "search"]
    label = read_labels(services.store)[photo.photo_id]
    assert (label.kind, label.skus) == (LabelKind.MATCH, frozenset({Sku("ball-red")}))
    assert "Your decision is stored: it is **ball-red**" in said(page)


def test_what_is_not_in_the_dam_is_a_verdict_of_its_own(services: Services, open_page: OpenPage) -> None:
    press(opened(open_page), "Not in the DAM")

    [review] = services.store.events.all()
    assert (review.verdict, review.reviewer, review.sku) == (Verdict.NOT_IN_DAM, "anna", None)


def test_the_suggestion_is_stored_with_the_candidates_that_were_painted(services: Services, open_page: OpenPage) -> None:
    page = opened(open_page)
    page.slider[0].set_value(3).run()

    press(page, "None of these")

    [review], [suggestion] = services.store.events.all(), services.store.suggestions.all()
    assert (suggestion.photo_id, suggestion.suggestion_id) == (review.photo_id, review.suggestion_id)
    assert [candidate.rank for candidate in suggestion.candidates] == [1, 2, 3]
    assert review.seconds is not None


def test_undo_takes_the_verdict_back_and_the_photo_waits(services: Services, open_page: OpenPage) -> None:
    page = press(opened(open_page), "It is this one")

    page = press(page, "Undo")

    assert [review.verdict for review in services.store.events.all()] == [Verdict.MATCH, Verdict.WITHDRAWN]
    assert "waits for review" in said(page)
    assert "It is this one" in {button.label for button in page.button}


def test_without_a_name_one_may_search_and_nothing_can_be_decided(services: Services, open_page: OpenPage) -> None:
    page = open_page("search")
    del page.session_state["reviewer"]
    page.query_params.clear()
    page = upload(page, "seen.png", PHOTO)

    assert len(page.subheader) == 5
    assert "It is this one" not in {button.label for button in page.button}
    assert [field.label for field in page.text_input if field.label == "Your name"] == ["Your name"]


def test_a_confirmed_search_is_a_view_of_its_asset_at_once(services: Services, result: SearchResult) -> None:
    decision = decide_search(services, BOTH, result.suggestion, Verdict.MATCH, Sku("bag-blue"), by=ANNA, ticket=new_ticket())

    assert [(view.photo_id, view.sku) for view in read_confirmed_views(services.store)] == [(decision.photo_id, "bag-blue")]
    assert services.matcher.suggest(decision.photo_id).candidates[0].sku == "bag-blue"


def test_the_crop_of_a_decided_search_is_an_event_of_its_photo(services: Services, result: SearchResult) -> None:
    decision = decide_search(services, BOTH, result.suggestion, Verdict.MATCH, Sku("bag-blue"), by=ANNA, ticket=new_ticket())

    [crop] = services.store.crops.all()
    assert (crop.photo_id, crop.box, crop.by) == (decision.photo_id, RIGHT, "anna")


def test_who_sends_it_again_without_a_crop_takes_nobodys_crop_back(services: Services) -> None:
    sent = send_to_review(services, BOTH, by="anna")

    send_to_review(services, replace(BOTH, box=None), by="ben")

    crop = crop_of(services.store, sent.photo_id)
    assert crop is not None
    assert (crop.box, crop.by) == (RIGHT, "anna")


def test_a_crop_that_is_taken_off_again_is_taken_back(services: Services) -> None:
    sent = send_to_review(services, BOTH, by="anna")

    keep_crop(services, sent.photo_id, None, by="anna")

    assert standing_boxes(services.store) == {}


def test_a_decided_photo_that_is_cropped_anew_stays_a_confirmed_view(services: Services, result: SearchResult) -> None:
    decision = decide_search(services, BOTH, result.suggestion, Verdict.MATCH, Sku("bag-blue"), by=ANNA, ticket=new_ticket())

    keep_crop(services, decision.photo_id, LEFT, by=ANNA)

    image_id = services.store.photos.get(decision.photo_id).image_id
    basis = load_basis(services.store, active_weights(services.store).basis)
    assert image_id in load_queries(services.store, services.backends, basis, [image_id])


def test_a_decision_that_is_pressed_twice_is_stored_once(services: Services, result: SearchResult) -> None:
    ticket = new_ticket()

    for _ in range(2):
        decide_search(services, BOTH, result.suggestion, Verdict.MATCH, Sku("bag-blue"), by=ANNA, ticket=ticket)

    assert (services.store.events.count(), services.store.suggestions.count()) == (1, 1)


def test_undoing_a_search_leaves_the_label_undecided(services: Services, result: SearchResult) -> None:
    decision = decide_search(services, BOTH, result.suggestion, Verdict.MATCH, Sku("bag-blue"), by=ANNA, ticket=new_ticket())

    undo_search(services, decision, by=ANNA)

    label = read_labels(services.store).get(decision.photo_id)
    assert label is None or label.kind not in {LabelKind.MATCH, LabelKind.NOT_IN_DAM}


def test_a_broken_picture_becomes_no_review(services: Services, result: SearchResult) -> None:
    with pytest.raises(BadPicture, match=r"broken\.png"):
        decide_search(
            services,
            Picked(content=b"no picture", name="broken.png"),
            result.suggestion,
            Verdict.NOT_IN_DAM,
            by=ANNA,
            ticket=new_ticket(),
        )

    assert (services.store.events.count(), services.store.suggestions.count()) == (0, 0)


def test_one_picture_under_two_names_is_two_photos_of_one_image(services: Services) -> None:
    sent = [send_to_review(services, replace(BOTH, name=name), by="anna").photo_id for name in ("a.png", "b.png")]

    assert sent == [PhotoId(f"{name}-{BOTH.digest[:8]}") for name in ("a", "b")]
    assert len({services.store.photos.get(photo_id).image_id for photo_id in sent}) == 1


@pytest.mark.parametrize("sent", [None, "x", {}, {"box": None}, {"box": [0.1, 0.2]}, {"box": ["a", 0, 1, 1]}])
def test_what_is_no_box_is_none(sent: object) -> None:
    assert read_box(sent) is None


def test_a_box_comes_from_a_browser_as_four_shares() -> None:
    assert read_box({"box": [0.1, 0.2, 0.7, 1]}) == Box(left=0.1, top=0.2, right=0.7, bottom=1.0)


def test_a_box_from_outside_of_the_picture_is_refused() -> None:
    with pytest.raises(CoutureError, match="from 0 to 1"):
        read_box({"box": [-3, 0, 1, 1]})
