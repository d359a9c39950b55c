"""The photos that an audit looks at: each decided one with the suggestion on which it was, and how it came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from data.domain import Photo, PhotoId, Reviewer, Sku, SuggestionId
from data.events import Review
from data.ranking import Suggestion
from feedback.drawn import AUDITED
from feedback.labels import DECIDED, SPEAKING, Label, LabelKind, standing_reviews
from feedback.orders import BY_OUTLOOK, QueueOrder

WITH_A_CHANCE = frozenset(order.value for order in (*BY_OUTLOOK, QueueOrder.RANDOM))
SETTLED = DECIDED | {LabelKind.DISPUTED}
"""Labels of photos that wait no longer."""


@dataclass(frozen=True, kw_only=True)
class AuditedPhoto:
    """A photo that was decided on a suggestion.

    Attributes:
        suggestion: the first on which it was decided.
        reviewer: who decided on it.
        group: of the photo.
        shows: whether the label says that it shows an asset of the catalogue.
        rank: the place of that asset among those painted, 0 where it was not among them.
        category: of that asset.
        absent: whether the label says that the catalogue has no such asset.
        chosen: that asset; None where there is none.
    """

    suggestion: Suggestion
    reviewer: Reviewer
    group: str
    shows: bool
    rank: int
    category: str
    absent: bool = False
    chosen: Sku | None = None

    @property
    def right(self) -> bool:
        """Say whether it was the first painted."""
        return self.rank == 1

    def within(self, first: int) -> bool:
        """Say whether it was among the first few painted."""
        return 1 <= self.rank <= first

    @property
    def drawn(self) -> bool:
        """Say whether every photo that waited could have been picked in its place."""
        return self.suggestion.queue_order in WITH_A_CHANCE and bool(self.suggestion.queue_propensity)

    @property
    def sampled(self) -> bool:
        """Say whether it was drawn for audit."""
        return self.suggestion.queue_order == AUDITED and bool(self.suggestion.queue_propensity)


def audited_photos(
    reviews: Sequence[Review],
    labels: Mapping[PhotoId, Label],
    suggestions: Mapping[SuggestionId, Suggestion],
    photos: Mapping[PhotoId, Photo],
    categories: Mapping[Sku, str],
) -> list[AuditedPhoto]:
    """List the photos that were decided on a suggestion, each once, in the order in which these were painted."""
    first: dict[PhotoId, tuple[Suggestion, Reviewer]] = {}
    for review in standing_reviews(reviews):
        shown = suggestions.get(review.suggestion_id) if review.suggestion_id is not None else None
        if (
            shown is None
            or shown.photo_id != review.photo_id
            or review.verdict not in SPEAKING
            or labels[review.photo_id].kind not in SETTLED
        ):
            continue
        if review.photo_id not in first or shown.painted_at < first[review.photo_id][0].painted_at:
            first[review.photo_id] = shown, review.reviewer
    ordered = sorted(first.items(), key=lambda found: (found[1][0].painted_at, found[0]))
    return [
        _audited(shown, reviewer, labels[photo_id], photos.get(photo_id), categories) for photo_id, (shown, reviewer) in ordered
    ]


def _audited(
    shown: Suggestion, reviewer: Reviewer, label: Label, photo: Photo | None, categories: Mapping[Sku, str]
) -> AuditedPhoto:
    shows = label.kind is LabelKind.MATCH
    places = [at for at, one in enumerate(shown.candidates, start=1) if shows and one.sku in label.skus]
    return AuditedPhoto(
        suggestion=shown,
        reviewer=reviewer,
        group=photo.group if photo else f"photo {label.photo_id}",
        shows=shows,
        rank=places[0] if places else 0,
        category="" if label.chosen is None else categories.get(label.chosen, "(none)"),
        absent=label.kind is LabelKind.NOT_IN_DAM,
        chosen=label.chosen,
    )
