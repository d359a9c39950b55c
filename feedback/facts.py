"""What the queue's orders go by: when photos came, what ranking them said, and which assets and groups are labelled already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from data.domain import PhotoId, Side, Sku
from data.ranking import Outlook
from feedback.labels import Label, LabelKind

TEACHING = frozenset({LabelKind.MATCH, LabelKind.NOT_IN_DAM})
"""Labels that a retune is fitted on, where the photo is of the calibration side."""


@dataclass(frozen=True, kw_only=True)
class Taught:
    """What one labelled photo speaks of: the assets that it was or was taken for, and its group."""

    skus: frozenset[Sku] = frozenset()
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class InHand:
    """How many photos that reviewers have on their screens, or next, are of which first candidate and of which group."""

    skus: Counter[Sku] = field(default_factory=Counter)
    groups: Counter[str] = field(default_factory=Counter)


class Facts:
    """What is known of photos, kept by whoever reads the store; `placements` is empty until an order needs it."""

    def __init__(self) -> None:
        self.submitted: dict[PhotoId, float] = {}
        self.outlooks: dict[PhotoId, Outlook] = {}
        self.placements: dict[PhotoId, tuple[str, Side]] = {}
        self.labelled_skus: Counter[Sku] = Counter()
        self.labelled_groups: Counter[str] = Counter()
        self._taught: dict[PhotoId, Taught] = {}

    def category(self, photo_id: PhotoId) -> str:
        """Give the category of a photo's first candidate; empty where that is not known."""
        outlook = self.outlooks.get(photo_id)
        return outlook.category if outlook is not None else ""

    def side(self, photo_id: PhotoId) -> Side:
        """Give a photo's side; one of which nothing is known may not be learned from."""
        return self.placements[photo_id][1] if photo_id in self.placements else Side.QUARANTINED

    def group(self, photo_id: PhotoId) -> str:
        """Give a photo's group."""
        return self.placements[photo_id][0] if photo_id in self.placements else ""

    def learn(self, photo_id: PhotoId, label: Label | None) -> Taught:
        """Take in what a photo's label is now; give the assets whose number of labels changed, and the groups that got their
        first label or lost their last.
        """
        before, after = self._taught.get(photo_id, Taught()), self._teaches(photo_id, label)
        if before == after:
            return Taught()
        labelled = {group for group in before.groups | after.groups if self.labelled_groups[group]}
        self.labelled_skus.subtract(before.skus)
        self.labelled_groups.subtract(before.groups)
        self.labelled_skus.update(after.skus)
        self.labelled_groups.update(after.groups)
        self._taught[photo_id] = after
        now = {group for group in before.groups | after.groups if self.labelled_groups[group]}
        return Taught(skus=before.skus ^ after.skus, groups=frozenset(labelled ^ now))

    def learn_all(self, labels: Mapping[PhotoId, Label]) -> None:
        """Forget what was learned, and take in these labels."""
        self.labelled_skus.clear()
        self.labelled_groups.clear()
        self._taught.clear()
        for photo_id, label in labels.items():
            self.learn(photo_id, label)

    def in_hand(self, photo_ids: Iterable[PhotoId]) -> InHand:
        """Count what some photos are of."""
        hand = InHand()
        for photo_id in photo_ids:
            self.hold(hand, photo_id)
        return hand

    def hold(self, hand: InHand, photo_id: PhotoId) -> None:
        """Count one photo more."""
        outlook = self.outlooks.get(photo_id)
        if outlook is not None and outlook.sku is not None:
            hand.skus[outlook.sku] += 1
        if photo_id in self.placements:
            hand.groups[self.group(photo_id)] += 1

    def _teaches(self, photo_id: PhotoId, label: Label | None) -> Taught:
        if label is None or label.accepted or label.kind not in TEACHING or self.side(photo_id) is not Side.CALIBRATION:
            return Taught()
        outlook = self.outlooks.get(photo_id)
        taken_for = {outlook.sku} if outlook is not None and outlook.sku is not None else set[Sku]()
        return Taught(skus=label.skus | taken_for, groups=frozenset({self.group(photo_id)}))
