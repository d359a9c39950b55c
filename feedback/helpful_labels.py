"""Which labels would still help, with the number of them where it can be computed."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from scipy.stats import norm

from data.domain import WeightsVersion
from feedback.certainty import FEWEST_OF_EACH
from feedback.gate import Outcome
from feedback.label_stock import CategoryLabels, LabelStock

Z = float(norm.ppf(0.975))
TOP1_WITHIN = 0.07
CATEGORY_WITHIN = 0.15
AUROC_WITHIN = 0.1
AUROC_SUPPOSED = 0.8
MEETINGS = 30
"""Photos that others decided too, after which who answers at random is named: tests/benchmarks/suspicion_power.py."""

CATEGORIES_NAMED = 3
MOST = 100_000


class LabelNeed(StrEnum):
    """What kind of label would help."""

    SEALED = "sealed"
    NOT_IN_DAM = "not_in_dam"
    CATEGORY = "category"
    SECOND_OPINIONS = "second_opinions"
    UNCONFIRMED_ASSETS = "unconfirmed_assets"


@dataclass(frozen=True, kw_only=True)
class HelpfulLabels:
    """Labels that would help: what to label, why, and about how many more; None where no number can be computed."""

    kind: LabelNeed
    what: str
    why: str
    about: int | None


@dataclass(frozen=True, kw_only=True)
class GateFigures:
    """What the gate said of the newest proposal: outcome, sealed photos that it looked at, and how many would settle it."""

    version: WeightsVersion
    outcome: Outcome
    sealed: int
    labels_to_settle: int | None
    no_match_auroc: float | None = None


def helpful_labels(stock: LabelStock, gate: GateFigures | None) -> tuple[HelpfulLabels, ...]:
    """List what would help: first what something waits for, then what nobody knows, then what would be known better."""
    found = [
        *_sealed(stock, gate),
        *_not_in_dam(stock, gate),
        *_second_opinions(stock),
        *_categories(stock),
        *_unconfirmed(stock),
    ]
    return tuple(need for _, need in sorted(found, key=lambda row: (row[0], MOST if row[1].about is None else row[1].about)))


def photos_within(half_width: float) -> int:
    """Give how many photos bring a share's 95 % interval within so much on either side, at worst: z² / (4 · half²)."""
    return math.ceil(Z**2 / (4 * half_width**2))


def strangers_within(matches: int, half_width: float, area: float = AUROC_SUPPOSED) -> int | None:
    """Give how many `not_in_dam` photos bring the AUROC's interval within so much; None where no number does.

    Hanley and McNeil, "The meaning and use of the area under a ROC curve", Radiology 1982.

    Args:
        matches: photos of the other kind.
        half_width: of the 95 % interval.
        area: that is supposed, in (0, 1).
    """
    q1, q2 = area / (2 - area), 2 * area**2 / (1 + area)
    # variance = (flat + n (q1 − area²)) / (n · matches), solved for n; strangers are what the score should lift
    flat = area * (1 - area) - (q1 - area**2) + (matches - 1) * (q2 - area**2)
    room = matches * (half_width / Z) ** 2 - (q1 - area**2)
    return math.ceil(flat / room) if room > 0 and matches > 0 else None


Ranked = Iterator[tuple[int, HelpfulLabels]]


def _sealed(stock: LabelStock, gate: GateFigures | None) -> Ranked:
    what = "photos of the sealed side"
    if not stock.sealed:
        needed = photos_within(TOP1_WITHIN)
        why = f"nothing can be measured without any; {needed} tell Top-1 to within {TOP1_WITHIN:.0%}"
        yield 0, HelpfulLabels(kind=LabelNeed.SEALED, what=what, why=why, about=needed)
    elif gate is not None and gate.outcome is Outcome.UNDECIDED:
        about = None if gate.labels_to_settle is None else max(gate.labels_to_settle - gate.sealed, 1)
        why = f"the gate is undecided on {gate.version} with {gate.sealed} of them"
        yield 1, HelpfulLabels(kind=LabelNeed.SEALED, what=what, why=why, about=about)


