from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import background
from dashboard.catalogue_browser import PAGE, Intake, Lack, find_cards, import_from, read_detail
from dashboard.same_article import find_others, read_article
from dashboard.wiring import Services
from data.domain import Sku
from data.errors import BadTable
from data.events import Verdict
from feedback.equivalence import declare_equivalent, standing_equivalences
from tests.builders import ARTICLES, NOON, asset_of, match_all, photo_picture, png, reference_picture, review_of
from tests.dashboard.conftest import PAGES, PATIENCE_S, OpenPage, said


def catalogue_file(folder: Path, *lines: str) -> Path:
    (folder / "new.png").write_bytes(png(photo_picture(ARTICLES[Sku("tent-pink")], 77)))
    file = folder / "catalogue.csv"
    file.write_text("\n".join(("sku,image,title", *lines)))
    return file


def test_the_page_counts_what_there_is(services: Services, open_page: OpenPage) -> None:
    page = open_page("catalogue")

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
    next(field for field in page.text_input if field.label == "Words").set_value("ball red").run()

    assert "ball red" in [button.label for button in page.button]
    assert "tent pink" not in [button.label for button in page.button]


def test_a_category_narrows_the_grid(services: Services) -> None:
    assert [card.sku for card in find_cards(services, "", category="scarf").cards] == ["scarf-gold", "scarf-navy"]


def test_assets_without_mesh_are_found(services: Services) -> None:
    assert find_cards(services, "", lack=Lack.MESH).total == 8


def test_a_long_catalogue_comes_in_pages(services: Services) -> None:
    services.store.assets.put(asset_of(Sku(f"many-{number:03}")) for number in range(PAGE))

    second = find_cards(services, "", page=2)

    assert (second.total, second.pages, len(second.cards)) == (8 + PAGE, 2, 8)


def test_a_page_past_the_end_is_the_last_one(services: Services) -> None:
    assert find_cards(services, "", page=9).page == 1


def test_an_asset_without_picture_has_an_empty_frame(services: Services) -> None:
    services.store.assets.put([asset_of(Sku("bare-1"))])

    [card] = find_cards(services, "bare").cards

    assert card.picture.url == ""


def test_a_click_on_an_asset_opens_it(services: Services, open_page: OpenPage) -> None:
    page = open_page("catalogue")

    page.button(key="open tent-pink").click().run()

    assert page.header[0].value == "tent pink"
    assert page.query_params["sku"] == "tent-pink"


def test_back_leads_to_all_assets_again(services: Services, open_page: OpenPage) -> None:
    page = open_page("catalogue")
    page.button(key="open tent-pink").click().run()

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

    assert [picture.caption for picture in read_detail(services, Sku("ball-red")).confirmed] == ["ball-red/1"]


def test_an_undo_takes_a_confirmed_photo_from_its_asset(services: Services) -> None:
    first = review_of("ball-red/1", Verdict.MATCH, "ball-red")
    services.store.events.append([first, review_of("ball-red/1", Verdict.WITHDRAWN, withdraws=first.event_id)])

    assert read_detail(services, Sku("ball-red")).confirmed == ()


def test_an_import_reports_what_it_took_and_refused_with_line_and_remedy(
    services: Services, open_page: OpenPage, tmp_path: Path
) -> None:
    file = catalogue_file(tmp_path, "new-1,new.png,One", "new-2,gone.png,Two")
    page = open_page("catalogue")
    next(field for field in page.text_input if field.label.startswith("Path")).set_value(str(file))

    next(button for button in page.button if button.label == "Import").click().run()

    assert "Rows taken: 1; skipped: 0; refused: 1" in said(page)
    [refused] = page.dataframe[0].value.to_dict("records")
    assert refused["line"] == 3
    assert "gone.png" in refused["what"]
    assert refused["remedy"]


def test_counts_are_those_after_an_import(services: Services, open_page: OpenPage, tmp_path: Path) -> None:
    file = catalogue_file(tmp_path, "new-1,new.png,One")
    page = open_page("catalogue")
    next(field for field in page.text_input if field.label.startswith("Path")).set_value(str(file))

    next(button for button in page.button if button.label == "Import").click().run()

    assert page.metric[0].value == "9"


def test_photos_are_imported_in_the_name_of_who_asked(services: Services, tmp_path: Path) -> None:
    (tmp_path / "taken.png").write_bytes(png(reference_picture(ARTICLES[Sku("bag-blue")])))

    report = import_from(services, Intake.PHOTOS, str(tmp_path), by="anna")

    assert report.taken == 1
    assert services.store.photos.get("taken").submitted_by == "anna"


@pytest.mark.parametrize("path", ["", "  ", "/no/such/place.csv"])
def test_a_path_that_leads_nowhere_is_refused(services: Services, path: str) -> None:
    with pytest.raises(BadTable, match="nothing at"):
        import_from(services, Intake.CATALOGUE, path, by="anna")


def test_the_index_button_starts_indexing_once(
    services: Services, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    started: list[Path] = []

    def start(services: Services) -> bool:
        started.append(services.home)
        return True

    monkeypatch.setattr(background, "start_indexing", start)
    import_from(services, Intake.CATALOGUE, str(catalogue_file(tmp_path, "new-1,new.png,One")), by="anna")
    page = open_page("catalogue")

    next(button for button in page.button if button.label == "Index the 1 that are missing").click().run()

    assert started == [services.home]
    assert "Indexing starts" in said(page)


def test_while_indexing_runs_there_is_no_button_to_start_it(
    services: Services, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(background, "indexing_running", lambda _services: True)
    import_from(services, Intake.CATALOGUE, str(catalogue_file(tmp_path, "new-1,new.png,One")), by="anna")

    page = open_page("catalogue")

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
    assert page.button(key="open ball-green")


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
