"""How figures and verdicts are said on the screen."""

from __future__ import annotations

from datetime import datetime

from data.events import Verdict
from feedback.metrics import Interval

FEWEST_PHOTOS = 10
"""Below this a share says nothing: its interval spans most of what is possible."""

UNDECIDED = "undecided"
VERDICTS = {
    Verdict.MATCH: "match",
    Verdict.NOT_IN_DAM: "not in DAM",
    Verdict.NOT_LISTED: "not listed",
    Verdict.UNUSABLE: "unusable",
    Verdict.SKIP: "skip",
    Verdict.WITHDRAWN: "withdrawn",
    Verdict.REOPENED: "reopened",
}
SURE = ((0.9, "almost certain"), (0.7, "likely"), (0.4, "possible"), (0.15, "doubtful"), (0.0, "unlikely"))
"""From which confidence on what is said of it."""

UNDOABLE = frozenset(words for verdict, words in VERDICTS.items() if verdict is not Verdict.WITHDRAWN)


def percent(value: float, *, sign: bool = False) -> str:
    """Say a share in per cent, whole."""
    return f"{value * 100:+.0f} %" if sign else f"{value * 100:.0f} %"


def is_decided(interval: Interval) -> bool:
    """Tell whether there are photos enough for a figure to be said."""
    return interval.n >= FEWEST_PHOTOS


def value_words(interval: Interval, *, share: bool = True) -> str:
    """Say a figure, or that it is undecided."""
    if not is_decided(interval):
        return UNDECIDED
    return percent(interval.value) if share else f"{interval.value:.2f}"


def range_words(interval: Interval, *, share: bool = True, sign: bool = False) -> str:
    """Say a figure's 95 % interval and on how many photos it rests."""
    low, high = interval.low, interval.high
    said = f"{low * 100:{'+' if sign else ''}.0f} to {percent(high, sign=sign)}" if share else f"{low:.2f} to {high:.2f}"
    return f"{said}, n {interval.n}"


def moment_words(moment: datetime) -> str:
    """Say a moment in this machine's time, to the minute."""
    return moment.astimezone().strftime("%Y-%m-%d %H:%M")


def day_words(moment: datetime) -> str:
    """Say the day of a moment in this machine's time, with its name."""
    return moment.astimezone().strftime("%A, %Y-%m-%d")


def time_words(moment: datetime) -> str:
    """Say the time of day of a moment in this machine's time, to the minute."""
    return moment.astimezone().strftime("%H:%M")


def sentence(text: str) -> str:
    """Give a text as a sentence of its own: with a capital, and a full stop where it ends in no mark."""
    said = text.strip()
    return f"{said[:1].upper()}{said[1:]}" + ("." if said and said[-1] not in ".:!?…" else "")


def counted(number: int, one: str, many: str = "") -> str:
    """Say how many there are of something: one photo, two photos."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def sure_words(confidence: float) -> str:
    """Say how sure the model is of a candidate, in words."""
    return next(words for least, words in SURE if confidence >= least)
