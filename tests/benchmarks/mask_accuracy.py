"""What masks are worth to the ranking: the same photos, catalogue and descriptors, cut out by each remover, and perfectly.

The catalogue is described once, with the house's own masks. `ycb` and `grocery` are the photos given; `masked` are photos of the
`ycb` objects whose perfect mask is known (`masked_photos`), and that mask is one more row. Every row learns photo shift and
standardisation constants of its own, from the photos that may be labelled, without any label, and then ranks by the house's
search with geometry. Before any label all photos are measured on. After labels: as many as `real_pictures` draws, each draw
fitted as `couture retune` does with their confirmed views, and measured on the photos that were not drawn. Differences are paired
by photo, intervals 95 % bootstraps of whole skus over all draws, seed 0.

What a row may be: see `mask_rows`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from data.domain import BoolArray, ImageId, Photo, PhotoId, Side
from data.store import open_store
from feedback.metrics import Clusters, Ranks, bootstrap_interval, paired_difference, top_k
from matching.backends import Backends
from matching.evidence import load_basis, read_evidence
from matching.masks import encode_mask
from matching.workers import Job, describe_all, start_pool
from tests.benchmarks.learning_curve import retuned
from tests.benchmarks.mask_rows import Seen, parts_of, seen_in, start_of
from tests.benchmarks.masked_photos import MaskedPhoto, family_of, object_photos
from tests.benchmarks.real_pictures import PROTOCOLS
from tests.benchmarks.replay import Pictures, clusters, described, draw, load, ranks, remember_geometry, review

BASE = "grabcut"
PERFECT = "perfect mask"
MASKED = "masked"
SETS = ("ycb", "grocery", MASKED)
EVERY = 10_000
SPREAD_OVER = 100
"""Photos that the start is made from before any label, as in `real_rankings`."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Ranks of the photos measured on, (n,), by each row of masks, and what the photos show."""

    skus: Clusters
    ranks: Mapping[str, Ranks]


@dataclass(frozen=True, kw_only=True)
class Shots:
    """The photos of a set: their pictures, and their perfect masks where those are known."""

    pictures: Pictures
    contents: Mapping[PhotoId, bytes]
    masks: Mapping[PhotoId, BoolArray]


def given_shots(name: str, keep: Path) -> Shots:
    """Read the photos of a set, described by the house's remover."""
    home = described(name, keep)
    pictures = load(name, home)
    found = open_store(home / "store").images.contents(photo.image_id for photo in pictures.photos)
    return Shots(pictures=pictures, contents={photo.photo_id: found[photo.image_id] for photo in pictures.photos}, masks={})


def masked_shots(photos: Sequence[MaskedPhoto], keep: Path) -> Shots:
    """Take photos whose mask is known for the photos of the `ycb` catalogue; none of them is described yet."""
    base = load("ycb", described("ycb", keep))
    taken = tuple(sorted((_photo(photo) for photo in photos), key=lambda photo: photo.photo_id))
    pictures = replace(base, photos=taken, evidence={}, truth={PhotoId(photo.photo_id): photo.shows for photo in photos})
    return Shots(
        pictures=pictures,
        contents={PhotoId(photo.photo_id): photo.content for photo in photos},
        masks={PhotoId(photo.photo_id): photo.mask for photo in photos},
    )


def _photo(photo: MaskedPhoto) -> Photo:
    return Photo(
        photo_id=PhotoId(photo.photo_id),
        image_id=ImageId(hashlib.sha256(photo.content).hexdigest()),
        group=photo.photo_id,
        side=Side.CALIBRATION,
        submitted_by="benchmark",
        submitted_at=datetime(2000, 1, 1, tzinfo=UTC),
        source="benchmark",
    )


def describe(shots: Shots, home: Path, remover: str) -> Seen:
    """Describe every photo by a remover's masks, or by the perfect ones; what the home has of it is taken from there."""
    if remover == BASE and shots.pictures.evidence:
        return shots.pictures.evidence
    store, backends = open_store(home / "store"), Backends(remover=BASE if remover == PERFECT else remover)
    basis = load_basis(store, shots.pictures.basis)
    jobs = (
        Job(
            image_id=photo.image_id,
            content=shots.contents[photo.photo_id],
            studio=False,
            mask_png=encode_mask(shots.masks[photo.photo_id]) if remover == PERFECT else None,
        )
        for photo in shots.pictures.photos
    )
    with start_pool() as pool:
        found = [outcome for batch in describe_all(jobs, backends, pool) for _, outcome in batch]
    failed = [outcome for outcome in found if isinstance(outcome, str)]
    if failed:
        raise RuntimeError(f"{len(failed)} photos were not cut out by {remover}: {failed[0]}")
    return {
        photo.photo_id: read_evidence(outcome, basis, group=photo.group)
        for photo, outcome in zip(shots.pictures.photos, found, strict=True)
        if not isinstance(outcome, str)
    }


