"""The part of the accuracy page on what can be relied on: the audit sample, agreement of reviewers, gold."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from dashboard.charts import Chart, interval_chart
from dashboard.markup import plain
from dashboard.panels import draw_chart, refusal_shown
from dashboard.wiring import Services, services
from dashboard.wording import range_words, value_words
from data.drawing import DrawPurpose
from feedback.agreement import read_agreement
from feedback.audit import Accuracy, Audit, read_audit
from feedback.draws import read_shares
from feedback.metrics import Interval
from feedback.trust import Trust, read_trust

NOTHING_YET = "none yet"


@dataclass(frozen=True, kw_only=True)
class TrustReport:
    """What the section shows.

    Attributes:
        audited: Top-1 by the audit sample beside the naive share, with months, categories, reviewers and weights.
        agreement: coefficients on the photos drawn for a second opinion.
        reviewers: a row for each, as words.
        shares: what is drawn, in a sentence.
    """

    audited: Chart
    agreement: Chart
    reviewers: tuple[dict[str, str], ...]
    shares: str


def draw_trust() -> None:
    """Draw what an audit at random says, how far reviewers agree, and how each of them does."""
    st.subheader("Can these figures be relied on?", anchor=False)
    with refusal_shown():
        report = read_trust_report(services())
        st.caption(plain(report.shares))
        for column, chart in zip(st.columns(2), (report.audited, report.agreement), strict=True):
            with column:
                draw_chart(chart)
        if report.reviewers:
            st.dataframe(list(report.reviewers), hide_index=True)


def read_trust_report(opened: Services) -> TrustReport:
    """Measure it anew where reviews, draws or gold have changed."""
    store = opened.store
    said = (store.events, store.draws, store.gold_marks, store.photos, store.draw_shares, store.equivalences, store.suggestions)
    return _report(opened, f"{store.installation_id} {[table.version for table in said]}")


@st.cache_resource(max_entries=2, show_spinner="Holding reviewers against each other …")
def _report(_opened: Services, state: str) -> TrustReport:  # noqa: ARG001  # the key
    store = _opened.store
    audit, trust = read_audit(store), read_trust(store)
    shares = read_shares(store)
    said = ", ".join(f"{shares.now(purpose):.1%} for {purpose.value.replace('_', ' ')}" for purpose in DrawPurpose)
    return TrustReport(
        audited=_audited(audit),
        agreement=_agreement(trust),
        reviewers=_reviewers(_opened, trust, audit),
        shares=f"Drawn at random: {said}. A manager sets that with: couture draws set PURPOSE SHARE.",
    )


def _audited(audit: Audit) -> Chart:
    kinds = (("", (audit.overall,)), ("", audit.months), ("", audit.categories), ("weights ", audit.weights))
    rows = [row for prefix, found in kinds for one in found for row in _both(one, prefix)]
    note = (
        f"{audit.sampled:,} of {audit.decided:,} photos decided on a suggestion were drawn when they came: weighted by the "
        "inverse of their probability they stand for all. Naive is the share of what the queue preferred. Intervals of 95 %."
    )
    return interval_chart("audit", "How often is the first right, among all photos?", rows, what="Top-1", note=note)


def _both(one: Accuracy, prefix: str) -> list[tuple[str, Interval]]:
    name = f"{prefix}{one.name}" if one.name else "all photos"
    pair = ((f"{name}, audit", one.sampled), (f"{name}, naive", one.plain))
    return [(label, found) for label, found in pair if found is not None]


def _agreement(trust: Trust) -> Chart:
    drawn = trust.drawn
    pairs = [(f"{pair.first}, {pair.second}: kappa", pair.kappa) for pair in drawn.pairs]
    named = [("Krippendorff's alpha", drawn.alpha), ("Gwet's AC1", drawn.ac1), *pairs]
    rows = [(label, found) for label, found in named if found is not None]
    note = (
        f"On {drawn.photos:,} photos in {drawn.groups:,} groups that were drawn at random for a second opinion. 1 is full "
        "agreement, 0 that of chance. Intervals of 95 %, drawn by group."
    )
    return interval_chart("agreement", "How far do reviewers agree?", rows, what="agreement", note=note, share=False)


def _reviewers(opened: Services, trust: Trust, audit: Audit) -> tuple[dict[str, str], ...]:
    """Say of each reviewer how much and how fast, how far others and gold agree, and how hard their photos were."""
    drawn = {one.reviewer: one.agreed for one in trust.drawn.reviewers}
    gold = {one.reviewer: one.right for one in trust.gold}
    first = {one.name: one.sampled or one.plain for one in audit.reviewers}
    rows = []
    for one in read_agreement(opened.store).reviewers:
        pace = one.pace.median_seconds if one.pace is not None else None
        rows.append(
            {
                "reviewer": one.reviewer,
                "decided": f"{one.decided:,}",
                "seconds a photo": "–" if pace is None else f"{pace.value:.1f} ({pace.low:.1f} to {pace.high:.1f}, n {pace.n})",
                "the same as others, drawn photos": _words(drawn.get(one.reviewer)),
                "right on gold": _words(gold.get(one.reviewer)),
                "first candidate right": _words(first.get(one.reviewer)),
            }
        )
    return tuple(rows)


def _words(found: Interval | None) -> str:
    return NOTHING_YET if found is None else f"{value_words(found)} ({range_words(found)})"
