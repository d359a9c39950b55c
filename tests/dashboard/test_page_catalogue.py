from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import background
from dashboard.asset_detail import read_confused, read_photos
from dashboard.asset_index import Concern
from dashboard.catalogue_browser import PAGE, Sought, find_cards
from dashboard.same_article import find_others, read_article
from dashboard.wiring import Services
from data.catalogue import import_catalogue
from data.domain import EventId, PhotoId, Reviewer, Sku
from data.drawing import DrawPurpose
from data.events import Attribute, Correction, Verdict
from feedback.corrections import record_correction
from feedback.draws import draw_of
from feedback.equivalence import declare_equivalent, standing_equivalences
from tests.builders import ANNA, ARTICLES, BEN, NOON, asset_of, match_all, photo_picture, png, review_of
from tests.dashboard.conftest import PAGES, PATIENCE_S, OpenPage, said


def catalogue_file(folder: Path, *lines: str) -> Path:
    (folder / "new.png").write_bytes(png(photo_picture(ARTICLES[Sku("tent-pink")], 77)))
    file = folder / "catalogue.csv"
    file.write_text("\n".join(("sku,image,title", *lines)))
    return file


def open_tab(open_page: OpenPage, name: str) -> AppTest:
    page = open_page("catalogue")
    page.session_state["tab"] = name
    return page.run()


def links(page: AppTest) -> list[str]:
    """Where the cards on a page lead."""
    bodies = [str(block.proto.body) for block in page.get("html")]
    return [unescape(found) for body in bodies for found in re.findall(r'class="cm-card" href="([^"]*)"', body)]


def photos(services: Services, sku: str, who: Reviewer = ANNA) -> list[str]:
    return [photo.photo_id for photo in read_photos(services, Sku(sku), who).photos]


def test_the_page_counts_what_there_is(services: Services, open_page: OpenPage) -> None:
    page = open_tab(open_page, "Index")

    assert {metric.label: metric.value for metric in page.metric} == {
        "assets": "8",
        "references": "8",
        "renders": "0",
        "meshes": "0",
        "photos": str(services.store.photos.count()),
    }


def test_an_empty_catalogue_says_where_to_import(empty: Services, open_page: OpenPage) -> None:
    assert "Import one in the tab Import" in said(open_page("catalogue"))


def test_words_narrow_the_grid(services: Services, open_page: OpenPage) -> None:
    page = open_page("catalogue")
    page.text_input(key="find").set_value("ball red").run()

    assert links(page) == ["catalogue?sku=ball-red&reviewer=anna"]


def test_a_category_narrows_the_grid(services: Services) -> None:
    assert [card.sku for card in find_cards(services, Sought(category="scarf")).cards] == ["scarf-gold", "scarf-navy"]


def test_assets_without_mesh_are_found(services: Services) -> None:
    assert find_cards(services, Sought(concern=Concern.MESH)).total == 8


def test_a_long_catalogue_comes_in_pages(services: Services) -> None:
    services.store.assets.put(asset_of(Sku(f"many-{number:03}")) for number in range(PAGE))

    second = find_cards(services, Sought(), page=2)

    assert (second.total, second.pages, len(second.cards)) == (8 + PAGE, 2, 8)


def test_a_page_past_the_end_is_the_last_one(services: Services) -> None:
    assert find_cards(services, Sought(), page=9).page == 1


def test_an_asset_without_picture_has_an_empty_frame(services: Services) -> None:
    services.store.assets.put([asset_of(Sku("bare-1"))])

    [card] = find_cards(services, Sought(words="bare")).cards

    assert card.picture.url == ""


def test_an_asset_has_an_address_of_its_own(services: Services, open_page: OpenPage) -> None:
    page = open_asset(open_page, "tent-pink")

    assert page.header[0].value == "tent pink"


def test_back_leads_to_all_assets_again(services: Services, open_page: OpenPage) -> None:
    page = open_asset(open_page, "tent-pink")

    page.button[0].click().run()

    assert not page.header
    assert "sku" not in page.query_params


def test_an_asset_that_is_not_there_is_an_error_and_no_crash(services: Services, open_page: OpenPage) -> None:
    page = open_page("catalogue")
    page.query_params["sku"] = "gone"

    page.run()

    assert "gone" in page.error[0].value
    assert not page.exception


