"""Own routes beside the pages: pictures, and decisions that are answered only when they are durable."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from dashboard.background import indexing_running
from dashboard.pictures import cutout_png
from dashboard.review_items import SHOWN, build_item, find_assets
from dashboard.wiring import Services
from data.domain import EventId, ImageId, PhotoId, Review, Reviewer, Sku, Suggestion, SuggestionId, Verdict
from data.errors import CoutureError, NotEnoughEvidence, NotFound
from feedback.labels import standing_reviews
from feedback.queue import next_photos, queue_counts
from feedback.recording import record
from matching.indexing import pending

FOR_EVER = {"Cache-Control": "private, max-age=31536000, immutable"}
REMEMBERED = 500
MOST_BYTES = 20_000
Provider = Callable[[], Services]


class ReviewRoutes:
    """The routes, with the suggestions that were sent out and not painted yet."""

    def __init__(self, services: Provider) -> None:
        self._services = services
        self._unpainted: OrderedDict[SuggestionId, Suggestion] = OrderedDict()
        self._lock = Lock()

    def routes(self) -> list[Route]:
        """List the routes for the application."""
        return [
            Route("/couture/pictures/{image_id}", self.picture),
            Route("/couture/cutouts/{image_id}", self.cutout),
            Route("/couture/review/items", self.items),
            Route("/couture/review/find", self.find),
            Route("/couture/review/last", self.last),
            Route("/couture/review/painted", self.painted, methods=["POST"]),
            Route("/couture/review/decisions", self.decisions, methods=["POST"]),
        ]

    async def picture(self, request: Request) -> Response:
        """Send a picture, or its thumbnail."""
        images = self._services().store.images
        read = images.thumbnail if request.query_params.get("size") == "thumb" else images.content
        return await _bytes(lambda: read(ImageId(request.path_params["image_id"])), "image/jpeg")

    async def cutout(self, request: Request) -> Response:
        """Send a picture without its background."""
        image_id = ImageId(request.path_params["image_id"])
        return await _bytes(lambda: cutout_png(self._services(), image_id), "image/png")

    async def items(self, request: Request) -> Response:
        """Send the next photos with their candidates."""
        asked = request.query_params
        reviewer, count = Reviewer(asked.get("reviewer", "")), min(int(asked.get("count", "1")), SHOWN)
        held = {PhotoId(photo_id) for photo_id in json.loads(asked.get("held", "[]"))}
        return await _answer(lambda: self._items(reviewer, count, held))

    async def find(self, request: Request) -> Response:
        """Send assets that have some words."""
        words = request.query_params.get("words", "")
        return await _answer(lambda: {"assets": find_assets(self._services(), words)})

    async def last(self, request: Request) -> Response:
        """Send a reviewer's last standing decision, to be undone."""
        reviewer = Reviewer(request.query_params.get("reviewer", ""))
        return await _answer(lambda: self._last(reviewer))

    async def painted(self, request: Request) -> Response:
        """Store a suggestion as shown."""
        return await _guarded(request, self._painted)

    async def decisions(self, request: Request) -> Response:
        """Store a decision; the answer means that it is durable."""
        return await _guarded(request, self._decide)

    def _items(self, reviewer: Reviewer, count: int, held: set[PhotoId]) -> dict[str, Any]:
        services = self._services()
        found = []
        title, advice = "All done", "No photo waits for a decision. Import more with: couture import photos FILE.csv"
        try:
            for photo_id in next_photos(services.store, reviewer=reviewer, count=max(count, 0), held=held):
                item, suggestion = build_item(services, photo_id)
                self._remember(suggestion)
                found.append(item)
        except NotEnoughEvidence as error:
            title, advice = unready(services, error)
        return {"items": found, "counts": asdict(queue_counts(services.store)), "title": title, "advice": advice}

    def _last(self, reviewer: Reviewer) -> dict[str, Any]:
        services = self._services()
        own = [review for review in standing_reviews(services.store.events.all()) if review.reviewer == reviewer]
        if not own:
            return {"event": None}
        item, suggestion = build_item(services, own[-1].photo_id)
        self._remember(suggestion)
        return {"event": {"event_id": own[-1].event_id, "photo_id": own[-1].photo_id}, "item": item}

    def _painted(self, said: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            suggestion = self._unpainted.pop(SuggestionId(str(said.get("suggestion_id"))), None)
        if suggestion is not None:
            self._services().store.suggestions.put([suggestion])
        return {"stored": suggestion is not None}

    def _decide(self, said: dict[str, Any]) -> dict[str, Any]:
        services = self._services()
        stored = record(services.store, parse_review(said))
        return {"sequence": stored.sequence, "counts": asdict(queue_counts(services.store))}

    def _remember(self, suggestion: Suggestion) -> None:
        with self._lock:
            self._unpainted[suggestion.suggestion_id] = suggestion
            while len(self._unpainted) > REMEMBERED:
                self._unpainted.popitem(last=False)


def unready(services: Services, error: NotEnoughEvidence) -> tuple[str, str]:
    """Say why no photo can be shown yet, and what happens or is to be done: a title and a sentence."""
    if indexing_running(services):
        views = {view.image_id for view in services.store.views.all()}
        left = len(pending(services.store, services.backends, photos=False).views)
        done = f"{len(views) - left} of {len(views)} catalogue pictures are described."
        return "Getting the catalogue ready", f"{done} The first photo comes by itself."
    if not services.store.assets.count():
        return "The catalogue is empty", "Fill it with: couture import catalogue FILE.csv, or on the page Catalogue."
    return "Nothing to compare with yet", f"{error}. The first photo then comes by itself."


def parse_review(said: dict[str, Any]) -> Review:
    """Read a decision that a browser sent.

    Raises:
        CoutureError: something of it is missing or wrong.
    """
    try:
        at = datetime.fromisoformat(str(said["at"]))
        return Review(
            event_id=EventId(str(said["event_id"])),
            photo_id=PhotoId(str(said["photo_id"])),
            reviewer=Reviewer(str(said["reviewer"])),
            verdict=Verdict(said["verdict"]),
            at=at,
            sku=Sku(str(said["sku"])) if said.get("sku") else None,
            suggestion_id=SuggestionId(str(said["suggestion_id"])) if said.get("suggestion_id") else None,
            seconds=float(said["seconds"]) if said.get("seconds") is not None else None,
            note=str(said.get("note") or ""),
            withdraws=EventId(str(said["withdraws"])) if said.get("withdraws") else None,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise CoutureError(f"a decision that cannot be read ({error!r})", remedy="reload the page") from error


async def _bytes(read: Callable[[], bytes], media_type: str) -> Response:
    try:
        content = await run_in_threadpool(read)
    except NotFound as error:
        return JSONResponse({"error": str(error)}, status_code=404)
    return Response(content, media_type=media_type, headers=FOR_EVER)


async def _answer(work: Callable[[], dict[str, Any]]) -> Response:
    try:
        return JSONResponse(await run_in_threadpool(work))
    except NotFound as error:
        return JSONResponse({"error": str(error)}, status_code=404)
    except CoutureError as error:
        return JSONResponse({"error": str(error)}, status_code=422)


async def _guarded(request: Request, work: Callable[[dict[str, Any]], dict[str, Any]]) -> Response:
    """Refuse what another site sends in a visitor's name, then work."""
    if refusal := foreign(request):
        return JSONResponse({"error": refusal}, status_code=403)
    body = await request.body()
    try:
        said = json.loads(body) if len(body) <= MOST_BYTES else None
    except ValueError:
        said = None
    if not isinstance(said, dict):
        return JSONResponse({"error": "the body is no JSON object"}, status_code=400)
    return await _answer(lambda: work(said))


def foreign(request: Request) -> str:
    """Say why a request is not from our own page; empty where it is."""
    if request.headers.get("content-type", "").partition(";")[0] != "application/json":
        return "send application/json"
    origin = request.headers.get("origin")
    if origin is None or urlsplit(origin).netloc != request.headers.get("host"):
        return "the request comes from another site"
    return ""
