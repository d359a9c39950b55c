"""What there is of labels: by side, category and reviewer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from data.domain import Asset, Photo, PhotoId, Reviewer, Side
from data.events import Review
from feedback.labels import SPEAKING, Label, LabelKind, labels_of, standing_reviews
from feedback.metrics import Interval


@dataclass(frozen=True, kw_only=True)
class CategoryLabels:
    """One category: its assets, those of them with a confirmed photo, its labels by side, and Top-1 where it is known."""

    category: str
    assets: int
    confirmed: int
    calibration: int
    sealed: int
    top1: Interval | None = None


@dataclass(frozen=True, kw_only=True)
class ReviewerLabels:
    """One reviewer: how many photos they decided, and on how many of these somebody else did, too."""

    reviewer: Reviewer
    decided: int
    met: int


@dataclass(frozen=True, kw_only=True)
class LabelStock:
    """What there is of labels; quarantined photos are left out."""

    categories: tuple[CategoryLabels, ...]
    not_in_dam_calibration: int
    not_in_dam_sealed: int
    reviewers: tuple[ReviewerLabels, ...]

    @property
    def calibration(self) -> int:
        """Confirmed photos that may be fitted on."""
        return sum(one.calibration for one in self.categories)

    @property
    def sealed(self) -> int:
        """Confirmed photos on the sealed side."""
        return sum(one.sealed for one in self.categories)


def label_stock(
    reviews: Sequence[Review], photos: Mapping[PhotoId, Photo], assets: Sequence[Asset], top1: Mapping[str, Interval]
) -> LabelStock:
    """Count the labels that stand, by side, category and reviewer.

    Args:
        reviews: all events.
        photos: for their sides.
        assets: for their categories.
        top1: of each category, where it is known.
    """
    labels = [(label, photos[photo_id].side) for photo_id, label in labels_of(reviews).items() if photo_id in photos]
    category_of = {asset.sku: asset.category for asset in assets}
    matched = [(min(label.skus), side) for label, side in labels if label.kind is LabelKind.MATCH and label.skus]
    counts = Counter((category_of[sku], side) for sku, side in matched if sku in category_of)
    confirmed = {
        sku for label, side in labels if label.kind is LabelKind.MATCH and side is Side.CALIBRATION for sku in label.skus
    }
    return LabelStock(
        categories=tuple(
            CategoryLabels(
                category=name,
                assets=size,
                confirmed=sum(category_of.get(sku) == name for sku in confirmed),
                calibration=counts[name, Side.CALIBRATION],
                sealed=counts[name, Side.TEST],
                top1=top1.get(name),
            )
            for name, size in sorted(Counter(category_of.values()).items())
        ),
        not_in_dam_calibration=_strangers(labels, Side.CALIBRATION),
        not_in_dam_sealed=_strangers(labels, Side.TEST),
        reviewers=_reviewers(reviews),
    )


def _strangers(labels: Sequence[tuple[Label, Side]], side: Side) -> int:
    return sum(label.kind is LabelKind.NOT_IN_DAM and where is side for label, where in labels)


def _reviewers(reviews: Sequence[Review]) -> tuple[ReviewerLabels, ...]:
    standing = [review for review in standing_reviews(reviews) if review.verdict in SPEAKING]
    deciders = Counter(review.photo_id for review in standing)
    decided = Counter(review.reviewer for review in standing)
    met = Counter(review.reviewer for review in standing if deciders[review.photo_id] > 1)
    return tuple(ReviewerLabels(reviewer=name, decided=decided[name], met=met[name]) for name in sorted(decided))