def test_an_asset_shows_the_photos_confirmed_to_be_it_but_none_of_the_sealed_side(services: Services) -> None:
    match_all(services.store, {"ball-red/0": "ball-red", "ball-red/1": "ball-red"})

    assert photos(services, "ball-red") == ["ball-red/1"]


def test_an_undo_takes_a_confirmed_photo_from_its_asset(services: Services) -> None:
    first = review_of("ball-red/1", Verdict.MATCH, "ball-red")
    services.store.events.append([first, review_of("ball-red/1", Verdict.WITHDRAWN, withdraws=first.event_id)])

    assert photos(services, "ball-red") == []


def test_the_index_button_starts_indexing_once(
    services: Services, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    started: list[Path] = []

    def start(services: Services) -> bool:
        started.append(services.home)
        return True

    monkeypatch.setattr(background, "start_indexing", start)
    import_catalogue(services.store, catalogue_file(tmp_path, "new-1,new.png,One"))
    page = open_tab(open_page, "Index")

    next(button for button in page.button if button.label == "Index the 1 that are missing").click().run()

    assert started == [services.home]
    assert "Indexing starts" in said(page)


def test_while_indexing_runs_there_is_no_button_to_start_it(
    services: Services, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(background, "indexing_running", lambda _services: True)
    import_catalogue(services.store, catalogue_file(tmp_path, "new-1,new.png,One"))

    page = open_tab(open_page, "Index")

    assert "Indexing goes on" in said(page)
    assert not any(button.label.startswith("Index") for button in page.button)


def declared(services: Services) -> list[tuple[str, ...]]:
    return [event.skus for event in standing_equivalences(services.store.equivalences.all())]


def open_asset(open_page: OpenPage, sku: str) -> AppTest:
    page = open_page("catalogue")
    page.query_params["sku"] = sku
    return page.run()


def test_an_asset_is_declared_to_be_the_same_article_as_another(services: Services, open_page: OpenPage) -> None:
    page = open_asset(open_page, "ball-red")
    next(box for box in page.selectbox if box.label.startswith("Asset")).set_value(Sku("ball-green")).run()

    next(button for button in page.button if button.label == "Declare the same").click().run()

    assert declared(services) == [("ball-red", "ball-green")]
    assert services.store.equivalences.all()[0].by == "anna"
    assert "catalogue?sku=ball-green&reviewer=anna" in links(page)


def test_words_narrow_the_assets_that_may_be_the_same(services: Services) -> None:
    assert list(find_others(services, Sku("ball-red"), "ball")) == ["ball-green"]


def test_what_is_declared_already_is_not_offered_again(services: Services) -> None:
    declare_equivalent(services.store, [Sku("ball-red"), Sku("ball-green")], by="ben", at=NOON)

    assert find_others(services, Sku("ball-red"), "ball") == {}


def test_an_asset_shows_what_is_the_same_by_way_of_a_third(services: Services) -> None:
    declare_equivalent(services.store, [Sku("ball-red"), Sku("ball-green")], by="ben", at=NOON)
    declare_equivalent(services.store, [Sku("ball-green"), Sku("bag-red")], by="ben", at=NOON)

    assert [card.sku for card in read_article(services, Sku("ball-red")).others] == ["bag-red", "ball-green"]


def test_a_declaration_is_undone_at_the_asset(services: Services, open_page: OpenPage) -> None:
    stored = declare_equivalent(services.store, [Sku("ball-red"), Sku("ball-green")], by="ben", at=NOON)
    page = open_asset(open_page, "ball-green")

    page.button(key=f"undo {stored.event_id}").click().run()

    assert declared(services) == []
    assert "No other asset was declared" in said(page)


def test_who_has_not_said_their_name_declares_nothing(services: Services) -> None:
    page = AppTest.from_file(PAGES / "main_page.py", default_timeout=PATIENCE_S).switch_page(str(PAGES / "catalogue.py"))
    page.query_params["sku"] = "ball-red"

    page.run()

    assert "say who you are" in said(page)
    assert not any(button.label == "Declare the same" for button in page.button)


def test_a_name_in_the_address_is_known_after_a_reload(services: Services) -> None:
    page = AppTest.from_file(PAGES / "main_page.py", default_timeout=PATIENCE_S).switch_page(str(PAGES / "catalogue.py"))
    page.query_params["sku"], page.query_params["reviewer"] = "ball-red", "anna"

    page.run()

    assert "say who you are" not in said(page)
    assert any(button.label == "Declare the same" for button in page.button)


def test_a_click_on_next_turns_the_page_and_the_address_says_so(services: Services, open_page: OpenPage) -> None:
    services.store.assets.put(asset_of(Sku(f"many-{number:03}")) for number in range(PAGE))
    page = open_page("catalogue")

    page.button(key="turn Next").click().run()

    assert (len(links(page)), page.query_params["page"]) == (8, "2")


def test_filters_stand_in_the_address(services: Services) -> None:
    page = AppTest.from_file(PAGES / "main_page.py", default_timeout=PATIENCE_S).switch_page(str(PAGES / "catalogue.py"))
    page.query_params["category"] = "scarf"

    page.run()

    assert links(page) == ["catalogue?sku=scarf-gold", "catalogue?sku=scarf-navy"]


def test_a_corrected_colour_is_found_in_the_place_of_the_described_one(services: Services) -> None:
    word = Correction(
        event_id=EventId("w"), by="ben", at=NOON, sku=Sku("ball-red"), attribute=Attribute.COLOUR, value="purple"
    )  # fmt: skip
    record_correction(services.store, word)

    found = [[card.sku for card in find_cards(services, Sought(colour=colour)).cards] for colour in ("purple", "red")]
    assert ["ball-red" in skus for skus in found] == [True, False]


def test_assets_that_no_photo_was_matched_with_are_found(services: Services) -> None:
    match_all(services.store, {"ball-red/1": "ball-red"})

    found = [card.sku for card in find_cards(services, Sought(concern=Concern.UNMATCHED), who=ANNA).cards]

    assert ("ball-red" in found, len(found)) == (False, 7)


def test_a_match_that_awaits_somebody_s_second_opinion_is_shown_to_them_nowhere(services: Services) -> None:
    services.store.draws.put([draw_of(DrawPurpose.SECOND_OPINION, PhotoId("ball-red/1"), 1.0, NOON)])
    match_all(services.store, {"ball-red/1": "ball-red"})
    unmatched = find_cards(services, Sought(concern=Concern.UNMATCHED), who=BEN)

    assert (photos(services, "ball-red", BEN), photos(services, "ball-red")) == ([], ["ball-red/1"])
    assert "ball-red" in [card.sku for card in unmatched.cards]


@pytest.fixture
def confusing(services: Services) -> Services:
    """Two reviewers disagree on two photos about which ball it is."""
    services.store.events.append(
        [
            review_of(f"ball-red/{at}", Verdict.MATCH, sku, by=by)
            for at in (1, 2)
            for sku, by in (("ball-red", ANNA), ("ball-green", BEN))
        ]
    )
    return services


def test_assets_that_are_often_confused_are_found(confusing: Services) -> None:
    found = find_cards(confusing, Sought(concern=Concern.CONFUSED), who=ANNA)

    assert [card.sku for card in found.cards] == ["ball-green", "ball-red"]


def test_an_asset_stands_beside_what_it_is_taken_for_with_differing_words_marked(confusing: Services) -> None:
    found = read_confused(confusing, Sku("ball-red"))

    assert found is not None
    assert [rival.card.sku for rival in found.rivals] == ["ball-red", "ball-green"]
    assert [name for name, _, differs in found.rivals[0].words if differs] == []
    assert "colour" in [name for name, _, differs in found.rivals[1].words if differs]
    assert "by reviewers on 2" in found.said


def test_a_confirmed_photo_leads_to_its_history(services: Services, open_page: OpenPage) -> None:
    match_all(services.store, {"ball-red/1": "ball-red"})

    assert "history?photo=ball-red%2F1&reviewer=anna" in links(open_asset(open_page, "ball-red"))


@pytest.mark.parametrize(
    "nasty",
    ['<img src=x onerror="alert(1)">', "**b** [l](javascript:alert(1))", "\u202eevil", "=cmd()", "\U0001f45c", "x" * 10_000],
)
def test_titles_of_any_kind_are_shown_harmlessly(services: Services, open_page: OpenPage, nasty: str) -> None:
    asset = replace(asset_of(Sku("odd-1")), title=nasty, category=nasty, description=nasty)
    services.store.assets.put([asset])

    grid, alone = open_page("catalogue"), open_asset(open_page, "odd-1")

    bodies = "".join(str(block.proto.body) for page in (grid, alone) for block in page.get("html"))
    assert not grid.exception
    assert not alone.exception
    assert "<img src=x" not in bodies
    assert "\u202e" not in bodies
    assert "x" * 300 not in bodies
    assert len(alone.header[0].value) < 400
