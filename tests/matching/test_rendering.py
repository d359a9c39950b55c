"""What indexing makes of meshes that renderers cannot bear: each fails alone, and the others are rendered."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import pytest

from data.domain import Mesh, Sku, ViewKind
from data.store import Store
from matching.backends import Backends, load
from matching.mesh_ports import RenderedView, Renderer
from matching.rendering import render_missing
from tests.glb import ball

GOOD, DEADLY, ENDLESS = Sku("good"), Sku("deadly"), Sku("endless")


class FragileRenderer:
    """Paints a square, dies of one mesh and never ends with another."""

    name, settings_hash = "fragile", "1"

    def render(self, glb: bytes, *, yaws_deg: Sequence[float]) -> Sequence[RenderedView]:
        if glb == b"deadly":
            os.kill(os.getpid(), signal.SIGSEGV)
        if glb == b"endless":
            signal.pause()
        return [RenderedView(yaw_deg=yaw, rgba=np.full((8, 8, 4), 255, dtype=np.uint8)) for yaw in yaws_deg]


@dataclass(frozen=True, kw_only=True)
class FragileBackends(Backends):
    """Travels to the processes that render, as any."""

    def load_renderer(self) -> Renderer:
        return cast("Renderer", FragileRenderer())


def outcome(store: Store, contents: dict[Sku, bytes], **limits: float) -> tuple[set[Sku], dict[str, str]]:
    """Render meshes; give which assets have views, and why the others have none."""
    store.meshes.put(Mesh(sku=sku, generator="catalogue", glb=glb, settings_hash="") for sku, glb in contents.items())
    _, failed = render_missing(store, FragileBackends(), list(contents), 1, lambda _: None, **limits)
    return {view.sku for view in store.views.all() if view.kind is ViewKind.RENDER}, dict(failed)


def test_a_mesh_that_kills_the_renderer_fails_alone(store: Store) -> None:
    rendered, failed = outcome(store, {DEADLY: b"deadly", GOOD: b"good"})

    assert (rendered, "ended the renderer" in failed[DEADLY]) == ({GOOD}, True)


def test_a_mesh_that_takes_too_long_fails_alone(store: Store) -> None:
    rendered, failed = outcome(store, {ENDLESS: b"endless", GOOD: b"good"}, mesh_limit_s=0.5)

    assert (rendered, "took more than 1 s" in failed[ENDLESS]) == ({GOOD}, True)


def test_what_was_rendered_before_is_kept_where_a_mesh_kills_the_renderer(store: Store) -> None:
    rendered, _ = outcome(store, {GOOD: b"good", DEADLY: b"deadly", Sku("last"): b"good"})

    assert rendered == {GOOD, Sku("last")}


@pytest.mark.slow
def test_two_million_triangles_give_a_picture() -> None:
    renderer: Renderer = load("renderer", "vtk")
    [view] = renderer.render(ball(1_000), yaws_deg=(0.0,))

    assert view.rgba[256, 256, 3] == 255
