"""A proposal as the retune page draws it: what the gate says of it, what it would change in pictures, and its activation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import streamlit as st

from dashboard.chart_panel import draw_answer
from dashboard.markup import pairs, plain
from dashboard.panels import refusal_shown
from dashboard.proposal_view import FlipList, ProposalView, SideFlips
from dashboard.retuning import activate_proposal, force_proposal
from dashboard.safe_text import isolated
from dashboard.wiring import services
from dashboard.wording import sentence
from data.domain import Reviewer
from feedback.gate import Outcome
from feedback.stopping import StoppingKind

MOST_SUSPICIONS = 12
BADGES: dict[Outcome | StoppingKind, tuple[str, Literal["green", "red", "blue", "gray"]]] = {
    Outcome.BETTER: (":material/trending_up:", "green"),
    Outcome.WORSE: (":material/trending_down:", "red"),
    Outcome.UNDECIDED: (":material/question_mark:", "gray"),
    StoppingKind.MOVING: (":material/trending_up:", "blue"),
    StoppingKind.SETTLED: (":material/check_circle:", "green"),
    StoppingKind.UNKNOWN: (":material/question_mark:", "gray"),
}


def draw_badge(said: Outcome | StoppingKind) -> None:
    """Draw what the gate or the stopping signal says as a badge."""
    icon, colour = BADGES[said]
    st.badge(said.value, icon=icon, color=colour)


def draw_suspicions(title: str, reasons: Sequence[str], remedy: str = "") -> None:
    """Draw what stands against labels, with what to do about it."""
    lines = [f"- {plain(reason)}" for reason in reasons[:MOST_SUSPICIONS]]
    st.warning("\n".join([f"**{title}**\n", *lines, "", remedy]), icon=":material/warning:")
    if len(reasons) > MOST_SUSPICIONS:
        with st.expander(f"All {len(reasons):,} suspicions"):
            st.markdown("\n".join(f"- {plain(reason)}" for reason in reasons))


def _draw_flips(title: str, flips: FlipList) -> None:
    st.markdown(f"**{title}: {flips.total:,}**")
    if not flips.total:
        return
    if len(flips.shown) < flips.total:
        st.caption(f"The first {len(flips.shown):,} of {flips.total:,}.")
    st.html(pairs((flip.photo, flip.asset) for flip in flips.shown))


def _draw_side(flips: SideFlips, nothing: str) -> None:
    if not flips.lost.total and not flips.gained.total:
        st.caption(nothing)
        return
    _draw_flips("Right before, wrong by the proposal", flips.lost)
    _draw_flips("Wrong before, right by the proposal", flips.gained)


def _draw_activation(found: ProposalView, who: Reviewer) -> None:
    if found.is_active:
        st.success(f"{found.version} is active.", icon=":material/check_circle:")
        return
    if st.button(f"Activate {found.version}", type="primary", disabled=bool(found.forbidden), help=found.forbidden or None):
        activate_proposal(services(), found.version, who)
        st.rerun()
    if found.forbidden:
        st.caption(plain(found.forbidden))
        with st.expander("Activate by force"), st.form("force", border=False):
            why = st.text_input("Your reason", help="It stands in the history of activations.")
            if st.form_submit_button(f"Force {found.version}"):
                force_proposal(services(), found.version, who, why)
                st.rerun()


def draw_proposal(found: ProposalView, who: Reviewer) -> None:
    """Draw a proposal beside what ranks, with its activation in the name of a reviewer."""
    with st.container(border=True):
        st.subheader(f"Is {found.version} better?", anchor=False)
        draw_badge(found.outcome)
        st.markdown(plain(sentence(found.reason.removeprefix(f"{found.outcome.value}: "))))
        if found.suspicions:
            draw_suspicions("When it was fitted, its labels were under suspicion:", found.suspicions)
        st.html(f'<ul class="cm-facts">{"".join(f"<li>{isolated(sentence(fact), 400)}</li>" for fact in found.facts)}</ul>')
        with refusal_shown():
            _draw_activation(found, who)
    for column, chart in zip(st.columns(len(found.charts)), found.charts, strict=True):
        with column:
            draw_answer(chart)
    st.subheader("What changes on the sealed side?", anchor=False)
    _draw_side(found.sealed, "Nothing: no sealed photo becomes right or wrong by it.")
    with st.expander("On the calibration side, each photo ranked by weights that did not see it"):
        _draw_side(found.calibration, "Nothing: no photo of the calibration side becomes right or wrong by it.")
