"""What the screens show of an asset's renders: its front, how good they are, and why they stay out of the score."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from dashboard.wiring import Services
from data.domain import EventId, MeshQuality, Reviewer, Sku, View, ViewKind
from data.events import RenderRemark, RenderVerdict
from data.store import Store
from feedback import render_remarks as remarks
from matching.left_out import reasons, standing_remarks

HALF_TURN, WHOLE_TURN = 180.0, 360.0


@dataclass(frozen=True, kw_only=True)
class RenderState:
    """The renders of one asset. `quality` is None until they are measured; `left_out` is empty where they count."""

    quality: MeshQuality | None = None
    remark: RenderRemark | None = None
    left_out: str = ""

    @property
    def front_yaw_deg(self) -> float:
        """The raw yaw of its front; 0 until it is measured."""
        return self.quality.front_yaw_deg if self.quality else 0.0

    @property
    def called_wrong(self) -> bool:
        """Whether a person's word that they are wrong stands."""
        return self.remark is not None and self.remark.verdict is RenderVerdict.WRONG

    def from_front_deg(self, yaw_deg: float) -> float:
        """Turn a raw yaw into one from the front, above −180 and up to 180."""
        return HALF_TURN - (HALF_TURN - yaw_deg + self.front_yaw_deg) % WHOLE_TURN

    def words(self) -> str:
        """Say how good they are, and why they stay out of the score."""
        said = [f"3D render left out: {self.left_out}"] if self.left_out else []
        if self.quality:
            found = self.quality
            said.append(f"nearest to the reference at {found.front_yaw_deg:.0f}° (similarity {found.similarity:.2f}")
            said[-1] += f", outline {found.outline_iou:.0%})"
        return "; ".join(said)


def likeness_of(state: RenderState | None) -> float:
    """Give how near renders come to their reference; infinite where that is not measured, so that it sorts last."""
    return state.quality.similarity if state and state.quality else math.inf


class RenderStates:
    """The states of all renders in memory, read again only when somebody spoke or something was measured."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._read: tuple[tuple[int, int], Mapping[Sku, RenderState]] | None = None

    def of(self, sku: Sku) -> RenderState:
        """Give the state of one asset's renders."""
        return self.all().get(sku, RenderState())

    def all(self) -> Mapping[Sku, RenderState]:
        """Give the states of all that were measured or spoken of."""
        versions, kept = (self._store.mesh_qualities.version, self._store.render_remarks.version), self._read
        if kept is None or kept[0] != versions:
            self._read = kept = versions, self._states()
        return kept[1]

    def _states(self) -> dict[Sku, RenderState]:
        qualities = {quality.sku: quality for quality in self._store.mesh_qualities.all()}
        words = standing_remarks(self._store.render_remarks.all())
        out = reasons(qualities.values(), words)
        return {
            sku: RenderState(quality=qualities.get(sku), remark=words.get(sku), left_out=out.get(sku, ""))
            for sku in qualities.keys() | words.keys()
        }


@lru_cache(maxsize=4)
def render_states_of(store: Store) -> RenderStates:
    """Give a store its render states: one per process."""
    return RenderStates(store)


def judge_renders(services: Services, sku: Sku, verdict: RenderVerdict, *, by: Reviewer) -> None:
    """Say that an asset's renders are wrong, or right.

    Raises:
        NotFound: it is not in the catalogue.
    """
    remarks.judge_renders(services.store, sku, verdict, by=by, at=datetime.now(UTC))


def withdraw_remark(services: Services, event_id: EventId, *, by: Reviewer) -> None:
    """Take a word on renders back, as one more event.

    Raises:
        NotFound: it does not count any more.
    """
    remarks.withdraw_remark(services.store, event_id, by=by, at=datetime.now(UTC))


def view_words(view: View, state: RenderState) -> str:
    """Say which view it is: its kind, and the yaw of a render from the front."""
    if view.yaw_deg is None:
        return view.kind.value
    turned = state.from_front_deg(view.yaw_deg) if view.kind is ViewKind.RENDER else view.yaw_deg
    return f"{view.kind.value}, front" if not turned else f"{view.kind.value} {turned:+.0f}°".replace("-", "−")
