"""How far is confidence from accuracy, before any label and after, on photos that nothing was fitted on?

    COUTURE_DATASETS=… python -m tests.benchmarks.calibration_error ycb grocery

Five folds that share neither sku nor burst. In turn the photos of four are labelled by a reviewer who is always right: channel
weights, "not in the DAM" and the confidence of the first candidate are fitted on them as `couture retune` does, and the fifth is
measured on. What is confirmed is no view there: every asset but those measured on would have some. Beside it the weights before
any label, of the same photos. Printed: the debiased calibration error with the plain one and the root mean square, per set and
pooled, with 95 % intervals by cluster (sku; the burst, where the DAM has none), and the AUROC of "not in the DAM", whose mean
over the folds or drawings stands beside it, as each has a scale of its own.

`--few` does the same with as few labels as `real_pictures` has (41 of ycb, 324 of grocery), in five drawings by burst. All other
photos are measured on, and what is confirmed is a view, as in use: the assets that are measured on have some too. `--plot FILE`
draws risk against coverage, before and after, with bands of clusters; the area under each curve (AURC) is printed with the row.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import numpy as np
import typer

from data.domain import PhotoId, Sku, WeightsVersion
from feedback.calibration import debiased_error_interval, debiased_root_mean_square
from feedback.checks import fit_checks
from feedback.examples import gather
from feedback.fitting import components_of, fit_weights, folds_of
from feedback.fitting_features import fit_features
from feedback.metrics import Clusters, Flags, Interval, Values, auroc, expected_calibration_error
from feedback.samples import Bench
from matching.preparation import CONSTANTS_FROM, MOST_PHOTOS, photo_shift, with_constants
from matching.search import find_matches
from matching.weights import Weights, house_weights
from tests.benchmarks.replay import Pictures, described, load, remember_geometry
from tests.benchmarks.risk_plot import draw_risk, risk_words

FEW: Mapping[str, int] = {"ycb": 41, "grocery": 324}
DRAWINGS = 5
TARGET = 0.05
HOUSE = WeightsVersion("v1")


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a ranking said of photos: confidence of the first, whether it is right, "not in the DAM", and whether it is not."""

    confidence: Values
    right: Values
    no_match: Values
    absent: Flags
    clusters: Clusters


def joined(parts: Sequence[Said]) -> Said:
    """Put several together."""
    return Said(**{field.name: np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Said)})


def start_of(pictures: Pictures, known: Sequence[PhotoId]) -> Weights:
    """Give the house weights, with shift and constants of the photos that may be learned from, without any label."""
    shot = [pictures.evidence[photo_id] for photo_id in sorted(known)]
    spread = [shot[at] for at in np.unique(np.linspace(0, len(shot) - 1, MOST_PHOTOS).round().astype(int))]
    house = house_weights(HOUSE, pictures.basis, tuple(pictures.catalogue.vectors))
    shifted = Weights(**{**vars(house), "shift": photo_shift(spread)})
    return with_constants(shifted, pictures.catalogue, spread[: CONSTANTS_FROM * 4])


def retuned(pictures: Pictures, known: Sequence[PhotoId], start: Weights, *, views: bool) -> tuple[Bench, Weights]:
    """Fit on labels as `couture retune` does; give the catalogue too, with the confirmed views where asked."""
    labels = {photo_id: pictures.truth[photo_id] for photo_id in sorted(known)}
    bench, photos = pictures.bench(labels if views else {}), pictures.labelled(labels)
    shown = [photo for photo in photos if photo.positives]
    components = components_of([str(photo.sku) for photo in shown], [photo.photo.group for photo in shown])
    examples = gather(shown, bench, start)
    fit = fit_features(shown, examples, components, bench, start, fit_weights(examples, components, start))
    held_out = dict(zip((photo.photo.photo_id for photo in shown), fit.held_out_weights, strict=True))
    return bench, fit_checks(fit.weights, photos, bench, [held_out.get(one.photo.photo_id, fit.weights) for one in photos])


def said_of(pictures: Pictures, asked: Sequence[PhotoId], bench: Bench, weights: Weights) -> Said:
    """Rank photos, and keep what was said of them."""
    folded, groups = bench.folded(weights), {photo.photo_id: photo.group for photo in pictures.photos}
    found = [find_matches(pictures.evidence[one], folded.gallery, weights, folded.local) for one in asked]
    truth = [pictures.truth[one] for one in asked]
    right = [bool(sku) and int(one.order[0]) == folded.places[Sku(sku)] for one, sku in zip(found, truth, strict=True)]
    clusters = [f"sku {sku}" if sku else f"group {groups[one]}" for one, sku in zip(asked, truth, strict=True)]
    return Said(
        confidence=np.array([one.confidence[one.order[0]] for one in found], dtype=np.float64),
        right=np.array(right, dtype=np.float64),
        no_match=np.array([one.no_match for one in found]),
        absent=np.array([not sku for sku in truth]),
        clusters=np.array(clusters, dtype=np.str_),
    )


