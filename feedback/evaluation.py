"""How good the ranking is, on photos that it never learned from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from data.domain import ImageId, Photo, Side, Sku, WeightsVersion
from data.errors import BadTable, NotEnoughEvidence
from data.grouping import Arrival, place_photos
from data.photos import PhotoEntry, photo_lines, read_entries
from data.store import Store
from feedback.labels import LabelKind, labels_of
from feedback.metrics import (
    Clusters,
    Interval,
    Ranks,
    Values,
    auroc,
    bootstrap_interval,
    expected_calibration_error,
    reciprocal_ranks,
    top_k,
)
from feedback.samples import Bench, load_bench
from matching.backends import Backends
from matching.evidence import PhotoEvidence, load_basis, load_photos, read_evidence
from matching.indexing import Job, describe_all, start_pool
from matching.search import Ranking, find_matches
from matching.weights import Weights, from_json

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, kw_only=True)
class TestPhoto:
    """A photo to measure on: what it shows is known. `sku` is None where the DAM has none; `cluster` is what intervals are drawn by."""

    __test__ = False
    evidence: PhotoEvidence
    sku: Sku | None
    cluster: str
    category: str


@dataclass(frozen=True, kw_only=True)
class Outcomes:
    """What a ranking did on each photo.

    Attributes:
        ranks: (n,) rank of the right asset, 0 where the DAM has none.
        in_dam: (n,) whether the DAM has it.
        no_match: (n,) estimated probability that it has not.
        confidence: (n,) of the first candidate.
        clusters: (n,) what photos are alike by.
        categories: (n,) of the right asset, empty where there is none.
    """

    ranks: Ranks
    in_dam: np.ndarray
    no_match: Values
    confidence: Values
    clusters: Clusters
    categories: Clusters

    def matched(self, values: Values) -> Values:
        """Keep the photos whose asset is in the DAM."""
        return np.asarray(values[self.in_dam], dtype=np.float64)


@dataclass(frozen=True, kw_only=True)
class Step:
    """One row of the ladder; `difference` is the change of Top-1 from the row before, None in the first."""

    step: str
    top1: Interval
    top3: Interval
    top5: Interval
    difference: Interval | None


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """Figures with their 95 % intervals, clustered by sku. `no_match_auroc` is None without both kinds of photo."""

    photos: int
    measured_on: str
    weights: WeightsVersion
    top1: Interval
    top3: Interval
    top5: Interval
    mrr: Interval
    no_match_auroc: Interval | None
    ece: float
    by_category: tuple[tuple[str, Interval], ...]
    steps: tuple[Step, ...] = ()


def sealed_photos(store: Store, backends: Backends, weights: Weights) -> list[TestPhoto]:
    """Read the sealed side's photos of which it is known what they show: by their truth, or by standing reviews."""
    labels, truths = labels_of(store.events.all()), store.photos.truths()
    known: list[tuple[Photo, Sku | None]] = []
    for photo in sorted(store.photos.all(), key=lambda photo: photo.photo_id):
        label, truth = labels.get(photo.photo_id), truths.get(photo.photo_id)
        if photo.side is not Side.TEST:
            continue
        if truth is not None and (truth.sku or not truth.in_dam):
            known.append((photo, truth.sku))
        elif label is not None and label.kind is LabelKind.MATCH:
            known.append((photo, next(iter(label.skus))))
        elif label is not None and label.kind is LabelKind.NOT_IN_DAM:
            known.append((photo, None))
    evidence = load_photos(
        store, backends, load_basis(store, weights.basis), {photo.image_id: photo.group for photo, _ in known}
    )
    categories = {asset.sku: asset.category for asset in store.assets.all()}
    return [
        _test_photo(evidence[photo.image_id], sku, photo.group, categories)
        for photo, sku in known
        if photo.image_id in evidence and (sku is None or sku in categories)
    ]


def file_photos(
    store: Store, backends: Backends, weights: Weights, file: Path, on_progress: Progress | None = None
) -> list[TestPhoto]:
    """Describe the photos of a file with truth in scratch: nothing is queued, stored or learned from them.

    A photo that looks like one in the store takes its group, so that it never sees its own confirmed view.

    Raises:
        BadTable: the file cannot be read, or a row of it is refused; figures on a part of it would mislead.
    """
    categories = {asset.sku: asset.category for asset in store.assets.all()}
    table, lines, _ = photo_lines(file)
    entries, refused = read_entries(table, lines, frozenset(categories))
    if refused:
        first = refused[0]
        raise BadTable(f"{file.name}, line {first.number}: {first.what}", remedy=first.remedy)
    known = [entry for entry in entries if entry.truth is not None and (entry.truth.sku or not entry.truth.in_dam)]
    if not known:
        raise BadTable(f"{file.name} does not say what its photos show", remedy="fill the column sku, or in_dam = false")
    groups, basis = _groups(store, known), load_basis(store, weights.basis)
    described: list[PhotoEvidence] = []
    report = on_progress or (lambda _stage, _done, _total: None)
    report("photos", 0, len(known))
    jobs = (Job(image_id=entry.image.image_id, content=entry.image.content, studio=False, mask_png=None) for entry in known)
    with start_pool() as pool:
        for batch in describe_all(jobs, backends, pool):
            for (_, outcome), group in zip(batch, groups[len(described) :], strict=False):
                if isinstance(outcome, str):
                    raise BadTable(f"{file.name}: {known[len(described)].photo_id}: {outcome}", remedy="leave the photo out")
                described.append(read_evidence(outcome, basis, group=group))
            report("photos", len(described), len(known))
    return [
        _test_photo(evidence, entry.truth.sku if entry.truth else None, group, categories)
        for evidence, entry, group in zip(described, known, groups, strict=True)
    ]


