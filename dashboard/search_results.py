"""What the search page shows: candidates for a picture that is stored nowhere, or assets that have some words."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory

import streamlit as st

from dashboard.corrected_words import words_line
from dashboard.markup import Picture
from dashboard.pictures import fresh_cutout_png
from dashboard.render_states import RenderState, render_states_of, view_words
from dashboard.review_items import contribution_rows, picture_url
from dashboard.wiring import Services
from data.domain import Asset, PhotoId, Sku, View, ViewKind
from data.errors import BadPicture
from data.photos import import_photos
from data.pictures import ingest_picture
from data.ranking import Candidate

MOST_SHOWN = 20
FOLDER = "search"


@dataclass(frozen=True, kw_only=True)
class FoundCandidate:
    """An asset proposed for the picture.

    `words` are what is said of it, in one line; `best_view` says which view decided; `contributions` sum to the score.
    """

    rank: int
    sku: Sku
    title: str
    category: str
    words: str
    score: float
    confidence: float
    reference: Picture
    views: tuple[Picture, ...]
    best_view: str
    contributions: tuple[tuple[str, float], ...]


@dataclass(frozen=True, kw_only=True)
class SearchResult:
    """The candidates of one picture. `photo` is a JPEG, `cutout` a PNG; `no_match` is the probability that the DAM has none."""

    photo: bytes
    cutout: bytes
    no_match: float
    weights: str
    candidates: tuple[FoundCandidate, ...]


@dataclass(frozen=True, kw_only=True)
class SentPhoto:
    """A picture that now waits for review. `is_new` is False where it did already."""

    photo_id: PhotoId
    is_new: bool


def search_by_photo(services: Services, content: bytes, name: str) -> SearchResult:
    """Rank the catalogue for a picture, and store nothing of it; one visitor's last few answers are kept in memory.

    Raises:
        BadPicture: it is no picture that can be read.
        NotEnoughEvidence: nothing is indexed yet.
    """
    store = services.store
    tables = (store.views, store.assets, store.events, store.equivalences, store.corrections, store.descriptions)
    versions = (services.matcher.weights_version, *(table.version for table in tables))
    return _searched(services, content, name, str(store.address), versions)


@st.cache_data(scope="session", max_entries=4, show_spinner="Comparing with the catalogue …")
def _searched(_services: Services, content: bytes, name: str, home: str, versions: tuple[object, ...]) -> SearchResult:  # noqa: ARG001  # the key
    return rank_photo(_services, content, name)


def rank_photo(services: Services, content: bytes, name: str) -> SearchResult:
    """Rank the catalogue for a picture anew: see `search_by_photo`."""
    image = ingest_picture(content, name=name)
    found = services.matcher.identify(content, name=name, top=MOST_SHOWN)
    return SearchResult(
        photo=image.content,
        cutout=fresh_cutout_png(services, image.content),
        no_match=found.no_match,
        weights=found.weights,
        candidates=tuple(_found(services, candidate) for candidate in found.candidates),
    )


def send_to_review(services: Services, content: bytes, name: str, *, by: str) -> SentPhoto:
    """Import a picture as a photo, grouped and given a side like any other.

    Raises:
        BadPicture: it cannot be taken.
    """
    stem = "".join(mark for mark in PurePath(name).stem if mark.isprintable()).strip()[:80]
    photo_id = PhotoId(f"{stem or 'photo'}-{hashlib.sha256(content).hexdigest()[:8]}")
    with TemporaryDirectory() as scratch:
        folder = Path(scratch) / FOLDER
        folder.mkdir()
        (folder / "picture").write_bytes(content)
        with (folder / "photos.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([("photo_id", "image"), (photo_id, "picture")])
        report = import_photos(services.store, folder, submitted_by=by)
    if report.refused:
        raise BadPicture(f"{name}: {report.refused[0].what}", remedy=report.refused[0].remedy)
    return SentPhoto(photo_id=photo_id, is_new=bool(report.taken))


def view_picture(view: View, asset: Asset, state: RenderState, *, marked: bool = False, size: str = "thumb") -> Picture:
    """Give the picture of a view, named by its kind and yaw from the front."""
    caption = view_words(view, state)
    return Picture(
        url=picture_url(view.image_id, size), alt=f"{asset.title or asset.sku}, {caption}", caption=caption, marked=marked
    )


def _found(services: Services, candidate: Candidate) -> FoundCandidate:
    asset, best = services.store.assets.get(candidate.sku), candidate.best_view
    views, state = services.store.views.of(candidate.sku), render_states_of(services.store).of(candidate.sku)
    if best.kind is ViewKind.CONFIRMED:
        views = [*views, best]
    first = next((view for view in views if view.kind is ViewKind.REFERENCE), views[0])
    rest = [view for view in views if view.view_id != first.view_id]
    return FoundCandidate(
        rank=candidate.rank,
        sku=candidate.sku,
        title=asset.title or asset.sku,
        category=asset.category,
        words=words_line(services, candidate.sku),
        score=candidate.score,
        confidence=candidate.confidence,
        reference=view_picture(first, asset, state, marked=first.view_id == best.view_id, size="full"),
        views=tuple(view_picture(view, asset, state, marked=view.view_id == best.view_id) for view in rest),
        best_view=view_words(best, state),
        contributions=tuple((str(row["channel"]), float(row["value"])) for row in contribution_rows(candidate)),
    )
