"""One event of the history as HTML: what it is of, what was said, who said it and when; every text escaped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dashboard.catalogue_cache import catalogue_of
from dashboard.markup import Picture, figure
from dashboard.review_items import picture_url, reference_of
from dashboard.safe_text import address, isolated, link
from dashboard.wiring import Services
from dashboard.wording import VERDICTS, time_words
from data.domain import ImageId, PhotoId, Reviewer, Sku
from data.errors import NotFound
from data.events import Verdict
from feedback.history_rows import REVIEWS, TAKEN_BACK, EventKind

MOST_SKUS = 4


class EventMarkup:
    """Writes the events of one page; their pictures are read at once."""

    def __init__(self, services: Services, who: Reviewer | None, rows: Iterable[Mapping[str, Any]]) -> None:
        self._catalogue, self._who = catalogue_of(services.store), who
        photo_ids = {PhotoId(row["photo_id"]) for row in rows if row["photo_id"]}
        self._images = {photo.photo_id: photo.image_id for photo in services.store.photos.of(sorted(photo_ids))}

    def html(self, row: Mapping[str, Any], *, stands: bool) -> str:
        """Give an event: its photo beside the asset that it names; struck out where it does not count any more."""
        skus = [Sku(sku) for sku in (row["sku"] or "").split(", ") if sku] if row["kind"] == EventKind.ARTICLE else []
        skus = skus or ([Sku(row["sku"])] if row["sku"] else [])
        assets = "".join(f"<small>{self._asset(sku)}</small>" for sku in skus[:MOST_SKUS])
        note = f"<small>{isolated(row['note'], 300)}</small>" if row["note"] else ""
        who = f"{isolated(row['reviewer'] or '', 80)}<small><time>{time_words(row['at'])}</time></small>"
        photo = link(row["photo_id"], address("history", photo=row["photo_id"], reviewer=self._who)) if row["photo_id"] else ""
        past = "" if stands else " cm-past"
        return (
            f'<div class="cm-event{past}">{self._photo(row)}{self._reference(skus)}'
            f'<div><strong class="cm-said cm-said-{_look(row)}">{isolated(said_words(row))}</strong>{assets}</div>'
            f"<div>{photo}{note}</div><div>{who}</div></div>"
        )

    def _asset(self, sku: Sku) -> str:
        try:
            title = self._catalogue.asset(sku).title
        except NotFound:
            return isolated(sku)
        said = f"{title} · {sku}" if title and title != sku else sku
        return link(said, address("catalogue", sku=sku, reviewer=self._who))

    def _photo(self, row: Mapping[str, Any]) -> str:
        image_id = self._images.get(PhotoId(row["photo_id"])) if row["photo_id"] else None
        return _thumb(image_id, f"photo {row['photo_id']}")

    def _reference(self, skus: list[Sku]) -> str:
        reference = reference_of(self._catalogue.views_of(skus[0])) if skus else None
        return _thumb(reference.image_id if reference else None, f"asset {skus[0]}" if skus else "")


def _look(row: Mapping[str, Any]) -> str:
    """Name how an event looks: a verdict as what it says, anything else as its kind."""
    return str(row["verdict"] if row["kind"] in REVIEWS and row["verdict"] else row["kind"]).replace(" ", "-")


def said_words(row: Mapping[str, Any]) -> str:
    """Say in a few words what an event says."""
    kind, said = EventKind(row["kind"]), row["verdict"] or ""
    if kind in REVIEWS:
        if kind is EventKind.ACCEPTED and said == Verdict.SKIP:
            return "left to people for the audit"
        return VERDICTS[Verdict(said)]
    if said == TAKEN_BACK:
        return f"undone: {kind.value}"
    named = {
        EventKind.RENDER: f"render is {said}",
        EventKind.WEIGHTS: f"{said} ranks from here on",
        EventKind.SWITCH: f"auto-accept {said}",
        EventKind.GOLD: f"gold: {said}",
        EventKind.SHARE: f"share of {said}",
    }
    return named.get(kind, said)


def _thumb(image_id: ImageId | None, alt: str) -> str:
    """Give a small picture, or its empty place."""
    if image_id is None:
        return '<div class="cm-none"></div>'
    return figure(Picture(url=picture_url(image_id, "thumb"), alt=alt[:200]))