def measure(photos: Sequence[TestPhoto], bench: Bench, weights: Weights) -> tuple[Outcomes, list[Ranking]]:
    """Rank the catalogue for each photo.

    Raises:
        NotEnoughEvidence: there is no photo.
    """
    if not photos:
        raise NotEnoughEvidence("there is no photo to measure on", remedy="review photos, or import some with their truth")
    place = {sku: at for at, sku in enumerate(bench.gallery.skus)}
    rankings = [find_matches(photo.evidence, bench.gallery, weights, bench.local) for photo in photos]
    ranks = [
        0 if photo.sku is None else int(np.flatnonzero(ranking.order == place[photo.sku])[0]) + 1
        for photo, ranking in zip(photos, rankings, strict=True)
    ]
    outcomes = Outcomes(
        ranks=np.array(ranks, dtype=np.int64),
        in_dam=np.array([photo.sku is not None for photo in photos]),
        no_match=np.array([ranking.no_match for ranking in rankings]),
        confidence=np.array([ranking.confidence[ranking.order[0]] for ranking in rankings]),
        clusters=np.array([photo.cluster for photo in photos], dtype=np.str_),
        categories=np.array([photo.category for photo in photos], dtype=np.str_),
    )
    return outcomes, rankings


def summarise(outcomes: Outcomes, weights: WeightsVersion, measured_on: str) -> Evaluation:
    """Turn outcomes into figures with intervals.

    Raises:
        NotEnoughEvidence: no photo shows an asset of the catalogue.
    """
    ranks, clusters = outcomes.ranks[outcomes.in_dam], outcomes.clusters[outcomes.in_dam]
    categories = outcomes.categories[outcomes.in_dam]
    tops = {k: bootstrap_interval(top_k(ranks, k), clusters) for k in (1, 3, 5)}
    return Evaluation(
        photos=len(outcomes.ranks),
        measured_on=measured_on,
        weights=weights,
        top1=tops[1],
        top3=tops[3],
        top5=tops[5],
        mrr=bootstrap_interval(reciprocal_ranks(ranks), clusters),
        no_match_auroc=auroc(outcomes.no_match, ~outcomes.in_dam, outcomes.clusters),
        ece=expected_calibration_error(outcomes.confidence, top_k(outcomes.ranks, 1)),
        by_category=tuple(
            (str(name), bootstrap_interval(top_k(ranks[categories == name], 1), clusters[categories == name]))
            for name in np.unique(categories)
        ),
    )


def active_weights(store: Store) -> Weights:
    """Read the weights that rank now.

    Raises:
        NotEnoughEvidence: nothing is indexed yet.
    """
    version = store.activations.active()
    if version is None:
        raise NotEnoughEvidence("nothing is indexed yet", remedy="import a catalogue, then run 'couture index'")
    return from_json(store.weights.get(version).parameters)


def evaluate(
    store: Store,
    backends: Backends,
    *,
    file: Path | None = None,
    ladder: bool = False,
    on_progress: Progress | None = None,
) -> Evaluation:
    """Measure the active weights on the sealed side, or on the photos of a file with truth.

    Raises:
        NotEnoughEvidence: nothing is indexed, or there is no photo to measure on.
        BadTable: the file cannot be read as a whole.
    """
    from feedback.ladder import climb  # noqa: PLC0415  # the ladder measures with this module

    weights = active_weights(store)
    bench = load_bench(store, backends, load_basis(store, weights.basis))
    photos = (
        sealed_photos(store, backends, weights) if file is None else file_photos(store, backends, weights, file, on_progress)
    )
    outcomes, _ = measure(photos, bench, weights)
    said = "the sealed side" if file is None else file.name
    found = summarise(outcomes, weights.version, said)
    steps = climb(store, backends, photos, bench, weights, on_progress) if ladder else ()
    return Evaluation(**{**vars(found), "steps": steps})


def _test_photo(evidence: PhotoEvidence, sku: Sku | None, group: str, categories: dict[Sku, str]) -> TestPhoto:
    return TestPhoto(
        evidence=evidence,
        sku=sku,
        cluster=f"group {group}" if sku is None else f"sku {sku}",
        category="" if sku is None else categories[sku] or "(none)",
    )


def _groups(store: Store, entries: Sequence[PhotoEntry]) -> list[str]:
    """Find the group of each photo among those stored, as an import would, without storing anything."""
    there = store.photos.all()
    hashes = store.images.perceptual_hashes()
    arrivals = [
        Arrival(photo_id=e.photo_id, perceptual_hash=e.image.perceptual_hash, group=e.group, taken_at=e.taken_at) for e in entries
    ]
    at_image: dict[ImageId, str] = {photo.image_id: photo.group for photo in there}
    places, _ = place_photos(arrivals, there, {photo.photo_id: hashes[photo.image_id] for photo in there}, key="scratch")
    return [at_image.get(entry.image.image_id, place.group) for entry, place in zip(entries, places, strict=True)]
