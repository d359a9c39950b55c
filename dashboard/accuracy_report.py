"""What the accuracy page shows of the active weights on the sealed side, and how many labels there are."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.charts import Chart, ChartPoint, PhotoMark
from dashboard.measured_figures import figures_of
from dashboard.row_charts import interval_chart, ladder_chart
from dashboard.wiring import Services
from dashboard.wording import range_words, value_words
from feedback.confidence import SealedPhoto, SealedSide
from feedback.evaluation import Evaluation
from feedback.labels import LabelKind
from feedback.metrics import SAMPLES, Interval

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


def read_report(services: Services) -> AccuracyReport | None:
    """Measure the active weights on the sealed side; None while that goes on for the first time.

    Raises:
        NotEnoughEvidence: nothing is indexed, or no sealed photo is known to show an asset.
    """
    side = figures_of(services).sealed()
    if side is None:
        return None
    found = side.evaluation()
    return AccuracyReport(measured_on=_measured_on(found), tiles=_tiles(found), charts=_charts(found, side))


def read_ladder(services: Services) -> Chart | None:
    """Measure each step of the ladder on the sealed side; None while that goes on.

    Raises:
        NotEnoughEvidence: as `read_report`.
    """
    found = figures_of(services).ladder()
    if found is None:
        return None
    note = f"Channel weights of the steps before 'fitted' are the house's. Measured on {_measured_on(found)}."
    return ladder_chart(found.steps, note=note)


def count_labels(services: Services) -> dict[str, int] | None:
    """Count photos by what is known of them, those that wait first, and what stands without a reviewer last.

    None while labels are read for the first time.
    """
    known = figures_of(services).labels()
    if known is None:
        return None
    labels = known.values()
    kinds = [label.kind for label in labels if not label.accepted]
    counts = {words: kinds.count(kind) for kind, words in LABEL_WORDS.items()}
    accepted = sum(label.accepted for label in labels)
    waiting = services.store.photos.count() - sum(counts.values()) - accepted
    return {"waiting": waiting, **counts, **({"auto-accepted": accepted} if accepted else {})}


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


def _charts(found: Evaluation, side: SealedSide) -> tuple[Chart, ...]:
    note = f"Measured on {_measured_on(found)}. {known_by(side)}"
    matched = [(photo, str(name)) for photo, name in zip(side.photos, side.outcomes.categories, strict=True) if photo.sku]
    tops = (("Top-1", found.top1, 1), ("Top-3", found.top3, 3), ("Top-5", found.top5, 5))
    return (
        interval_chart(
            "accuracy",
            "How often is the right asset among the first?",
            [(name, interval) for name, interval, _ in tops],
            what="sealed side",
            note=note,
            points=[
                ChartPoint(name=name, photos=tuple(sealed_mark(photo, first) for photo, _ in matched)) for name, _, first in tops
            ],
        ),
        interval_chart(
            "categories",
            "Which categories are hard?",
            found.by_category,
            what="Top-1",
            note=f"Top-1 of each category. {note}",
            points=[
                ChartPoint(name=name, photos=tuple(sealed_mark(photo) for photo, own in matched if own == name))
                for name, _ in found.by_category
            ],
        ),
    )


def known_by(side: SealedSide) -> str:
    """Say by what it is known what the sealed photos show: Retune counts those that people decided alone."""
    decided = len(side.photos) - side.by_truth
    if not side.by_truth:
        return "What they show, people have decided."
    return (
        f"What they show is known of {side.by_truth} by a truth that was imported with them, of {decided} by what people decided."
    )


def sealed_mark(photo: SealedPhoto, first: int = 1) -> PhotoMark:
    """Mark a photo of the sealed side as right or wrong; without an asset in the DAM it is wrong, whatever came first."""
    right = photo.sku is not None and 1 <= photo.rank <= first
    said = "" if photo.sku is not None else "not in the DAM"
    return PhotoMark(photo_id=photo.photo_id, right=right, first=photo.first, answer=photo.sku, said=said)
