"""What was drawn, in memory: who gets which drawn photo between those of the queue, and how much waits for each reviewer.

A reviewer cannot tell a drawn photo from any other, nor by the counts: what could come to them counts as waiting, be it decided
by others, and what they have said something of as decided. So each decision of theirs lowers the one and raises the other by one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from threading import RLock

from data.domain import Draw, PhotoId, Reviewer
from data.drawing import DrawPurpose
from data.events import Review, Verdict
from data.ranking import Suggestion
from data.store import Store
from feedback.board import board_of
from feedback.draws import Shares, draw_of, is_drawn, read_shares
from feedback.equivalence import read_equivalents
from feedback.gold import Gold, read_gold, without_checks
from feedback.labels import DECIDED, SPEAKING, Label, LabelKind, labels_of
from feedback.mixing import SECOND_RATE, SLOT, Slots, mix, rest
from feedback.orders import Pick, QueueChoice
from feedback.voices import Voices

AUDITED = DrawPurpose.AUDIT.value
"""The name of the order under which a suggestion of the audit is stored."""

SAID_LAST = frozenset({Verdict.SKIP, Verdict.NOT_LISTED})


@dataclass(frozen=True, kw_only=True)
class ReviewerCounts:
    """How much there is for one reviewer: see the module."""

    waiting: int
    decided: int
    disputed: int


class Drawn:
    """A projection of draws, shares, gold marks and events, as new as the store. Safe to share between threads."""

    def __init__(self, store: Store) -> None:
        self._store, self._board = store, board_of(store)
        self._lock, self._voices = RLock(), Voices(store)
        self._seed = store.installation_id
        self._versions: dict[str, int] = {}
        self._filled: dict[str, PhotoId] = {}
        self._of: dict[str, dict[PhotoId, float]] = {purpose: {} for purpose in DrawPurpose}
        self._shares, self._gold = Shares(), Gold()
        self._groups: dict[PhotoId, str] = {}
        self._came: dict[str, float] = {}

    def picks(self, reviewer: Reviewer, count: int, held: Collection[PhotoId], choice: QueueChoice) -> list[Pick]:
        """Pick the next photos for a reviewer, those that were drawn among them; remember which slots were filled."""
        with self._lock:
            self._refresh()
            slots = self._slots(reviewer, held)
            return self._mixed(slots, reviewer, count, held, choice, kept=True)

    def listed(self, reviewer: Reviewer, count: int, held: Collection[PhotoId], choice: QueueChoice) -> list[Pick]:
        """List what a reviewer would get next, without gold and second opinions; remember nothing."""
        with self._lock:
            self._refresh()
            slots = self._slots(reviewer, held)
            audit = {DrawPurpose.AUDIT: slots.free[DrawPurpose.AUDIT]}
            return self._mixed(replace(slots, free=audit), reviewer, count, held, choice, kept=False)

    def counts(self, reviewer: Reviewer) -> ReviewerCounts:
        """Count what waits for a reviewer, and what is decided as far as they may know."""
        with self._lock:
            self._refresh()
            counts, labels = self._board.counts(), self._board.labels()
            own = self._voices.of_reviewer(reviewer)
            open_to = [photo_id for photo_id in self._checks(reviewer, labels) if own.get(photo_id) not in SPEAKING]
            spoken = (photo_id for photo_id, verdict in own.items() if verdict in SPEAKING and photo_id in labels)
            closed = [photo_id for photo_id in spoken if labels[photo_id].kind is LabelKind.DISPUTED]
        return ReviewerCounts(
            waiting=counts.waiting + len(open_to),
            decided=counts.decided - len(open_to) + len(closed),
            disputed=counts.disputed - len(closed),
        )

    def as_it_came(self, suggestion: Suggestion) -> Suggestion:
        """Say of a suggestion that was painted how its photo truly came: of the audit, as a check, or by the order it names.

        A page may tell of it late: what was decided on the suggestion itself, and all that was said after, has no part in it.
        """
        with self._lock:
            self._refresh()
            probability = self._of[DrawPurpose.AUDIT].get(suggestion.photo_id)
            label = self._label_before(suggestion)
        if label is not None and label.kind in DECIDED:
            return replace(suggestion, queue_order="", queue_propensity=None)
        if probability is not None:
            return replace(suggestion, queue_order=AUDITED, queue_propensity=probability)
        return suggestion

    def _label_before(self, suggestion: Suggestion) -> Label | None:
        """Say what a photo was known to be before anybody decided on a suggestion."""
        said = self._voices.reviews_of(suggestion.photo_id)
        first = next((at for at, one in enumerate(said) if one.suggestion_id == suggestion.suggestion_id), len(said))
        return labels_of(without_checks(said[:first], self._gold), read_equivalents(self._store)).get(suggestion.photo_id)

    def probabilities(self, purpose: DrawPurpose) -> dict[PhotoId, float]:
        """Give the photos that were drawn for a purpose, each with the probability with which it was."""
        with self._lock:
            self._refresh()
            return dict(self._of[purpose])

    def spoken(self, reviewer: Reviewer) -> set[PhotoId]:
        """List the photos of which a reviewer's word of what they are stands, checks among them."""
        with self._lock:
            self._refresh()
            return {photo_id for photo_id, verdict in self._voices.of_reviewer(reviewer).items() if verdict in SPEAKING}

    def reviews_of(self, photo_id: PhotoId) -> list[Review]:
        """Give everything that was said of a photo, by programs too, in server sequence."""
        with self._lock:
            self._refresh()
            return self._voices.reviews_of(photo_id)

    def second_opinions(self) -> set[PhotoId]:
        """List the photos that were drawn for a second opinion which nobody has given yet."""
        with self._lock:
            self._refresh()
            return {photo_id for photo_id in self._of[DrawPurpose.SECOND_OPINION] if len(self._voices.speakers(photo_id)) < 2}  # noqa: PLR2004  # one, who is another

    def _mixed(
        self, slots: Slots, reviewer: Reviewer, count: int, held: Collection[PhotoId], choice: QueueChoice, *, kept: bool
    ) -> list[Pick]:
        own = self._voices.of_reviewer(reviewer)
        blocked = {*held, *slots.free[DrawPurpose.AUDIT]}
        ordered = self._board.picks(reviewer, count, frozenset(blocked), choice)
        left_open = [pick for pick in ordered if own.get(pick.photo_id) in SAID_LAST]
        mixed = mix([pick for pick in ordered if pick not in left_open], slots, count, datetime.now(UTC))
        if kept and mixed.filled:
            self._remember(mixed.filled)
        found = mixed.picks
        if len(found) < count:
            found = [*found, *rest(slots, {pick.photo_id for pick in found}, str(choice))]
        return [*found, *left_open][:count]

    def _slots(self, reviewer: Reviewer, held: Collection[PhotoId]) -> Slots:
        own, labels = self._voices.of_reviewer(reviewer), self._board.labels()
        audit = self._audit_waiting(own)
        second = self._second_for(reviewer, labels)
        gold = [photo_id for photo_id in self._gold if photo_id in self._groups]
        free = {DrawPurpose.GOLD: gold, DrawPurpose.SECOND_OPINION: second, DrawPurpose.AUDIT: audit}
        return Slots(
            seed=self._seed,
            reviewer=reviewer,
            rates={
                DrawPurpose.GOLD: self._shares.now(DrawPurpose.GOLD),
                DrawPurpose.SECOND_OPINION: SECOND_RATE * self._shares.now(DrawPurpose.SECOND_OPINION),
                DrawPurpose.AUDIT: self._shares.now(DrawPurpose.AUDIT),
            },
            free={purpose: {p for p in found if p not in own and p not in held} for purpose, found in free.items()},
            filled=self._filled,
        )

    def _audit_waiting(self, own: Collection[PhotoId]) -> list[PhotoId]:
        """List the audited photos that nobody has decided; those that this reviewer left open come last, as any other."""
        drawn = [photo_id for photo_id in self._of[DrawPurpose.AUDIT] if photo_id not in own]
        return self._board.waiting_among(drawn)

    def _second_for(self, reviewer: Reviewer, labels: dict[PhotoId, Label]) -> list[PhotoId]:
        """List the drawn photos that one other reviewer has decided."""
        return [
            photo_id
            for photo_id in self._of[DrawPurpose.SECOND_OPINION]
            if photo_id in labels and labels[photo_id].kind in DECIDED and photo_id not in self._gold
            if len(self._voices.speakers(photo_id) | {reviewer}) == 2  # noqa: PLR2004  # one, who is another
        ]

    def _checks(self, reviewer: Reviewer, labels: dict[PhotoId, Label]) -> list[PhotoId]:
        """List the decided photos that may come to a reviewer."""
        asked = self._gold if self._shares.now(DrawPurpose.GOLD) > 0 else ()
        gold = [photo_id for photo_id in asked if photo_id in labels and labels[photo_id].kind in DECIDED]
        second = self._second_for(reviewer, labels) if self._shares.now(DrawPurpose.SECOND_OPINION) > 0 else []
        return [*gold, *second]

    def _refresh(self) -> None:
        if self._changed("draw_shares", "photos"):
            self._shares = read_shares(self._store)
            self._versions["drawn"] = -1
        if self._changed("gold_marks"):
            self._gold = read_gold(self._store)
        if self._changed("draws"):
            self._filled, self._of = {}, {purpose: {} for purpose in DrawPurpose}
            self._index(self._store.draws.all())
        touched = self._voices.refresh()
        if self._versions.pop("drawn", None) is not None:
            members = self._store.photos.members()
            self._groups = {member.photo_id: member.group for member in members}
            submitted, self._came = self._store.photos.submissions(), {}
            for member in members:
                self._came.setdefault(member.group, submitted.get(member.photo_id, 0.0))
            self._draw(DrawPurpose.AUDIT, self._board.waiting())
            touched = self._voices.reviewed()
        if touched:
            self._draw_second(touched)

    def _draw_second(self, touched: Collection[PhotoId]) -> None:
        labels = self._board.labels()
        decided = [p for p in touched if p in labels and labels[p].kind in DECIDED and len(self._voices.speakers(p)) == 1]
        self._draw(DrawPurpose.SECOND_OPINION, decided)

    def _draw(self, purpose: DrawPurpose, photo_ids: Iterable[PhotoId]) -> None:
        """Draw among photos, group by group, and store what is drawn."""
        new, now = [], datetime.now(UTC)
        for photo_id in photo_ids:
            if photo_id in self._of[purpose] or photo_id not in self._groups:
                continue
            group = self._groups[photo_id]
            audit = purpose is DrawPurpose.AUDIT
            share = self._shares.of_submission(purpose, self._came[group]) if audit else self._shares.now(purpose)
            if is_drawn(self._seed, purpose, group, share):
                new.append(draw_of(purpose, photo_id, share, now))
        if new:
            self._remember(new)

    def _remember(self, draws: Collection[Draw]) -> None:
        self._store.draws.put(draws)
        self._index(draws)

    def _index(self, draws: Iterable[Draw]) -> None:
        for draw in draws:
            if draw.purpose.startswith(SLOT):
                self._filled[draw.draw_id] = draw.photo_id
            elif draw.purpose in self._of:
                self._of[draw.purpose][draw.photo_id] = draw.probability

    def _changed(self, *tables: str) -> bool:
        """Say whether a table has another version than when this was last asked."""
        now = {name: getattr(self._store, name).version for name in tables}
        changed = any(self._versions.get(name) != version for name, version in now.items())
        self._versions.update(now)
        return changed


@lru_cache(maxsize=4)
def drawn_of(store: Store) -> Drawn:
    """Give a store what was drawn from it: one per process, so that it is read once."""
    return Drawn(store)
