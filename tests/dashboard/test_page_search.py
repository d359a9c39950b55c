from __future__ import annotations

import math
import re

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.search_results import rank_photo
from dashboard.search_review import Picked, send_to_review
from dashboard.wiring import Services
from data.domain import PhotoId, Sku
from data.errors import BadPicture
from tests.builders import ARTICLES, photo_picture, png
from tests.dashboard.conftest import OpenPage, said

PHOTO = png(photo_picture(ARTICLES[Sku("ball-red")], 9_000))


def upload(page: AppTest, name: str, content: bytes) -> AppTest:
    return page.file_uploader[0].upload(name, content, "image/png").run()


def press(page: AppTest, label: str) -> AppTest:
    """Press the first button with a label."""
    return next(button for button in page.button if button.label == label).click().run()


def drawn(page: AppTest) -> str:
    """Everything that a page draws by markup of its own."""
    return "\n".join(str(element.proto.body) for element in page.get("html"))


def test_an_upload_brings_the_five_best_candidates(services: Services, open_page: OpenPage) -> None:
    page = upload(open_page("search"), "seen.png", PHOTO)

    assert page.subheader[0].value == "1. ball red"
    assert len(page.subheader) == 5


def test_the_slider_says_how_many_candidates_are_shown(services: Services, open_page: OpenPage) -> None:
    page = upload(open_page("search"), "seen.png", PHOTO)

    page.slider[0].set_value(2).run()

    assert len(page.subheader) == 2


def test_the_probability_of_no_match_is_said_with_the_weights_that_gave_it(services: Services, open_page: OpenPage) -> None:
    page = upload(open_page("search"), "seen.png", PHOTO)

    assert re.search(r"\d+ % chance that it has none · weights v1", drawn(page))


def test_nothing_of_an_upload_is_stored(services: Services, open_page: OpenPage) -> None:
    before = services.store.images.count(), services.store.photos.count(), services.store.suggestions.count()

    upload(open_page("search"), "seen.png", PHOTO)

    assert (services.store.images.count(), services.store.photos.count(), services.store.suggestions.count()) == before


def test_each_candidate_says_why_on_demand(services: Services, open_page: OpenPage) -> None:
    page = upload(open_page("search"), "seen.png", PHOTO)

    assert [expander.label for expander in page.expander] == ["Why, and all views"] * 5
    assert "the sum of what each channel adds" in said(page)


def test_a_bad_picture_is_named_with_what_is_wrong_and_what_to_do(services: Services, open_page: OpenPage) -> None:
    page = upload(open_page("search"), "br*ken.jpg", b"no picture at all")

    [error] = page.error
    assert "br*ken.jpg" in error.value.replace("\\", "")
    assert "Save it again as JPEG or PNG" in error.value
    assert not {"It is this one", "Not in the DAM", "Send to review"} & {button.label for button in page.button}


def test_an_empty_home_says_what_to_do_first(empty: Services, open_page: OpenPage) -> None:
    page = upload(open_page("search"), "seen.png", PHOTO)

    assert "Import a catalogue" in said(page)
    assert not page.exception


def test_sending_to_review_makes_the_upload_a_photo(services: Services, open_page: OpenPage) -> None:
    page = upload(open_page("search"), "seen.png", PHOTO)

    press(page, "Send to review")

    [sent] = [photo for photo in services.store.photos.all() if photo.source == "search"]
    assert sent.photo_id.startswith("seen-")
    assert sent.submitted_by == "anna"
    assert "waits for review" in said(page)


def test_sending_twice_stores_one_photo(services: Services) -> None:
    before = services.store.photos.count()

    first = send_to_review(services, Picked(content=PHOTO, name="seen.png"), by="anna")
    second = send_to_review(services, Picked(content=PHOTO, name="seen.png"), by="anna")

    assert (first.is_new, second.is_new) == (True, False)
    assert services.store.photos.count() == before + 1


def test_a_file_name_with_odd_signs_still_becomes_a_photo_id(services: Services) -> None:
    sent = send_to_review(services, Picked(content=PHOTO, name='a,"b"\n=c.png'), by="anna")

    assert services.store.photos.get(PhotoId(sent.photo_id)).photo_id == sent.photo_id


def test_a_broken_picture_is_not_sent_to_review(services: Services) -> None:
    with pytest.raises(BadPicture, match=r"broken\.png"):
        send_to_review(services, Picked(content=b"no picture", name="broken.png"), by="anna")


def test_shown_contributions_sum_to_the_score(services: Services) -> None:
    for found in rank_photo(services, PHOTO, "seen.png").candidates:
        assert sum(value for _, value in found.contributions) == pytest.approx(found.score, abs=1e-6)


def test_exactly_one_view_of_each_candidate_is_marked_as_the_best(services: Services) -> None:
    for found in rank_photo(services, PHOTO, "seen.png").candidates:
        assert sum(picture.marked for picture in (found.reference, *found.views)) == 1


def test_confidences_and_the_probability_of_no_match_do_not_exceed_one(services: Services) -> None:
    result = rank_photo(services, PHOTO, "seen.png")

    assert math.fsum(found.confidence for found in result.candidates) + result.no_match == pytest.approx(1)


def test_words_find_assets_and_a_click_opens_one(services: Services, open_page: OpenPage) -> None:
    page = open_page("search")
    page.text_input[0].set_value("scarf navy").run()
    assert page.button[0].label == "scarf navy"

    page.button[0].click().run()

    assert page.title[0].value == "Catalogue"
    assert page.header[0].value == "scarf navy"
