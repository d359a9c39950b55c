"""What the accuracy page shows of confidence: whether it is right, what could stand without a reviewer, and what does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from dashboard.accuracy_report import Tile, known_by, sealed_mark
from dashboard.charts import Chart, ChartPoint
from dashboard.curve_charts import reliability_chart, risk_chart
from dashboard.measured_figures import figures_of
from dashboard.wiring import Services
from dashboard.wording import percent, range_words, value_words
from data.domain import Reviewer
from feedback.accepting import AUDIT_SHARE, AcceptReport, accept_state, accept_waiting, turn_off, turn_on
from feedback.auto_accept import AutoAccept
from feedback.calibration import debiased_error_interval
from feedback.confidence import SealedSide

PROMISES = (0.01, 0.02, 0.05, 0.1)
AT_ONCE = 200
"""Photos that the page looks at in one go: some ten seconds."""

Show = Callable[[float, str], None]


@dataclass(frozen=True, kw_only=True)
class ConfidenceReport:
    """Whether confidence is right: the calibration error and the two curves. `promise` is what could stand for one error rate."""

    error: Tile
    reliability: Chart
    risk: Chart
    promise: PromiseView


@dataclass(frozen=True, kw_only=True)
class PromiseView:
    """What could stand without a reviewer for a promised error rate.

    Attributes:
        possible: whether a threshold can be shown to keep the promise.
        tiles: threshold, share saved, and what is known of the wrong ones; empty where it is not possible.
        why: why not, and what it takes; empty where it is possible.
        warning: what turning it on will do, to be confirmed.
    """

    possible: bool
    tiles: tuple[Tile, ...]
    why: str
    warning: str


@dataclass(frozen=True, kw_only=True)
class AcceptView:
    """Whether auto-accept is at work, and what its audit says, in words. `is_on`: turned on, whether it works or not."""

    is_on: bool
    works: bool
    by_itself: bool
    why: str
    facts: tuple[str, ...]


def read_confidence_report(services: Services, promised: float) -> ConfidenceReport | None:
    """Measure the confidence of the active weights on the sealed side; None while it is ranked for the first time.

    Raises:
        NotEnoughEvidence: nothing is indexed, or no sealed photo is known to show anything.
    """
    side = figures_of(services).sealed()
    return None if side is None else _report(side, promised)


@lru_cache(maxsize=1)  # a sealed side is large: one share per photo and asset
def _report(side: SealedSide, promised: float) -> ConfidenceReport:
    error = debiased_error_interval(side.confidence, side.correct, side.clusters, samples=200)
    note = f"{len(side.confidence)} photos of the sealed side, weights {side.weights}; bands of 95 % by article. {known_by(side)}"
    accepting = side.accepting(promised)
    saved = None if accepting.threshold is None else side.saved(accepting).value
    return ConfidenceReport(
        error=Tile(
            name="Calibration error, debiased",
            value=value_words(error, share=False),
            interval=range_words(error, share=False),
            meaning="How far confidence is from accuracy, on average, less what chance adds. 0 is best.",
        ),
        reliability=reliability_chart(
            side.reliability(), note=f"On the dotted line confidence is right. {note}", points=_bins(side)
        ),
        risk=risk_chart(
            side.risk(), promised=promised, saved=saved, threshold=accepting.threshold, note=note, points=_taken(side)
        ),
        promise=_promise(side, accepting),
    )


def read_accept_view(services: Services) -> AcceptView:
    """Say whether auto-accept is at work; where its audit breaks the promise, it is turned off by this."""
    state = accept_state(services.store)
    audit, switch = state.audit, state.switch
    facts: tuple[str, ...] = ()
    if audit is not None:
        error = audit.error
        said = "nobody has judged any yet" if error is None else f"{percent(error.value)} wrong ({range_words(error)} groups)"
        facts = (
            f"Photos that stand without a reviewer: {audit.accepted:,}; left to people for the audit: {audit.held:,};"
            f" taken back by people: {audit.taken_back:,}.",
            f"The audit of both: {said}; promised {percent(audit.promised)}.",
        )
    is_on = switch is not None and switch.on
    by_itself = switch is not None and not switch.on and state.why.startswith("turned off by auto-accept")
    return AcceptView(is_on=is_on, works=state.works, by_itself=by_itself, why=state.why, facts=facts)


def switch_on(services: Services, who: Reviewer, promised: float) -> None:
    """Turn auto-accept on for a promise.

    Raises:
        NotEnoughEvidence: no threshold can be shown to keep it.
    """
    turn_on(services.store, services.backends, by=who, promised=promised)


def switch_off(services: Services, who: Reviewer, reason: str) -> None:
    """Turn auto-accept off."""
    turn_off(services.store, by=who, reason=reason.strip() or "asked for on the page Accuracy")


def accept_some(services: Services, show: Show) -> AcceptReport:
    """Accept what is confident enough among the oldest that wait.

    Raises:
        NotAllowed: auto-accept is not at work.
    """

    def report(stage: str, done: int, total: int) -> None:
        show(done / max(total, 1), f"{stage}: {done:,} of {total:,}")

    return accept_waiting(services.store, services.backends, report, most=AT_ONCE)


def _bins(side: SealedSide) -> tuple[ChartPoint, ...]:
    """Name the bins of the reliability curve, with their photos."""
    return tuple(
        ChartPoint(
            name=f"confidence about {found.confidence:.2f}, right {percent(found.accuracy.value)}",
            photos=tuple(sealed_mark(side.photos[at]) for at in places),
        )
        for found, places in zip(side.reliability(), side.bins(), strict=True)
    )


def _taken(side: SealedSide) -> tuple[ChartPoint, ...]:
    """Name the points of the risk curve, with the wrong photos that each would let through, and the right ones."""
    return tuple(
        ChartPoint(
            name=f"confidence {point.confidence:.2f} and more: {percent(point.coverage)} of photos",
            photos=tuple(sealed_mark(side.photos[at]) for at in np.flatnonzero(side.confidence >= point.confidence)),
        )
        for point in side.risk()
    )


def _promise(side: SealedSide, found: AutoAccept) -> PromiseView:
    if found.threshold is None or found.bound is None:
        more = found.needed - found.tested
        few = (
            f"It takes {found.needed:,} sealed photos of different groups of which it is known what they show, and there are"
            f" {found.tested:,}: {more:,} more, at least. {known_by(side)}"
        )
        many = f"Too many of the most confident of {found.tested:,} sealed photos are wrong: promise less, or retune first."
        return PromiseView(possible=False, tiles=(), why=few if more > 0 else many, warning="")
    saved = side.saved(found)
    tiles = (
        Tile(
            name="From confidence",
            value=f"{found.threshold:.2f}",
            interval=f"{found.accepted:,} of {found.tested:,} groups",
            meaning="The least confidence that would be accepted, tested from the strictest on, and what it was tested on.",
        ),
        Tile(
            name="Photos saved",
            value=percent(saved.value),
            interval=range_words(saved),
            meaning="The share of photos at or above it, before the audit's part and the sealed side are taken off.",
        ),
        Tile(
            name="Wrong, at most",
            value=f"{found.bound * 100:.1f} %",
            interval=f"{found.wrong} of {found.accepted:,} seen",
            meaning="Clopper and Pearson's upper bound at 95 % for the share of wrong ones among those accepted.",
        ),
    )
    warning = (
        f"From then on, photos of the calibration side whose first candidate has a confidence of {found.threshold:.2f} or more"
        " are decided by the program, at each indexing and when asked for. Each is an event of 'auto-accept' in History, and"
        f" anybody can undo it. {percent(AUDIT_SHARE)} of them, and the sealed side, are left to people; where these say that"
        f" more than {percent(found.promised)} are wrong, it turns itself off. Nothing is learned from what it decides, and"
        " other weights end it."
    )
    return PromiseView(possible=True, tiles=tiles, why="", warning=warning)
