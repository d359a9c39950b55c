"""The main job on real pictures, by the command line alone: import, index, label, retune, evaluate.

    COUTURE_DATASETS=… python -m tests.benchmarks.real_pictures grocery ycb

Photos that are labels are drawn by seed and imported with a simulated reviewer's verdicts; all others go through
`evaluate --photos`, which learns nothing from them. Weights are taken into use where the gate allows it. Beside it, in
the same run: the house weights before any label (what a user has who never labels), with the ladder on every photo, which
no draw thins out; and the ladder of the last draw, whose later steps need labels.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import pandas as pd
import typer


@dataclass(frozen=True, kw_only=True)
class Protocol:
    """How many photos are labels, how often they are drawn, and the figures to reach."""

    labels: int
    draws: int
    top1: float
    top5: float


PROTOCOLS = {
    "grocery": Protocol(labels=324, draws=1, top1=0.27, top5=0.58),
    "ycb": Protocol(labels=41, draws=5, top1=0.74, top5=0.90),
}


def couture(home: Path, *words: str) -> dict[str, Any]:
    """Run the command, and give what it printed as JSON."""
    command = [sys.executable, "-m", "dashboard", "--home", str(home), *words, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(words)}: {done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def split(folder: Path, protocol: Protocol, seed: int, into: Path) -> tuple[Path, Path, Path]:
    """Write the photos to label, their reviews, and the others with their truth, beside the copied pictures."""
    frame = pd.read_csv(folder / "photos.csv", dtype=str, keep_default_na=False)
    drawn = set(random.Random(seed).sample(sorted(frame["photo_id"]), protocol.labels))
    chosen = frame["photo_id"].isin(drawn)
    labels, reviews, rest = (into / f"{name}-{seed}.csv" for name in ("labels", "reviews", "rest"))
    frame.loc[chosen, ["photo_id", "image"]].to_csv(labels, index=False)
    frame.loc[~chosen].to_csv(rest, index=False)
    said = frame.loc[chosen].assign(reviewer="simulated")
    said["verdict"] = ["match" if sku else "not_in_dam" for sku in said["sku"]]
    said[["photo_id", "verdict", "sku", "reviewer"]].to_csv(reviews, index=False)
    return labels, reviews, rest


def measure(dataset: Path, protocol: Protocol, work: Path, *, draws: int, ladder: bool) -> list[dict[str, Any]]:
    """Run every draw; the catalogue is indexed once."""
    base = work / "base"
    shutil.copytree(dataset / "photos", work / "photos")
    print(couture(base, "import", "catalogue", str(dataset))["counts"])
    started = time.monotonic()
    print(couture(base, "index"), f"{time.monotonic() - started:.0f} s")
    if ladder:
        show("every photo, no label, none known", couture(base, "evaluate", "--photos", str(dataset / "photos.csv"), "--ladder"))
    rows = []
    for seed in range(draws):
        home = work / f"draw-{seed}"
        shutil.copytree(base, home)
        photos, reviews, rest = split(dataset, protocol, seed, work)
        couture(home, "import", "photos", str(photos))
        started = time.monotonic()
        couture(home, "index")
        print(f"labels described in {time.monotonic() - started:.0f} s")
        before = couture(home, "evaluate", "--photos", str(rest)) if seed == 0 else None
        couture(home, "import", "reviews", str(reviews))
        started = time.monotonic()
        tuned = couture(home, "retune", "--activate")
        print(f"retuned in {time.monotonic() - started:.0f} s: {tuned['reason']}; activated: {tuned['activated']}")
        after = couture(home, "evaluate", "--photos", str(rest), *(["--ladder"] if ladder and seed == draws - 1 else []))
        if before:
            show("house weights", before)
        show(f"draw {seed}, retuned", after)
        rows.append(after)
    return rows


def show(name: str, found: dict[str, Any]) -> None:
    """Print one row of figures, and the ladder where there is one."""
    figures = [f"{key} {_share(found[key])}" for key in ("top1", "top3", "top5", "mrr", "no_match_auroc")]
    print(f"{name}: n={found['photos']} {'  '.join(figures)}  ece {found['ece']:.3f}")
    for step in found["steps"]:
        print(f"   {step['step']:32s} {_share(step['top1'])} {_share(step['top5'])}  step {_share(step['difference'])}")


def _share(interval: dict[str, float] | None) -> str:
    return "–" if interval is None else f"{interval['value']:.1%} [{interval['low']:.1%}, {interval['high']:.1%}]"


def main(
    names: Annotated[list[str] | None, typer.Argument()] = None,
    draws: Annotated[int | None, typer.Option(help="Instead of each protocol's own.")] = None,
    ladder: bool = True,
    keep: Annotated[Path | None, typer.Option(help="Keep the homes here.")] = None,
) -> None:
    """Measure the main job on real pictures."""
    root = Path(os.environ["COUTURE_DATASETS"])
    for name in names or list(PROTOCOLS):
        protocol = PROTOCOLS[name]
        with TemporaryDirectory() as scratch:
            work = keep / name if keep else Path(scratch)
            work.mkdir(parents=True, exist_ok=True)
            rows = measure((root / name).resolve(), protocol, work, draws=draws or protocol.draws, ladder=ladder)
        report(name, protocol, rows)


def report(name: str, protocol: Protocol, rows: Sequence[dict[str, Any]]) -> None:
    """Print the mean of the draws beside the figures to reach."""
    top1, top5 = (sum(row[key]["value"] for row in rows) / len(rows) for key in ("top1", "top5"))
    reach = f"to reach {protocol.top1:.0%} and {protocol.top5:.0%}"
    print(f"{name}: mean of {len(rows)} draws: Top-1 {top1:.1%}, Top-5 {top5:.1%} ({reach})")


if __name__ == "__main__":
    typer.run(main)
