"""The photos that an audit looks at: each decided one with the suggestion on which it was, and how it came."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from data.domain import Photo, PhotoId, Reviewer, Sku, SuggestionId, WeightsVersion
from data.events import Review
from data.ranking import Suggestion
from data.store import Store
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
        suggestion: the first on which it was decided; of a cropped photo the list before the crop, see `before_crops`.
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


def before_crops(store: Store, decided_on: Iterable[Suggestion]) -> dict[SuggestionId, Suggestion]:
    """Give for each suggestion the list by which the ranking is judged.

    That is the suggestion itself. A photo that somebody cropped was ranked again with a person's help, often since the first list
    was wrong: there it is the earliest that was painted of the photo by the same weights, with the pick of the queue that either
    came by. A photo that was cropped before any list was painted, as on Search, has no other than the helped one.
    """
    found = {one.suggestion_id: one for one in decided_on}
    cropped = {event.photo_id for event in store.crops.all()} & {one.photo_id for one in found.values()}
    first: dict[tuple[PhotoId, WeightsVersion], Suggestion] = {}
    for shown in store.suggestions.of_photos(sorted(cropped)):
        first.setdefault((shown.photo_id, shown.weights), shown)
    return {name: _picked_as(first.get((one.photo_id, one.weights), one), one) for name, one in found.items()}


def _picked_as(first: Suggestion, decided_on: Suggestion) -> Suggestion:
    """Give a list with the pick of a later one of the same photo, if it has none."""
    if first.queue_order or not decided_on.queue_order:
        return first
    return replace(first, queue_order=decided_on.queue_order, queue_propensity=decided_on.queue_propensity)


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
