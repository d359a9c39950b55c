"""A reviewer's page without a browser: what the screen sends, to a real server."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen
from uuid import uuid4

from dashboard.request_guard import TOKEN_HEADER, page_token
from data.domain import Reviewer

PATIENCE_S = 120


@dataclass(frozen=True, kw_only=True)
class Client:
    """One tab of a reviewer."""

    home: Path
    address: str
    reviewer: str
    tab: str = field(default_factory=lambda: uuid4().hex)

    def items(self, count: int, held: list[str]) -> list[dict[str, Any]]:
        """Lease and read the next photos."""
        asked = {"reviewer": self.reviewer, "tab": self.tab, "count": count, "held": json.dumps(held)}
        found: list[dict[str, Any]] = self._call(f"items?{urlencode(asked)}", None)["items"]
        return found

    def decide(self, photo_id: str, verdict: str = "not_in_dam", *, event_id: str = "") -> dict[str, Any]:
        """Store a decision; returns when the server says that it is durable."""
        return self._call(
            "decisions",
            {
                "event_id": event_id or uuid4().hex,
                "photo_id": photo_id,
                "suggestion_id": None,
                "verdict": verdict,
                "sku": None,
                "seconds": 1.0,
                "at": datetime.now(UTC).isoformat(),
            },
        )

    def renew(self, photo_ids: list[str]) -> list[str]:
        """Keep photos a while longer."""
        found: list[str] = self._call("leases", {"photo_ids": photo_ids})["held"]
        return found

    def _call(self, route: str, said: dict[str, Any] | None) -> dict[str, Any]:
        body = None if said is None else json.dumps({"reviewer": self.reviewer, "tab": self.tab, **said}).encode()
        headers = {TOKEN_HEADER: page_token(self.home, Reviewer(self.reviewer)), "Origin": self.address}
        if body is not None:
            headers["Content-Type"] = "application/json"
        with urlopen(Request(f"{self.address}/couture/review/{route}", body, headers), timeout=PATIENCE_S) as answer:
            found: dict[str, Any] = json.load(answer)
            return found
