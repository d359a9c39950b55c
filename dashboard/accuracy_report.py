"""What the accuracy page shows: the active weights on the sealed side, versions over time, and how many labels there are."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from dashboard.charts import Chart, difference_chart, interval_chart, ladder_chart
from dashboard.wiring import Services
from dashboard.wording import range_words, value_words
from feedback.equivalence import read_labels
from feedback.evaluation import Evaluation, evaluate
from feedback.labels import LabelKind
from feedback.metrics import SAMPLES, Interval
from feedback.proposals import read_proposals

LABEL_WORDS = {
    LabelKind.MATCH: "match",
    LabelKind.NOT_IN_DAM: "not in DAM",
    LabelKind.UNUSABLE: "unusable",
    LabelKind.DISPUTED: "disputed",
}


@dataclass(frozen=True, kw_only=True)
class Tile:
    """One figure: its name, its value or that it is undecided, its interval, and what it means."""

    name: str
    value: str
    interval: str
    meaning: str


@dataclass(frozen=True, kw_only=True)
class AccuracyReport:
    """The figures of the active weights. `measured_on` says on what, by which weights, and how intervals were drawn."""

    measured_on: str
    tiles: tuple[Tile, ...]
    charts: tuple[Chart, ...]


def read_report(services: Services) -> AccuracyReport:
    """Measure the active weights on the sealed side; the answer is kept until photos, events or weights change.

    Raises:
        NotEnoughEvidence: nothing is indexed, or no sealed photo is known to show an asset.
    """
    found = _evaluation(services, ladder=False)
    return AccuracyReport(measured_on=_measured_on(found), tiles=_tiles(found), charts=_charts(found))


def read_ladder(services: Services) -> Chart:
    """Measure each step of the ladder on the sealed side.

    Raises:
        NotEnoughEvidence: as `read_report`.
    """
    found = _evaluation(services, ladder=True)
    note = f"Channel weights of the steps before 'fitted' are the house's. Measured on {_measured_on(found)}."
    return ladder_chart(found.steps, note=note)


def state_key(services: Services) -> str:
    """Name the state of everything that figures depend on."""
    store = services.store
    tables = (
        store.activations,
        store.events,
        store.corrections,
        store.equivalences,
        store.photos,
        store.views,
        store.assets,
        store.descriptions,
    )
    return f"{store.address} {' '.join(str(table.version) for table in tables)}"


def count_labels(services: Services) -> dict[str, int]:
    """Count photos by what is known of them, those that wait first; what stands without a reviewer last, where anything does."""
    labels = read_labels(services.store).values()
    kinds = [label.kind for label in labels if not label.accepted]
    counts = {words: kinds.count(kind) for kind, words in LABEL_WORDS.items()}
    accepted = sum(label.accepted for label in labels)
    waiting = services.store.photos.count() - sum(counts.values()) - accepted
    return {"waiting": waiting, **counts, **({"auto-accepted": accepted} if accepted else {})}


def versions_chart(services: Services) -> Chart:
    """Chart how each proposal compared with its parent when it was made, oldest first."""
    rows = [
        (f"{proposal.version} against {proposal.parent}", proposal.judgement.difference)
        for proposal in reversed(read_proposals(services.store))
    ]
    shown = [(label, difference) for label, difference in rows if difference is not None]
    silent = len(rows) - len(shown)
    note = "Difference of Top-1 on the sealed side as it was then." + (
        f" Proposals without sealed labels: {silent}." if silent else ""
    )
    return difference_chart(
        "versions",
        "Was each proposal better than the weights before it?",
        shown,
        note=note if rows else "No proposal has been fitted yet: the page Retune fits one.",
    )


def _evaluation(services: Services, *, ladder: bool) -> Evaluation:
    return _evaluated(services, state_key(services), ladder)


@st.cache_data(max_entries=8, show_spinner="Measuring on the sealed side …", show_time=True)
def _evaluated(_services: Services, state: str, ladder: bool) -> Evaluation:  # noqa: ARG001  # the key
    return evaluate(_services.store, _services.backends, ladder=ladder)


def _measured_on(found: Evaluation) -> str:
    drawn = f"intervals of 95 % from {SAMPLES:,} draws of whole skus, seed 0"
    return f"{found.measured_on}, {found.photos} photos, weights {found.weights}; {drawn}"


def _tiles(found: Evaluation) -> tuple[Tile, ...]:
    tiles = [
        _tile("Top-1", found.top1, "How often the right asset comes first."),
        _tile("Top-3", found.top3, "How often it is among the first three."),
        _tile("Top-5", found.top5, "How often it is among the first five."),
        _tile("MRR", found.mrr, "Mean of 1 / rank of the right asset: 1 where it always comes first.", share=False),
    ]
    if found.no_match_auroc is None:
        meaning = "Needs sealed photos of both kinds: with an asset in the DAM, and without one."
        tiles.append(Tile(name="No-match AUROC", value="undecided", interval="one kind of photo only", meaning=meaning))
    else:
        meaning = "How well photos without an asset in the DAM are told from those with one: 0.5 is chance, 1 is perfect."
        tiles.append(_tile("No-match AUROC", found.no_match_auroc, meaning, share=False))
    if found.ece_interval is not None:
        meaning = "Expected calibration error: how far confidence is from accuracy, on average. 0 is best."
        tiles.append(_tile("Calibration error", found.ece_interval, meaning, share=False))
    return tuple(tiles)


def _tile(name: str, interval: Interval, meaning: str, *, share: bool = True) -> Tile:
    return Tile(name=name, value=value_words(interval, share=share), interval=range_words(interval, share=share), meaning=meaning)


def _charts(found: Evaluation) -> tuple[Chart, ...]:
    note = f"Measured on {_measured_on(found)}."
    judged = [("MRR", found.mrr), ("No-match AUROC", found.no_match_auroc), ("Calibration error", found.ece_interval)]
    return (
        interval_chart(
            "accuracy",
            "How often is the right asset among the first?",
            [("Top-1", found.top1), ("Top-3", found.top3), ("Top-5", found.top5)],
            what="sealed side",
            note=note,
        ),
        interval_chart(
            "judgement",
            "How well are rank, absence and confidence judged?",
            [(name, interval) for name, interval in judged if interval is not None],
            what="sealed side",
            note=note,
            share=False,
        ),
        interval_chart(
            "categories", "Which categories are hard?", found.by_category, what="Top-1", note=f"Top-1 of each category. {note}"
        ),
    )
