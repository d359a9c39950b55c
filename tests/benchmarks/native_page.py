"""What an engineer would write with Streamlit's own widgets: photo and candidates, buttons with keys, a durable store."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard.pictures import cutout_of
from dashboard.review_items import build_item
from dashboard.wiring import Services, open_services
from data.domain import ImageId, Reviewer, Sku
from data.events import Review, Verdict
from feedback.queue import next_photos
from feedback.recording import new_event_id, record

READY = 60
"""Items that are ranked before the first is shown: nobody waits for a ranking here."""


@st.cache_resource(show_spinner="Ranking …")
def _load() -> tuple[Services, list[dict[str, Any]]]:
    services = open_services(Path(os.environ["COUTURE_HOME"]))
    photos = next_photos(services.store, reviewer=Reviewer("native"), count=READY)
    return services, [build_item(services, photo_id, Reviewer("Ada"))[0] for photo_id in photos]


@st.cache_data(max_entries=2_000)
def _picture(_services: Services, url: str) -> bytes:
    image_id = ImageId(url.partition("?")[0].rpartition("/")[2])
    return cutout_of(_services, image_id, None).content if "/cutouts/" in url else _services.store.images.content(image_id)


def _decide(services: Services, item: dict[str, Any], at: int) -> None:
    record(
        services.store,
        Review(
            event_id=new_event_id(),
            photo_id=item["photo_id"],
            reviewer=Reviewer("native"),
            verdict=Verdict.MATCH,
            at=datetime.now(UTC),
            sku=Sku(item["candidates"][at]["sku"]),
        ),
    )
    st.session_state["place"] += 1


def page() -> None:
    """Show one photo, and decide it by a button."""
    st.set_page_config(layout="wide")
    services, items = _load()
    item = items[st.session_state.setdefault("place", 0)]
    photo, cutout = st.columns(2)
    photo.image(_picture(services, item["image"]), width=300)
    cutout.image(_picture(services, item["cutout"]), width=300)
    for at, (column, candidate) in enumerate(zip(st.columns(5), item["candidates"], strict=True)):
        with column:
            st.image(_picture(services, candidate["reference"]))
            if candidate["renders"]:
                st.image(_picture(services, candidate["renders"][candidate["best"]]["url"]))
            st.button(f"{at + 1}", key=f"confirm-{at}", shortcut=str(at + 1), on_click=_decide, args=(services, item, at))
            st.caption(candidate["title"])
    st.markdown(f":gray[photo {item['photo_id']}]")


page()
