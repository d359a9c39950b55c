"""Labels as arrays: what fitting sees of each labelled photo, cut down to the candidates that matter.

Of a large catalogue a photo keeps its hardest candidates, and a drawn sample stands for the rest, each weighing as much as those
that it stands for, so that the softmax stays an estimate of that over the whole catalogue: Jean, Cho, Memisevic and Bengio, "On
using very large target vocabulary for neural machine translation", ACL 2015.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from typing import Self, TypeVar

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from feedback.samples import Bench, LabelledPhoto
from matching.arrays import IntArray
from matching.calibrated import no_match_probability
from matching.checks import CHECKS, run_checks
from matching.fusion import fuse, standardise
from matching.gallery import popularity
from matching.similarity import Likeness, catalogue_likenesses, likeness
from matching.trust import kinds_of, log_shares
from matching.weights import Weights

MOST_CANDIDATES, FEWER_CANDIDATES = 96, 64
"""Of each photo; fewer where there are many labels, which then say as much together."""

MANY_LABELS = 300
SAMPLED_SHARE = 3
"""One candidate in three is drawn from the rest."""

MOST_CHECKED = 200
"""Photos whose first ten are checked by geometry, evenly spread: two or three numbers need no more, and each costs 20 ms."""

WORKERS = 2
TOGETHER = 8
"""Photos that are compared with the catalogue in one go."""

Reals = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]
Tell = Callable[[int, int], None]
Kind = TypeVar("Kind", np.float32, np.int64)


@dataclass(frozen=True, kw_only=True)
class Examples:
    """Labelled photos, each with K candidates; a photo that has fewer repeats none, and its empty places are silent.

    Attributes:
        z: (n, n_hypotheses, K, n_channels) standardised similarities by the starting weights, 0 where a channel is silent.
        speaks: (n, K, n_channels) 1 where the channel has evidence of the candidate, else 0.
        there: (n, n_hypotheses) whether the photo has the mask hypothesis.
        kinds: (n, n_hypotheses) of which kind it is: positions in `matching.trust.HypothesisKind`, 0 where it is not there.
        checks: (n, K, 3) what was found in the first candidates, see `matching.checks.CHECKS`.
        popularity: (n, K) log(1 + confirmed photos that the photo may see).
        tail: (n, K) logarithm of how many assets the candidate stands for; −inf in empty places.
        assets: (n, K) positions in the gallery's skus, −1 in empty places.
        positive: (n, K) the labelled asset and its equivalents; none where the label says "not in the DAM", or what it is not.
        refused: (n, K) what a reviewer was shown and found not to fit, where that is all that is known.
        corrected: (n, K) the wrong first that a reviewer corrected.
        no_match: (n,) probability that the DAM has no such article, by the starting weights.
        share: (n,) weight of the photo: those of one group are one piece of evidence together.
    """

    z: Reals
    speaks: Reals
    there: Flags
    kinds: IntArray
    checks: Reals
    popularity: Reals
    tail: Reals
    assets: IntArray
    positive: Flags
    refused: Flags
    corrected: Flags
    no_match: Reals
    share: Reals

    def __len__(self) -> int:
        return len(self.z)

    def of(self, rows: IntArray) -> Self:
        """Keep some photos."""
        return type(self)(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})


def gather(
    photos: Sequence[LabelledPhoto],
    bench: Bench,
    weights: Weights,
    *,
    checked: int = MOST_CHECKED,
    on_photo: Tell | None = None,
) -> Examples:
    """Compare labelled photos with the catalogue and keep the candidates that matter.

    Args:
        photos: labelled, of the calibration side.
        bench: the catalogue; no photo sees confirmed views of its own group.
        weights: the starting weights, which choose the hardest candidates.
        checked: how many photos geometry looks at, evenly spread.
        on_photo: told how many are done, of how many.
    """
    tell = on_photo or (lambda _done, _total: None)
    looked_at = set(np.unique(np.linspace(0, len(photos) - 1, checked).round().astype(int)).tolist()) if photos else set()
    most = max((len(photo.evidence.query.hypotheses) for photo in photos), default=1)
    width = min(len(bench.gallery.skus), MOST_CANDIDATES if len(photos) <= MANY_LABELS else FEWER_CANDIDATES)
    rows = list[Examples]()

    def compared(batch: range) -> list[Examples]:
        alike = catalogue_likenesses([photos[at].evidence.query for at in batch], bench.gallery, weights)
        return [
            _example(photos[at], bench, weights, own, most, width, check=at in looked_at)
            for at, own in zip(batch, alike, strict=True)
        ]

    batches = [range(at, min(at + TOGETHER, len(photos))) for at in range(0, len(photos), TOGETHER)]
    with ThreadPoolExecutor(WORKERS) as pool, threadpool_limits(1, "blas"):
        for found in pool.map(compared, batches):
            rows += found
            tell(len(rows), len(photos))
    if not rows:
        return _empty(most, width, len(weights.channels))
    share = _shares([photo.photo.group for photo in photos])
    stacked = {field.name: np.stack([getattr(row, field.name) for row in rows]) for field in fields(Examples)}
    return Examples(**{**stacked, "share": share})


def _example(  # noqa: PLR0917
    photo: LabelledPhoto, bench: Bench, weights: Weights, own: Likeness, most: int, width: int, *, check: bool
) -> Examples:
    gallery, query = bench.gallery, photo.evidence.query
    alike = likeness(query, gallery, weights, catalogue=own)
    kinds = kinds_of(query.hypotheses, query.fell_back)
    fused = fuse(alike.channels, weights, log_shares(kinds, weights.trust))
    seen = popularity(query, gallery)
    scores = fused.scores + weights.popularity * seen
    place = bench.places
    known = [place[sku] for sku in (*photo.positives, *photo.refused, *photo.corrected) if sku in place]
    kept, tail = choose(scores, known, width, seed=zlib.crc32(photo.photo.photo_id.encode()))
    wanted = np.full(len(CHECKS), check)
    checks = run_checks(photo.evidence, gallery, scores, fused, alike.views, bench.local, wanted)
    z = np.zeros((most, width, len(weights.channels)), dtype=np.float32)
    speaks = np.zeros((width, len(weights.channels)), dtype=np.float32)
    standardised = standardise(alike.channels[:, kept], weights)
    z[: len(standardised), : len(kept)] = np.nan_to_num(standardised)
    speaks[: len(kept)] = ~np.isnan(standardised).all(axis=0)
    assets = _padded(kept, width, -1)
    return Examples(
        z=z,
        speaks=speaks,
        there=np.arange(most) < len(standardised),
        kinds=_padded(kinds, most, 0),
        checks=_padded(checks[kept].astype(np.float32), width, 0),
        popularity=_padded(seen[kept].astype(np.float32), width, 0),
        tail=_padded(tail, width, -np.inf),
        assets=assets,
        positive=np.isin(assets, [place[sku] for sku in photo.positives if sku in place]),
        refused=np.isin(assets, [place[sku] for sku in photo.refused if sku in place]),
        corrected=np.isin(assets, [place[sku] for sku in photo.corrected if sku in place]),
        no_match=np.array(no_match_probability(scores, fused, gallery, weights), dtype=np.float32),
        share=np.array(1.0, dtype=np.float32),
    )


def choose(scores: npt.NDArray[np.float64], known: Sequence[int], width: int, *, seed: int) -> tuple[IntArray, Reals]:
    """Choose the candidates of a photo: all where they are few, else the hardest, those known, and a sample of the rest.

    Args:
        scores: (n_assets,); −inf without evidence.
        known: positions that must be among them.
        width: how many.
        seed: of the sample.

    Returns:
        (k,) positions, ascending, and (k,) the logarithm of how many assets each stands for.
    """
    if len(scores) <= width:
        return np.arange(len(scores)), np.zeros(len(scores), dtype=np.float32)
    sampled = width // SAMPLED_SHARE
    order = np.argsort(-scores, kind="stable")
    hardest = np.union1d(np.array(sorted(set(known)), dtype=np.int64), order[: width - sampled - len(set(known))])
    rest = np.setdiff1d(order, hardest)
    drawn = np.random.default_rng(seed).choice(rest, min(width - len(hardest), len(rest)), replace=False)
    kept = np.concatenate([hardest, drawn])
    tail = np.zeros(len(kept))
    tail[len(hardest) :] = np.log(len(rest) / max(len(drawn), 1))
    ascending = np.argsort(kept)
    return kept[ascending], tail[ascending].astype(np.float32)


def _padded(values: npt.NDArray[Kind], width: int, fill: float) -> npt.NDArray[Kind]:
    out = np.full((width, *values.shape[1:]), fill, dtype=values.dtype)
    out[: len(values)] = values
    return out


def _shares(groups: Sequence[str]) -> Reals:
    _, member, sizes = np.unique(np.array(groups, dtype=np.str_), return_inverse=True, return_counts=True)
    return (1 / sizes[member]).astype(np.float32)


def _empty(most: int, width: int, channels: int) -> Examples:
    flat, flags = np.zeros((0, width), dtype=np.float32), np.zeros((0, width), dtype=np.bool_)
    return Examples(
        z=np.zeros((0, most, width, channels), dtype=np.float32),
        speaks=np.zeros((0, width, channels), dtype=np.float32),
        there=np.zeros((0, most), dtype=np.bool_),
        kinds=np.zeros((0, most), dtype=np.int64),
        checks=np.zeros((0, width, len(CHECKS)), dtype=np.float32),
        popularity=flat,
        tail=flat,
        assets=np.zeros((0, width), dtype=np.int64),
        positive=flags,
        refused=flags,
        corrected=flags,
        no_match=np.zeros(0, dtype=np.float32),
        share=np.zeros(0, dtype=np.float32),
    )
