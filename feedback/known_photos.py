"""Photos to measure on: the sealed side's, or those of a file, of which it is known what they show."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from data.domain import ImageId, Photo, PhotoId, Side, Sku
from data.errors import BadTable
from data.grouping import Arrival, place_photos
from data.photo_rows import PhotoEntry, photo_lines, read_entries
from data.store import Store
from feedback.corrections import read_corrections
from feedback.equivalence import read_equivalents
from feedback.gold import read_reviews
from feedback.labels import NO_EQUIVALENTS, LabelKind, labels_of
from matching.backends import Backends
from matching.basis import Basis
from matching.describing import PictureEvidence
from matching.evidence import PhotoEvidence, load_basis, load_photos, read_evidence, refuse_other_embedders
from matching.weights import Weights
from matching.word_reading import fresh_photo_words, read_photo_words, with_words, worded
from matching.workers import Job, check_engines, describe_all, start_pool

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, kw_only=True)
class TestPhoto:
    """A photo to measure on: what it shows is known.

    `sku` is None where the DAM has none; `skus` are all that are right, empty there; `cluster` is what intervals are drawn by;
    `photo_id` is None of a photo that is not in the store; `by_truth` says whether a truth that came with it tells what it shows.
    """

    __test__ = False
    evidence: PhotoEvidence
    sku: Sku | None
    cluster: str
    category: str
    skus: frozenset[Sku] = frozenset()
    photo_id: PhotoId | None = None
    by_truth: bool = False


def sealed_photos(store: Store, backends: Backends, weights: Weights, *, words: bool = False) -> list[TestPhoto]:
    """Read the sealed side's photos of which it is known what they show: by their truth, or by standing reviews.

    With `words` each comes with what is said of it.
    """
    equivalents, truths = read_equivalents(store), store.photos.truths()
    labels = labels_of(read_reviews(store), equivalents)
    known: list[tuple[Photo, Sku | None, bool]] = []
    for photo in sorted(store.photos.all(), key=lambda photo: photo.photo_id):
        label, truth = labels.get(photo.photo_id), truths.get(photo.photo_id)
        if photo.side is not Side.TEST:
            continue
        if truth is not None and (truth.sku or not truth.in_dam):
            known.append((photo, truth.sku, True))
        elif label is not None and label.chosen is not None:
            known.append((photo, label.chosen, False))
        elif label is not None and label.kind is LabelKind.NOT_IN_DAM:
            known.append((photo, None, False))
    evidence = load_photos(
        store, backends, load_basis(store, weights.basis), {photo.image_id: photo.group for photo, *_ in known}
    )
    if words:
        said = read_photo_words(store, backends, [photo for photo, *_ in known], read_corrections(store))
        evidence = with_words(evidence, said)
    categories = {asset.sku: asset.category for asset in store.assets.all()}
    return [
        replace(
            known_photo(evidence[photo.image_id], sku, photo.group, categories, equivalents),
            photo_id=photo.photo_id,
            by_truth=by_truth,
        )
        for photo, sku, by_truth in known
        if photo.image_id in evidence and (sku is None or sku in categories)
    ]


def file_photos(
    store: Store, backends: Backends, weights: Weights, file: Path, on_progress: Progress | None = None, *, words: bool = False
) -> list[TestPhoto]:
    """Describe the photos of a file with truth in scratch: nothing is queued, stored or learned from them.

    A photo that looks like one in the store takes its group, so that it never sees its own confirmed view.

    Raises:
        BadTable: the file cannot be read, or a row of it is refused; figures on a part of it would mislead.
        NotEnoughEvidence: the catalogue was indexed by other embedders than settings name now.
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
    groups, basis, equivalents = _groups(store, known), load_basis(store, weights.basis), read_equivalents(store)
    described: list[PhotoEvidence] = []
    report = on_progress or (lambda _stage, _done, _total: None)
    report("photos", 0, len(known))
    jobs = (Job(image_id=entry.image.image_id, content=entry.image.content, studio=False) for entry in known)
    refuse_other_embedders(basis, backends)
    check_engines(backends)
    with start_pool() as pool:
        for batch in describe_all(jobs, backends, pool):
            for (_, outcome), group in zip(batch, groups[len(described) :], strict=False):
                if isinstance(outcome, str):
                    raise BadTable(f"{file.name}: {known[len(described)].photo_id}: {outcome}", remedy="leave the photo out")
                described.append(_scratch(store, backends, outcome, basis, group, words=words))
            report("photos", len(described), len(known))
    return [
        known_photo(evidence, entry.truth.sku if entry.truth else None, group, categories, equivalents)
        for evidence, entry, group in zip(described, known, groups, strict=True)
    ]


def _scratch(
    store: Store, backends: Backends, outcome: PictureEvidence, basis: Basis, group: str, *, words: bool
) -> PhotoEvidence:
    found = read_evidence(outcome, basis, group=group)
    return worded(found, fresh_photo_words(store, backends, outcome.words)) if words and outcome.words else found


def known_photo(
    evidence: PhotoEvidence,
    sku: Sku | None,
    group: str,
    categories: Mapping[Sku, str],
    equivalents: Mapping[Sku, frozenset[Sku]] = NO_EQUIVALENTS,
) -> TestPhoto:
    """Make a photo to measure on; intervals are drawn by its article, or by its group where the DAM has none."""
    skus = frozenset[Sku]() if sku is None else equivalents.get(sku, frozenset({sku}))
    return TestPhoto(
        evidence=evidence,
        sku=sku,
        cluster=f"group {group}" if sku is None else f"sku {min(skus)}",
        category="" if sku is None else categories[sku] or "(none)",
        skus=skus,
    )


def _groups(store: Store, entries: Sequence[PhotoEntry]) -> list[str]:
    """Find the group of each photo among those stored, as an import would, without storing anything."""
    there = store.photos.all()
    hashes = store.images.perceptual_hashes()
    arrivals = [
        Arrival(photo_id=e.photo_id, perceptual_hash=e.image.perceptual_hash, group=e.group, taken_at=e.taken_at) for e in entries
    ]
    at_image: dict[ImageId, str] = {photo.image_id: photo.group for photo in there}
    coded = {photo.photo_id: hashes[photo.image_id] for photo in there}
    places, _ = place_photos(arrivals, there, coded, key="scratch", aliases=store.group_aliases.groups())
    return [at_image.get(entry.image.image_id, place.group) for entry, place in zip(entries, places, strict=True)]
