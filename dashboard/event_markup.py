"""One event of the history as HTML: what it is of, what was said, who said it and when; every text escaped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dashboard.catalogue_cache import catalogue_of
from dashboard.markup import Picture, figure
from dashboard.review_items import picture_url, reference_of
from dashboard.safe_text import address, isolated, link
from dashboard.wiring import Services
from dashboard.wording import VERDICTS, moment_words
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
        """Give an event; struck out where it does not count any more."""
        skus = [Sku(sku) for sku in (row["sku"] or "").split(", ") if sku] if row["kind"] == EventKind.ARTICLE else []
        skus = skus or ([Sku(row["sku"])] if row["sku"] else [])
        assets = "".join(f"<small>{self._asset(sku)}</small>" for sku in skus[:MOST_SKUS])
        note = f"<small>{isolated(row['note'], 300)}</small>" if row["note"] else ""
        who = f"{isolated(row['reviewer'] or '', 80)}<small><time>{moment_words(row['at'])}</time></small>"
        photo = link(row["photo_id"], address("history", photo=row["photo_id"], reviewer=self._who)) if row["photo_id"] else ""
        past, picture = "" if stands else " cm-past", self._picture(row, skus)
        shown = figure(picture) if picture.url else '<div class="cm-none"></div>'
        return (
            f'<div class="cm-event{past}">{shown}<div><strong>{isolated(said_words(row))}</strong>'
            f"{assets}</div><div>{photo}{note}</div><div>{who}</div></div>"
        )

    def _asset(self, sku: Sku) -> str:
        try:
            title = self._catalogue.asset(sku).title
        except NotFound:
            return isolated(sku)
        said = f"{title} · {sku}" if title and title != sku else sku
        return link(said, address("catalogue", sku=sku, reviewer=self._who))

    def _picture(self, row: Mapping[str, Any], skus: list[Sku]) -> Picture:
        if row["photo_id"]:
            return _thumb(self._images.get(PhotoId(row["photo_id"])), f"photo {row['photo_id']}")
        reference = reference_of(self._catalogue.views_of(skus[0])) if skus else None
        return _thumb(reference.image_id if reference else None, f"asset {skus[0]}" if skus else str(row["kind"]))


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


def _thumb(image_id: ImageId | None, alt: str) -> Picture:
    return Picture(url=picture_url(image_id, "thumb") if image_id else "", alt=alt[:200])
