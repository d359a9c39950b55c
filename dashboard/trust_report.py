"""The part of the accuracy page on reviewers: how far they agree, how fast they are, and how each does on gold."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from dashboard.chart_panel import draw_answer, draw_waiting
from dashboard.charts import Chart
from dashboard.identity import known_reviewer
from dashboard.measured_figures import People, figures_of
from dashboard.row_charts import interval_chart, rate_chart
from dashboard.sight import sees_everything
from dashboard.tables import table_of
from dashboard.wiring import Services, services
from dashboard.wording import range_words, value_words
from feedback.metrics import Interval
from feedback.trust import Trust

NOTHING_YET = "none yet"


@dataclass(frozen=True, kw_only=True)
class TrustReport:
    """Coefficients on the photos drawn for a second opinion, the pace of each reviewer, and a row of words for each."""

    agreement: Chart
    pace: Chart
    reviewers: tuple[dict[str, str], ...]


def draw_trust() -> None:
    """Draw how far reviewers agree, and how much, how fast and how well each of them decides."""
    report = read_trust_report(services(), gold=sees_everything(services(), known_reviewer()))
    if report is None:
        draw_waiting("Holding reviewers against each other")
        return
    for column, chart in zip(st.columns(2), (report.agreement, report.pace), strict=True):
        with column:
            draw_answer(chart)
    st.subheader("How does each reviewer do?", anchor=False)
    if report.reviewers:
        st.html(table_of(report.reviewers))
    else:
        st.caption("Nobody has decided anything yet.")


def read_trust_report(opened: Services, *, gold: bool) -> TrustReport | None:
    """Measure it; None while that goes on for the first time.

    Args:
        opened: of a home.
        gold: whether it is said how each does on gold: a figure that moved with a decision would tell which photo was a check.
    """
    found = figures_of(opened).people()
    if found is None:
        return None
    return TrustReport(agreement=_agreement(found.trust), pace=_pace(found), reviewers=_reviewers(found, gold=gold))


def _agreement(trust: Trust) -> Chart:
    drawn = trust.drawn
    pairs = [(f"{pair.first}, {pair.second}: kappa", pair.kappa) for pair in drawn.pairs]
    named = [("Krippendorff's alpha", drawn.alpha), ("Gwet's AC1", drawn.ac1), *pairs]
    rows = [(label, found) for label, found in named if found is not None]
    note = (
        f"On {drawn.photos:,} photos in {drawn.groups:,} groups that were drawn at random for a second opinion. 1 is full "
        "agreement, 0 that of chance. Intervals of 95 %, drawn by burst."
    )
    return interval_chart(
        "agreement", "Do reviewers say the same of the same photo?", rows, what="agreement", note=note, share=False
    )


def _pace(found: People) -> Chart:
    """Chart how many photos each reviewer decides in an hour of looking."""
    paced = [(one.reviewer, one.pace.per_hour) for one in found.agreement.reviewers if one.pace is not None]
    note = (
        "Decisions in an hour of looking at photos; those that were open for more than five minutes are left out. Intervals of "
        "95 %, drawn by burst."
    )
    return rate_chart("pace", "How many photos does each reviewer decide in an hour?", paced, note=note)


def _reviewers(found: People, *, gold: bool) -> tuple[dict[str, str], ...]:
    """Say of each reviewer how much and how fast, how far others and gold agree, and how hard their photos were."""
    drawn = {one.reviewer: one.agreed for one in found.trust.drawn.reviewers}
    known = {one.reviewer: one.right for one in found.trust.gold}
    first = {one.name: one.sampled or one.plain for one in found.top1.reviewers}
    rows = []
    for one in found.agreement.reviewers:
        pace = one.pace.median_seconds if one.pace is not None else None
        rows.append(
            {
                "reviewer": one.reviewer,
                "decided": f"{one.decided:,}",
                "seconds a photo": "–" if pace is None else f"{pace.value:.1f} ({pace.low:.1f} to {pace.high:.1f}, n {pace.n})",
                "the same as others, drawn photos": _words(drawn.get(one.reviewer)),
                **({"right on gold": _words(known.get(one.reviewer))} if gold else {}),
                "first candidate right": _words(first.get(one.reviewer)),
            }
        )
    return tuple(rows)


def _words(found: Interval | None) -> str:
    return NOTHING_YET if found is None else f"{value_words(found)} ({range_words(found)})"
