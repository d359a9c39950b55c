"""What the search page shows: candidates for a picture that is stored nowhere, or assets that have some words."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from dashboard.corrected_words import words_line
from dashboard.markup import Picture
from dashboard.pictures import fresh_cutout, preview_jpeg
from dashboard.render_states import RenderState, render_states_of, view_words
from dashboard.review_items import contribution_rows, picture_url
from dashboard.wiring import Services
from data.crops import Box
from data.domain import Asset, Sku, View, ViewKind
from data.pictures import ingest_picture
from data.ranking import Candidate, Suggestion

MOST_SHOWN = 20


@dataclass(frozen=True, kw_only=True)
class FoundCandidate:
    """An asset proposed for the picture.

    `words` are what is said of it, in one line; `beside` is what stands beside its reference: the view that decided, or a render;
    `best_view` says which view decided; `contributions` sum to the score.
    """

    rank: int
    sku: Sku
    title: str
    category: str
    words: str
    score: float
    confidence: float
    reference: Picture
    beside: Picture | None
    views: tuple[Picture, ...]
    best_view: str
    contributions: tuple[tuple[str, float], ...]


@dataclass(frozen=True, kw_only=True)
class SearchResult:
    """The candidates of one picture. `photo` is a JPEG, `cutout` a PNG; `no_match` is the probability that the DAM has none.

    `around` is the box that the cut-out fills; `suggestion` is the ranking, of a photo that has no id yet.
    """

    photo: bytes
    cutout: bytes
    around: Box
    no_match: float
    weights: str
    suggestion: Suggestion
    candidates: tuple[FoundCandidate, ...]


def search_by_photo(services: Services, content: bytes, name: str, box: Box | None = None) -> SearchResult:
    """Rank the catalogue for a picture, and store nothing of it; one visitor's last few answers are kept in memory.

    Args:
        services: what ranks.
        content: the picture, as it came.
        name: of its file.
        box: where in it a person says that the article is.

    Raises:
        BadPicture: it is no picture that can be read.
        NotEnoughEvidence: nothing is indexed yet.
    """
    store = services.store
    said = (store.events, store.equivalences, store.gold_marks, store.corrections, store.crops, store.render_remarks)
    tables = (store.views, store.assets, store.photos, store.descriptions, store.mesh_qualities, *said)
    versions = (services.matcher.weights_version, *(table.version for table in tables))
    return _searched(services, content, name, box, str(store.address), versions, box.name if box else "")


@st.cache_data(scope="session", max_entries=6, show_spinner="Comparing with the catalogue …")
def _searched(
    _services: Services,
    content: bytes,
    name: str,
    _box: Box | None,
    home: str,  # noqa: ARG001  # the key, as those below
    versions: tuple[object, ...],  # noqa: ARG001
    box_name: str,  # noqa: ARG001
) -> SearchResult:
    return rank_photo(_services, content, name, _box)


def rank_photo(services: Services, content: bytes, name: str, box: Box | None = None) -> SearchResult:
    """Rank the catalogue for a picture anew: see `search_by_photo`."""
    image = ingest_picture(content, name=name)
    found = services.matcher.identify(content, name=name, top=MOST_SHOWN, box=box)
    cutout = fresh_cutout(services, image.content, box)
    return SearchResult(
        photo=preview_jpeg(image.content),
        cutout=cutout.png,
        around=cutout.around,
        no_match=found.no_match,
        weights=found.weights,
        suggestion=found,
        candidates=tuple(_found(services, candidate) for candidate in found.candidates),
    )


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
    renders = sorted((v for v in rest if v.kind is ViewKind.RENDER), key=lambda v: abs(state.from_front_deg(v.yaw_deg or 0.0)))
    beside = next((view for view in [*rest, *renders] if view.view_id == best.view_id), next(iter(renders), None))
    return FoundCandidate(
        rank=candidate.rank,
        sku=candidate.sku,
        title=asset.title or asset.sku,
        category=asset.category,
        words=words_line(services, candidate.sku),
        score=candidate.score,
        confidence=candidate.confidence,
        reference=view_picture(first, asset, state, marked=first.view_id == best.view_id, size="full"),
        beside=None if beside is None else view_picture(beside, asset, state, marked=beside.view_id == best.view_id, size="full"),
        views=tuple(view_picture(view, asset, state, marked=view.view_id == best.view_id) for view in rest),
        best_view=view_words(best, state),
        contributions=tuple((str(row["channel"]), float(row["value"])) for row in contribution_rows(candidate)),
    )
