"""Taking verdicts back: what the label of a photo would be then, and what that changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from dashboard.sight import sees_everything
from dashboard.undo import KEPT, Undo
from dashboard.wiring import Services
from data.domain import EventId, PhotoId, Reviewer
from data.drawing import GoldMark
from data.events import PROGRAMS, Review, Verdict
from feedback.equivalence import read_equivalents
from feedback.gold import read_gold
from feedback.history_rows import EventKind
from feedback.labels import Label, LabelKind, labels_of

REFIT = "Weights that were fitted on it stay as they are until the next retune."


def undos_of_reviews(
    services: Services, who: Reviewer | None, targets: Sequence[Review], reviews: Sequence[Review]
) -> dict[EventId, Undo]:
    """Say what taking verdicts back would change: of those of `targets` that are one's own, or a program's.

    Args:
        services: where equivalents and gold marks are.
        who: looks.
        targets: verdicts that stand, and withdrawals that do.
        reviews: all of their photos, as far as the one who looks may know.
    """
    equivalents = read_equivalents(services.store) if targets else {}
    gold = read_gold(services.store) if targets and sees_everything(services, who) else {}
    verdicts = {one.event_id: one for one in reviews}
    own: dict[PhotoId, list[Review]] = defaultdict(list)
    for one in reviews:
        own[one.photo_id].append(one)
    found = {}
    for target in targets:
        if target.reviewer not in {who, *PROGRAMS}:
            continue
        photo_id, said = target.photo_id, own[target.photo_id]
        taken = replace(target, event_id=EventId("\0undo"), verdict=Verdict.WITHDRAWN, sku=None, withdraws=target.event_id)
        last = max(one.sequence for one in said) + 1
        before = labels_of(said, equivalents).get(photo_id)
        after = labels_of([*said, replace(taken, sequence=last)], equivalents).get(photo_id)
        changes = (f"Photo {photo_id}, now: {_words(before)}.", f"Then: {_words(after)}.", *_views(before, after), REFIT, KEPT)
        if photo_id in gold:
            changes = _of_gold(gold[photo_id], after)
        found[target.event_id] = Undo(
            kind=EventKind.VERDICT,
            event_id=target.event_id,
            photo_id=photo_id,
            button="Bring back" if _takes_a_verdict(target, verdicts) else "Undo",
            changes=changes,
        )
    return found


def _takes_a_verdict(target: Review, verdicts: Mapping[EventId, Review]) -> bool:
    """Say whether an event keeps a verdict from counting: it withdraws one, and not the withdrawal of one."""
    takes, seen = False, set[EventId]()
    while target.withdraws is not None and target.event_id not in seen and target.withdraws in verdicts:
        seen.add(target.event_id)
        takes, target = not takes, verdicts[target.withdraws]
    return takes


def _of_gold(mark: GoldMark, after: Label | None) -> tuple[str, ...]:
    answer = f"match with {mark.sku}" if mark.sku else _words_of(LabelKind(str(mark.verdict)))
    return (
        f"Photo {mark.photo_id} is gold: its answer, {answer}, stays so as long as the mark by {mark.by} stands.",
        f"Without the mark, then: {_words(after)}. How its reviewer does on gold is counted anew.",
        KEPT,
    )


def _views(before: Label | None, after: Label | None) -> list[str]:
    lost, won = (None if label is None else label.chosen for label in (before, after))
    if lost == won:
        return []
    said = [f"It no longer counts as confirmed to be {lost}."] if lost else []
    return [*said, f"It counts as confirmed to be {won} again."] if won else said


def _words(label: Label | None) -> str:
    if label is None or label.kind is LabelKind.UNDECIDED:
        return "it waits for review"
    by = ", ".join(label.reviewers)
    if label.kind is LabelKind.MATCH:
        return f"match with {label.chosen} (by {by})"
    return f"{_words_of(label.kind)} (by {by})"


def _words_of(kind: LabelKind) -> str:
    return {LabelKind.NOT_IN_DAM: "not in the DAM", LabelKind.UNUSABLE: "unusable", LabelKind.DISPUTED: "disputed"}[kind]
