"""What the manager's pages stand on: measured beside them once per state of the store, and kept in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from weakref import WeakKeyDictionary

from dashboard.measured import Measured
from dashboard.wiring import Services
from data.domain import PhotoId, Side
from data.store import Store
from feedback.absent import Absences, read_absences
from feedback.agreement import Agreement, read_agreement
from feedback.audit import Audit, Decided, audit_of, read_decided
from feedback.confidence import SealedSide, rank_sealed_side
from feedback.confusion import Confusion, read_confusion
from feedback.equivalence import read_labels
from feedback.evaluation import Evaluation, evaluate
from feedback.labels import Label, LabelKind
from feedback.trust import Trust, read_trust

FIRST = (1, 3, 5)
"""Top-1, Top-3 and Top-5."""


@dataclass(frozen=True, kw_only=True)
class Audits:
    """The photos that were decided, and what an audit says of Top-1, Top-3 and Top-5."""

    decided: Decided
    top: tuple[Audit, ...]

    def of(self, first: int) -> Audit:
        """Give the audit that counts a photo as right where its asset is among so many, the first: 1, 3 or 5."""
        return self.top[FIRST.index(first)]


@dataclass(frozen=True, kw_only=True)
class People:
    """What is known of reviewers: on drawn photos and gold, and on everything they decided."""

    trust: Trust
    agreement: Agreement
    top1: Audit


class MeasuredFigures:
    """Figures of a store. Safe to share between threads. Each gives None while it is measured for the first time."""

    def __init__(self, services: Services) -> None:
        self._services, self._store = services, services.store
        self._decided: tuple[str, Decided] | None = None
        self._sealed = Measured[SealedSide]()
        self._ladder = Measured[Evaluation]()
        self._audits = Measured[Audits]()
        self._people = Measured[People]()
        self._confusion = Measured[Confusion]()
        self._absences = Measured[Absences]()
        self._labels = Measured[Mapping[PhotoId, Label]]()
        self._sides = Measured[Counter[tuple[LabelKind, Side]]]()

    def sealed(self) -> SealedSide | None:
        """Rank the sealed side with the active weights.

        Raises:
            NotEnoughEvidence: nothing is indexed, or no sealed photo is known to show anything.
        """
        return self._sealed.get(self.ranking_state(), lambda: rank_sealed_side(self._store, self._services.backends))

    def ladder(self) -> Evaluation | None:
        """Measure each step of the ladder on the sealed side.

        Raises:
            NotEnoughEvidence: as `sealed`.
        """
        return self._ladder.get(self.ranking_state(), lambda: evaluate(self._store, self._services.backends, ladder=True))

    def audits(self) -> Audits | None:
        """Estimate how often the right asset was among the first painted."""
        return self._audits.get(self._review_state(), lambda: _audits(self._read_decided()))

    def people(self) -> People | None:
        """Measure how far reviewers agree, and how fast they are."""
        return self._people.get(self._review_state(), lambda: _people(self._store, self._read_decided()))

    def confusion(self) -> Confusion | None:
        """Find what is taken for each other."""
        return self._confusion.get(self._review_state(), lambda: read_confusion(self._store))

    def absences(self) -> Absences | None:
        """Measure what the catalogue lacks."""
        store, describer = self._store, self._services.backends.describer
        return self._absences.get(
            (self._review_state(), store.descriptions.version, store.corrections.version),
            lambda: read_absences(store, describer, self._read_decided().photos),
        )

    def labels(self) -> Mapping[PhotoId, Label] | None:
        """Read what is known of each photo."""
        store = self._store
        return self._labels.get(
            (store.events.version, store.equivalences.version, store.gold_marks.version), lambda: read_labels(store)
        )

    def label_sides(self) -> Counter[tuple[LabelKind, Side]] | None:
        """Count people's labels by what they say and by side."""
        store = self._store
        state = (store.events.version, store.equivalences.version, store.photos.version, store.gold_marks.version)
        return self._sides.get(state, lambda: _label_sides(store))

    def try_again(self) -> None:
        """Measure anew whatever could not be measured."""
        for measured in vars(self).values():
            if isinstance(measured, Measured):
                measured.forget_failure()

    def ranking_state(self) -> str:
        """Name the state of everything that a ranking depends on."""
        store = self._store
        tables = (
            store.activations,
            store.events,
            store.gold_marks,
            store.corrections,
            store.equivalences,
            store.photos,
            store.views,
            store.assets,
            store.descriptions,
            store.crops,
            store.masks,
            store.mesh_qualities,
            store.render_remarks,
        )
        return " ".join(str(table.version) for table in tables)

    def _read_decided(self) -> Decided:
        """Read what was decided, once for all figures that stand on it; by the one thread that measures."""
        state = self._review_state()
        if self._decided is None or self._decided[0] != state:
            self._decided = state, read_decided(self._store)
        return self._decided[1]

    def _review_state(self) -> str:
        store = self._store
        shown = (store.suggestions, store.crops)
        tables = (store.events, store.draws, store.gold_marks, store.photos, store.equivalences, store.assets, *shown)
        return " ".join(str(table.version) for table in tables)


def figures_of(services: Services) -> MeasuredFigures:
    """Give the figures of a home: one per process and store."""
    with _guard:
        return _known.setdefault(services.store, MeasuredFigures(services))


_guard = Lock()
_known: WeakKeyDictionary[Store, MeasuredFigures] = WeakKeyDictionary()


def _label_sides(store: Store) -> Counter[tuple[LabelKind, Side]]:
    kinds = {photo_id: label.kind for photo_id, label in read_labels(store).items() if not label.accepted}
    return Counter((kinds[photo.photo_id], photo.side) for photo in store.photos.of(sorted(kinds)))


def _audits(decided: Decided) -> Audits:
    top = tuple(audit_of(decided.photos, waiting=decided.waiting, first=first) for first in FIRST)
    return Audits(decided=decided, top=top)


def _people(store: Store, decided: Decided) -> People:
    return People(
        trust=read_trust(store),
        agreement=read_agreement(store),
        top1=audit_of(decided.photos, waiting=decided.waiting),
    )
