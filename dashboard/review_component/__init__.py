"""The review screen as a component: it paints, listens to keys, and keeps decisions until they are durable."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from data.domain import Reviewer

FOLDER = Path(__file__).parent
PARTS = (
    *("dom", "keys", "host", "server", "shelf", "outbox", "order", "queue", "history"),
    *("notices", "renders", "cards", "words", "find", "frame", "lines", "zoom", "burst", "week", "review"),
)
"""The modules of the screen; each imports only from those before it."""


def script() -> str:
    """Join the parts into the one module that a component takes: what they import from each other is then simply there."""
    joined = "\n".join((FOLDER / f"{part}.js").read_text(encoding="utf-8") for part in PARTS)
    return re.sub(r'^import .* from "\./.*";\n|^export (?!default)', "", joined, flags=re.MULTILINE)


@cache
def _component() -> Any:  # noqa: ANN401  # Streamlit's renderer has no public type
    html, css = ((FOLDER / f"review.{name}").read_text(encoding="utf-8") for name in ("html", "css"))
    return st.components.v2.component("couture.review", html=html, css=css, js=script())


def review_screen(reviewer: Reviewer, token: str) -> None:
    """Mount the screen for a reviewer, with the token that the routes ask for."""
    _component()(key="review", data={"reviewer": reviewer, "token": token}, height="content")
