"""What 3D is worth where a scan exists, and where only one picture does: the ladder on `ycb` with real GLBs and with reliefs.

    COUTURE_DATASETS=… python -m tests.benchmarks.relief_value --draws 2

Three homes of the same 33 assets in one run: references alone; with the scans; with the scans withheld and a relief inflated from
each reference. Every row is compared with its own row of the home without 3D, photo by photo; intervals are 95 % bootstraps of
whole skus, seed 0. Before any label all photos count. "After 41 labels" is measured on the photos that are no labels, with their
confirmed views and whatever weights the gate took into use (it prints whether it did), the draws taken together; each photo is
its own group, since ycb has no bursts.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import numpy as np
import pandas as pd
import typer

from dashboard.settings import FILE, read_settings
from data.domain import Sku, ViewKind
from data.photo_rows import photo_lines, read_entries
from data.store import open_store
from feedback.evaluation import active_weights
from feedback.known_photos import known_photo
from feedback.ladder import rungs_of
from feedback.metrics import Clusters, Ranks, bootstrap_interval, paired_difference, top_k
from feedback.samples import Bench, load_bench
from matching.backends import Backends
from matching.describing import PictureEvidence
from matching.evidence import load_basis, read_evidence
from matching.gallery import build_gallery
from matching.workers import Job, describe_all, start_pool
from tests.benchmarks.real_pictures import PROTOCOLS, couture, split

NAME = "ycb"
FLAT, SCANS, RELIEFS = "2D alone", "scans", "reliefs"
SETTINGS = {FLAT: "", SCANS: "", RELIEFS: 'mesh_generator = "relief"\n'}
FRONT_DEG = (0.0, 45.0, 315.0)
SKIPPED = ("2d, euclidean", "2d, mix")


@dataclass(frozen=True, kw_only=True)
class Shot:
    """A photo, described once for all homes; `sku` is None where the catalogue has none."""

    photo_id: str
    sku: Sku | None
    evidence: PictureEvidence


@dataclass(frozen=True, kw_only=True)
class Row:
    """Ranks of the photos whose asset is in the catalogue, (n,), and what they are alike by."""

    ranks: Ranks
    clusters: Clusters


def describe(dataset: Path) -> list[Shot]:
    """Describe every photo once."""
    skus = frozenset(Sku(sku) for sku in pd.read_csv(dataset / "catalogue.csv", dtype=str)["sku"])
    entries, refused = read_entries(*photo_lines(dataset / "photos.csv")[:2], skus)
    if refused:
        raise RuntimeError(f"{len(refused)} photos were refused")
    jobs = (Job(image_id=e.image.image_id, content=e.image.content, studio=False) for e in entries)
    with start_pool() as pool:
        found = [outcome for batch in describe_all(jobs, Backends(), pool) for _, outcome in batch]
    return [
        Shot(photo_id=entry.photo_id, sku=entry.truth.sku if entry.truth else None, evidence=outcome)
        for entry, outcome in zip(entries, found, strict=True)
        if not isinstance(outcome, str)
    ]


def build(dataset: Path, work: Path) -> dict[str, Path]:
    """Make and index the three homes; what was kept of an earlier run is used again."""
    for name in ("photos", "references", "meshes"):
        shutil.copytree(dataset / name, work / name, dirs_exist_ok=True)
    table = pd.read_csv(dataset / "catalogue.csv", dtype=str, keep_default_na=False)
    table.to_csv(work / "scans.csv", index=False)
    table.drop(columns="mesh").to_csv(work / "flat.csv", index=False)
    homes = {}
    for name, said in SETTINGS.items():
        homes[name] = home = work / name.replace(" ", "-")
        home.mkdir(exist_ok=True)
        (home / FILE).write_text(said, encoding="utf-8")
        couture(home, "import", "catalogue", str(work / ("scans.csv" if name == SCANS else "flat.csv")))
        started = time.monotonic()
        print(name, couture(home, "index", "--only", "catalogue"), f"{time.monotonic() - started:.0f} s")
    return homes


def climb(home: Path, shots: Sequence[Shot], yaws_deg: Collection[float] | None = None) -> dict[str, Row]:
    """Measure each step of the ladder on the photos; with renders of some yaws alone, where those are named."""
    store, backends = open_store(home / "store"), read_settings(home).backends
    weights = active_weights(store)
    basis = load_basis(store, weights.basis)
    bench = load_bench(store, backends, basis)
    bench = bench if yaws_deg is None else only_yaws(bench, yaws_deg)
    categories = {asset.sku: asset.category for asset in store.assets.all()}
    photos = [known_photo(read_evidence(shot.evidence, basis), shot.sku, shot.photo_id, categories) for shot in shots]
    rows = {}
    for rung in rungs_of(store, backends, bench, weights):
        if rung.step not in SKIPPED:
            found = rung.measure(photos, bench, weights)
            rows[rung.step] = Row(ranks=found.ranks[found.in_dam], clusters=found.clusters[found.in_dam])
    return rows


def only_yaws(bench: Bench, yaws_deg: Collection[float]) -> Bench:
    """Leave out the renders of every other yaw."""
    gallery = bench.gallery
    kept = [at for at, row in enumerate(gallery.views) if row.view.kind is not ViewKind.RENDER or row.view.yaw_deg in yaws_deg]
    vectors = {block: np.stack([found.raw(at) for at in kept]) for block, found in gallery.vectors.items()}
    return replace(bench, gallery=build_gallery(gallery.skus, [gallery.views[at] for at in kept], vectors))


def fitted(homes: Mapping[str, Path], shots: Sequence[Shot], work: Path, draws: int) -> dict[str, dict[str, Row]]:
    """Label, retune and measure each home, the draws taken together."""
    found: dict[str, dict[str, list[Row]]] = {name: {} for name in homes}
    for seed in range(draws):
        labels, reviews, rest = split(work, PROTOCOLS[NAME], seed, work)
        kept = set(pd.read_csv(rest, dtype=str)["photo_id"])
        for name, base in homes.items():
            home = work / f"{base.name}-{seed}"
            shutil.rmtree(home, ignore_errors=True)
            shutil.copytree(base, home)
            couture(home, "import", "photos", str(labels))
            couture(home, "index")
            couture(home, "import", "reviews", str(reviews))
            tuned = couture(home, "retune", "--activate")
            print(f"draw {seed}, {name}: {tuned['reason']}; activated: {tuned['activated']}")
            last = list(climb(home, [shot for shot in shots if shot.photo_id in kept]).items())[-1:]
            for _, row in last:
                found[name].setdefault("after 41 labels", []).append(row)
    return {name: {step: joined(rows) for step, rows in steps.items()} for name, steps in found.items()}


def joined(rows: Sequence[Row]) -> Row:
    """Take the photos of several draws together; a sku stays one cluster."""
    ranks, clusters = (np.concatenate([getattr(row, name) for row in rows]) for name in ("ranks", "clusters"))
    return Row(ranks=ranks, clusters=clusters)


def show(name: str, rows: Mapping[str, Row], before: Mapping[str, Row]) -> None:
    """Print each step with its difference from the same step, or from plain 2D, of the home without 3D."""
    for step, row in rows.items():
        tops = "  ".join(f"{bootstrap_interval(top_k(row.ranks, k), row.clusters).value:6.1%}" for k in (1, 3, 5))
        base = before.get(step) or before["2d"]
        said = [paired_difference(top_k(base.ranks, k), top_k(row.ranks, k), row.clusters) for k in (1, 3, 5)]
        differences = "  ".join(f"{100 * d.value:+5.1f} [{100 * d.low:+5.1f}, {100 * d.high:+5.1f}]" for d in said)
        print(f"{name:18s} {step:22s} n={len(row.ranks)}  {tops}   {differences}")


def main(
    draws: Annotated[int, typer.Option(help="Of 41 labels each.")] = 2,
    keep: Annotated[Path | None, typer.Option(help="Keep the homes here.")] = None,
) -> None:
    """Measure what scans and reliefs add to 2D."""
    dataset = (Path(os.environ["COUTURE_DATASETS"]) / NAME).resolve()
    with TemporaryDirectory() as scratch:
        work = keep or Path(scratch)
        work.mkdir(parents=True, exist_ok=True)
        shutil.copy(dataset / "photos.csv", work / "photos.csv")
        homes, shots = build(dataset, work), describe(dataset)
        print("Top-1, Top-3, Top-5; then the differences from 2D alone in points, with their 95 % intervals")
        before = climb(homes[FLAT], shots)
        show(FLAT, before, before)
        show(SCANS, climb(homes[SCANS], shots), before)
        show(RELIEFS, climb(homes[RELIEFS], shots), before)
        show("reliefs, 0 and ±45°", climb(homes[RELIEFS], shots, FRONT_DEG), before)
        if draws:
            tuned = fitted(homes, shots, work, draws)
            for name in homes:
                show(name, tuned[name], tuned[FLAT])


if __name__ == "__main__":
    typer.run(main)
