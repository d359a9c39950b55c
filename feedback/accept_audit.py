"""The audit of auto-accept: how often people say otherwise of what it accepted, or would have.

Of the photos that were left to people, a random share of all that could be accepted, what people say is held against the first
candidate as it was then. A photo that was accepted and that a person decided or undid afterwards counts too: such photos are
found because they look wrong, so they make the figure worse than it is, not better. Near-duplicates count once, as wrong where
one of them is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from scipy.stats import binomtest

from data.domain import PhotoId, Sku
from data.events import AUTO_ACCEPT, AcceptSwitch, Review, Verdict
from data.store import Store
from data.withdrawals import withdrawn_ids
from feedback.auto_accept import LEVEL
from feedback.equivalence import read_equivalents
from feedback.labels import Label, LabelKind, labels_of, without_accepted
from feedback.metrics import Interval, wilson


@dataclass(frozen=True, kw_only=True)
class AcceptAudit:
    """What people say of what was accepted since it was turned on.

    Attributes:
        promised: the share of wrong ones that is not to be exceeded.
        accepted: photos that stand without a reviewer.
        held: photos that were left to people for the audit.
        taken_back: photos that were accepted, and undone or decided otherwise by a person since.
        judged: groups of photos that people have judged, of both.
        wrong: of those.
        until: when the last of these was judged.
    """

    promised: float
    accepted: int
    held: int
    taken_back: int
    judged: int
    wrong: int
    until: datetime

    @property
    def error(self) -> Interval | None:
        """The share of wrong ones with Wilson's interval; None where nobody has judged any."""
        return wilson(self.wrong, self.judged) if self.judged else None

    @property
    def broken(self) -> bool:
        """Say whether so many wrong ones would be seen less than once in twenty if the promise were kept: an exact test."""
        if not self.judged:
            return False
        return bool(binomtest(self.wrong, self.judged, self.promised, alternative="greater").pvalue < LEVEL)


def read_accept_audit(store: Store, switch: AcceptSwitch) -> AcceptAudit:
    """Audit what was accepted since a word turned it on."""
    reviews = store.events.all()
    ours = {one.event_id: one for one in reviews if one.reviewer == AUTO_ACCEPT and one.event_id.startswith(switch.event_id)}
    withdrawn = withdrawn_ids(reviews)
    people = without_accepted(reviews)
    touched = {one.photo_id for one in ours.values()}
    own = [one for one in people if one.photo_id in touched]
    labels = labels_of(own, read_equivalents(store))
    firsts = _firsts(store, ours.values())
    groups = {photo.photo_id: photo.group for photo in store.photos.of(touched)}
    verdicts: dict[str, list[bool]] = defaultdict(list)
    standing = taken_back = 0
    for event in ours.values():
        right = _is_right(firsts.get(event.photo_id), labels.get(event.photo_id))
        if right is None and event.event_id in withdrawn:
            right = False
        if right is not None:
            verdicts[groups.get(event.photo_id, event.photo_id)].append(right)
        standing += event.verdict is Verdict.MATCH and right is None
        taken_back += event.verdict is Verdict.MATCH and right is False
    return AcceptAudit(
        promised=switch.promised or 0.0,
        accepted=standing,
        held=sum(one.verdict is Verdict.SKIP for one in ours.values()),
        taken_back=taken_back,
        judged=len(verdicts),
        wrong=sum(not all(found) for found in verdicts.values()),
        until=max((one.at for one in own), default=switch.at),
    )


def _firsts(store: Store, events: Iterable[Review]) -> dict[PhotoId, Sku]:
    """Read the first candidate of each photo as it was when auto-accept looked at it."""
    asked = {one.suggestion_id: one.photo_id for one in events if one.suggestion_id is not None}
    return {asked[suggestion_id]: skus[0] for suggestion_id, skus in store.suggestions.skus_of(asked).items() if skus}


def _is_right(first: Sku | None, label: Label | None) -> bool | None:
    """Hold the first candidate against what people say; None where they say nothing of what the photo shows."""
    if label is None or label.kind not in {LabelKind.MATCH, LabelKind.NOT_IN_DAM}:
        return None
    return first in label.skus
