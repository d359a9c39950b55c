"""The photos behind a point of a chart: each beside what came first and what it shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from dashboard.catalogue_cache import catalogue_of
from dashboard.charts import PhotoMark, csv_text
from dashboard.markup import Picture, figure
from dashboard.review_items import picture_url, reference_of
from dashboard.wiring import Services
from data.domain import Sku
from data.errors import NotFound

MOST_SHOWN = 24
"""Pictures in one list; the CSV has all."""

RIGHT, WRONG, NONE_IN_DAM = "right", "wrong", "not in the DAM"


@dataclass(frozen=True, kw_only=True)
class PhotoCard:
    """A photo in the list: its picture, those of the first candidate and of the answer, and a word on it."""

    photo: Picture
    first: Picture | None
    answer: Picture | None
    word: str

    @property
    def html(self) -> str:
        """The card as HTML, every text escaped."""
        parts = [figure(picture) for picture in (self.photo, self.first, self.answer) if picture is not None]
        word = f'<p class="cm-word cm-{"wrong" if self.word == WRONG else "plain"}">{escape(self.word)}</p>' if self.word else ""
        return f'<div class="cm-photo" style="--cm-parts: {len(parts)}">{word}{"".join(parts)}</div>'


def cards_of(services: Services, marks: Sequence[PhotoMark]) -> tuple[PhotoCard, ...]:
    """Put the first of the photos in pictures, those that are wrong before those that are right."""
    wanted = sorted(marks, key=lambda mark: mark.right is True)[:MOST_SHOWN]
    images = {photo.photo_id: photo.image_id for photo in services.store.photos.of([mark.photo_id for mark in wanted])}
    return tuple(
        PhotoCard(
            photo=Picture(
                url=picture_url(images[mark.photo_id], "thumb") if mark.photo_id in images else "",
                alt=f"photo {mark.photo_id}",
                caption=mark.photo_id,
            ),
            first=_asset(services, mark.first, "first" if mark.right is not True else "first, and right"),
            answer=_asset(services, mark.answer, "it is") if mark.answer != mark.first else None,
            word=_word(mark),
        )
        for mark in wanted
    )


def list_html(cards: Sequence[PhotoCard]) -> str:
    """Give the HTML of a list of cards."""
    return f'<div class="cm-photos">{"".join(card.html for card in cards)}</div>'


def marks_csv(marks: Sequence[PhotoMark]) -> str:
    """Write all photos of a list as CSV, safe in spreadsheets."""
    return csv_text(
        ("photo_id", "outcome", "first", "answer", "said"),
        [(mark.photo_id, _word(mark), mark.first, mark.answer, mark.said) for mark in marks],
    )


def counted(marks: Sequence[PhotoMark]) -> str:
    """Say how many photos there are, and how many of them are wrong where that is what they are here for."""
    judged = [mark.right for mark in marks if mark.right is not None]
    said = f"{len(marks):,} photo{'' if len(marks) == 1 else 's'}"
    if judged:
        said += f": {judged.count(False):,} wrong, {judged.count(True):,} right"
    return said + (f". The first {MOST_SHOWN} are shown, the CSV has all." if len(marks) > MOST_SHOWN else ".")


def _word(mark: PhotoMark) -> str:
    if mark.said:
        return mark.said
    if mark.right is None:
        return ""
    return RIGHT if mark.right else WRONG


def _asset(services: Services, sku: Sku | None, role: str) -> Picture | None:
    if sku is None:
        return None
    catalogue = catalogue_of(services.store)
    reference = reference_of(catalogue.views_of(sku))
    try:
        title = catalogue.asset(sku).title or sku
    except NotFound:  # it has left the catalogue since
        title = sku
    url = picture_url(reference.image_id, "thumb") if reference else ""
    return Picture(url=url, alt=f"{title}, reference", caption=f"{role}: {title}")
