"""Own routes beside the pages: pictures, and decisions that are answered only when they are durable."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard.pictures import cutout_of
from dashboard.request_guard import Said, Sent, answer_picture, answer_read, answer_write
from dashboard.review_desk import ReviewDesk
from dashboard.wiring import Services
from data.domain import ImageId
from feedback.leases import Clock


class ReviewRoutes:
    """The routes, before one desk."""

    def __init__(self, services: Callable[[], Services], clock: Clock = lambda: datetime.now(UTC)) -> None:
        self._services = services
        self._desk = ReviewDesk(services, clock)

    def routes(self) -> list[Route]:
        """List the routes for the application."""
        desk = self._desk
        return [
            Route("/couture/pictures/{image_id}", self.picture),
            Route("/couture/cutouts/{image_id}", self.cutout),
            self._reads("items", desk.items),
            self._reads("choices", desk.choices),
            self._reads("find", desk.find),
            self._reads("last", desk.last),
            self._reads("week", desk.week),
            self._reads("geometry", desk.geometry),
            self._reads("overlaps", desk.overlaps),
            self._reads("vocabulary", desk.vocabulary),
            self._writes("painted", desk.painted),
            self._writes("decisions", desk.decide, after=desk.let_go),
            self._writes("corrections", desk.correct),
            self._writes("crops", desk.crop, after=desk.look_at_crop),
            self._writes("leases", desk.renew),
            self._writes("release", desk.release),
            self._writes("rerank", desk.rerank),
            self._writes("renders", desk.judge_renders),
        ]

    async def picture(self, request: Request) -> Response:
        """Send a picture, or its thumbnail."""
        images = self._services().store.images
        read = images.thumbnail if request.query_params.get("size") == "thumb" else images.content
        return await answer_picture(lambda: Sent(content=read(ImageId(request.path_params["image_id"]))), "image/jpeg")

    async def cutout(self, request: Request) -> Response:
        """Send a picture without its background: as it is cut automatically, or as the crop that the address names bounds it."""
        image_id, crop = ImageId(request.path_params["image_id"]), request.query_params.get("crop")
        return await answer_picture(lambda: cutout_of(self._services(), image_id, crop), "image/png")

    def _reads(self, name: str, work: Callable[[Said], Said]) -> Route:
        async def endpoint(request: Request) -> Response:
            return await answer_read(request, self._services().home, work)

        return Route(f"/couture/review/{name}", endpoint)

    def _writes(self, name: str, work: Callable[[Said], Said], after: Callable[[Said], None] | None = None) -> Route:
        async def endpoint(request: Request) -> Response:
            return await answer_write(request, self._services().home, work, after)

        return Route(f"/couture/review/{name}", endpoint, methods=["POST"])
