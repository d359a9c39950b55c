"""What the one at the screen may see of others' words, by the settings and by what may still come to them."""

from __future__ import annotations

import streamlit as st

from dashboard.settings import EVERYBODY
from dashboard.wiring import Services
from data.domain import Reviewer
from feedback.blindness import Sight, sight_of

DECIDES = ("events", "gold_marks", "draws", "photos", "equivalences")
"""Tables by which it changes."""


def sees_everything(services: Services, who: Reviewer | None) -> bool:
    """Say whether somebody answers for decisions, by the settings."""
    return EVERYBODY in services.settings.managers or who in services.settings.managers


def sight_for(services: Services, who: Reviewer | None) -> Sight:
    """Say what somebody may see now."""
    state = [getattr(services.store, name).version for name in DECIDES]
    return _sight(services, who, sees_everything(services, who), f"{services.store.address} {state}")


@st.cache_resource(max_entries=16, show_spinner="Reading what was said …")
def _sight(_services: Services, who: Reviewer | None, everything: bool, state: str) -> Sight:  # noqa: ARG001  # the key
    return sight_of(_services.store, who, everything=everything)
