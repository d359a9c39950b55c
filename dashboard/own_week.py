"""What a reviewer is told of their own work: how much, how fast, and how far others and known answers agree with it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from dashboard.wiring import Services
from dashboard.wording import is_decided, range_words, value_words
from data.domain import Reviewer
from feedback.metrics import Interval
from feedback.pace import Pace
from feedback.trust import FEWEST_GOLD, read_week

Json = dict[str, Any]


def week_json(services: Services, reviewer: Reviewer) -> Json:
    """Build the rows of the panel, each with its value and on what it rests."""
    found = read_week(services.store, reviewer, datetime.now(UTC))
    until = f"until {found.until:%Y-%m-%d}"
    drawn = f"on photos drawn at random for a second opinion, {until}"
    known = f"photos whose answer is known, {until}; you cannot tell which these are"
    return {
        "rows": [
            _row("Decided", f"{found.decided:,}", "photos in the last seven days"),
            *_pace(found.pace),
            _row("The same as others", *_share(found.agreed, drawn, "none of your photos has a second opinion yet")),
            _row("Right", *_share(found.gold, known, f"is told from {FEWEST_GOLD} photos on whose answer is known, {until}")),
        ]
    }


def _pace(pace: Pace | None) -> list[Json]:
    if pace is None:
        return [_row("Pace", "–", "nothing was timed in the last seven days")]
    middle = pace.median_seconds
    seconds = "–" if middle is None else f"{middle.value:.1f} s a photo"
    spread = "" if middle is None else f"{middle.low:.1f} to {middle.high:.1f} s (95 %), "
    return [_row("Pace", seconds, f"{spread}n {pace.per_hour.n}; {pace.per_hour.value:,.0f} in an hour of looking")]


def _share(found: Interval | None, what: str, nothing: str) -> tuple[str, str]:
    if found is None:
        return "–", nothing
    few = "" if is_decided(found) else "too few to say, "
    return value_words(found), f"{few}{range_words(found)} (95 %), {what}"


def _row(name: str, value: str, meaning: str) -> Json:
    return {"name": name, "value": value, "meaning": meaning}
