"""Auto-accept at work: off until a person turns it on, and every photo that it decides is an event like any other.

What stands without a reviewer is said by a program under a name of its own (`AUTO_ACCEPT`). It leaves the queue, is seen in
History, can be undone by anybody, and gives way to whatever a person says. Nothing is ever learned from it, and nothing measured
by it: weights that were taught by their own word would only grow surer of it. So it is no label of a fit, no confirmed view,
no part of agreement and pace, and photos of the sealed side are always left to people.

A share of what could be accepted is left to people too, drawn by the photo's group, and nobody is told which: there the program
says `skip`, with the suggestion on which it would have accepted, and what a person then says audits it. Where more of these are
wrong than the promise allows, by an exact test at 5 %, auto-accept turns itself off and says so; so it is looked at before each
batch. A test that is repeated errs more often than once in twenty, and then on the safe side.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from data.domain import EventId, Photo, Reviewer, Side
from data.drawing import DrawPurpose
from data.errors import NotAllowed, NotEnoughEvidence
from data.events import AUTO_ACCEPT, AcceptSwitch, Review, Verdict
from data.ranking import Suggestion
from data.store import Store
from feedback.accept_audit import AcceptAudit, read_accept_audit
from feedback.board import board_of
from feedback.confidence import rank_sealed_side
from feedback.confirmed import read_confirmed_views
from feedback.corrections import read_corrections
from feedback.drawn import drawn_of
from feedback.recording import new_event_id
from matching.backends import Backends
from matching.search import Matcher
from matching.uncertainty import Ranked

AUDIT_SHARE = 0.1
BATCH = 64
MOST_AT_ONCE = 5_000
ORDER = "auto-accept"
"""Stands where a suggestion says in which order the queue handed its photo out."""

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, kw_only=True)
class AcceptState:
    """Whether auto-accept is at work.

    Attributes:
        switch: the word that counts; None where nobody has said any.
        works: whether it accepts: it is on, and the weights that it was set for rank.
        why: in words.
        audit: of what it did since it was turned on; None where it is off.
    """

    switch: AcceptSwitch | None
    works: bool
    why: str
    audit: AcceptAudit | None


@dataclass(frozen=True, kw_only=True)
class AcceptReport:
    """What a run did: photos looked at, accepted, held for the audit, left for another run. `stopped` is why it ended early."""

    looked_at: int
    accepted: int
    held: int
    left: int
    stopped: str


def accept_state(store: Store) -> AcceptState:
    """Say whether auto-accept is at work; where the audit says that the promise is broken, it is turned off first."""
    switch = store.accept_switches.last()
    if switch is None or not switch.on:
        why = "nobody has turned it on" if switch is None else f"turned off by {switch.by}: {switch.reason}"
        return AcceptState(switch=switch, works=False, why=why, audit=None)
    audit = read_accept_audit(store, switch)
    if audit.broken:
        off = _broken(switch, audit)
        [stored] = store.accept_switches.append([off])
        return AcceptState(switch=stored, works=False, why=f"turned off by {off.by}: {off.reason}", audit=None)
    active = store.activations.active()
    if active != switch.weights:
        why = f"weights {active} rank now, and it was set for {switch.weights}: set it again"
        return AcceptState(switch=switch, works=False, why=why, audit=audit)
    return AcceptState(switch=switch, works=True, why=f"on since {switch.at:%Y-%m-%d}, by {switch.by}", audit=audit)


def turn_on(
    store: Store,
    backends: Backends,
    *,
    by: Reviewer,
    promised: float,
    audit_share: float = AUDIT_SHARE,
    at: datetime | None = None,
) -> AcceptSwitch:
    """Set the threshold for a promised error rate on the sealed side, and have photos above it accepted from then on.

    Args:
        store: where from and to.
        backends: of the index.
        by: who asks.
        promised: the share of wrong ones among those accepted that is not to be exceeded.
        audit_share: of what could be accepted, the share that is left to people.
        at: when; now, unless it is said.

    Raises:
        NotEnoughEvidence: no threshold can be shown to keep the promise, or nothing is known to measure it on.
        ShapeMismatch: a share is none.
        NotAllowed: nothing would be audited.
    """
    if not 0 < audit_share < 1:
        raise NotAllowed(f"a share of {audit_share} to audit", remedy="leave a part to people, such as 0.1, and not all")
    side = rank_sealed_side(store, backends)
    found = side.accepting(promised)
    if found.threshold is None:
        few = found.tested < found.needed
        raise NotEnoughEvidence(
            f"no confidence can be shown to keep an error rate of {promised:.1%} on {found.tested:,} sealed groups of photos",
            remedy=f"review {found.needed - found.tested:,} sealed photos more" if few else "promise less, or retune first",
        )
    saved = side.saved(found)
    switch = AcceptSwitch(
        event_id=new_event_id(),
        on=True,
        by=by,
        at=at or datetime.now(UTC),
        reason=f"{found.wrong} wrong of {found.accepted:,} sealed photos, at most {found.bound:.1%}; {saved.value:.0%} saved",
        promised=promised,
        threshold=found.threshold,
        audit_share=audit_share,
        weights=side.weights,
    )
    return store.accept_switches.append([switch])[0]


def turn_off(store: Store, *, by: Reviewer, reason: str, at: datetime | None = None) -> AcceptSwitch:
    """Have nothing more accepted. What was accepted stands until somebody undoes it."""
    off = AcceptSwitch(event_id=new_event_id(), on=False, by=by, at=at or datetime.now(UTC), reason=reason)
    return store.accept_switches.append([off])[0]


def accept_waiting(
    store: Store, backends: Backends, on_progress: Progress | None = None, *, most: int = MOST_AT_ONCE, batch: int = BATCH
) -> AcceptReport:
    """Decide the waiting photos of which the first candidate is confident enough, the oldest first. Can be interrupted.

    Left alone are photos of the sealed side and quarantined ones, those of which a person has said anything but `skip`, and
    those of which auto-accept has spoken before, whether or not that still stands.

    Args:
        store: where from and to.
        backends: how photos were described; those that are not are passed over.
        on_progress: told the stage, how many are done and of how many.
        most: photos to look at, at most.
        batch: photos between two looks at the audit.

    Raises:
        NotAllowed: auto-accept is not at work.
    """
    state, report = accept_state(store), on_progress or (lambda _stage, _done, _total: None)
    if not state.works:
        raise NotAllowed(f"auto-accept is not at work: {state.why}", remedy="turn it on: couture auto-accept on")
    matcher = Matcher(store, backends, lambda: read_confirmed_views(store), lambda: read_corrections(store))
    waiting = _open_photos(store)
    asked = waiting[:most]
    looked_at = accepted = held = 0
    for start in range(0, len(asked), batch):
        report("auto-accept", start, len(asked))
        state = accept_state(store)
        if not state.works or state.switch is None:
            break
        photos = asked[start : start + batch]
        found = _decisions(state.switch, photos, matcher.rank_described(photos))
        store.suggestions.put([suggestion for suggestion, _ in found])
        store.events.append([review for _, review in found])
        looked_at += len(photos)
        accepted += sum(review.verdict is Verdict.MATCH for _, review in found)
        held += sum(review.verdict is Verdict.SKIP for _, review in found)
    report("auto-accept", looked_at, len(asked))
    stopped = "" if state.works else state.why
    return AcceptReport(looked_at=looked_at, accepted=accepted, held=held, left=len(waiting) - looked_at, stopped=stopped)


def is_held(group: str, switch: AcceptSwitch) -> bool:
    """Draw whether a photo is left to people: by its group and the word that turned auto-accept on, so always the same."""
    digest = hashlib.blake2b(f"{switch.event_id} {group}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) / 2**64 < (switch.audit_share or 0.0)


def _open_photos(store: Store) -> list[Photo]:
    """List the photos that may be accepted, the oldest first; those drawn for the audit of everything are for people."""
    waiting = board_of(store).waiting()
    silent = {Verdict.SKIP, Verdict.WITHDRAWN}
    spoken = {review.photo_id for review in store.events.all() if review.reviewer == AUTO_ACCEPT or review.verdict not in silent}
    photos = {photo.photo_id: photo for photo in store.photos.of(photo_id for photo_id in waiting if photo_id not in spoken)}
    audited = drawn_of(store).probabilities(DrawPurpose.AUDIT)
    there = [photos[photo_id] for photo_id in waiting if photo_id in photos and photo_id not in audited]
    return [photo for photo in there if photo.side is Side.CALIBRATION]


def _decisions(switch: AcceptSwitch, photos: Sequence[Photo], found: Iterable[Ranked]) -> list[tuple[Suggestion, Review]]:
    """Say of each photo whose first candidate is confident enough that it is that one; of those drawn for the audit nothing."""
    groups, now = {photo.photo_id: photo.group for photo in photos}, datetime.now(UTC)
    decided = []
    for suggestion in (ranked.suggestion for ranked in found):
        first = suggestion.candidates[0] if suggestion.candidates else None
        if first is None or suggestion.weights != switch.weights or first.confidence < (switch.threshold or 0.0):
            continue
        held = is_held(groups[suggestion.photo_id], switch)
        sure = f"confidence {first.confidence:.3f}, threshold {switch.threshold:.3f}"
        review = Review(
            event_id=EventId(f"{switch.event_id} {suggestion.photo_id}"),
            photo_id=suggestion.photo_id,
            reviewer=AUTO_ACCEPT,
            verdict=Verdict.SKIP if held else Verdict.MATCH,
            at=now,
            sku=None if held else first.sku,
            suggestion_id=suggestion.suggestion_id,
            note=f"left to people for the audit: {sure}" if held else sure,
        )
        decided.append((replace(suggestion, queue_order=ORDER), review))
    return decided


def _broken(switch: AcceptSwitch, audit: AcceptAudit) -> AcceptSwitch:
    """Say that the promise is broken, once for each time that it was given."""
    return AcceptSwitch(
        event_id=EventId(f"{switch.event_id} broken"),
        on=False,
        by=AUTO_ACCEPT,
        at=audit.until,
        reason=f"{audit.wrong} of {audit.judged} audited groups are wrong, more than the promised {audit.promised:.1%} allows",
    )
