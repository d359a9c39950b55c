"""A reviewer's page without a browser: it sends what the component sends."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from starlette.applications import Starlette
from starlette.testclient import TestClient

from dashboard.request_guard import TOKEN_HEADER, page_token
from dashboard.routes import ReviewRoutes
from dashboard.wiring import Services
from data.domain import Reviewer

SITE = "http://testserver"


@dataclass(frozen=True, kw_only=True)
class Screen:
    """One tab of a reviewer's browser."""

    client: TestClient
    reviewer: str
    tab: str
    token: str
    origin: str = SITE

    def get(self, name: str, **asked: str) -> Any:
        """Read, as the page does."""
        params = {"reviewer": self.reviewer, "tab": self.tab, **asked}
        return self.client.get(f"/couture/review/{name}", params=params, headers=self._headers())

    def post(self, name: str, said: dict[str, Any]) -> Any:
        """Write, as the page does."""
        body = {"reviewer": self.reviewer, "tab": self.tab, **said}
        return self.post_bytes(name, json.dumps(body).encode())

    def post_bytes(self, name: str, body: bytes, content_type: str = "application/json") -> Any:
        """Write bytes as they are."""
        headers = {**self._headers(), "Content-Type": content_type, "Origin": self.origin}
        return self.client.post(f"/couture/review/{name}", content=body, headers=headers)

    def _headers(self) -> dict[str, str]:
        return {TOKEN_HEADER: self.token} if self.token else {}


def client_of(services: Services, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> TestClient:
    """Start the routes, with a memory of their own as after a restart."""
    return TestClient(Starlette(routes=ReviewRoutes(lambda: services, clock).routes()), base_url=SITE)


def screen_of(services: Services, reviewer: str, tab: str, client: TestClient | None = None) -> Screen:
    """Open a tab for a reviewer, on a server of its own unless one is given."""
    token = page_token(services.home, Reviewer(reviewer))
    return Screen(client=client or client_of(services), reviewer=reviewer, tab=tab, token=token)


def decision(event_id: str, photo_id: str, *, verdict: str = "match", sku: str | None = None) -> dict[str, Any]:
    """Say what a key says."""
    return {
        "event_id": event_id,
        "photo_id": photo_id,
        "suggestion_id": None,
        "verdict": verdict,
        "sku": sku,
        "seconds": 1.5,
        "at": "2026-03-01T12:00:00.000Z",
        "sequence": 7,
    }
