"""The theme: one set of colours, read by Streamlit and by our own CSS, with enough contrast in both schemes."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

DASHBOARD = Path(__file__).parents[2] / "dashboard"
THEME = tomllib.loads((DASHBOARD / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]
VARIABLES = {
    "paper": "backgroundColor",
    "soft": "secondaryBackgroundColor",
    "ink": "textColor",
    "quiet": "grayTextColor",
    "line": "borderColor",
    "accent": "primaryColor",
}
SCHEMES = ("light", "dark")
TEXT_CONTRAST = 4.5
"""WCAG 2.2, level AA, for text of any size."""


def css_colours(name: str) -> tuple[str, str]:
    """Read what pages.css says of a variable, light and dark."""
    found = re.search(rf"--cm-{name}: light-dark\((#\w+), (#\w+)\)", (DASHBOARD / "pages.css").read_text(encoding="utf-8"))
    assert found is not None
    return found[1], found[2]


def luminance(colour: str) -> float:
    """Give the relative luminance of a colour, by WCAG's formula."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Give the contrast of two colours, 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_black_on_white_has_the_greatest_contrast() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)


@pytest.mark.parametrize("name", VARIABLES)
def test_our_own_css_has_the_colours_of_the_theme(name: str) -> None:
    assert css_colours(name) == tuple(THEME[scheme][VARIABLES[name]] for scheme in SCHEMES)


@pytest.mark.parametrize("at", [0, 1], ids=SCHEMES)
@pytest.mark.parametrize("ground", ["paper", "soft"])
@pytest.mark.parametrize("text", ["ink", "quiet", "accent"])
def test_text_is_read_on_either_ground(at: int, ground: str, text: str) -> None:
    assert contrast(css_colours(text)[at], css_colours(ground)[at]) >= TEXT_CONTRAST


@pytest.mark.parametrize("at", [0, 1], ids=SCHEMES)
def test_text_is_read_upon_the_accent(at: int) -> None:
    found = re.findall(r"--cm-on-accent: light-dark\((#\w+), (#\w+)\)", (DASHBOARD / "pages.css").read_text(encoding="utf-8"))[0]

    assert contrast(found[at], css_colours("accent")[at]) >= TEXT_CONTRAST


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("hue", ["blue", "green", "yellow", "red"])
def test_a_message_is_read_on_its_own_ground(scheme: str, hue: str) -> None:
    assert contrast(THEME[scheme][f"{hue}TextColor"], THEME[scheme][f"{hue}BackgroundColor"]) >= TEXT_CONTRAST


def test_no_font_is_fetched() -> None:
    assert {THEME["font"], THEME["headingFont"]} == {"sans-serif", "serif"}
    assert "fontFaces" not in THEME
