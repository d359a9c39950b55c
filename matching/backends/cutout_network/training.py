"""Training from a seed: checkpoints, resume, and the mean of the weights on the way."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any, cast

import cv2
import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from data.errors import BackendFailed, BadSettings
from matching.backends.cutout_network.feeding import Composites, Examples, batches
from matching.backends.cutout_network.network import BLOCKS, WIDTHS, CutoutNetwork, loss_of
from matching.backends.cutout_network.stock import Sizes, stocked

CHECKPOINT = "checkpoint.pt"
EVEN = 16
MEAN_DECAY = 0.998
STEEPEST = 1.0
"""Gradients are cut to this length."""

Progress = Callable[[str, int, int], None]
Loss = Callable[[Tensor, Tensor], Tensor]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How to train.

    Attributes:
        seed: the same plan gives the same weights on the same machine.
        steps: how many batches in all; the learning rate falls to nothing with the last.
        batch: pictures per step.
        rate: the highest learning rate.
        warm_up: steps that it rises for.
        sizes: of the stock of articles and grounds.
        photos: pictures without a truth, as further grounds.
        widths: features per resolution of the network.
        blocks: of the network, per halving.
        workers: processes that make pictures beside the one that trains; any number gives the same weights.
        checkpoint_every: steps between two checkpoints.
        half: multiply in bfloat16.
    """

    seed: int = 1
    steps: int = 4000
    batch: int = 32
    rate: float = 2e-3
    warm_up: int = 300
    sizes: Sizes = field(default_factory=Sizes)
    photos: tuple[Path, ...] = ()
    widths: tuple[int, ...] = WIDTHS
    blocks: tuple[int, ...] = BLOCKS
    workers: int = 1
    checkpoint_every: int = 250
    half: bool = True

    def __post_init__(self) -> None:
        """Refuse widths that torch's kernels are not safe with.

        Raises:
            BadSettings: a width is no multiple of sixteen.
        """
        if any(width % EVEN for width in self.widths):
            remedy = f"give multiples of {EVEN}: torch 2.13 ends the process in the backward pass of others on a CPU"
            raise BadSettings(f"widths of {self.widths}", remedy=remedy)

    @property
    def identity(self) -> str:
        """What a checkpoint must have been made by, to be gone on with."""
        names = [path.name for path in self.photos]
        parts = (
            self.seed,
            self.steps,
            self.batch,
            self.rate,
            self.warm_up,
            self.sizes,
            names,
            self.widths,
            self.blocks,
            self.half,
        )
        return " ".join(str(part) for part in parts)


@dataclass(frozen=True, kw_only=True)
class Trained:
    """What a training reached: the mean network, and the step that it stands at; that is less than planned where time ran out."""

    network: CutoutNetwork
    step: int
    loss: float


def train(
    folder: Path, plan: Plan, *, resume: bool = False, minutes: float = math.inf, on_progress: Progress | None = None
) -> Trained:
    """Train a network, or go on with a training that was interrupted.

    Args:
        folder: gets the stock and the checkpoints.
        plan: how.
        resume: go on from the folder's checkpoint, if it has one.
        minutes: stop after so long, at a checkpoint that can be gone on from.
        on_progress: told what is done ("making", "training"), how much of it, and of how much.

    Raises:
        BackendFailed: the checkpoint comes from another plan.
        StoreError: the folder cannot be written.
    """
    said = on_progress or (lambda _what, _done, _total: None)
    settle()
    stock = stocked(
        folder, seed=plan.seed, sizes=plan.sizes, photos=plan.photos, on_progress=lambda done, total: said("making", done, total)
    )
    torch.manual_seed(plan.seed)
    state = State(plan, CutoutNetwork(plan.widths, plan.blocks), plan.identity)
    if resume and (folder / CHECKPOINT).is_file():
        state.load(folder / CHECKPOINT)
    left = Composites(stock, seed=plan.seed, first=state.step * plan.batch, count=(plan.steps - state.step) * plan.batch)
    return run(folder, state, left, loss_of, until=monotonic() + 60 * minutes, said=said)


