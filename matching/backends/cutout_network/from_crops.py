"""Training that goes on from given weights with crops that people drew, and what it changed."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import numpy as np
import torch

from data.crops import Box
from data.domain import FloatArray
from matching.backends.cutout_network.box_loss import mixed_loss
from matching.backends.cutout_network.drawn import DrawnPicture, Mix, Mixed
from matching.backends.cutout_network.inference import likely
from matching.backends.cutout_network.network import CutoutNetwork
from matching.backends.cutout_network.stock import stocked
from matching.backends.cutout_network.training import CHECKPOINT, Plan, Progress, State, Trained, run, settle
from matching.backends.cutout_network.weights import read_weights
from matching.backends.soft_masks import ARTICLE_FROM, largest_pieces

HALF_CROPS = 0.5


@dataclass(frozen=True, kw_only=True)
class Course:
    """A training from crops.

    Attributes:
        start: the weights that it goes on from; their shape wins over the plan's.
        plan: how; its rate should be far below that of a training from scratch.
        pictures: what is learned from.
        share: of the crops in each batch.
    """

    start: Path
    plan: Plan
    pictures: Sequence[DrawnPicture]
    share: float = HALF_CROPS

    @property
    def identity(self) -> str:
        """What a checkpoint must have been made by, to be gone on with."""
        seen = hashlib.sha256(self.start.read_bytes())
        for picture in self.pictures:
            seen.update(picture.box.name.encode() + picture.pixels.tobytes())
        return f"{self.plan.identity} {self.share} {seen.hexdigest()}"


def tune(
    folder: Path, course: Course, *, resume: bool = False, minutes: float = math.inf, on_progress: Progress | None = None
) -> Trained:
    """Go on with the training of a network, from crops and made photos.

    Args:
        folder: gets the stock and the checkpoints.
        course: what from, and how.
        resume: go on from the folder's checkpoint, if it has one.
        minutes: stop after so long, at a checkpoint that can be gone on from.
        on_progress: told what is done ("making", "training"), how much of it, and of how much.

    Raises:
        BackendFailed: the weights cannot be read, or the checkpoint comes from another course.
        StoreError: the folder cannot be written.
    """
    said = on_progress or (lambda _what, _done, _total: None)
    settle()
    plan = course.plan
    state = State(plan, read_weights(course.start), course.identity)
    stock = stocked(
        folder, seed=plan.seed, sizes=plan.sizes, photos=plan.photos, on_progress=lambda done, total: said("making", done, total)
    )
    torch.manual_seed(plan.seed)
    if resume and (folder / CHECKPOINT).is_file():
        state.load(folder / CHECKPOINT)
    mix = Mix(stock=stock, pictures=course.pictures, seed=plan.seed, batch=plan.batch, share=course.share)
    left = Mixed(mix, first=state.step * plan.batch, count=(plan.steps - state.step) * plan.batch)
    return run(folder, state, left, mixed_loss, until=monotonic() + 60 * minutes, said=said)


def box_overlaps(network: CutoutNetwork, pictures: Sequence[DrawnPicture]) -> FloatArray:
    """Say how well the box around each mask agrees with the one that a person drew: (n,) IoU, 0 where nothing is found."""
    return np.array([box_iou(_found(network, picture), picture.box) for picture in pictures], dtype=np.float32)


def box_iou(one: tuple[float, float, float, float] | None, other: Box) -> float:
    """Give the area that two boxes share, of the area that either has; 0 where one is none."""
    if one is None:
        return 0.0
    width = min(one[2], other.right) - max(one[0], other.left)
    height = min(one[3], other.bottom) - max(one[1], other.top)
    both = max(width, 0.0) * max(height, 0.0)
    return both / ((one[2] - one[0]) * (one[3] - one[1]) + (other.right - other.left) * (other.bottom - other.top) - both)


def _found(network: CutoutNetwork, picture: DrawnPicture) -> tuple[float, float, float, float] | None:
    """Give left, top, right and bottom of what the network finds, as the remover would keep it."""
    mask = largest_pieces(np.asarray(likely(network, picture.pixels) > ARTICLE_FROM, dtype=np.bool_))
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not rows.size:
        return None
    side = len(mask)
    return (
        float(columns[0]) / side,
        float(rows[0]) / side,
        float(columns[-1] + 1) / side,
        float(rows[-1] + 1) / side,
    )
