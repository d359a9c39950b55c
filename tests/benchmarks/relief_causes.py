"""Why reliefs bring less than scans: one factor at a time, on the same photos of `ycb`.

    COUTURE_DATASETS=… python -m tests.benchmarks.relief_causes --draws 3

Rows differ from `reliefs` or `scans` in one thing: the axes that descriptors are compared on (the basis, fitted on whatever the
catalogue shows), what mean and spread of a channel are measured on, whether sides and back have their own colours, the shape, the
outline that a relief is inflated from, which yaws are views (counted from the front), and what renders weigh. All rank by the
house's search with geometry. Before any label all photos count; after 41 labels those that are no labels, with confirmed views,
photo shift and constants of those 41 and no weights fitted (the gate took none into use in `relief_value`), the draws together.
Differences are paired by photo, over 2D alone and over scans; intervals are 95 % bootstraps of whole objects, seed 0.

`fresh` photos are of the same objects, made as the set's own were (`masked_photos`), with other backgrounds: they check what was
seen on the set, and no row was chosen on them.

Then: how near renders of the front come to their reference and to their own photos, and what changes for photos that show an
object from its front, a side or its back. No photo says how it was taken: its side is the yaw of the scan's nearest render.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import cv2
import numpy as np
import typer
from threadpoolctl import threadpool_limits

from data.domain import PhotoId, ViewKind
from data.pictures import decode
from feedback.metrics import Clusters, Ranks, paired_difference, top_k
from matching.cutouts import upright_name
from matching.gallery import Gallery
from matching.similarity import catalogue_likeness
from tests.benchmarks.real_pictures import PROTOCOLS
from tests.benchmarks.relief_arms import ARMS, LABELLED, MENDS, MESHES, Arm, Kept, apart, fresh_photos, unlabelled, weighed
from tests.benchmarks.relief_meshes import cut_iou
from tests.benchmarks.relief_sources import FLAT, NAME, RELIEFS, SCANS, build_sources
from tests.benchmarks.replay import clusters, datasets, draw, ranks, remember_geometry, review

SIDES = {"front": (0, 45), "side": (90,), "back": (135, 180)}


def before(kept: Kept, arms: Sequence[Arm], tested: Sequence[PhotoId]) -> dict[str, Ranks]:
    """Rank photos by the weights before any label."""
    found = {}
    for arm in arms:
        pictures = kept.pictures(arm)
        found[arm.name] = ranks(pictures, tested, pictures.bench({}), unlabelled(pictures, arm))
    return found


def after(kept: Kept, arms: Sequence[Arm], draws: int) -> tuple[dict[str, Ranks], Clusters]:
    """Label the same photos for every arm, and rank the others, the fresh ones too."""
    found: dict[str, Ranks] = {}
    skus: list[Clusters] = []
    for arm in arms:
        pictures, parts = kept.pictures(arm), []
        for seed in range(draws):
            split = draw(pictures, seed, most_labels=PROTOCOLS[NAME].labels, most_tested=len(kept.photos))
            bench = pictures.bench(review(pictures, split.order, error=0.0, seed=seed))
            test = [*split.test, *kept.fresh]
            parts.append(ranks(pictures, test, bench, weighed(split.start, arm)))
            skus += [clusters(pictures, test)] if arm is arms[0] else []
        found[arm.name] = np.concatenate(parts)
    return found, np.concatenate(skus)


def show(title: str, found: Mapping[str, Ranks], skus: Clusters) -> None:
    """Print each row, and how far it is from 2D alone and from scans."""
    print(f"\n{title}: {len(skus)} rankings of photos of {len(np.unique(skus))} objects")
    print("   Top-1, Top-5; Top-1 and Top-5 over 2D alone; Top-1 over scans; in points, with 95 % intervals")
    for name, own in found.items():
        tops = "  ".join(f"{100 * top_k(own, k).mean():5.1f}" for k in (1, 5))
        gains = [said(found[base], own, k, skus) for base, k in ((FLAT, 1), (FLAT, 5), (SCANS, 1))]
        print(f"   {name:40s} {tops}  {'  '.join(gains)}", flush=True)


def said(base: Ranks, own: Ranks, k: int, skus: Clusters) -> str:
    """Write a paired difference of Top-k."""
    gain = paired_difference(top_k(base, k), top_k(own, k), skus)
    return f"{100 * gain.value:+5.1f} [{100 * gain.low:+5.1f}, {100 * gain.high:+5.1f}]"


def sides_of(kept: Kept) -> Clusters:
    """Say from where each tested photo shows its object: the yaw of the scan's nearest render, counted from the front."""
    arm = Arm(name=SCANS, source=SCANS)
    pictures = kept.pictures(arm)
    weights, gallery = unlabelled(pictures, arm), pictures.catalogue
    yaws = np.array([np.nan if row.view.yaw_deg is None else row.view.yaw_deg for row in gallery.views])
    found = []
    for photo_id in kept.tested:
        sku = kept.truth[photo_id]
        own = np.array([row.view.sku == sku for row in gallery.views]) & np.isfinite(yaws)
        alike = catalogue_likeness(pictures.evidence[photo_id].query, gallery, weights).views.max(axis=0)
        nearest = int(np.argmax(np.where(own, alike, -np.inf)))
        away = apart(float(yaws[nearest]), kept.fronts[SCANS][sku])
        found.append(next(name for name, at in SIDES.items() if away in at))
    return np.array(found, dtype=np.str_)


