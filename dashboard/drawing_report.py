"""What the accuracy page shows and does of what is drawn at random: the shares, and the photos whose answer is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from weakref import WeakKeyDictionary

from dashboard.charts import PhotoMark
from dashboard.measured import Measured
from dashboard.wiring import Services
from dashboard.wording import moment_words
from data.domain import PhotoId, Reviewer
from data.drawing import DrawPurpose
from data.store import Store
from feedback.draws import read_shares, set_share
from feedback.gold import read_gold
from feedback.gold_marks import could_be_gold, mark_all_gold, mark_gold, unmark_gold
from feedback.labels import Label

PURPOSES = {
    DrawPurpose.AUDIT: ("Audit", "Of all photos: asked of reviewers whatever the order, so that accuracy can be said of all."),
    DrawPurpose.SECOND_OPINION: (
        "Second opinions",
        "Of what is decided: asked of another reviewer, blind, to see whether they agree.",
    ),
    DrawPurpose.GOLD: ("Gold", "Of what a reviewer is shown: a photo whose answer is known, to see whether they find it."),
}
MOST_DRAWN = 0.5


@dataclass(frozen=True, kw_only=True)
class ShareRow:
    """How many photos are drawn for a purpose: the share that holds, how many were drawn, and who set it when."""

    purpose: DrawPurpose
    name: str
    meaning: str
    share: float
    drawn: int
    set_by: str


@dataclass(frozen=True, kw_only=True)
class GoldStock:
    """The photos that are gold, and how many more could be since two reviewers or more agree on them."""

    marks: tuple[PhotoMark, ...]
    agreed: tuple[PhotoId, ...]


def read_share_rows(services: Services) -> tuple[ShareRow, ...]:
    """Read the share of each purpose."""
    store = services.store
    shares, counts = read_shares(store), store.draws.counts()
    rows = []
    for purpose, (name, meaning) in PURPOSES.items():
        said = [one for one in shares.said if one.purpose is purpose][-1:]
        drawn = counts.get(purpose if purpose is not DrawPurpose.GOLD else f"slot {purpose}", 0)
        by = f"set by {said[0].by}, {moment_words(said[0].at)}" if said else "as it comes"
        rows.append(ShareRow(purpose=purpose, name=name, meaning=meaning, share=shares.now(purpose), drawn=drawn, set_by=by))
    return tuple(rows)


def change_share(services: Services, purpose: DrawPurpose, share: float, by: Reviewer) -> None:
    """Set the share of a purpose from now on, on the record.

    Raises:
        CoutureError: it is no share.
    """
    set_share(services.store, purpose, share, by=by, at=datetime.now(UTC))


def read_gold_stock(services: Services) -> GoldStock | None:
    """Read which photos are gold, and which could be; None while that is read for the first time."""
    store = services.store
    found = _agreed(store).get((store.events.version, store.gold_marks.version), lambda: tuple(could_be_gold(store)))
    if found is None:
        return None
    gold = sorted(read_gold(store).values(), key=lambda mark: mark.photo_id)
    marks = tuple(PhotoMark(photo_id=one.photo_id, answer=one.sku, said=f"by {one.by}") for one in gold)
    standing = {mark.photo_id for mark in marks}
    return GoldStock(marks=marks, agreed=tuple(one.photo_id for one in found if one.photo_id not in standing))


def mark_agreed(services: Services, count: int, by: Reviewer) -> int:
    """Mark so many of the photos on which reviewers agree as gold, most agreed first, with one write; say how many."""
    chosen = [label.photo_id for label in could_be_gold(services.store)[:count]]
    return len(mark_all_gold(services.store, chosen, by=by, at=datetime.now(UTC)))


def mark_one(services: Services, photo_id: str, by: Reviewer) -> None:
    """Mark one photo as gold by its id.

    Raises:
        NotFound: there is no such photo.
        NotEnoughEvidence: its answer is not known.
    """
    mark_gold(services.store, PhotoId(photo_id.strip()), by=by, at=datetime.now(UTC))


def unmark(services: Services, photo_id: PhotoId, by: Reviewer) -> None:
    """Take the mark of a photo back.

    Raises:
        NotFound: no mark of it stands.
    """
    unmark_gold(services.store, photo_id, by=by, at=datetime.now(UTC))


def _agreed(store: Store) -> Measured[tuple[Label, ...]]:
    return _known.setdefault(store, Measured())


_known: WeakKeyDictionary[Store, Measured[tuple[Label, ...]]] = WeakKeyDictionary()
