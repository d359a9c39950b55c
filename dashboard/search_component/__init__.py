"""What the search page needs of a browser: pictures from the clipboard, and a box drawn on a photo."""

from __future__ import annotations

import re
from base64 import b64encode
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from data.crops import Box

FOLDER = Path(__file__).parent
INTAKE = '<p class="intake"><kbd>Ctrl</kbd> <kbd>V</kbd> pastes a picture from the clipboard. <b role="alert"></b></p>'
INTAKE_CSS = """
.intake { margin: 0; font: 400 14px/1.4 var(--st-font, system-ui, sans-serif); color: var(--st-text-color); opacity: .85; }
.intake kbd { font: inherit; font-size: 12px; padding: 1px 6px; border: 1px solid color-mix(in srgb, currentColor 35%, transparent); border-radius: 5px; }
"""  # noqa: E501  # a rule of style is a line


def crop_script() -> str:
    """Join the box and what is around it into the one module that a component takes."""
    joined = "\n".join((FOLDER / f"{part}.js").read_text(encoding="utf-8") for part in ("crop_frame", "crop"))
    return re.sub(r'^import .* from "\./.*";\n|^export (?!default)', "", joined, flags=re.MULTILINE)


@cache
def _crop_component() -> Any:  # noqa: ANN401  # Streamlit's renderer has no public type
    files = ("crop.html", "crop_frame.css", "crop.css")
    html, *css = ((FOLDER / name).read_text(encoding="utf-8") for name in files)
    return st.components.v2.component("couture.crop", html=html, css="\n".join(css), js=crop_script())


@cache
def _intake_component() -> Any:  # noqa: ANN401  # as above
    script = (FOLDER / "intake.js").read_text(encoding="utf-8")
    return st.components.v2.component("couture.intake", html=INTAKE, css=INTAKE_CSS, js=script)


def picture_intake() -> None:
    """Mount what takes pictures from the clipboard, and those dropped beside the field."""
    _intake_component()(key="intake", height="content")


def crop_frame(key: str, picture: bytes, alt: str, *, start: Box) -> Box | None:
    """Mount a photo on which a box may be drawn; give the box that counts, None where the automatic cut-out does.

    Args:
        key: of the widget; one for each photo.
        picture: JPEG.
        alt: what it shows.
        start: where the box lies when it is begun without a mouse.
    """
    state = st.session_state.get(key)
    box = read_box(state.get("crop") if state else None)
    said = _crop_component()(
        key=key,
        data={
            "src": f"data:image/jpeg;base64,{b64encode(picture).decode()}",
            "alt": alt,
            "box": _sides(box) if box else None,
            "start": _sides(start),
        },
        default={"crop": None},
        on_crop_change=lambda: None,
        height="content",
    )
    return read_box(said.crop)


def read_box(said: Any) -> Box | None:  # noqa: ANN401  # whatever a browser says
    """Read a box as the browser says it: {"box": [left, top, right, bottom]}; None where it says none.

    Raises:
        CoutureError: it is no box.
    """
    sides = said.get("box") if isinstance(said, dict) else None
    if not isinstance(sides, list) or len(sides) != 4 or not all(isinstance(side, int | float) for side in sides):  # noqa: PLR2004
        return None
    left, top, right, bottom = (float(side) for side in sides)
    return Box(left=left, top=top, right=right, bottom=bottom)


def _sides(box: Box) -> list[float]:
    return [box.left, box.top, box.right, box.bottom]
