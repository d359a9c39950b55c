"""Does a catalogue that has doubled make the ranking say "in the DAM" of what it does not have?

    COUTURE_DATASETS=… python -m tests.benchmarks.doubled_catalogue ycb grocery

Beside the assets of a set come as many unrelated ones, through `import catalogue` and `index`, on the basis that is there: studio
pictures of the other set and of the demo, and where these do not reach, photos of clothes. Every photo is asked as it is, and
again with its own asset taken away: that is an absence; ycb has thirty real ones beside these. "In the DAM" is said where "not in
the DAM" is less likely than of all but a tenth, a quarter or a half of the photos whose asset is there, on the small catalogue.
What is measured is the share
of absences of which it is said, before and after the doubling, before any label and with weights fitted on labels of half of the
bursts; the other half is asked. Beside it the same of the photos whose asset is there, as it is and as if their assets were
those that came last; with the raw mass of the softmax (the logarithm of the sum of all assets' exponentials) in the place of "not
in the DAM"; and Top-1.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import numpy as np
import pandas as pd
import typer
from scipy.special import logsumexp

from data import demo
from data.domain import PhotoId, Sku
from feedback.metrics import Clusters, Interval, Values, paired_difference
from feedback.samples import Bench
from matching.arrays import RealArray
from matching.calibrated import judge_no_match, read_absence_signs
from matching.fusion import Fused
from matching.gallery import Gallery
from matching.search import Ranking, find_matches
from matching.weights import Weights
from tests.benchmarks.calibration_error import retuned, start_of
from tests.benchmarks.replay import Pictures, datasets, described, load, remember_geometry

OTHER = {"ycb": "grocery", "grocery": "ycb"}
DEMO = Path(demo.__file__).parent / "files"
WITHIN = 0.02
SAID_OF = (0.9, 0.75, 0.5)
"""Shares of the photos whose asset is there of which "in the DAM" is said, on the small catalogue."""


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What one catalogue says, larger for "not in the DAM": by what the product goes by, and by the softmax's mass.

    Attributes:
        absent: (2, n) both, of absences.
        present: (2, m) both, of photos whose asset is there.
        latest: (2, m) the same if the order in which assets came were the other way round.
        right: (m,) whether the first candidate of these is right.
    """

    absent: Values
    present: Values
    latest: Values
    right: Values


def unrelated(name: str, count: int, into: Path) -> Path:
    """Write a catalogue of unrelated assets."""
    pictures = list[Path]()
    for folder in (datasets() / OTHER[name], DEMO):
        frame = pd.read_csv(folder / "catalogue.csv", dtype=str, keep_default_na=False).drop_duplicates("sku")
        pictures += [folder / image for image in frame["image"]]
    clothes = pd.read_csv(datasets() / "clothing" / "photos.csv", dtype=str, keep_default_na=False)
    pictures += [datasets() / "clothing" / image for image in clothes["image"]]
    into.mkdir(parents=True)
    rows = []
    for at, picture in enumerate(pictures[:count]):
        shutil.copyfile(picture, into / f"{at}{picture.suffix}")
        rows.append({"sku": f"unrelated-{at}", "title": f"unrelated {at}", "image": f"{at}{picture.suffix}"})
    pd.DataFrame(rows).to_csv(into / "catalogue.csv", index=False)
    return into


def doubled(name: str, home: Path, work: Path) -> Path:
    """Index a home again, with as many unrelated assets beside its own."""
    larger = work / f"{name}-doubled"
    if not (larger / "described").is_file():
        shutil.rmtree(larger, ignore_errors=True)
        shutil.copytree(home, larger)
        (larger / "described").unlink()
        count = len(pd.read_csv(datasets() / name / "catalogue.csv", dtype=str)["sku"].unique())
        with TemporaryDirectory() as scratch:
            folder = unrelated(name, count, Path(scratch) / "assets")
            for words in (("import", "catalogue", str(folder)), ("index",)):
                subprocess.run([sys.executable, "-m", "dashboard", "--home", str(larger), *words], check=True)
        (larger / "described").touch()
    return larger


def without(ranking: Ranking, asset: int) -> tuple[RealArray, Fused]:
    """Take an asset out of a ranking. What stands eleventh has not been checked by geometry."""
    kept = np.arange(len(ranking.scores)) != asset
    fused = replace(
        ranking.fused,
        scores=ranking.fused.scores[kept],
        contributions=ranking.fused.contributions[kept],
        similarities=ranking.fused.similarities[kept],
        hypothesis=ranking.fused.hypothesis[kept],
    )
    return ranking.scores[kept], fused


