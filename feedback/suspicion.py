"""Suspicions: what would poison a fit, found and named before anything is fitted. Truth columns have no part in it.

Who disagrees with everybody, who confirms no better than chance, one label repeated, batches that contradict what stands. A
suspicion accuses nobody: it says what is improbable, with its figures, and stops the gate until a person has looked.
"""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from data.domain import EventId, Photo, PhotoId, Reviewer, Sku, SuggestionId
from data.errors import NotFound
from data.events import Review, Verdict
from data.ranking import Suggestion
from data.store import Store
from feedback.batches import Batch, batches_of
from feedback.equivalence import read_equivalents
from feedback.gold import Gold, read_gold
from feedback.guessing import Guesser, find_guessers, latest_matches
from feedback.house import HOUSE, answer_of, opinions_of, photo_of_item
from feedback.labels import SPEAKING, by_people, standing_reviews
from feedback.outliers import Opinion, Outlier, find_outliers
from feedback.repeated_labels import RepeatedLabel, find_repeated_labels


class SuspicionKind(StrEnum):
    """What looks wrong."""

    CARELESS = "careless"
    GUESSING = "guessing"
    REPEATED_LABEL = "repeated_label"
    CONTRADICTORY_BATCH = "contradictory_batch"


@dataclass(frozen=True, kw_only=True)
class Suspicion:
    """Something that would poison a fit.

    Attributes:
        kind: what looks wrong.
        reviewer: whose labels.
        sku: of a repeated label; None of the others.
        photos: of the verdicts in question, each once.
        events: the verdicts in question: those that contradict the others, or that repeat the label.
        p_value: of the test, adjusted for how many were tested.
        n: how many were compared or counted; near-duplicate photos count once.
        finding: one sentence for a manager, with figures.
        reason: the same, with what to do on the command line.
    """

    kind: SuspicionKind
    reviewer: Reviewer
    sku: Sku | None
    photos: tuple[PhotoId, ...]
    events: tuple[EventId, ...]
    p_value: float
    n: int
    finding: str
    reason: str


def read_suspicions(store: Store, *, left_out: Collection[Reviewer] = ()) -> tuple[Suspicion, ...]:
    """Look for what would poison a fit among the reviews of a store.

    Suggestions are large, so only those of each reviewer's latest confirmations are read, and those of labels that would be named
    without them. Leaving somebody out silences no suspicion of those who stay: what all labels say of them is kept.

    Args:
        store: where from.
        left_out: reviewers whose labels have no part in the fit.

    Raises:
        NotFound: one of those has reviewed nothing.
    """
    everything = by_people(store.events.all())
    rest = without(everything, left_out)
    found = _read(store, rest)
    if not left_out:
        return found
    known = {(one.kind, one.reviewer, one.sku) for one in found}
    before = [one for one in _read(store, everything) if one.reviewer not in left_out]
    return (*found, *(one for one in before if (one.kind, one.reviewer, one.sku) not in known))


def _read(store: Store, reviews: Sequence[Review]) -> tuple[Suspicion, ...]:
    assets = store.assets.count()
    photos = {photo.photo_id: photo for photo in store.photos.all()}
    same, gold = {sku: min(skus) for sku, skus in read_equivalents(store).items()}, read_gold(store)
    repeated = find_repeated_labels(_speaking(reviews), {at: photo.group for at, photo in photos.items()}, {}, assets)
    wanted = {review.suggestion_id for pair in repeated for review in pair.reviews} | {
        review.suggestion_id for review in latest_matches(_speaking(reviews))
    }
    shown = store.suggestions.of_ids(sorted(found for found in wanted if found is not None))
    return find_suspicions(reviews, photos, {one.suggestion_id: one for one in shown}, assets, same=same, gold=gold)


def _speaking(reviews: Sequence[Review]) -> list[Review]:
    standing = {review.event_id for review in standing_reviews(reviews) if review.verdict in SPEAKING}
    return [review for review in reviews if review.event_id in standing]


def find_suspicions(
    reviews: Sequence[Review],
    photos: Mapping[PhotoId, Photo],
    suggestions: Mapping[SuggestionId, Suggestion],
    assets: int,
    *,
    same: Mapping[Sku, Sku] | None = None,
    gold: Gold | None = None,
) -> tuple[Suspicion, ...]:
    """Name what would poison a fit.

    Args:
        reviews: all events.
        photos: for their groups: near-duplicates count once, and should show one article.
        suggestions: as painted; a repeated label whose suggestion is missing counts as not suggested.
        assets: how many there are.
        same: for equivalent articles the one that stands for them; others stand for themselves.
        gold: photos whose answer is known: an opinion of the house.
    """
    groups = {photo_id: photo.group for photo_id, photo in photos.items()}
    same, gold = same or {}, gold or {}
    standing = _speaking(reviews)
    answers = {review.event_id: answer_of(review.verdict.value, review.sku, same) for review in standing}
    careless = list(_careless(standing, opinions_of(standing, answers, groups, gold, same)))
    rest = [review for review in standing if review.reviewer not in {suspicion.reviewer for suspicion in careless}]
    guessing = [_guessing(guesser) for guesser in find_guessers(rest, groups, suggestions, assets)]
    named = {suspicion.reviewer for suspicion in (*careless, *guessing)}
    batches = [batch for batch in batches_of(reviews) if batch.reviewer not in named]
    return (
        *careless,
        *guessing,
        *(_repeated(pair) for pair in find_repeated_labels(standing, groups, suggestions, assets)),
        *_contradictory(batches, answers, groups),
    )