def settle() -> None:
    """Let the same seed give the same weights: one thread, and no kernel that adds in an order of its own."""
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)


class State:
    """Everything that a checkpoint holds; `identity` is what another must have been made by, to be gone on with."""

    def __init__(self, plan: Plan, network: CutoutNetwork, identity: str) -> None:
        self.plan, self.identity = plan, identity
        self.network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.mean = AveragedModel(self.network, multi_avg_fn=get_ema_multi_avg_fn(MEAN_DECAY), use_buffers=True)  # type: ignore[no-untyped-call]
        strong = [values for values in self.network.parameters() if values.ndim > 1]
        weak = [values for values in self.network.parameters() if values.ndim <= 1]
        groups = [{"params": strong, "weight_decay": 0.02}, {"params": weak, "weight_decay": 0.0}]
        self.optimizer = torch.optim.AdamW(groups, lr=plan.rate)
        self.step, self.loss = 0, math.nan

    def save(self, path: Path) -> None:
        """Write a checkpoint."""
        held = {"plan": self.identity, "step": self.step, "loss": self.loss}
        parts: dict[str, Any] = {name: getattr(self, name).state_dict() for name in ("network", "mean", "optimizer")}
        beside = path.with_suffix(".part")
        torch.save({**held, **parts}, beside)
        beside.replace(path)

    def load(self, path: Path) -> None:
        """Take a checkpoint up.

        Raises:
            BackendFailed: it comes from another training.
        """
        kept = torch.load(path, weights_only=True)
        if kept["plan"] != self.identity:
            remedy = "train with the same options, or in another folder"
            raise BackendFailed(f"{path} comes from a training with other options ({kept['plan']})", remedy=remedy)
        for name in ("network", "mean", "optimizer"):
            getattr(self, name).load_state_dict(kept[name])
        self.step, self.loss = kept["step"], kept["loss"]


def run(folder: Path, state: State, left: Examples, loss: Loss, *, until: float, said: Progress) -> Trained:
    """Learn from what is left, with checkpoints on the way.

    Args:
        folder: gets them.
        state: where the training stands.
        left: the examples from the next step on, as many as the plan's last step needs.
        loss: of logits, given what is known of the pixels.
        until: moment of `time.monotonic` from which a checkpoint ends it.
        said: told what is done.
    """
    plan = state.plan
    state.network.train()
    if state.step < plan.steps:
        for pictures, known in batches(left, batch=plan.batch, workers=plan.workers):
            _learn(state, pictures, known, loss)
            said("training", state.step, plan.steps)
            if state.step % plan.checkpoint_every == 0 or state.step == plan.steps:
                state.save(folder / CHECKPOINT)
                if monotonic() > until:
                    break
    mean = cast("CutoutNetwork", state.mean.module)
    return Trained(network=mean.eval(), step=state.step, loss=state.loss)


def _learn(state: State, pictures: Tensor, known: Tensor, loss_by: Loss) -> None:
    for group in state.optimizer.param_groups:
        group["lr"] = rate_at(state.plan, state.step)
    with torch.autocast("cpu", torch.bfloat16, enabled=state.plan.half):
        logits = state.network(pictures)
    loss = loss_by(logits.float(), known)
    state.optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    nn.utils.clip_grad_norm_(state.network.parameters(), STEEPEST)
    state.optimizer.step()
    state.mean.update_parameters(state.network)
    state.step += 1
    value = float(loss.detach())
    state.loss = value if math.isnan(state.loss) else 0.98 * state.loss + 0.02 * value


def rate_at(plan: Plan, step: int) -> float:
    """Give the learning rate of a step: it rises evenly, then falls along a cosine (Loshchilov and Hutter, "SGDR", ICLR 2017)."""
    if step < plan.warm_up:
        return plan.rate * (step + 1) / plan.warm_up
    share = (step - plan.warm_up) / max(1, plan.steps - plan.warm_up)
    return plan.rate * 0.5 * (1 + math.cos(math.pi * share))