def answers(pictures: Pictures, asked: Sequence[PhotoId], bench: Bench, weights: Weights) -> Answers:
    """Ask a catalogue of every photo, and of every photo without its own asset."""
    folded = bench.folded(weights)
    absent, present, latest = list[tuple[float, float]](), list[tuple[float, float]](), list[tuple[float, float]]()
    right = list[float]()
    turned = replace(folded.gallery, arrivals=len(folded.gallery.skus) - 1 - np.asarray(folded.gallery.arrivals))
    for photo_id in asked:
        ranking, truth = (
            find_matches(pictures.evidence[photo_id], folded.gallery, weights, folded.local),
            pictures.truth[photo_id],
        )
        place = folded.places[Sku(truth)] if truth else -1
        absent.append(judged(without(ranking, place), folded.gallery, place, weights))
        if truth:
            present.append(judged((ranking.scores, ranking.fused), folded.gallery, -1, weights))
            latest.append(judged((ranking.scores, ranking.fused), turned, -1, weights))
            right.append(float(int(ranking.order[0]) == place))
    said = (np.array(each).T for each in (absent, present, latest))
    return Answers(**dict(zip(("absent", "present", "latest"), said, strict=True)), right=np.array(right))


def judged(found: tuple[RealArray, Fused], gallery: Gallery, gone: int, weights: Weights) -> tuple[float, float]:
    """Say how much speaks for "not in the DAM": as the product has it, and by the softmax's mass."""
    scores, fused = found
    kept = np.arange(len(gallery.skus)) != gone
    quality, came = (None if of is None else of[kept] for of in (gallery.mesh_quality, gallery.arrivals))
    seen = read_absence_signs(scores, fused, replace(gallery, mesh_quality=quality, arrivals=came), weights.assets)
    said = judge_no_match(seen, weights.no_match)
    return said, -float(logsumexp(scores / weights.temperature))


def compared(words: str, small: Answers, large: Answers, clusters: Clusters) -> None:
    """Print how far the doubled catalogue moves the share of absences that are held for present."""
    typer.echo(f"   {words}: Top-1 {small.right.mean():.1%} → {large.right.mean():.1%}")
    each = list[Values]()
    for said_of in SAID_OF:
        limits = np.quantile(small.present, said_of, axis=1)[:, None]
        before, after = (np.asarray(one.absent < limits, dtype=np.float64) for one in (small, large))
        each.append(after[0] - before[0])
        moved, by_mass = (paired_difference(before[at], after[at], clusters) for at in range(2))
        kept, as_latest = (float((one[0] < limits[0]).mean()) - said_of for one in (large.present, large.latest))
        held = "within" if abs(moved.value) <= WITHIN else "NOT within"
        typer.echo(
            f"      said of {said_of:.0%} of those there: false {before[0].mean():.1%} → {after[0].mean():.1%}, moved by"
            f" {share(moved)}: {held} {WITHIN:.0%}; of those there {kept:+.1%}, had theirs come last {as_latest:+.1%};"
            f" by the softmax's mass {share(by_mass)}"
        )
    mean = paired_difference(np.zeros(small.absent.shape[1]), np.mean(each, axis=0), clusters)
    typer.echo(
        f"      mean of the three: false moved by {share(mean)}: {'within' if abs(mean.value) <= WITHIN else 'NOT within'}"
    )


def share(interval: Interval) -> str:
    """Write a share with its interval."""
    return f"{interval.value:.1%} [{interval.low:.1%}, {interval.high:.1%}]"


def main(
    names: Annotated[list[str] | None, typer.Argument()] = None,
    keep: Annotated[Path | None, typer.Option(help="Keep the described pictures here.")] = None,
) -> None:
    """Measure what a doubled catalogue does to "not in the DAM"."""
    with TemporaryDirectory() as scratch:
        for name in names or list(OTHER):
            began, work = time.monotonic(), keep or Path(scratch)
            home = described(name, work)
            pictures, larger = load(name, home), load(name, doubled(name, home, work))
            remember_geometry()
            groups = {photo.photo_id: photo.group for photo in pictures.photos}
            half = set(np.random.default_rng(0).permutation(sorted(set(groups.values())))[: len(set(groups.values())) // 2])
            known = [one for one in pictures.evidence if groups[one] in half]
            asked = [one for one in pictures.evidence if groups[one] not in half]
            clusters = np.array([pictures.truth[one] or f"group {groups[one]}" for one in asked], dtype=np.str_)
            start = start_of(pictures, known)
            typer.echo(
                f"{name}: {len(asked)} photos asked, {len(known)} labelled, assets {len(pictures.catalogue.skus)}"
                f" → {len(larger.catalogue.skus)}"
            )
            bench, fitted = retuned(pictures, known, start, views=True)
            labels = {one: pictures.truth[one] for one in sorted(known)}
            for words, weights, small, large in (
                ("before labels", start, pictures.bench({}), larger.bench({})),
                ("after", fitted, bench, larger.bench(labels)),
            ):
                compared(words, answers(pictures, asked, small, weights), answers(pictures, asked, large, weights), clusters)
            typer.echo(f"   {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    typer.run(main)
