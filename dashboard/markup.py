"""Markup for what Streamlit's elements cannot show: pictures by the address of our own route. Every text in it is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-!|~$:&])")


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A picture for the screen: where it lies, what it shows, what stands below it, and whether it stands out."""

    url: str
    alt: str
    caption: str = ""
    marked: bool = False


def figure(picture: Picture) -> str:
    """Give the HTML of one picture; an empty frame where it has no address."""
    caption = f"<figcaption>{escape(picture.caption)}</figcaption>" if picture.caption else ""
    image = (
        f'<img src="{escape(picture.url)}" alt="{escape(picture.alt)}" loading="lazy">'
        if picture.url
        else "<div>no picture</div>"
    )
    return f'<figure class="cm-picture{" cm-marked" if picture.marked else ""}">{image}{caption}</figure>'


def gallery(pictures: Iterable[Picture], *, width_px: int = 140) -> str:
    """Give the HTML of pictures side by side, each about as wide as said."""
    figures = "".join(figure(picture) for picture in pictures)
    return f'<div class="cm-gallery" style="--cm-width: {width_px}px">{figures}</div>'


def pairs(rows: Iterable[tuple[Picture, Picture]]) -> str:
    """Give the HTML of pictures that belong together two by two."""
    framed = "".join(f'<div class="cm-pair">{figure(one)}{figure(other)}</div>' for one, other in rows)
    return f'<div class="cm-gallery" style="--cm-width: 250px">{framed}</div>'


def bars(rows: Iterable[tuple[str, float]]) -> str:
    """Give the HTML of named values as bars from a common middle, in the order given."""
    listed = list(rows)
    most = max((abs(value) for _, value in listed), default=0.0) or 1.0
    lines = "".join(
        f'<div class="cm-bar"><span>{escape(name)}</span>'
        f'<i class="{"cm-minus" if value < 0 else "cm-plus"}" style="--cm-share: {abs(value) / most:.3f}"></i>'
        f"<b>{value:+.3f}</b></div>"
        for name, value in listed
    )
    return f'<div class="cm-bars">{lines}</div>'


def plain(text: str) -> str:
    """Escape what Markdown would read as its own, so that a title or a file name is shown as it is."""
    return MARKDOWN.sub(r"\\\1", " ".join(text.split()))
