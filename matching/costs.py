"""What indexing costs: how many of what, with which engine, how long and how much disk, and where each rate comes from."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from inspect import signature

from data.errors import BadSettings, MissingBackend
from data.store import Store
from matching.backends import NONE, Backends, find
from matching.backends.devices import choose_device
from matching.camera import YAWS_DEG

MESHES, RENDERS, PICTURES = "meshes", "renders", "pictures"
"""The stages; renders are counted by assets, eight views each."""

FEWEST = 4
"""Items that a rate is taken from at least: fewer are mostly start-up."""


class Origin(StrEnum):
    """Where a rate comes from."""

    HERE = "measured in this home"
    HOUSE = "measured on two cores of a server"
    PUBLISHED = "published, not measured here"
    UNKNOWN = "not known yet"


@dataclass(frozen=True, kw_only=True)
class Rate:
    """Seconds by the clock and bytes on disk for each item; None where nothing is known."""

    seconds: float | None = None
    size: int | None = None
    origin: Origin = Origin.UNKNOWN


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One stage of indexing that has something to do: `count` items of `name`, made by `engine`, named with its device."""

    name: str
    engine: str
    count: int
    rate: Rate

    @property
    def seconds(self) -> float | None:
        """How long it will take, in seconds; None where that is not known."""
        return None if self.rate.seconds is None else self.count * self.rate.seconds

    @property
    def size(self) -> int | None:
        """How many bytes it will add; None where that is not known."""
        return None if self.rate.size is None else self.count * self.rate.size

    @property
    def measured(self) -> bool:
        """Whether the rate was measured by us, here or on a server, and not only published or not known at all."""
        return self.rate.origin in {Origin.HERE, Origin.HOUSE}


KNOWN = {
    (MESHES, "relief"): Rate(seconds=0.06, size=270_000, origin=Origin.HOUSE),
    (MESHES, "trellis"): Rate(seconds=10.0, size=None, origin=Origin.PUBLISHED),
    (MESHES, "trellis-2"): Rate(seconds=3.0, size=None, origin=Origin.PUBLISHED),
    (RENDERS, "vtk"): Rate(seconds=1.0, size=265_000, origin=Origin.HOUSE),
    (PICTURES, "grabcut, descriptors, measured"): Rate(seconds=0.2, size=90_000, origin=Origin.HOUSE),
}
"""Before this home has measured its own. Sizes and seconds of our engines: `ycb`, 33 assets with eight renders each. A scan of
many triangles takes VTK several times as long as a relief.

TRELLIS: "about 10 seconds" (Xiang et al., CVPR 2025, figure 1), which leaves out baking the texture; TRELLIS.2: 3 s at 512³ on
an H100 (its README). Neither was run by us. What computes on a device of choice has a rate for each, and none before it was
measured on that.
"""


class Clock:
    """Notes what each stage of an indexing run takes, so that the next plan has this home's own rates."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._since = time.monotonic()

    def note(self, name: str, backends: Backends, count: int) -> None:
        """End a stage that made so many items; the next one begins."""
        now = time.monotonic()
        if count >= FEWEST:
            self._store.note_fact(_fact(name, engine_of(name, backends)), json.dumps((now - self._since) / count))
        self._since = now


def plan(store: Store, backends: Backends, counts: Mapping[str, int]) -> tuple[Stage, ...]:
    """Say what stages cost; those that have nothing to do are left out.

    Args:
        store: has this home's own rates, if it has indexed before.
        backends: which engines.
        counts: how many items each stage has.
    """
    named = [(name, engine_of(name, backends), count) for name, count in counts.items() if count]
    return tuple(Stage(name=name, engine=by, count=count, rate=_rate(store, name, by)) for name, by, count in named)


def counts_for(backends: Backends, assets: int) -> Mapping[str, int]:
    """Count what so many new assets with one reference each would want."""
    views = 0 if backends.renderer == NONE else len(YAWS_DEG)
    meshes = 0 if NONE in {backends.renderer, backends.mesh_generator} else assets
    return {MESHES: meshes, RENDERS: assets if views else 0, PICTURES: assets * (1 + views)}


def engine_of(name: str, backends: Backends) -> str:
    """Name what does a stage, and the device that it computes on where that is for settings to say: a rate is that of both."""
    engines = _engines(name, backends)
    named = ", ".join(engine for _, engine in engines)
    return f"{named} on {_device(backends)}" if any(_takes_device(role, engine, backends) for role, engine in engines) else named


def _engines(name: str, backends: Backends) -> list[tuple[str, str]]:
    """List the engines of a stage, each with its role."""
    if name == MESHES:
        return [("mesh generator", backends.mesh_generator)]
    if name == RENDERS:
        return [("renderer", backends.renderer)]
    embedders = [("embedder", embedder) for embedder in backends.embedders]
    return [("background remover", backends.remover), *embedders, ("describer", backends.describer)]


def _takes_device(role: str, engine: str, backends: Backends) -> bool:
    """Say whether an engine computes where settings say; one that is not known does not."""
    try:
        return "device" in signature(find(role, backends.choice(engine))).parameters
    except (MissingBackend, ImportError):
        return False


def _device(backends: Backends) -> str:
    """Name the device; the one that settings ask for where it is not here, since plans are made before it is."""
    try:
        return choose_device(backends.device)
    except BadSettings:
        return backends.device


def _rate(store: Store, name: str, engine: str) -> Rate:
    known = KNOWN.get((name, engine), Rate())
    said = store.fact(_fact(name, engine))
    return known if said is None else Rate(seconds=float(json.loads(said)), size=known.size, origin=Origin.HERE)


def _fact(name: str, engine: str) -> str:
    return f"seconds each: {name} by {engine}"