def show_sides(kept: Kept, found: Mapping[str, Ranks], skus: Clusters) -> None:
    """Print what changes by the side that a photo shows, and for each object."""
    sides = sides_of(kept)
    print("\nBy the side that a photo shows (nearest render of the scan): Top-1 and Top-5 over 2D alone; photos better, worse")
    for side in SIDES:
        at = sides == side
        for name in MESHES:
            base, own = found[FLAT][at], found[name][at]
            gains = "  ".join(said(base, own, k, skus[at]) for k in (1, 5))
            print(f"   {side:6s} n={at.sum():3d}  {name:32s} {gains}  {(own < base).sum()}, {(own > base).sum()}")
    print("\nBy object: ranks of its photos by 2D alone, reliefs and scans, where reliefs change one")
    for sku in np.unique(skus):
        rows = [found[name][skus == sku] for name in (FLAT, RELIEFS, SCANS)]
        if (rows[0] != rows[1]).any():
            print(f"   {sku:28s} {'  '.join(str(row.tolist()) for row in rows)}")


def show_nearness(kept: Kept, sources: Sequence[str]) -> None:
    """Print how like the reference and the photos the renders of each source are, on the axes of the references."""
    print("\nOn the axes of references, mean of the blocks: front render and reference; a photo and the nearest render of")
    print("its object; the same less the nearest render of another object; left out as poor")
    for name in sources:
        arm = Arm(name=name, source=name, axes=FLAT)
        pictures = kept.pictures(arm)
        gallery, weights = pictures.catalogue, unlabelled(pictures, arm)
        solid = np.array([row.view.kind is ViewKind.RENDER for row in gallery.views])
        skus = np.array([row.view.sku for row in gallery.views])
        own, lead = [], []
        for photo_id in kept.tested:
            mine = skus == kept.truth[photo_id]
            alike = catalogue_likeness(pictures.evidence[photo_id].query, gallery, weights).views.max(axis=0)
            if (mine & solid).any():
                own.append(alike[mine & solid].max())
                lead.append(own[-1] - alike[~mine & solid].max())
        shown = kept.fronts[name]
        alike = [_front_likeness(gallery, sku, shown[sku]) for sku in gallery.skus if sku in set(skus[solid])]
        first = np.mean(np.array(lead) > 0)
        print(
            f"   {name:32s} {np.mean(alike):.3f}  {np.mean(own):.3f}  {np.mean(lead):+.3f} ({first:.1%} > 0)"
            f"  {len(gallery.skus) - len(set(skus[solid]))}"
        )


def show_outlines() -> None:
    """Print how far the automatic cuts of the references are their known outlines."""
    cut = sorted(cut_iou(decode(path.read_bytes())) for path in sorted((datasets() / NAME / "references").iterdir()))
    print(f"\nThe automatic cuts of {len(cut)} references: IoU {np.mean(cut):.3f}, the worst {cut[0]:.3f}, {cut[1]:.3f}")


def _front_likeness(gallery: Gallery, sku: str, front_deg: float) -> float:
    """Compare the front render of an asset with its reference, both upright."""
    rows = [
        (at, row.view)
        for at, row in enumerate(gallery.views)
        if row.view.sku == sku and upright_name(row.hypothesis) == row.hypothesis
    ]
    flat = next(at for at, view in rows if view.kind is ViewKind.REFERENCE)
    solid = next(at for at, view in rows if view.kind is ViewKind.RENDER and view.yaw_deg == front_deg)
    return float(np.mean([found.units[flat] @ found.units[solid] for found in gallery.vectors.values()]))


def show_chosen(found: Mapping[str, Ranks], skus: Clusters) -> None:
    """Choose the mend that has most first on one half of the objects, measure it on the other, and the other way round."""
    objects = np.unique(skus)
    even = np.isin(skus, objects[::2])
    own = np.zeros_like(found[RELIEFS])
    chosen = []
    for half in (even, ~even):
        best = max(
            [name for name in MENDS if name in found], key=lambda name: top_k(found[name][half], 1).mean()
        )  # of equals the first
        own[~half] = found[best][~half]
        chosen.append(best)
    print(f"\nChosen on one half of the objects, measured on the other ({'; '.join(chosen)}): Top-1 and Top-5 over")
    for base in (FLAT, RELIEFS, SCANS):
        print(f"   {base:10s} {'  '.join(said(found[base], own, k, skus) for k in (1, 5))}")


def main(
    draws: Annotated[int, typer.Option(help="Of 41 labels each; 0: none.")] = 3,
    fresh: Annotated[int, typer.Option(help="Photos of every object, made as the set's were, to measure on too.")] = 5,
    keep: Annotated[Path | None, typer.Option(help="Keep the homes here.")] = None,
) -> None:
    """Measure what a relief lacks."""
    cv2.setNumThreads(1)
    remember_geometry()
    with TemporaryDirectory() as scratch, threadpool_limits(1):
        kept = Kept(build_sources(keep or Path(scratch)), fresh_photos(fresh))
        skus = np.array([kept.truth[photo_id] for photo_id in kept.tested], dtype=np.str_)
        found = before(kept, ARMS, kept.tested)
        show("No label, the photos of the set", found, skus)
        show_chosen(found, skus)
        if fresh:
            others = np.array([photo.sku for photo in kept.fresh.values()], dtype=np.str_)
            again = before(kept, ARMS, list(kept.fresh))
            show("No label, fresh photos", again, others)
            both = {name: np.concatenate([own, again[name]]) for name, own in found.items()}
            show("No label, both", both, np.concatenate([skus, others]))
        show_sides(kept, found, skus)
        show_nearness(kept, MESHES)
        show_outlines()
        if draws:
            labelled, of = after(kept, [arm for arm in ARMS if arm.name in LABELLED], draws)
            show(f"{PROTOCOLS[NAME].labels} labels, {draws} draws", labelled, of)
            show_chosen(labelled, of)


if __name__ == "__main__":
    typer.run(main)