def without(reviews: Sequence[Review], reviewers: Collection[Reviewer]) -> list[Review]:
    """Leave out everything that some reviewers said, what they took back too.

    Raises:
        NotFound: one of them has reviewed nothing.
    """
    missing = sorted(set(reviewers) - {review.reviewer for review in reviews})
    if missing:
        raise NotFound(f"{', '.join(missing)} reviewed nothing", remedy="name a reviewer as 'couture suspicions' does")
    return [review for review in reviews if review.reviewer not in reviewers]


def _careless(standing: Sequence[Review], opinions: Sequence[Opinion]) -> Iterator[Suspicion]:
    """Compare reviewers on the photos that several have decided, however these were drawn, and with the house on gold."""
    for outlier in find_outliers(opinions, trusted=HOUSE):
        against = {photo_of_item(item) for item in outlier.contradicted}
        own = [review for review in standing if review.reviewer == outlier.party and review.photo_id in against]
        said = (
            f"{outlier.party} agrees with the others on {outlier.agreed} of {outlier.compared} photos that several decided, "
            f"where the others agree among themselves on {_share(outlier)}"
        )
        yield _suspicion(SuspicionKind.CARELESS, own, outlier.p_value, outlier.compared, said=said)


def _contradictory(
    batches: Sequence[Batch], answers: Mapping[EventId, str], groups: Mapping[PhotoId, str]
) -> Iterator[Suspicion]:
    """Compare batches on groups of near-duplicate photos; `unusable` speaks of the picture, not of the article."""
    spoken = {
        batch.name: [one for one in batch.reviews if one.event_id in answers and one.verdict is not Verdict.UNUSABLE]
        for batch in batches
    }
    opinions = [
        Opinion(party=name, item=group, unit=group, answer=answers[review.event_id])
        for name, own in spoken.items()
        for review in own
        for group in [groups.get(review.photo_id, review.photo_id)]
    ]
    by_name = {batch.name: batch for batch in batches}
    for outlier in find_outliers(opinions):
        batch, against = by_name[outlier.party], set(outlier.contradicted)
        own = [review for review in spoken[outlier.party] if groups.get(review.photo_id, review.photo_id) in against]
        first = batch.reviews[0]
        said = (
            f"{len(batch.reviews)} reviews that {batch.reviewer} {'imported' if batch.imported else 'gave'} from "
            f"{first.at:%Y-%m-%d %H:%M} on agree with what else is said of the same or near-duplicate photos in "
            f"{outlier.agreed} of {outlier.compared} cases, other batches in {_share(outlier)}"
        )
        yield _suspicion(SuspicionKind.CONTRADICTORY_BATCH, own, outlier.p_value, outlier.compared, said=said)


def _repeated(pair: RepeatedLabel) -> Suspicion:
    compared = f"{pair.others} of {pair.others_total} of the others' labels" if pair.others_total else "nobody else has labelled"
    said = (
        f"{pair.reviewer} confirmed {pair.sku} {pair.count} times, {pair.count / pair.total:.0%} of all their matches, "
        f"near-duplicates counted once ({compared}); it was among the first five suggested in {pair.supported} of them"
    )
    return _suspicion(SuspicionKind.REPEATED_LABEL, pair.reviews, pair.p_value, pair.count, sku=pair.sku, said=said)


def _guessing(found: Guesser) -> Suspicion:
    said = (
        f"{found.reviewer} confirmed {found.trace.value} in {found.hits} of {found.compared} cases, no more often than by "
        f"chance ({found.chance:.0%}), the others in {found.others_hits} of {found.others_compared}"
    )
    return _suspicion(SuspicionKind.GUESSING, found.reviews, found.p_value, found.compared, said=said)


def _share(outlier: Outlier) -> str:
    return f"{outlier.others_agreed} of {outlier.others_compared}"


def _suspicion(
    kind: SuspicionKind, reviews: Sequence[Review], p_value: float, n: int, *, sku: Sku | None = None, said: str
) -> Suspicion:
    """Make a suspicion of one reviewer's verdicts, one at least."""
    reviewer = reviews[0].reviewer
    remedy = f"leave their labels out with --without {shlex.quote(reviewer)}, or ask them."
    finding = f"{said} (p = {p_value:.1g})"
    return Suspicion(
        kind=kind,
        reviewer=reviewer,
        sku=sku,
        photos=tuple(dict.fromkeys(review.photo_id for review in reviews)),
        events=tuple(review.event_id for review in reviews),
        p_value=p_value,
        n=n,
        finding=finding,
        reason=f"{finding}; {remedy}",
    )
