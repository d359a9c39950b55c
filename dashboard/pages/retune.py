"""Retune: from labels to a proposal, and from a proposal to what ranks."""

from collections.abc import Sequence

import streamlit as st

from dashboard.chart_panel import draw_answer, draw_waiting
from dashboard.history_log import list_activations
from dashboard.identity import reviewer
from dashboard.label_advice import advice_of
from dashboard.label_chart import labels_chart
from dashboard.markup import plain
from dashboard.panels import page_head, refusal_shown
from dashboard.proposal_panel import draw_badge, draw_proposal, draw_suspicions
from dashboard.proposal_view import view_proposal
from dashboard.retuning import (
    active_version,
    count_labels,
    earlier_version,
    list_proposals,
    read_fit,
    read_ranking,
    roll_back_weights,
    start_fit,
    start_ranking,
    unranked_share,
)
from dashboard.run_panel import draw_run
from dashboard.runs import RunKind, RunState, is_running
from dashboard.tables import table_of
from dashboard.version_report import read_version_chart
from dashboard.wiring import services
from dashboard.wording import percent, sentence
from data.domain import Reviewer, Side
from feedback.held_back import held_back
from feedback.helpful_labels import HelpfulLabels
from feedback.stopping import StoppingSignal

CHOSEN, SEEN = "proposal", "newest fit"
MOST_UNRANKED = 0.5


def _draw_state() -> None:
    counts = count_labels(services())
    if counts is None:
        draw_waiting("Counting labels")
        return
    tiles = (
        ("Active weights", active_version(services()), "The version that ranks now."),
        (
            "Calibration labels",
            f"{counts.of(Side.CALIBRATION):,}",
            f"May be fitted on; a fit takes {counts.needed} confirmed photos or more.",
        ),
        ("Sealed labels", f"{counts.of(Side.TEST):,}", "Only ever measured on."),
        (
            "Quarantined labels",
            f"{counts.of(Side.QUARANTINED):,}",
            "Of groups that a later photo bridged: neither fitted nor measured on.",
        ),
    )
    for column, (name, said, meaning) in zip(st.columns(4), tiles, strict=True):
        column.metric(name, said, help=meaning, border=True)
    with st.expander("What do the labels say?"):
        draw_answer(labels_chart(counts))


def _draw_unranked(who: Reviewer) -> None:
    """Say what the queue's orders go by, and offer to rank what waits where nothing does so already."""
    ranking = read_ranking(services())
    share = unranked_share(services())
    if ranking is not None and (ranking.state is RunState.RUNNING or share):
        draw_run(lambda: read_ranking(services()), quiet=True)
    if share < MOST_UNRANKED or (ranking is not None and ranking.state is RunState.RUNNING):
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"{percent(share)} of the waiting photos are not ranked by the active weights yet: in the queue's orders "
            "*most uncertain* and *most useful* they come last.",
            width="stretch",
        )
        asked = st.button(
            "Rank what waits", icon=":material/format_list_numbered:", help="Beside the dashboard, the oldest first."
        )
    if asked:
        start_ranking(services(), who)
        st.rerun()


def _draw_labels(who: Reviewer) -> None:
    advice = advice_of(services())
    with st.spinner("Looking through the labels …"):
        suspicions, stopping = advice.suspicions(), advice.stopping()
    if suspicions:
        title = "The labels are under suspicion: a proposal fitted on them as they are cannot be activated without force."
        remedy = "Name them in *Leave out the labels of* below, press *Fit a proposal*, and activate that; or ask them first."
        held = plain(", ".join(sorted(held_back(services().store))))
        remedy += f" Until weights fitted with or without them are in use, what {held} confirmed ranks nothing." if held else ""
        draw_suspicions(title, [suspicion.finding for suspicion in suspicions], remedy)
    left, right = st.columns([2, 3])
    with left, st.container(border=True, height="stretch"):
        st.subheader("Fit on what was confirmed", anchor=False)
        without = st.multiselect(
            "Leave out the labels of",
            advice.reviewers(),
            placeholder="nobody",
            help="Nothing is fitted on what these reviewers said, and nothing measured with it.",
        )
        with st.container(horizontal=True):
            asked = st.button(
                "Fit a proposal",
                type="primary",
                icon=":material/tune:",
                help="Nothing is taken into use by this.",
                disabled=is_running(services().home, RunKind.RETUNE),
            )
            _draw_way_back(who)
        draw_run(lambda: read_fit(services()))
        if asked:
            _fit(who, without)
    with right:
        _draw_stopping(stopping)


def _draw_way_back(who: Reviewer) -> None:
    earlier = earlier_version(services())
    label = f"Roll back to {earlier}" if earlier else "Roll back"
    if st.button(label, icon=":material/undo:", disabled=earlier is None, help="One more activation: it can be undone alike."):
        roll_back_weights(services(), who)
        st.rerun()


def _fit(who: Reviewer, without: Sequence[Reviewer]) -> None:
    with refusal_shown():
        start_fit(services(), who, without)
        st.rerun()


def _choose_newest() -> None:
    """Choose a proposal that has just been fitted, once: whoever chose another one since keeps it."""
    record = read_fit(services())
    fitted = record.said if record is not None and record.state is RunState.DONE else ""
    if fitted and st.session_state.get(SEEN) != fitted:
        st.session_state[SEEN] = fitted
        if fitted in list_proposals(services()):
            st.session_state[CHOSEN] = fitted


def _draw_stopping(found: StoppingSignal) -> None:
    with st.container(border=True, height="stretch"):
        st.subheader("Do more labels still help?", anchor=False)
        draw_badge(found.kind)
        st.markdown(plain(sentence(found.reason)))
        if found.helpful:
            st.caption("What would help most:")
            st.markdown("\n".join(f"{rank}. {_need(need)}" for rank, need in enumerate(found.helpful, start=1)))


def _need(need: HelpfulLabels) -> str:
    number = f"about {need.about:,} " if need.about is not None else ""
    return f"**{number}{plain(need.what)}**: {plain(need.why)}"


page_head(
    "Retune",
    "Confirmed photos become better weights: a proposal is fitted, compared on the sealed side, and taken into use by a person.",
)
who = reviewer()
with refusal_shown(measuring=True):
    _draw_state()
    _draw_unranked(who)
    _draw_labels(who)
    _choose_newest()
    versions = list_proposals(services())
    if versions:
        chosen = st.selectbox("Proposal", versions, key=CHOSEN, width=320)
        draw_proposal(view_proposal(services(), chosen), who)
    else:
        counts = count_labels(services())
        step = "Press *Fit a proposal*" if counts and counts.enough else "Confirm photos on the page Review, then fit one"
        st.info(f"No proposal yet. {step}: it ranks nothing until a person takes it into use.", icon=":material/tune:")
    draw_answer(read_version_chart(services()))
    st.subheader("Who took which weights into use, and when?", anchor=False)
    st.html(table_of(list_activations(services())))
