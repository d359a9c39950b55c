"""What the review screen paints: one photo with its candidates, as plain JSON."""

from __future__ import annotations

import dataclasses
import uuid
from datetime import UTC, datetime
from typing import Any

from dashboard.catalogue_cache import catalogue_of
from dashboard.render_states import RenderState, render_states_of, view_words
from dashboard.review_crops import crop_json
from dashboard.review_words import Cells
from dashboard.wiring import Services
from data.domain import Asset, Description, ImageId, PhotoId, Reviewer, SuggestionId, View, ViewKind
from data.errors import BackendFailed
from data.ranking import Candidate, Suggestion
from feedback.exposure import SHOWN, expose
from feedback.outlooks import notes_of, outlook_of
from feedback.queue import Pick
from feedback.reopening import why_reopened
from matching.neighbours import category_of_neighbours

OFFERED = 30
Json = dict[str, Any]
"""A JSON object on its way to the browser."""


def picture_url(image_id: ImageId, size: str = "full") -> str:
    """Address of a picture, relative to the page."""
    return f"couture/pictures/{image_id}?size={size}"


def build_item(services: Services, photo_id: PhotoId, viewer: Reviewer, pick: Pick | None = None) -> tuple[Json, Suggestion]:
    """Rank the catalogue for a photo and build what its screen shows; note what the ranking says for the queue's orders.

    Args:
        services: what ranks.
        photo_id: of what.
        viewer: who looks at it.
        pick: how the queue picked it; None where it comes another way.

    Returns:
        The item, and the suggestion with the five that it shows, to be recorded when it is painted. Whether the fifth slot
        explores, and why the photo was picked, the item does not tell.
    """
    store, catalogue = services.store, catalogue_of(services.store)
    ranked = _suggest(services, photo_id)
    suggestion = expose(ranked)
    if pick is not None:
        suggestion = dataclasses.replace(suggestion, queue_order=pick.order, queue_propensity=pick.propensity)
    shown = dataclasses.replace(suggestion, candidates=suggestion.candidates[:SHOWN])
    photo = store.photos.get(photo_id)
    assets = {candidate.sku: catalogue.asset(candidate.sku) for candidate in suggestion.candidates}
    views = {candidate.sku: catalogue.views_of(candidate.sku) for candidate in shown.candidates}
    states = render_states_of(store)
    wanted = [photo.image_id, *(view.image_id for found in views.values() for view in found)]
    said = store.descriptions.of(wanted, services.backends.describer)
    cells = Cells(services)
    neighbours = category_of_neighbours(ranked.candidates, lambda sku: catalogue.asset(sku).category)
    words = cells.of_photo(photo_id, said.get(photo.image_id), neighbours)
    item = {
        "photo_id": photo_id,
        "suggestion_id": suggestion.suggestion_id,
        "image": picture_url(photo.image_id),
        **crop_json(services, photo.image_id, viewer),
        "no_match": suggestion.no_match,
        "weights": suggestion.weights,
        "words": words,
        "reopened": _reopened(services, photo_id, suggestion),
        "candidates": [
            _candidate(c, assets[c.sku], views[c.sku])
            | _turntable(c, views[c.sku], states.of(c.sku))
            | {"words": _asset_words(cells, assets[c.sku], views[c.sku], words, said)}
            for c in shown.candidates
        ],
        "more": [offer(services, assets[c.sku]) for c in suggestion.candidates[SHOWN:]],
    }
    return item, shown


def _reopened(services: Services, photo_id: PhotoId, suggestion: Suggestion) -> Json | None:
    """Build why a photo waits again that was not in the DAM; `first`: whether what arrived is still ranked first."""
    why = why_reopened(services.store, photo_id)
    if why is None:
        return None
    title = next((one.title for one in suggestion.candidates if one.sku == why.sku), "")
    first = bool(suggestion.candidates) and suggestion.candidates[0].sku == why.sku
    return {"decided_at": why.decided_at.isoformat(), "sku": why.sku or "", "title": title or why.sku or "", "first": first}