def splits(pictures: Pictures, few: int | None) -> list[tuple[list[PhotoId], list[PhotoId]]]:
    """List what is labelled and what is measured on: five folds, or five drawings of few photos by burst."""
    ids = [photo.photo_id for photo in pictures.photos if photo.photo_id in pictures.evidence]
    groups = {photo.photo_id: photo.group for photo in pictures.photos}
    if few is None:
        skus = [pictures.truth[one] or f"absent, group {groups[one]}" for one in ids]
        folds = folds_of(components_of(skus, [groups[one] for one in ids]))
        parts = [{ids[at] for at in fold} for fold in folds]
        return [([one for one in ids if one not in part], [one for one in ids if one in part]) for part in parts]
    found = []
    for seed in range(DRAWINGS):
        turned = np.random.default_rng(seed).permutation(sorted(set(groups.values()))).tolist()
        ordered = sorted(ids, key=lambda one, turned=turned: (turned.index(groups[one]), one))  # type: ignore[misc]
        last = groups[ordered[few - 1]]
        known = [one for at, one in enumerate(ordered) if at < few or groups[one] == last]
        found.append((known, [one for one in ids if one not in set(known)]))
    return found


def measured(name: str, home: Path, few: int | None) -> tuple[Said, Said]:
    """Measure a set before any label and after."""
    remember_geometry()
    pictures = load(name, home)
    before, after, shown = list[Said](), list[Said](), list[list[float]]()
    for known, asked in splits(pictures, few):
        start = start_of(pictures, known)
        before.append(said_of(pictures, asked, pictures.bench({}), start))
        after.append(said_of(pictures, asked, *retuned(pictures, known, start, views=few is not None)))
        areas = [auroc(one.no_match, one.absent, one.clusters, samples=2) for one in (before[-1], after[-1])]
        words = "" if areas[0] is None else ", AUROC " + " → ".join(f"{area.value:.3f}" for area in areas if area)
        shown.append([area.value for area in areas if area])
        typer.echo(
            f"   {len(known)} labels, {len(asked)} measured: Top-1 {before[-1].right.mean():.3f} →"
            f" {after[-1].right.mean():.3f}{words}"
        )
    if all(shown):
        means = np.mean(shown, axis=0)
        typer.echo(f"   no-match AUROC, mean of {len(shown)}: {means[0]:.3f} → {means[1]:.3f}")
    return joined(before), joined(after)


def figures(name: str, said: Said) -> str:
    """Write the figures of one row."""
    debiased = debiased_error_interval(said.confidence, said.right, said.clusters)
    area = auroc(said.no_match, said.absent, said.clusters)
    reached = "reached" if debiased.value <= TARGET else "NOT reached"
    return (
        f"   {name:<14} n {len(said.right):>5,}  debiased {three(debiased)} ({reached})"
        f"  plain {expected_calibration_error(said.confidence, said.right):.3f}"
        f"  root mean square {debiased_root_mean_square(said.confidence, said.right):.3f}"
        f"  Top-1 {said.right.mean():.3f}  no-match AUROC {'–' if area is None else three(area)}"
        f"  {risk_words(said)}"
    )


def three(interval: Interval) -> str:
    """Write a figure with its interval."""
    return f"{interval.value:.3f} [{interval.low:.3f}, {interval.high:.3f}]"


def main(
    names: Annotated[list[str] | None, typer.Argument()] = None,
    keep: Annotated[Path | None, typer.Option(help="Keep the described pictures here.")] = None,
    few: Annotated[bool, typer.Option("--few", help="Few labels, five drawings.")] = False,
    plot: Annotated[Path | None, typer.Option(help="Draw risk against coverage here.")] = None,
) -> None:
    """Measure the calibration error out of fold."""
    began, rows = time.monotonic(), dict[str, tuple[Said, Said]]()
    with TemporaryDirectory() as scratch:
        for name in names or ["ycb", "grocery"]:
            typer.echo(name)
            rows[name] = measured(name, described(name, keep or Path(scratch)), FEW[name] if few else None)
            for words, said in zip(("before labels", "after"), rows[name], strict=True):
                typer.echo(figures(words, said))
    if len(rows) > 1:
        typer.echo("both sets pooled")
        for at, words in enumerate(("before labels", "after")):
            typer.echo(figures(words, joined([row[at] for row in rows.values()])))
    if plot:
        draw_risk(rows, plot)
    typer.echo(f"{time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    typer.run(main)
