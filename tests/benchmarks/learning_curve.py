"""The learning curve: what labels bring, on photos that nobody ever labelled, beside what an engineer would use instead.

    COUTURE_DATASETS=… python -m tests.benchmarks.learning_curve ycb grocery --plot docs/learning-curve.png

Reviewers with a chosen error rate label photos in a drawn order. At each count the same photos are ranked by: nothing (the
weights before any label), confirmed views only, retuned weights only, both; and by equal weights, reciprocal rank fusion,
logistic regression on the channels' similarities, and LambdaMART, which all see the same confirmed views and the same geometric
checks.
Intervals are of 10,000 bootstrap draws of whole skus over all seeds; peers' differences are adjusted by Holm over peers and
counts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import numpy as np
import typer
from scipy.stats import norm

from data.domain import PhotoId
from data.errors import NotEnoughEvidence
from feedback.examples import gather
from feedback.fitting import components_of, fit_weights
from feedback.fitting_features import fit_features
from feedback.metrics import Clusters, Interval, Ranks, Values, bootstrap_interval, top_k
from feedback.samples import Bench, LabelledPhoto
from feedback.tuning import MOST_COMING
from matching.preparation import spread
from matching.weights import Weights
from tests.benchmarks.curve_plot import draw_curves
from tests.benchmarks.peers import equal_weights, lambdamart, logistic_regression, ranks_of, reciprocal_rank_fusion
from tests.benchmarks.replay import Pictures, clusters, described, draw, load, ranks, remember_geometry, review

OURS = ("nothing", "confirmed views only", "retuned weights only", "both")
PEERS = ("equal weights", "reciprocal rank fusion", "logistic regression", "LambdaMART")
COUNTS: Mapping[str, tuple[int, ...]] = {
    "ycb": (0, 10, 20, 30, 50, 75, 100),
    "grocery": (0, 10, 30, 100, 300, 900),
}
TESTED: Mapping[str, int] = {"ycb": 95, "grocery": 100}
FEWEST_FOR_PEERS = 10


@dataclass(frozen=True, kw_only=True)
class Curve:
    """Ranks of one seed: (n_counts, n_photos) per arm; `skus` what the photos show."""

    skus: Clusters
    ranks: Mapping[str, Ranks]


def kept_curve(name: str, home: Path, error: float, done: Path | None, seed: int) -> Curve:
    """Replay one drawing, or read it where an interrupted run with the same code has done it."""
    file = done / f"{name}-{error:g}-{seed}.npz" if done else None
    if file and file.is_file():
        with np.load(file) as found:
            return Curve(skus=found["skus"], ranks={arm: found[arm] for arm in (*OURS, *PEERS)})
    made = curve(name, home, seed, error)
    if file:
        file.parent.mkdir(parents=True, exist_ok=True)
        np.savez(file, allow_pickle=False, skus=made.skus, **made.ranks)
    return made


def curve(name: str, home: Path, seed: int, error: float) -> Curve:
    """Replay one drawing."""
    remember_geometry()
    pictures, counts = load(name, home), COUNTS[name]
    split = draw(pictures, seed, most_labels=max(counts), most_tested=TESTED[name])
    plain = pictures.bench({})
    nothing = ranks(pictures, split.test, plain, split.start)
    found: dict[str, list[Ranks]] = {arm: [] for arm in (*OURS, *PEERS)}
    for count in counts:
        said = review(pictures, split.order[:count], error=error, seed=seed)
        bench, labelled = pictures.bench(said), [photo for photo in pictures.labelled(said) if photo.sku]
        found["nothing"].append(nothing)
        found["confirmed views only"].append(ranks(pictures, split.test, bench, split.start))
        waiting = unlabelled(pictures, split.order[count:])
        alone, both = (retuned(labelled, one, split.start, waiting) for one in (plain, bench))
        found["retuned weights only"].append(ranks(pictures, split.test, plain, alone))
        found["both"].append(ranks(pictures, split.test, bench, both))
        for peer, of_peer in by_peers(pictures, labelled, split.test, bench, split.start, seed).items():
            found[peer].append(of_peer)
    return Curve(skus=clusters(pictures, split.test), ranks={arm: np.stack(rows) for arm, rows in found.items()})


def unlabelled(pictures: Pictures, photo_ids: Sequence[PhotoId]) -> list[LabelledPhoto]:
    """Give a sample of photos as a fit sees those that nobody has labelled."""
    known = {photo.photo_id: photo for photo in pictures.photos}
    chosen = [known[photo_id] for photo_id in spread(sorted(photo_ids), MOST_COMING)]
    return [LabelledPhoto(photo=photo, sku=None, evidence=pictures.evidence[photo.photo_id]) for photo in chosen]


def retuned(labelled: Sequence[LabelledPhoto], bench: Bench, start: Weights, waiting: Sequence[LabelledPhoto] = ()) -> Weights:
    """Fit as `couture retune` does, with photos that wait; too few labels give the start back."""
    components = components_of([str(photo.sku) for photo in labelled], [photo.photo.group for photo in labelled])
    try:
        examples = gather(labelled, bench, start)
        coming = gather(waiting, bench, start, checked=MOST_COMING)
        fit = fit_weights(examples, components, start, coming=coming)
        return fit_features(labelled, examples, components, bench, start, fit).weights
    except NotEnoughEvidence:
        return start


def by_peers(  # noqa: PLR0917
    pictures: Pictures, labelled: Sequence[LabelledPhoto], test: Sequence[PhotoId], bench: Bench, start: Weights, seed: int
) -> dict[str, Ranks]:
    """Rank by what an engineer would use instead; learners that have too few labels rank by equal weights."""
    asked = gather(pictures.labelled({photo: pictures.truth[photo] for photo in test}), bench, start, checked=len(test))
    equal = ranks_of(equal_weights(asked), asked)
    found = {"equal weights": equal, "reciprocal rank fusion": ranks_of(reciprocal_rank_fusion(asked), asked)}
    if len(labelled) < FEWEST_FOR_PEERS:
        return found | {"logistic regression": equal, "LambdaMART": equal}
    seen = gather(labelled, bench, start, checked=len(labelled))
    found["logistic regression"] = ranks_of(logistic_regression(seen, asked), asked)
    found["LambdaMART"] = ranks_of(lambdamart(seen, asked, seed=seed), asked)
    return found


def pooled(curves: Sequence[Curve], arm: str, at: int, k: int) -> Values:
    """Give every tested photo of every seed: 1 where its asset is among the first k."""
    return np.concatenate([top_k(one.ranks[arm][at], k) for one in curves])


def summary(name: str, curves: Sequence[Curve], error: float) -> dict[str, Any]:
    """Turn ranks into figures with intervals."""
    skus, counts = np.concatenate([one.skus for one in curves]), COUNTS[name]
    arms = {
        arm: {
            f"top{k}": [asdict(bootstrap_interval(pooled(curves, arm, at, k), skus)) for at in range(len(counts))] for k in (1, 5)
        }
        for arm in (*OURS, *PEERS)
    }
    few = {
        str(counts[at]): asdict(bootstrap_interval(pooled(curves, "both", at, 1) - pooled(curves, "nothing", at, 1), skus))
        for at in range(len(counts))
    }
    widths = np.diff(counts)
    gains = np.stack([pooled(curves, "both", at, 1) - pooled(curves, "nothing", at, 1) for at in range(len(counts))])
    area = ((gains[1:] + gains[:-1]) / 2 * widths[:, None]).sum(axis=0) / widths.sum()
    return {
        "set": name,
        "seeds": len(curves),
        "photos": len(skus),
        "error": error,
        "counts": counts,
        "arms": arms,
        "both_over_nothing": few,
        "area": asdict(bootstrap_interval(area, skus)),
        "peers": against_peers(curves, skus, counts),
    }


def against_peers(curves: Sequence[Curve], skus: Clusters, counts: Sequence[int]) -> list[dict[str, Any]]:
    """Compare each peer with ours at every count, Top-1, with Holm-adjusted intervals of the peer's lead.

    Holm, Scandinavian Journal of Statistics 1979: the interval of the i-th smallest p-value is at the level 5 % / (m − i).
    """
    rows: list[tuple[float, float, str, int, Interval]] = []
    for peer in PEERS:
        for at, count in enumerate(counts):
            found = bootstrap_interval(pooled(curves, peer, at, 1) - pooled(curves, "both", at, 1), skus)
            error = max((found.high - found.low) / (2 * norm.ppf(0.975)), 1e-9)
            rows.append((float(norm.sf(found.value / error)), error, peer, count, found))
    rows.sort(key=lambda row: row[0])
    listed: list[dict[str, Any]] = []
    for place, (p_value, error, peer, count, found) in enumerate(rows):
        reach = float(norm.ppf(1 - 0.05 / 2 / (len(rows) - place))) * error
        listed.append(
            {
                "peer": peer,
                "labels": count,
                "value": found.value,
                "low": found.value - reach,
                "high": found.value + reach,
                "p": p_value,
                "above": bool(found.value > reach),
            }
        )
    return listed


def show(found: Mapping[str, Any]) -> None:
    """Print one set's figures."""
    print(f"\n{found['set']}: {found['seeds']} seeds, {found['photos']} rankings of photos never labelled")
    print(f"share of labels that are wrong: {found['error']:.0%}; Top-1 / Top-5 by number of labels")
    print(f"{'':24s}" + "".join(f"{count:>14d}" for count in found["counts"]))
    for arm, figures in found["arms"].items():
        cells = [f"{one['value']:.1%}/{five['value']:.1%}" for one, five in zip(figures["top1"], figures["top5"], strict=True)]
        print(f"{arm:24s}" + "".join(f"{cell:>14s}" for cell in cells))
    print("both over nothing, Top-1:")
    for count, one in found["both_over_nothing"].items():
        print(f"   {count:>4s} labels {_share(one)}")
    print(f"area between the curves, mean Top-1 gain: {_share(found['area'])}")
    above = [row for row in found["peers"] if row["above"]]
    nearest = found["peers"][0]
    print(f"peers whose Holm-adjusted interval lies above ours: {above or 'none'}")
    print(f"nearest: {nearest['peer']} at {nearest['labels']} labels {_share(nearest)}")


