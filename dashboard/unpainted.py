"""Suggestions between the server and the screen: stored only when they are painted, and known again after a restart."""

from __future__ import annotations

import dataclasses
import json
import zlib
from datetime import UTC, datetime
from threading import Lock

from cachetools import LRUCache

from dashboard.seals import seal_of
from dashboard.wiring import Services
from data.domain import SuggestionId
from data.ranking import Suggestion
from feedback.drawn import drawn_of

EXPOSURE = "exposure"
REMEMBERED = 500


class Unpainted:
    """Suggestions that were sent out. Safe to share between threads.

    Each item carries its suggestion too, sealed: a server that was restarted takes it back from the page, and the record is what
    was shown, though the weights may be others by then. Storing each when it is sent would record what nobody saw.
    """

    def __init__(self) -> None:
        self._kept = LRUCache[SuggestionId, Suggestion](REMEMBERED)
        self._lock = Lock()

    def send(self, services: Services, suggestion: Suggestion) -> str:
        """Remember a suggestion as it truly came; give it as sealed text for the page to keep, which does not tell a check."""
        true = drawn_of(services.store).as_it_came(suggestion)
        with self._lock:
            self._kept[suggestion.suggestion_id] = true
        row = services.store.suggestions.to_row(suggestion)
        text = json.dumps({**row, "painted_at": suggestion.painted_at.isoformat()}, separators=(",", ":"))
        return seal_of(services.home).close(EXPOSURE, zlib.compress(text.encode()))

    def store_painted(self, services: Services, suggestion_id: SuggestionId, sealed: str) -> bool:
        """Store a suggestion as painted now, once; False where neither memory nor the page has it."""
        with self._lock:
            suggestion = self._kept.get(suggestion_id)
        if suggestion is None:
            told = self._unseal(services, sealed)
            suggestion = None if told is None else drawn_of(services.store).as_it_came(told)
        if suggestion is None or suggestion.suggestion_id != suggestion_id:
            return False
        services.store.suggestions.put([dataclasses.replace(suggestion, painted_at=datetime.now(UTC))])
        with self._lock:
            self._kept.pop(suggestion_id, None)
        return True

    @staticmethod
    def _unseal(services: Services, sealed: str) -> Suggestion | None:
        content = seal_of(services.home).open(EXPOSURE, sealed)
        if content is None:
            return None
        row = json.loads(zlib.decompress(content))
        return services.store.suggestions.from_row({**row, "painted_at": datetime.fromisoformat(row["painted_at"])})
