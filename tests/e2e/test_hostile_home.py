"""What stands in names, captions and file names is shown as it is: nothing of it runs, breaks a page, or leaves as a formula."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog, Page

from dashboard.background import index_everything
from dashboard.history_log import export_events, find_events
from dashboard.wiring import open_services
from data.catalogue import import_catalogue
from data.domain import EventId, PhotoId, Reviewer, Sku
from data.events import Review, Verdict
from data.photos import import_photos
from data.spreadsheet_cells import DANGEROUS, MARK
from feedback.export import Exported, export
from feedback.history import Wanted
from tests.builders import ARTICLES, NOON, photo_picture, png, reference_picture
from tests.e2e.conftest import DESK, free_port, leave, serving
from tests.e2e.screens import PAGES, asset_screen, stretch, visit

MARKUP = "<script>window.ran=1</script><img src=x onerror=window.ran=2><style>*{display:none}</style>"
TEXTS = (
    MARKUP,
    "=cmd|'/C calc'!A0",
    "@SUM(1+1)*cmd",
    "שק עור שחור \u202etxt.exe\u202c",
    "👜🔥👩🏽‍🎨",
    "x" * 10_000,
    "[mail](javascript:window.ran=3) **bold** $\\frac{a}{b}$ :material/home: `code` # head",
    "'; DROP TABLE assets; --",
)
SKUS = ("<b>1</b>", "=cmd()", "@A-2", "שק-3", "👜-4", "x" * 200, "[a](b)", 'o\'brien & co "5"')
WHO = Reviewer('<img src=x onerror="window.ran=4">')
FOREIGN = """() => {
  const roots = [document, ...[...document.querySelectorAll("*")].map((one) => one.shadowRoot).filter(Boolean)];
  const foreign = roots.flatMap((root) => [...root.querySelectorAll("img[src=x], a[href^=javascript]")]);
  return [window.ran ?? null, foreign.length];
}"""
TOO_WIDE = """() => [document.documentElement, document.querySelector("[data-testid=stMain]")]
  .map((one) => one.scrollWidth - one.clientWidth)"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose every text is hostile: imported from CSV, indexed, reviewed."""
    folder = tmp_path_factory.mktemp("hostile")
    opened = open_services(folder / "home")
    _write_catalogue(folder / "catalogue.csv")
    _write_photos(folder / "photos.csv")
    assert not import_catalogue(opened.store, folder / "catalogue.csv").refused
    assert not import_photos(opened.store, folder / "photos.csv", submitted_by=WHO).refused
    index_everything(opened)
    photos = sorted(photo.photo_id for photo in opened.store.photos.all())
    opened.store.events.append([_review(*said) for said in zip(photos[:8], SKUS, TEXTS, strict=True)])
    return opened.home


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page on a desk, nothing opened yet."""
    with browser.new_context(viewport=DESK) as context:
        opened = context.new_page()
        yield opened
        leave(opened)


def _write_catalogue(file: Path) -> None:
    rows = []
    for at, (sku, text, article) in enumerate(zip(SKUS, TEXTS, ARTICLES.values(), strict=True)):
        name = f"<b>&'{at} =1+1 שק 👜.png"
        (file.parent / name).write_bytes(png(reference_picture(article)))
        rows.append([sku, name, text, text[:500], text])
    _write(file, ["sku", "image", "title", "category", "description"], rows)


def _write_photos(file: Path) -> None:
    rows = []
    for at, (text, article) in enumerate(zip((*TEXTS, *TEXTS), cycle(ARTICLES.values()))):
        name = f"photo <i>{at} =2.png"
        (file.parent / name).write_bytes(png(photo_picture(article, at)))
        photo_id = "".join(letter for letter in f"{at} {text}"[:150] if letter.isprintable())  # an import refuses the others
        rows.append([photo_id.strip(), name])
    _write(file, ["photo_id", "image"], rows)


def _write(file: Path, header: list[str], rows: list[list[str]]) -> None:
    with file.open("w", newline="", encoding="utf-8") as opened:
        csv.writer(opened).writerows([header, *rows])


def _review(photo_id: PhotoId, sku: str, note: str) -> Review:
    return Review(
        event_id=EventId(f"=event {sku}"),
        photo_id=photo_id,
        reviewer=WHO,
        verdict=Verdict.MATCH,
        at=NOON,
        sku=Sku(sku),
        note=note,
    )


def test_nothing_hostile_runs_or_breaks_the_width_of_any_page(page: Page, home: Path) -> None:
    asked: list[str] = []

    def refuse(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", refuse)

    with serving(home, free_port()) as address:
        for screen in (*PAGES, *(asset_screen(sku) for sku in SKUS)):
            visit(page, address, screen, WHO)
            stretch(page)

            assert page.evaluate(FOREIGN) == [None, 0], screen
            assert page.evaluate(TOO_WIDE) == [0, 0], screen
    assert asked == []


def test_no_cell_of_any_export_is_a_formula(home: Path, tmp_path: Path) -> None:
    services = open_services(home)
    for what in Exported:
        export(services.store, what, tmp_path / f"{what}.csv")
    (tmp_path / "history.csv").write_bytes(export_events(find_events(services, WHO, Wanted()).found, "csv"))

    cells = [cell for file in tmp_path.glob("*.csv") for row in csv.reader(file.open(newline="")) for cell in row]
    assert any("cmd" in cell for cell in cells)
    assert [cell for cell in cells if cell.startswith(tuple(one for one in DANGEROUS if one != MARK))] == []


def test_every_text_leaves_as_json_whole(home: Path, tmp_path: Path) -> None:
    services = open_services(home)
    export(services.store, Exported.ASSETS, tmp_path / "assets.jsonl")
    titles = {json.loads(line)["title"] for line in (tmp_path / "assets.jsonl").read_text(encoding="utf-8").splitlines()}
    history = export_events(find_events(services, WHO, Wanted()).found, "jsonl").decode()
    said = [json.loads(line) for line in history.splitlines()]
    notes = {row["note"] for row in said if row["reviewer"] == WHO}

    assert titles == set(TEXTS)
    assert notes == set(TEXTS)