def seen_by(pictures: Pictures, seen: Seen) -> Pictures:
    """Let the photos be those that some masks show."""
    images = {photo.photo_id: photo.image_id for photo in pictures.photos}
    own = {
        (images[photo_id], name): points
        for photo_id, one in seen.items()
        for name, points in zip(one.query.hypotheses, one.keypoints, strict=True)
    }
    return replace(pictures, evidence=seen, keypoints={**pictures.keypoints, **own})


def before(rows: Mapping[str, Pictures], wanted: Collection[PhotoId]) -> Outcome:
    """Rank every wanted photo that the catalogue has by the weights before any label."""
    found = {}
    for name, pictures in rows.items():
        start = start_of(name, draw(pictures, 0, most_labels=SPREAD_OVER, most_tested=0))
        found[name] = ranks(pictures, _tested(pictures, wanted), pictures.bench({}), start)
    first = next(iter(rows.values()))
    return Outcome(skus=clusters(first, _tested(first, wanted)), ranks=found)


def after(rows: Mapping[str, Pictures], labels: int, seed: int, wanted: Collection[PhotoId]) -> Outcome:
    """Label the same photos for every row, fit, and rank the wanted ones of the others."""
    found = {}
    for name, pictures in rows.items():
        split = draw(pictures, seed, most_labels=labels, most_tested=EVERY)
        said = review(pictures, split.order, error=0.0, seed=seed)
        bench, labelled = pictures.bench(said), [photo for photo in pictures.labelled(said) if photo.sku]
        test = [photo_id for photo_id in split.test if photo_id in wanted]
        found[name] = ranks(pictures, test, bench, retuned(labelled, bench, start_of(name, split)))
    return Outcome(skus=clusters(pictures, test), ranks=found)


def _tested(pictures: Pictures, wanted: Collection[PhotoId]) -> list[PhotoId]:
    return [photo.photo_id for photo in pictures.photos if pictures.truth[photo.photo_id] and photo.photo_id in wanted]


def show(title: str, found: Sequence[Outcome]) -> None:
    """Print each row's Top-1 and Top-5, and how far it is from the first row."""
    skus = np.concatenate([one.skus for one in found])
    print(f"\n{title}: {len(skus)} rankings of photos of {len(np.unique(skus))}, {len(found)} draws", flush=True)
    names = list(found[0].ranks)
    for name in names:
        line = f"   {name:28s}"
        for k in (1, 5):
            own, base = (np.concatenate([top_k(one.ranks[row], k) for one in found]) for row in (name, names[0]))
            value, gain = bootstrap_interval(own, skus), paired_difference(base, own, skus)
            line += f"  Top-{k} {value.value:6.1%} [{value.low:.1%}, {value.high:.1%}]"
            line += (
                f" {100 * gain.value:+5.1f} [{100 * gain.low:+5.1f}, {100 * gain.high:+5.1f}]" if name != names[0] else " " * 22
            )
        print(line, flush=True)


def measure_set(  # noqa: PLR0917
    name: str, rows: Sequence[str], named: Collection[str], each: int, seed: int, draws: int | None, keep: Path
) -> None:
    """Measure one set; see `measure_accuracy`."""
    base = "ycb" if name == MASKED else name
    shots = masked_shots(list(object_photos(each, seed)), keep) if name == MASKED else given_shots(name, keep)
    single = dict.fromkeys(part for row in rows for part in parts_of(row))
    if shots.masks:
        rows, single = [*rows, PERFECT], {**single, PERFECT: None}
    seen = {remover: describe(shots, described(base, keep), remover) for remover in single}
    pictures = {row: seen_by(shots.pictures, seen_in(row, seen)) for row in rows}
    wanted = [photo_id for photo_id, sku in shots.pictures.truth.items() if not named or sku in named or family_of(sku) in named]
    show(f"{name}, no label", [before(pictures, wanted)])
    protocol = PROTOCOLS[base]
    count = protocol.draws if draws is None else draws
    if count:
        show(f"{name}, {protocol.labels} labels", [after(pictures, protocol.labels, at, wanted) for at in range(count)])


def measure_accuracy(  # noqa: PLR0917
    rows: Sequence[str],
    sets: Iterable[str],
    named: Collection[str],
    each: int,
    seed: int,
    draws: int | None,
    keep: Path | None,
) -> None:
    """Describe the photos of each set with every remover, rank them, and print the figures.

    Args:
        rows: removers, or several of them with `+` between; all are compared with the first.
        sets: names out of `SETS`.
        named: objects or families that alone are measured on; all where empty.
        each: photos of every object in the set `masked`.
        seed: of the same.
        draws: how often labels are drawn, instead of the protocol's own number.
        keep: where the described catalogues stay.
    """
    remember_geometry()
    with TemporaryDirectory() as scratch:
        for name in sets:
            measure_set(name, rows, named, each, seed, draws, keep or Path(scratch))
