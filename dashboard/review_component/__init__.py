"""The review screen as a component: it paints, listens to keys, and keeps decisions until they are durable."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from data.domain import Reviewer

FOLDER = Path(__file__).parent


@cache
def _component() -> Any:  # noqa: ANN401  # Streamlit's renderer has no public type
    html, css, js = ((FOLDER / f"review.{name}").read_text(encoding="utf-8") for name in ("html", "css", "js"))
    return st.components.v2.component("couture.review", html=html, css=css, js=js)


def review_screen(reviewer: Reviewer) -> None:
    """Mount the screen for a reviewer."""
    _component()(key="review", data={"reviewer": reviewer}, height="content")