def _share(one: Mapping[str, float]) -> str:
    return f"{one['value']:+.1%} ({one['low']:+.1%} to {one['high']:+.1%})"


def main(  # noqa: PLR0917
    names: Annotated[list[str] | None, typer.Argument()] = None,
    seeds: int = 20,
    error: Annotated[float, typer.Option(help="Share of labels that are wrong.")] = 0.02,
    keep: Annotated[Path | None, typer.Option(help="Keep the described pictures here.")] = None,
    plot: Annotated[Path | None, typer.Option(help="Draw the curves; the figures go beside it as JSON.")] = None,
    resume: Annotated[Path | None, typer.Option(help="Keep each seed's ranks here, and go on from those kept.")] = None,
    workers: int = 2,
) -> None:
    """Replay reviewers and draw the learning curve."""
    figures = []
    with TemporaryDirectory() as scratch:
        for name in names or list(COUNTS):
            home = described(name, keep or Path(scratch))
            with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
                curves = list(pool.map(partial(kept_curve, name, home, error, resume), range(seeds)))
            figures.append(summary(name, curves, error))
            show(figures[-1])
    if plot:
        plot.with_suffix(".json").write_text(json.dumps(figures, indent=1), encoding="utf-8")
        draw_curves(figures, plot)


if __name__ == "__main__":
    typer.run(main)
