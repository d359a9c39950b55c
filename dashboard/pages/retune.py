"""Retune: from labels to a proposal, and from a proposal to what ranks."""

import streamlit as st

from dashboard.history_log import list_activations
from dashboard.identity import reviewer
from dashboard.markup import pairs, plain
from dashboard.panels import draw_chart, page_head, refusal_shown
from dashboard.retuning import (
    FlipPictures,
    ProposalView,
    activate_proposal,
    active_version,
    count_labels,
    earlier_version,
    fit_proposal,
    force_proposal,
    list_proposals,
    roll_back_weights,
    view_proposal,
)
from dashboard.wiring import services
from data.domain import Reviewer
from feedback.gate import Outcome

CHOSEN = "proposal"
ICONS = {
    Outcome.BETTER: ":material/trending_up:",
    Outcome.WORSE: ":material/trending_down:",
    Outcome.UNDECIDED: ":material/question_mark:",
}


def _draw_state(who: Reviewer) -> None:
    counts, earlier = count_labels(services()), earlier_version(services())
    for column, (name, said, meaning) in zip(
        st.columns(4),
        (
            ("Active weights", active_version(services()), "The version that ranks now."),
            (
                "Calibration labels",
                f"{counts.calibration:,}",
                f"May be fitted on; a fit takes {counts.needed} confirmed photos or more.",
            ),
            ("Sealed labels", f"{counts.sealed:,}", "Only ever measured on."),
            (
                "Quarantined labels",
                f"{counts.quarantined:,}",
                "Of groups that a later photo bridged: neither fitted nor measured on.",
            ),
        ),
        strict=True,
    ):
        column.metric(name, said, help=meaning, border=True)
    with st.container(horizontal=True):
        asked = st.button("Fit a proposal", type="primary", icon=":material/tune:", help="Nothing is taken into use by this.")
        label = f"Roll back to {earlier}" if earlier else "Roll back"
        if st.button(
            label, icon=":material/undo:", disabled=earlier is None, help="One more activation: it can be undone alike."
        ):
            roll_back_weights(services(), who)
            st.rerun()
    if asked:
        _fit(who)


def _fit(who: Reviewer) -> None:
    with refusal_shown(), st.status("Fitting on the calibration side. Stay on this page.", expanded=True) as status:
        bar = st.progress(0.0)

        def show(stage: str, done: int, total: int) -> None:
            bar.progress(done / max(total, 1), text=stage)

        version = fit_proposal(services(), who, show)
        status.update(label=f"{version} is fitted", state="complete")
        st.session_state[CHOSEN] = version
        st.rerun()


def _draw_flips(title: str, flips: tuple[FlipPictures, ...]) -> None:
    st.subheader(f"{title}: {len(flips)}", anchor=False)
    if flips:
        st.html(pairs((flip.photo, flip.asset) for flip in flips))
    else:
        st.caption("No sealed photo.")


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


def _draw_proposal(found: ProposalView, who: Reviewer) -> None:
    with st.container(border=True):
        st.badge(found.outcome.value, color="primary", icon=ICONS[found.outcome])
        st.markdown(plain(found.reason))
        st.caption("  \n".join(f"· {plain(fact)}" for fact in found.facts))
        with refusal_shown():
            _draw_activation(found, who)
    for column, chart in zip(st.columns(2), found.charts, strict=True):
        with column:
            draw_chart(chart)
    _draw_flips("Right before, wrong by the proposal", found.lost)
    _draw_flips("Wrong before, right by the proposal", found.gained)


page_head(
    "Retune",
    "Confirmed photos become better weights: a proposal is fitted, compared on the sealed side, and taken into use by a person.",
)
who = reviewer()
with refusal_shown():
    _draw_state(who)
    versions = list_proposals(services())
    if versions:
        chosen = st.selectbox("Proposal", versions, key=CHOSEN)
        _draw_proposal(view_proposal(services(), chosen), who)
    else:
        st.info("No proposal yet. Confirm photos on the page Review, then fit one.")
    st.subheader("Which weights ranked when?", anchor=False)
    st.dataframe(list_activations(services()), hide_index=True)
