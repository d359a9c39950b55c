"""Whether a chosen engine works here: it is loaded and given one small thing to do."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from data.domain import ByteArray
from data.errors import CoutureError
from matching.backends import Backends
from matching.backends.chosen import Needed, chosen_engines, needed_models
from matching.backends.hub import choose_device
from matching.cutouts import zoom
from matching.ports import CutOut

SIDE_PX = 96


@dataclass(frozen=True, kw_only=True)
class EngineHealth:
    """How a chosen engine does.

    Attributes:
        models: the pretrained models that it needs.
        device: where it computes; empty where it does not work.
        works: it was loaded, and answered.
        fault: what went wrong, and `remedy` what to do; empty where it works.
        seconds: that loading and answering took.
    """

    role: str
    name: str
    models: tuple[Needed, ...]
    device: str
    works: bool
    fault: str
    remedy: str
    seconds: float


def try_engines(backends: Backends) -> list[EngineHealth]:
    """Try every engine that settings have chosen."""
    needed = needed_models(backends)
    return [
        try_engine(backends, role, name, tuple(model for model in needed if (model.role, model.engine) == (role, name)))
        for role, name in chosen_engines(backends)
    ]


def try_engine(backends: Backends, role: str, name: str, models: tuple[Needed, ...]) -> EngineHealth:
    """Load an engine and let it do one small thing; where it has `check()`, that instead, since its work takes minutes.

    A mesh generator without `check()` is made, not tried.
    """
    started, device, fault = time.monotonic(), "", None
    try:
        engine = backends.load(role, name)
        getattr(engine, "check", lambda: TRIALS.get(role, lambda _: None)(engine))()
        device = getattr(engine, "device", "") or (choose_device(backends.device) if models else "cpu")
    except CoutureError as error:
        fault = error
    return EngineHealth(
        role=role,
        name=name,
        models=models,
        device=device,
        works=fault is None,
        fault=fault.what if fault else "",
        remedy=fault.remedy if fault else "",
        seconds=time.monotonic() - started,
    )


def _picture() -> ByteArray:
    """A dark square in the middle of a light picture."""
    picture = np.full((SIDE_PX, SIDE_PX, 3), 235, dtype=np.uint8)
    picture[SIDE_PX // 4 : -SIDE_PX // 4, SIDE_PX // 4 : -SIDE_PX // 4] = (90, 30, 20)
    return picture


def _cutout() -> CutOut:
    mask = np.zeros((SIDE_PX, SIDE_PX), dtype=np.bool_)
    mask[SIDE_PX // 4 : -SIDE_PX // 4, SIDE_PX // 4 : -SIDE_PX // 4] = True
    return zoom(_picture(), mask)


def _cube() -> bytes:
    from trimesh.creation import box  # noqa: PLC0415

    return bytes(box(extents=(1.0, 1.0, 1.0)).export(file_type="glb"))


TRIALS: Mapping[str, Callable[[Any], object]] = {
    "background remover": lambda engine: engine.masks(_picture(), studio=False),
    "embedder": lambda engine: engine.embed([_cutout()]),
    "describer": lambda engine: engine.describe(_cutout()),
    "renderer": lambda engine: engine.render(_cube(), yaws_deg=(0.0,)),
    "text embedder": lambda engine: engine.embed(["a red bag"]),
}
