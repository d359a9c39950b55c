"""Do the groups of assets that were confused tell what will be confused next?

    COUTURE_DATASETS=… python -m tests.benchmarks.confusion_groups ycb grocery

Every photo of an asset is ranked by the weights before any label. Twenty times the bursts are split into two halves at
random. On one half `feedback.confusion` finds groups, as it does on photos that reviewers have matched; on the other half,
whose labels it has not seen, it is counted of how many photos with a wrong first candidate that lies in a group with the
right one. Beside it, with as many pairs of assets as lie inside of the groups: the pairs whose pictures in the catalogue are
most alike by the same weights, the pairs that are confused most if each asset is mistaken for others as often as it was and
by no more than that (row times column), and pairs drawn at random. And Top-1 of the photos of grouped assets and of the
others, on both halves; and how often the channel that told the assets of a group apart on the first half does so on the
second, beside the score.

Intervals of 95 % by 10,000 bootstrap draws of whole skus; a photo counts once for each split in which it was on the second half.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import combinations
from math import comb
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import numpy as np
import typer

from data.domain import Photo, PhotoId, Sku, SuggestionId
from data.ranking import Candidate, Contribution, Suggestion
from feedback.audited import AuditedPhoto
from feedback.confusion import Confusion, Pair, confusion_of
from feedback.metrics import Clusters, Interval, Values, bootstrap_interval, paired_difference
from feedback.samples import Bench
from feedback.separating import leads_of
from matching.search import Ranking, find_matches
from matching.weights import Weights
from tests.benchmarks.replay import REVIEWER, Pictures, described, draw, load, remember_geometry

SPLITS = 20
SPREAD_OVER = 100
SHOWN = 5
HALVES = "first half", "second half"
LIKE, MARGINS, CHANCE = "most alike in the catalogue", "each as often as before", "at random"


@dataclass(frozen=True, kw_only=True)
class Ranked:
    """A set, ranked: its photos as they would have been painted, the right answer of each, and how alike assets are."""

    photos: tuple[AuditedPhoto, ...]
    truth: Mapping[PhotoId, Sku]
    known: Mapping[PhotoId, Photo]
    skus: tuple[Sku, ...]
    alike: tuple[Pair, ...]
    """All pairs, the most alike first."""


@dataclass(kw_only=True)
class Tally:
    """What was counted on second halves, by name: one number per photo and split, each with the sku of its photo."""

    values: dict[str, list[float]] = field(default_factory=dict)
    skus: dict[str, list[str]] = field(default_factory=dict)

    def add(self, name: str, value: float, sku: Sku) -> None:
        """Count one photo."""
        self.values.setdefault(name, []).append(value)
        self.skus.setdefault(name, []).append(sku)

    def said(self, name: str) -> str:
        """Write a share with its interval."""
        values, clusters = self._of(name)
        return _written(bootstrap_interval(values, clusters)) if len(values) else "none"

    def over(self, name: str, other: str) -> str:
        """Write how much larger a share is than another one of the same photos."""
        values, clusters = self._of(name)
        found = paired_difference(self._of(other)[0], values, clusters)
        return f"{found.value:+.1%} [{found.low:+.1%}, {found.high:+.1%}]"

    def _of(self, name: str) -> tuple[Values, Clusters]:
        return np.array(self.values.get(name, []), dtype=np.float64), np.array(self.skus.get(name, []), dtype=np.str_)


def ranked(name: str, home: Path) -> Ranked:
    """Rank the catalogue for every photo of an asset, by the weights before any label."""
    pictures = load(name, home)
    start = draw(pictures, 0, most_labels=SPREAD_OVER, most_tested=0).start
    bench = pictures.bench({}).folded(start)
    asked = [photo for photo in pictures.photos if photo.photo_id in pictures.evidence and pictures.truth[photo.photo_id]]
    found = []
    for photo in asked:
        ranking = find_matches(pictures.evidence[photo.photo_id], bench.gallery, start, bench.local)
        found.append(_audited(photo, Sku(pictures.truth[photo.photo_id]), ranking, bench, start))
    return Ranked(
        photos=tuple(found),
        truth={photo.photo_id: Sku(pictures.truth[photo.photo_id]) for photo in asked},
        known={photo.photo_id: photo for photo in asked},
        skus=bench.gallery.skus,
        alike=most_alike(pictures, start),
    )


def _audited(photo: Photo, truth: Sku, ranking: Ranking, bench: Bench, weights: Weights) -> AuditedPhoto:
    """Put a ranking into the form in which the product keeps what was painted."""
    gallery = bench.gallery
    listed = [int(asset) for asset in ranking.order[:SHOWN] if ranking.best_view[asset] >= 0]
    candidates = tuple(
        Candidate(
            rank=rank,
            sku=gallery.skus[asset],
            title="",
            score=float(ranking.scores[asset]),
            confidence=float(ranking.confidence[asset]),
            best_view=gallery.views[int(ranking.best_view[asset])].view,
            contributions=tuple(
                Contribution(channel=channel, similarity=float(similarity), value=0.0)
                for channel, similarity in zip(weights.channels, ranking.fused.similarities[asset], strict=True)
            ),
        )
        for rank, asset in enumerate(listed, start=1)
    )
    places = [one.rank for one in candidates if one.sku == truth]
    return AuditedPhoto(
        suggestion=Suggestion(
            suggestion_id=SuggestionId(photo.photo_id),
            photo_id=photo.photo_id,
            weights=weights.version,
            no_match=ranking.no_match,
            candidates=candidates,
            painted_at=datetime.now(UTC),
        ),
        reviewer=REVIEWER,
        group=photo.group,
        shows=True,
        rank=places[0] if places else 0,
        category="",
        chosen=truth,
    )


def most_alike(pictures: Pictures, weights: Weights) -> tuple[Pair, ...]:
    """Sort all pairs of assets by how alike their own views are, each block with the weight that its channels have together."""
    gallery = pictures.catalogue
    own = gallery.asset_of[: gallery.own]
    total = np.zeros((len(gallery.skus), len(gallery.skus)))
    for block, vectors in gallery.vectors.items():
        summed = np.zeros((len(gallery.skus), vectors.units.shape[1]))
        np.add.at(summed, own, vectors.units)
        unit = summed / np.maximum(np.linalg.norm(summed, axis=1, keepdims=True), 1e-12)
        weight = sum(
            value for channel, value in zip(weights.channels, weights.values, strict=True) if channel.split("/")[0] == block
        )
        total += weight * (unit @ unit.T)
    pairs = list(combinations(range(len(gallery.skus)), 2))
    order = np.argsort([-total[one, other] for one, other in pairs], kind="stable")
    return tuple(_pair(gallery.skus[pairs[at][0]], gallery.skus[pairs[at][1]]) for at in order)


def by_margins(wrong: Sequence[tuple[Sku, Sku]], skus: Sequence[Sku]) -> list[Pair]:
    """Sort all pairs by how often they would be confused if what a photo shows and what comes first had nothing to do with it."""
    shown, first = Counter(truth for truth, _ in wrong), Counter(put for _, put in wrong)
    pairs = [_pair(one, other) for one, other in combinations(skus, 2)]
    return sorted(pairs, key=lambda pair: -(shown[pair[0]] * first[pair[1]] + shown[pair[1]] * first[pair[0]]))


def count_split(found: Ranked, seed: int, tally: Tally) -> Confusion:
    """Find groups on one half of the bursts, and count on the other."""
    bursts = sorted({one.group for one in found.photos})
    half = set(np.random.default_rng(seed).permutation(bursts)[: len(bursts) // 2])
    known = [one for one in found.photos if one.group in half]
    whole = {one.suggestion.suggestion_id: one.suggestion for one in known}
    truths = {_id(one): found.truth[_id(one)] for one in known}
    confusion = confusion_of(known, truths, [], found.known, {}, whole=lambda wanted: [whole[name] for name in wanted])
    inside = {pair for group in confusion.groups for pair in combinations(group.skus, 2)}
    wrong = [(found.truth[_id(one)], one.suggestion.candidates[0].sku) for one in known if not one.right]
    rivals = {LIKE: set(found.alike[: len(inside)]), MARGINS: set(by_margins(wrong, found.skus)[: len(inside)])}
    grouped = {sku for group in confusion.groups for sku in group.skus}
    for one in found.photos:
        truth = found.truth[_id(one)]
        half_words = HALVES[one.group not in half]
        tally.add(f"Top-1 {'inside' if truth in grouped else 'outside'}, {half_words}", float(one.right), truth)
        if one.group in half or one.right:
            continue
        pair = _pair(truth, one.suggestion.candidates[0].sku)
        tally.add("groups", float(pair in inside), truth)
        tally.add(CHANCE, len(inside) / comb(len(found.skus), 2), truth)
        for name, pairs in rivals.items():
            tally.add(name, float(pair in pairs), truth)
    _count_separators(found, half, confusion, tally)
    return confusion


def _count_separators(found: Ranked, half: set[str], confusion: Confusion, tally: Tally) -> None:
    """Count how often what told a group apart on the first half does so on the second, and how often the score does."""
    for group in confusion.groups:
        if group.told_apart_by is None:
            continue
        for one in found.photos:
            truth = found.truth[_id(one)]
            ahead = dict(leads_of(one.suggestion, group.skus, truth, {})) if one.group not in half and truth in group.skus else {}
            if group.told_apart_by.channel in ahead:
                of_group = [candidate.sku for candidate in one.suggestion.candidates if candidate.sku in group.skus]
                tally.add("channel", float(ahead[group.told_apart_by.channel]), truth)
                tally.add("score", float(of_group[0] == truth), truth)


def _id(one: AuditedPhoto) -> PhotoId:
    return one.suggestion.photo_id


def _pair(one: Sku, other: Sku) -> Pair:
    return (one, other) if one < other else (other, one)


def _written(interval: Interval) -> str:
    return f"{interval.value:.1%} [{interval.low:.1%}, {interval.high:.1%}]"


def report(found: Ranked, splits: int) -> None:
    """Print what was counted over all splits."""
    tally = Tally()
    confusions = [count_split(found, seed, tally) for seed in range(splits)]
    sizes = [[len(group.skus) for group in confusion.groups] for confusion in confusions]
    groups, largest, grouped = (np.mean([of(one) for one in sizes]) for of in (len, lambda one: max(one, default=0), sum))
    typer.echo(
        f"   {len(found.photos):,} photos of {len(found.skus)} assets, {splits} splits by burst; {groups:.1f} groups,"
        f" the largest of {largest:.1f} assets, {grouped:.1f} in all"
    )
    typer.echo(
        f"   wrong first candidates of the second halves, n {len(tally.values['groups']):,}, in a group with the right one:"
    )
    typer.echo(f"      {'groups':<28} {tally.said('groups')}")
    for name in (LIKE, MARGINS, CHANCE):
        typer.echo(f"      {name:<28} {tally.said(name)}; groups over it {tally.over('groups', name)}")
    for half in HALVES:
        inside, outside = (tally.said(f"Top-1 {where}, {half}") for where in ("inside", "outside"))
        typer.echo(f"   Top-1 of the {half}: grouped assets {inside}, others {outside}")
    if "channel" in tally.values:
        typer.echo(
            f"   told apart on the second half, n {len(tally.values['channel']):,}: by the channel {tally.said('channel')},"
            f" by the score {tally.said('score')}; channel over score {tally.over('channel', 'score')}"
        )


def main(
    names: Annotated[list[str] | None, typer.Argument()] = None,
    keep: Annotated[Path | None, typer.Option(help="Keep the described pictures here.")] = None,
    splits: Annotated[int, typer.Option(min=1, help="Random halvings.")] = SPLITS,
) -> None:
    """Measure how well groups of confused assets predict what is confused next."""
    remember_geometry()
    with TemporaryDirectory() as scratch:
        for name in names or ["ycb", "grocery"]:
            began = time.monotonic()
            typer.echo(name)
            report(ranked(name, described(name, keep or Path(scratch))), splits)
            typer.echo(f"   {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    typer.run(main)
