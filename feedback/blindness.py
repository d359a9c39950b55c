"""Blindness: what a person may know of others' words on photos, so that their own opinion of these stays their own.

A photo is closed to somebody as long as it may still come to them: it waits or is disputed and they have not said what it is,
it was drawn for a second opinion that may be theirs, or it is gold. Of a closed photo they see their own words alone, as of
any that nobody else has decided. Gold stays closed after their answer too, since two who agree before a third is asked tell
that it was a check; only whoever had spoken before it was marked goes on seeing what had been said until then. And what they
answered counts for them as any other decision of theirs would, or a check would tell by not being among the photos that they
confirmed.

Where there is gold, of photos that somebody has not spoken of they see nobody's words at all: what had been open would show
by leaving that it was marked. Which photos were drawn, are gold, or were left to people by auto-accept, is for the house
alone: for the people whom the settings name as those who answer for decisions.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from data.domain import PhotoId, Reviewer
from data.store import Store
from feedback.board import board_of
from feedback.drawn import Drawn, drawn_of
from feedback.gold import read_gold
from feedback.labels import DECIDED, Label, labels_of


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What one person may see.

    Attributes:
        viewer: who looks; None: somebody who has not said who they are.
        everything: whether they answer for decisions, and may see all.
        open_photos: of which they may see everybody's words.
        until: of gold that they had spoken of before it was marked, the last review that they may see.
        answered: of gold that they met as a check, the label that their own word alone makes.
        own_alone: whether photos of which they have not spoken are closed, whatever is known of them.
    """

    viewer: Reviewer | None
    everything: bool = False
    open_photos: frozenset[PhotoId] = frozenset()
    until: Mapping[PhotoId, int] = field(default_factory=dict)
    answered: Mapping[PhotoId, Label] = field(default_factory=dict)
    own_alone: bool = False

    def may_see_label(self, photo_id: PhotoId) -> bool:
        """Say whether they may know what a photo is known to be."""
        return self.everything or photo_id in self.open_photos or photo_id in self.until


def sight_of(store: Store, viewer: Reviewer | None, *, everything: bool = False) -> Sight:
    """Say what a person may see, as the store knows it now: see the module."""
    if everything:
        return Sight(viewer=viewer, everything=True)
    drawn, labels, gold = drawn_of(store), board_of(store).labels(), read_gold(store)
    spoken = drawn.spoken(viewer) if viewer is not None else set()
    closed = drawn.second_opinions() - spoken
    before = {photo_id for photo_id in gold if photo_id in spoken and viewer in _reviewers(labels.get(photo_id))}
    return Sight(
        viewer=viewer,
        open_photos=frozenset(
            photo_id
            for photo_id, label in labels.items()
            if photo_id not in gold and (photo_id in spoken or (not gold and label.kind in DECIDED and photo_id not in closed))
        ),
        until={photo_id: gold[photo_id].watermark for photo_id in before},
        answered=_answered(drawn, viewer, (gold.keys() & spoken) - before),
        own_alone=bool(gold),
    )


def _reviewers(label: Label | None) -> tuple[Reviewer, ...]:
    return () if label is None else label.reviewers


def _answered(drawn: Drawn, viewer: Reviewer | None, photo_ids: Collection[PhotoId]) -> dict[PhotoId, Label]:
    own = [one for photo_id in photo_ids for one in drawn.reviews_of(photo_id) if one.reviewer == viewer]
    return labels_of(own)
