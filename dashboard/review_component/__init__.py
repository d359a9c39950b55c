"""The review screen as a component: it paints, listens to keys, and keeps decisions until they are durable."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from data.domain import Reviewer

FOLDER = Path(__file__).parent
SHARED = FOLDER.parent / "search_component"
"""The box that is drawn on a photo is the same on both pages."""

PARTS = (
    *("dom", "keys", "host", "server", "shelf", "outbox", "order", "queue", "history"),
    *("notices", "renders", "cards", "words", "find", "frame", "lines", "zoom", "burst", "reopened", "week", "crop", "review"),
)
"""The modules of the screen; each imports only from those before it."""


def script() -> str:
    """Join the parts into the one module that a component takes: what they import from each other is then simply there."""
    files = (SHARED / "crop_frame.js", *(FOLDER / f"{part}.js" for part in PARTS))
    joined = "\n".join(file.read_text(encoding="utf-8") for file in files)
    return re.sub(r'^import .* from "\.\.?/.*";\n|^export (?!default)', "", joined, flags=re.MULTILINE)


@cache
def _component() -> Any:  # noqa: ANN401  # Streamlit's renderer has no public type
    files = (FOLDER / "review.html", SHARED / "crop_frame.css", FOLDER / "review.css")
    html, *css = (file.read_text(encoding="utf-8") for file in files)
    return st.components.v2.component("couture.review", html=html, css="\n".join(css), js=script())


def review_screen(reviewer: Reviewer, token: str) -> None:
    """Mount the screen for a reviewer, with the token that the routes ask for."""
    _component()(key="review", data={"reviewer": reviewer, "token": token}, height="content")
