"""What the screens say of renders: the card of Review, the catalogue, the history, and the command line."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from dashboard.asset_index import Concern
from dashboard.catalogue_browser import Sought, find_cards
from dashboard.render_states import RenderState, view_words
from dashboard.settings import FILE
from dashboard.wiring import Services
from data.domain import MeshQuality, Sku, ViewKind
from feedback.history import Wanted, find, history_of
from feedback.history_rows import EventKind
from matching.left_out import left_out
from tests.builders import ARTICLES, NOON, image_of, reference_picture, view_of
from tests.dashboard.conftest import OpenPage, _services_of, said
from tests.dashboard.screens import Screen, screen_of
from tests.rendered_catalogue import RIGHT, WRONG, build_rendered_home

WORD = {"event_id": "w1", "sku": RIGHT, "verdict": "wrong", "at": NOON.isoformat()}
UNDO = {"event_id": "w2", "sku": RIGHT, "verdict": "withdrawn", "withdraws": "w1", "at": NOON.isoformat()}


@pytest.fixture
def rendered(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Services:
    """A home whose scarf has the renders of a ball."""
    folder = tmp_path / "rendered"
    shutil.copytree(build_rendered_home(tmp_path_factory.getbasetemp()), folder / "store")
    (folder / FILE).write_text('renderer = "none"\n')
    return _services_of(folder, monkeypatch)


@pytest.fixture
def anna(rendered: Services) -> Screen:
    return screen_of(rendered, "anna", "t1")


def card(screen: Screen, sku: Sku) -> dict[str, Any]:
    """Find the card of an asset on the screen of one of its photos."""
    screen.get("items", count="1")
    [item] = screen.post("rerank", {"photo_ids": [f"{sku}/1"]}).json()["items"]
    return next(found for found in item["candidates"] if found["sku"] == sku)


@pytest.mark.slow
def test_a_card_turns_from_the_front_and_not_from_the_raw_yaw(anna: Screen) -> None:
    assert [render["from_front_deg"] for render in card(anna, RIGHT)["renders"]] == [-90.0, 0.0]


@pytest.mark.slow
def test_a_card_says_why_its_render_is_left_out(anna: Screen) -> None:
    assert (card(anna, WRONG)["left_out"], card(anna, RIGHT)["left_out"]) == ("does not look like the reference", "")


@pytest.mark.slow
def test_the_view_that_decided_is_shown_and_stored_in_the_suggestion(anna: Screen, rendered: Services) -> None:
    suggestion = rendered.matcher.suggest(next(p.photo_id for p in rendered.store.photos.all() if p.photo_id == f"{RIGHT}/1"))
    own = next(found for found in suggestion.candidates if found.sku == RIGHT)
    rendered.store.suggestions.put([suggestion])

    [stored] = rendered.store.suggestions.of(suggestion.photo_id)

    assert next(found.best_view for found in stored.candidates if found.sku == RIGHT) == own.best_view
    assert card(anna, RIGHT)["nearest"] in {"reference", "render, front", "render −90°"}


@pytest.mark.slow
def test_a_word_from_the_review_screen_leaves_the_renders_out_at_once_and_can_be_undone(anna: Screen, rendered: Services) -> None:
    answer = anna.post("renders", WORD)
    out = left_out(rendered.store)
    undone = anna.post("renders", UNDO)

    assert answer.json() == {"left_out": "anna says that it is wrong", "wrong_event": "w1"}
    assert (RIGHT in out, undone.json(), RIGHT in left_out(rendered.store)) == (True, {"left_out": "", "wrong_event": ""}, False)


@pytest.mark.slow
@pytest.mark.parametrize("spoilt", [{"verdict": "maybe"}, {"at": "noon"}, {"sku": "gone"}, {"verdict": "withdrawn"}])
def test_a_word_that_cannot_be_read_is_refused(anna: Screen, rendered: Services, spoilt: dict[str, str]) -> None:
    assert anna.post("renders", WORD | spoilt).status_code == 422
    assert rendered.store.render_remarks.count() == 0


@pytest.mark.slow
def test_the_catalogue_lists_poor_meshes_alone(rendered: Services) -> None:
    assert [found.sku for found in find_cards(rendered, Sought(concern=Concern.POOR)).cards] == [WRONG]


@pytest.mark.slow
def test_the_catalogue_lists_what_a_person_called_wrong_behind_what_is_worse(anna: Screen, rendered: Services) -> None:
    anna.post("renders", WORD)

    assert [found.sku for found in find_cards(rendered, Sought(concern=Concern.POOR)).cards] == [WRONG, RIGHT]


@pytest.mark.slow
def test_a_render_is_called_wrong_on_the_catalogue_page(rendered: Services, open_page: OpenPage) -> None:
    page = open_page("catalogue")
    page.query_params["sku"] = RIGHT
    page.run()
    next(button for button in page.button if button.label == "Render is wrong").click().run()

    assert "3D render left out: anna says that it is wrong" in said(page)
    [word] = find(history_of(rendered.store).events(), Wanted(kinds=frozenset({EventKind.RENDER}))).to_pylist()
    assert (word["sku"], word["verdict"], word["reviewer"]) == (RIGHT, "wrong", "anna")


@pytest.mark.parametrize(
    ("raw", "turned"), [(90.0, 0.0), (135.0, 45.0), (45.0, -45.0), (270.0, 180.0), (0.0, -90.0), (315.0, -135.0)]
)
def test_a_yaw_from_the_front_lies_above_minus_180_and_up_to_180(raw: float, turned: float) -> None:
    quality = MeshQuality(sku=RIGHT, made_from="", front_yaw_deg=90.0, similarity=1.0, outline_iou=1.0, own_share=1.0, fronts=())

    assert RenderState(quality=quality).from_front_deg(raw) == turned


def test_a_view_without_yaw_is_called_by_its_kind() -> None:
    view = view_of(RIGHT, image_of(reference_picture(ARTICLES[RIGHT])), ViewKind.CONFIRMED)

    assert view_words(view, RenderState()) == "confirmed"
