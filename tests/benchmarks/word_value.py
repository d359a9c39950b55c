"""What words add to pictures: the text channel and the attributes, before any label and after a fit, on real pictures.

    COUTURE_DATASETS=… python -m tests.benchmarks.word_value ycb grocery

Intervals are of bootstrap draws of whole skus over all seeds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import numpy as np
import typer

from data.domain import PhotoId, Sku
from data.store import open_store
from feedback.examples import gather
from feedback.fitting import components_of, fit_weights
from feedback.known_photos import TestPhoto
from feedback.ladder_words import reranked, with_bonus, with_captions
from feedback.metrics import Clusters, Ranks, bootstrap_interval, paired_difference, top_k
from feedback.samples import Bench
from matching.backends import Backends
from matching.checks import CHECKS
from matching.preparation import with_constants
from matching.search import find_matches
from matching.weights import Weights
from matching.word_reading import read_catalogue_words, read_photo_words, worded
from matching.worded import TEXT_CHANNEL, with_text
from tests.benchmarks.replay import Pictures, Split, clusters, described, draw, load, remember_geometry, review

ARMS = ("pictures", "with captions", "with attribute rerank", "with attribute bonus", "fitted, pictures", "fitted, with words")


@dataclass(frozen=True, kw_only=True)
class Protocol:
    """How many photos are labelled and measured on at most in each of so many draws."""

    labels: int
    tested: int
    seeds: int


PROTOCOLS: Mapping[str, Protocol] = {
    "ycb": Protocol(labels=80, tested=250, seeds=3),
    "grocery": Protocol(labels=300, tested=200, seeds=2),
}


def main(
    names: Annotated[list[str] | None, typer.Argument()] = None,
    keep: Annotated[Path | None, typer.Option(help="Keep the described pictures here.")] = None,
) -> None:
    """Measure, and print one line per arm and set."""
    remember_geometry()
    with TemporaryDirectory() as scratch:
        for name in names or list(PROTOCOLS):
            measure(name, described(name, keep or Path(scratch)), PROTOCOLS[name])


def measure(name: str, home: Path, protocol: Protocol) -> None:
    """Measure every arm on the same photos of each draw, pooled over draws."""
    pictures, found = with_words(load(name, home), home), dict[str, list[Ranks]]()
    names = list[Clusters]()
    for seed in range(protocol.seeds):
        split = draw(pictures, seed, most_labels=protocol.labels, most_tested=protocol.tested)
        names.append(clusters(pictures, split.test))
        for arm, ranks in one_draw(pictures, split, protocol.labels, seed).items():
            found.setdefault(arm, []).append(ranks)
    drawn, before = np.concatenate(names), np.concatenate(found["pictures"])
    for arm in ARMS:
        ranks = np.concatenate(found[arm])
        base = np.concatenate(found["fitted, pictures"]) if arm == "fitted, with words" else before
        top, change = bootstrap_interval(top_k(ranks, 1), drawn), paired_difference(top_k(base, 1), top_k(ranks, 1), drawn)
        line = f"{name:8} {arm:24} n={len(ranks)} top-1 {top.value:.3f} [{top.low:.3f}, {top.high:.3f}]"
        print(f"{line} change {change.value:+.3f} [{change.low:+.3f}, {change.high:+.3f}]", flush=True)


def with_words(pictures: Pictures, home: Path) -> Pictures:
    """Give the catalogue and its photos what is said of them."""
    store, backends = open_store(home / "store"), Backends()
    said = read_catalogue_words(store, backends, pictures.catalogue.skus)
    words = read_photo_words(store, backends, pictures.photos)
    evidence = {
        photo.photo_id: worded(pictures.evidence[photo.photo_id], words[photo.image_id])
        for photo in pictures.photos
        if photo.photo_id in pictures.evidence
    }
    return replace(pictures, catalogue=replace(pictures.catalogue, worded=said), evidence=evidence)


def one_draw(pictures: Pictures, split: Split, labels: int, seed: int) -> dict[str, Ranks]:
    """Rank the photos of one draw by every arm."""
    known = [pictures.evidence[photo_id] for photo_id in split.order]
    bare = pictures.bench({})
    captions = with_captions(split.start, bare, known)
    found = {
        "pictures": ranks(pictures, split, bare, split.start),
        "with captions": ranks(pictures, split, bare, captions),
        "with attribute rerank": ranks(pictures, split, bare, split.start, rule=True),
        "with attribute bonus": ranks(pictures, split, bare, with_bonus(split.start)),
    }
    said = review(pictures, split.order[:labels], error=0.0, seed=seed)
    bench, photos = pictures.bench(said), pictures.labelled(said)
    components = components_of(
        [min(photo.positives) if photo.positives else f"unknown {photo.photo.photo_id}" for photo in photos],
        [photo.photo.group for photo in photos],
    )
    worded_start = with_constants(with_text(split.start), pictures.catalogue, known)
    examples = gather(photos, bench, worded_start)
    silent = examples.checks.copy()
    silent[:, :, CHECKS.index("attributes")] = 0
    plain = gather(photos, bench, split.start)
    fits = {
        "fitted, pictures": fit_weights(replace(plain, checks=silent), components, split.start).weights,
        "fitted, with words": fit_weights(examples, components, worded_start).weights,
    }
    for arm, weights in fits.items():
        found[arm] = ranks(pictures, split, bench, weights)
    text = dict(zip(fits["fitted, with words"].channels, fits["fitted, with words"].values, strict=True))[TEXT_CHANNEL]
    bonus = fits["fitted, with words"].bonuses.get("attributes", 0.0)
    print(f"draw {seed}: text earned {text:.3f}, attributes {bonus:.3f}", flush=True)
    return found


def ranks(pictures: Pictures, split: Split, bench: Bench, weights: Weights, *, rule: bool = False) -> Ranks:
    """Rank each photo's own asset: (n,)."""
    found = []
    for photo_id in split.test:
        evidence, sku = pictures.evidence[PhotoId(photo_id)], Sku(pictures.truth[photo_id])
        ranking = find_matches(evidence, bench.gallery, weights, bench.local)
        if rule:
            ranking = reranked(TestPhoto(evidence=evidence, sku=sku, cluster=sku, category=""), ranking, bench)
        found.append(int(np.flatnonzero(ranking.order == bench.places[sku])[0]) + 1)
    return np.array(found, dtype=np.int64)


if __name__ == "__main__":
    typer.run(main)
