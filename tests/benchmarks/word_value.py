"""What words add to pictures: the text channel and the attributes, before any label and after a fit, on real pictures.

COUTURE_DATASETS=datasets python -m tests.benchmarks.word_value --work /tmp/words --labels 41 --seeds 3
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np

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


def main() -> None:
    """Measure, and print one line per arm and set."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--work", type=Path, required=True)
    arguments.add_argument("--sets", nargs="+", default=["ycb", "grocery"])
    arguments.add_argument("--labels", type=int, default=41)
    arguments.add_argument("--tested", type=int, default=250)
    arguments.add_argument("--seeds", type=int, default=3)
    said = arguments.parse_args()
    remember_geometry()
    for name in said.sets:
        measure(name, said.work, said.labels, said.tested, said.seeds)


def measure(name: str, work: Path, labels: int, tested: int, seeds: int) -> None:
    """Measure every arm on the same photos of each draw, pooled over draws."""
    home = described(name, work)
    pictures, found = with_words(load(name, home), home), dict[str, list[Ranks]]()
    names = list[Clusters]()
    for seed in range(seeds):
        split = draw(pictures, seed, most_labels=labels, most_tested=tested)
        names.append(clusters(pictures, split.test))
        for arm, ranks in one_draw(pictures, split, labels, seed).items():
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
    main()