def _suggest(services: Services, photo_id: PhotoId) -> Suggestion:
    """Rank the catalogue for a photo; a photo in which nothing is found has no candidates, and may still be decided."""
    try:
        ranked = services.matcher.rank(photo_id, top=OFFERED)
    except BackendFailed:
        return Suggestion(
            suggestion_id=SuggestionId(uuid.uuid4().hex),
            photo_id=photo_id,
            weights=services.matcher.weights_version,
            no_match=1.0,
            candidates=(),
            painted_at=datetime.now(UTC),
        )
    catalogue = catalogue_of(services.store)
    notes_of(services.store).note(outlook_of(ranked, lambda sku: catalogue.asset(sku).category))
    return ranked.suggestion


def offer(services: Services, asset: Asset) -> Json:
    """Build what the catalogue search shows of an asset."""
    reference = reference_of(catalogue_of(services.store).views_of(asset.sku))
    return {
        "sku": asset.sku,
        "title": asset.title,
        "category": asset.category,
        "reference": picture_url(reference.image_id, "thumb") if reference else "",
    }


def find_assets(services: Services, words: str) -> list[Json]:
    """Find assets by words for the review screen."""
    return [offer(services, asset) for asset in services.store.assets.search(words, limit=SHOWN * 5)]


def contribution_rows(candidate: Candidate) -> list[Json]:
    """Sum contributions by embedder and view kind into the few that a person can read, largest first."""
    summed: dict[str, float] = {}
    for part in candidate.contributions:
        name = part.channel.replace("_", " ").replace("/", ", ")
        summed[name] = summed.get(name, 0.0) + part.value
    rows = sorted(summed.items(), key=lambda row: -abs(row[1]))
    kept, rest = rows[:8], rows[8:]
    listed: list[Json] = [{"channel": name, "value": value} for name, value in kept if value]
    if rest:
        listed.append({"channel": f"{len(rest)} others", "value": sum(value for _, value in rest)})
    return listed


def render_json(state: RenderState) -> Json:
    """Build what a card says of an asset's renders: why they stay out of the score, and whose word may be taken back."""
    word = state.remark.event_id if state.called_wrong and state.remark else ""
    return {"left_out": state.left_out, "wrong_event": word}


def _turntable(candidate: Candidate, views: list[View], state: RenderState) -> Json:
    """Build the renders of a card, each with its yaw from the front; the one that decided is shown first, else the front."""
    renders = [view for view in views if view.kind is ViewKind.RENDER]
    turned = [state.from_front_deg(view.yaw_deg or 0.0) for view in renders]
    front = min(range(len(renders)), key=lambda at: abs(turned[at]), default=0)
    shown = [{"from_front_deg": turn, "url": picture_url(view.image_id)} for turn, view in zip(turned, renders, strict=True)]
    return {
        "renders": shown,
        "best": next((at for at, view in enumerate(renders) if view.view_id == candidate.best_view.view_id), front),
        "nearest": view_words(candidate.best_view, state),
        **render_json(state),
    }


def _candidate(candidate: Candidate, asset: Asset, views: list[View]) -> Json:
    reference = reference_of(views)
    return {
        "rank": candidate.rank,
        "sku": candidate.sku,
        "title": candidate.title,
        "category": asset.category,
        "confidence": candidate.confidence,
        "reference": picture_url(reference.image_id) if reference else "",
        "contributions": contribution_rows(candidate),
    }


def _asset_words(
    cells: Cells, asset: Asset, views: list[View], photo: list[Json], said: dict[ImageId, Description]
) -> list[Json]:
    reference = reference_of(views)
    return cells.of_asset(asset, said.get(reference.image_id) if reference else None, photo)


def reference_of(views: list[View]) -> View | None:
    """Give the view that stands for an asset: its reference, else its first; None where it has none."""
    return next((view for view in views if view.kind is ViewKind.REFERENCE), views[0] if views else None)
