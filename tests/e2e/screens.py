"""Every screen of the dashboard, and when it is there: the script has run, and the pictures in sight are drawn."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from playwright.sync_api import Page, ViewportSize

from dashboard.identity import KEY
from data.demo import demo_folder

REVIEWER = "Ada"
PATIENCE_MS = 120_000
TALLEST_PX = 4_000
HERE = """() => {
  const app = document.querySelector("[data-testid=stApp]");
  if (app?.dataset.testScriptState !== "notRunning") return false;
  if (document.querySelector("[data-testid=stSkeleton], [data-testid=stSpinner], .js-plotly-plot:empty")) return false;
  if (document.body.innerText.includes("It is shown as soon as it is there")) return false;
  const review = document.querySelector("[data-testid=stBidiComponentIsolated]")?.shadowRoot?.querySelector(".review");
  if (!review && !document.querySelector("[data-testid=stMain] h1")) return false;
  if (review && review.querySelector(".stage").hidden && !review.querySelector(".empty h2")) return false;
  const pictures = [...document.images, ...(review ? review.querySelectorAll(".stage img") : [])];
  const inSight = pictures.filter((one) => {
    const box = one.getBoundingClientRect();
    return box.height && box.top < innerHeight;
  });
  return inSight.every((one) => one.complete && (one.naturalWidth || !one.currentSrc));
}"""
"""Whether the main content of whichever page it is can be seen: nothing runs, nothing stands in for something else."""

STILL = """() => {
  if (document.querySelector("[data-testid=stApp]")?.dataset.testScriptState !== "notRunning") return false;
  if (document.querySelector("[data-stale=true]")) return false;
  return document.getAnimations().every((one) => one.playState !== "running" || one.effect.getTiming().iterations === Infinity);
}"""


@dataclass(frozen=True, kw_only=True)
class Screen:
    """One screen: its name, its path, what stands in its address, which tab of it is opened, which demo photo is uploaded.

    `sign` is what must stand on it besides: a component is mounted after the script has run.
    """

    name: str
    path: str = ""
    query: tuple[tuple[str, str], ...] = ()
    tab: str = ""
    upload: str = ""
    sign: str = "h1"

    def address(self, server: str, reviewer: str = REVIEWER) -> str:
        """Give the address of this screen for a reviewer, who is not asked for a name again."""
        return f"{server}/{self.path}?{urlencode([(KEY, reviewer), *self.query])}"


PAGES = (
    Screen(name="review", sign=".review"),
    Screen(name="search", path="search"),
    Screen(name="catalogue", path="catalogue"),
    Screen(name="accuracy", path="accuracy"),
    Screen(name="retune", path="retune"),
    Screen(name="history", path="history"),
)
"""Each page as it opens."""

VIEWS = (
    *(
        Screen(name=f"accuracy-{view}", path="accuracy", query=(("view", view),))
        for view in ("sealed", "confidence", "confusion", "reviewers", "gaps")
    ),
    Screen(name="catalogue-import", path="catalogue", tab="Import"),
    Screen(name="catalogue-index", path="catalogue", tab="Index"),
    Screen(name="history-weights", path="history", tab="Weights in use"),
    Screen(name="search-words", path="search", tab="By words"),
)
"""What a page shows besides, behind a tab or a choice."""

FOUND = Screen(name="found", path="search", upload="shop-0066")
"""Search with what it found."""


def asset_screen(sku: str) -> Screen:
    """Name the screen of one asset."""
    return Screen(name="asset", path="catalogue", query=(("sku", sku),))


def visit(page: Page, server: str, screen: Screen, reviewer: str = REVIEWER) -> None:
    """Open a screen and wait until its main content is there, and drawn."""
    page.goto(screen.address(server, reviewer))
    page.wait_for_selector(screen.sign, timeout=PATIENCE_MS, state="attached")
    wait_until_here(page)
    if screen.tab:
        page.get_by_role("tab", name=screen.tab).click()
        page.get_by_role("tabpanel", name=screen.tab).locator("[data-testid=stElementContainer]").first.wait_for()
        wait_until_here(page)
    if screen.upload:
        page.locator("input[type=file]").first.set_input_files(demo_folder() / "photos" / f"{screen.upload}.jpg")
        page.get_by_role("heading", level=3).first.wait_for()
        wait_until_here(page)


def wait_until_here(page: Page) -> None:
    """Wait until the script has run and the pictures in sight are drawn."""
    page.wait_for_function(HERE, timeout=PATIENCE_MS)
    wait_until_still(page)


def wait_until_still(page: Page) -> None:
    """Wait until the script has run and nothing fades: what is half faded has other colours than a person gets to see."""
    page.wait_for_function(STILL, timeout=PATIENCE_MS)
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")


def stretch(page: Page) -> None:
    """Make the window as high as the page, since Streamlit scrolls inside of the window: all of it is then in sight."""
    window = page.viewport_size or ViewportSize(width=1440, height=900)
    high = int(page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight"))
    page.set_viewport_size(ViewportSize(width=window["width"], height=min(max(high, window["height"]), TALLEST_PX)))
    wait_until_here(page)