def _not_in_dam(stock: LabelStock, gate: GateFigures | None) -> Ranked:
    missing = FEWEST_OF_EACH - stock.not_in_dam_calibration
    if missing > 0:
        why = f"{FEWEST_OF_EACH} on the calibration side are the least that the no-match logit is fitted on"
        yield 0, HelpfulLabels(kind=LabelNeed.NOT_IN_DAM, what="photos that are not in the DAM", why=why, about=missing)
    area = gate.no_match_auroc if gate is not None and gate.no_match_auroc is not None else AUROC_SUPPOSED
    needed = strangers_within(stock.sealed, AUROC_WITHIN, min(max(area, 0.5), 0.99))
    if stock.sealed and (needed is None or needed > stock.not_in_dam_sealed):
        why = f"{stock.not_in_dam_sealed} beside {stock.sealed} confirmed ones do not tell the no-match AUROC to ± {AUROC_WITHIN}"
        about = None if needed is None else needed - stock.not_in_dam_sealed
        what = "photos of the sealed side that are not in the DAM"
        yield 2, HelpfulLabels(kind=LabelNeed.NOT_IN_DAM, what=what, why=why, about=about)


def _second_opinions(stock: LabelStock) -> Ranked:
    what, deciding = "second opinions", [one for one in stock.reviewers if one.decided]
    missing = {one.reviewer: max(min(MEETINGS, one.decided) - one.met, 0) for one in deciding}
    if len(deciding) == 1:
        why = f"{deciding[0].reviewer} alone has decided: whether two would agree is unknown"
        yield 1, HelpfulLabels(kind=LabelNeed.SECOND_OPINIONS, what=what, why=why, about=missing[deciding[0].reviewer])
    elif any(missing.values()):
        few = ", ".join(f"{one.reviewer} {one.met}" for one in deciding if missing[one.reviewer])
        why = f"a careless reviewer shows on {MEETINGS} photos that others decided too; too few of them: {few}"
        urgency = 1 if not any(one.met for one in deciding) else 2
        yield (
            urgency,
            HelpfulLabels(kind=LabelNeed.SECOND_OPINIONS, what=what, why=why, about=math.ceil(sum(missing.values()) / 2)),
        )


def _categories(stock: LabelStock) -> Ranked:
    """Name the categories whose Top-1 is lowest, or known worst, where the labels do not tell it to within 15 points."""
    lacking = [(one, _missing(one)) for one in stock.categories if one.assets]
    lacking = [(one, missing) for one, missing in lacking if missing > 0]
    if len(stock.categories) < 2:  # noqa: PLR2004  # one category is the sealed side itself
        return
    lacking.sort(key=lambda row: (row[0].top1.value if row[0].top1 else 1.0, -row[1], -row[0].assets, row[0].category))
    for one, missing in lacking[:CATEGORIES_NAMED]:
        known = f"Top-1 {one.top1.low:.0%} to {one.top1.high:.0%}" if one.top1 else "Top-1 unknown"
        why = f"{known}: {one.sealed} sealed and {one.calibration} calibration labels of {one.assets} assets"
        what = f"photos of {one.category or 'no category'}"
        yield 2, HelpfulLabels(kind=LabelNeed.CATEGORY, what=what, why=why, about=missing)


def _missing(one: CategoryLabels) -> int:
    if one.top1 is None or not one.top1.n or one.top1.high == one.top1.low:  # a bootstrap of one sku has no width
        return photos_within(CATEGORY_WITHIN) - one.sealed
    half_width = (one.top1.high - one.top1.low) / 2
    return math.ceil(one.top1.n * (half_width / CATEGORY_WITHIN) ** 2) - one.top1.n


def _unconfirmed(stock: LabelStock) -> Ranked:
    assets, confirmed = sum(one.assets for one in stock.categories), sum(one.confirmed for one in stock.categories)
    if assets > confirmed:
        why = f"{assets - confirmed} of {assets} assets have no confirmed photo to be compared with"
        what = "assets that were never confirmed"
        need = HelpfulLabels(kind=LabelNeed.UNCONFIRMED_ASSETS, what=what, why=why, about=assets - confirmed)
        yield 2, need
