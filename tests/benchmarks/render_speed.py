"""Seconds per view of each renderer, side by side in one run, and what 2,700 assets take by those rates.

    COUTURE_DATASETS=… python -m tests.benchmarks.render_speed [--meshes 8] [--device auto] [--blender PROGRAM]

Both render the same meshes, eight views of 512 px each, one mesh of one renderer after one of the other, so that what else the
machine does slows both alike. Blender's time is the job's, its start shared by all meshes of the second pass.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from data.errors import CoutureError
from matching.backends.blender_renderer import SAMPLES, BlenderRenderer
from matching.backends.vtk_renderer import VtkRenderer
from matching.camera import SIZE_PX, YAWS_DEG
from matching.mesh_ports import RenderedView
from matching.rendering import finish_view

ASSETS = 2_700
VIEWS = len(YAWS_DEG)


@dataclass(frozen=True)
class Program:
    """Which Blender; empty: search for it."""

    source: str = ""


def once(blender: BlenderRenderer, glb: bytes) -> tuple[float, float, Sequence[RenderedView]]:
    """Render a mesh by both: seconds of VTK, seconds of a Blender of its own, start included, and VTK's views."""
    began = time.perf_counter()
    views = VtkRenderer().render(glb, yaws_deg=YAWS_DEG)
    between = time.perf_counter()
    blender.render(glb, yaws_deg=YAWS_DEG)
    return between - began, time.perf_counter() - between, views


def together(blender: BlenderRenderer, glbs: Sequence[bytes]) -> float:
    """Render all meshes in one start of Blender: seconds."""
    began = time.perf_counter()
    for outcome in blender.render_each(glbs, yaws_deg=YAWS_DEG):
        if isinstance(outcome, CoutureError):
            raise outcome
    return time.perf_counter() - began


def stored_bytes(views: Sequence[RenderedView]) -> int:
    """Measure what the store keeps of the views of one mesh: picture, thumbnail and mask."""
    finished = [finish_view(view) for view in views]
    return sum(len(image.content) + len(image.thumbnail) + len(mask) for _, image, mask in finished)


def plan(name: str, seconds_per_mesh: float, processes: int) -> None:
    """Say what all assets take."""
    hours = ASSETS * seconds_per_mesh / 3600
    shared = f", {hours / processes:.1f} h in {processes} processes" if processes > 1 else ""
    print(f"  {name:<28}{hours:6.1f} h in one process{shared}")


def main(
    meshes: int = 8,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")] = "auto",
    blender: Annotated[str, typer.Option(help="A Blender, or an environment with bpy.")] = "",
) -> None:
    """Measure and print."""
    paths = sorted((Path(os.environ["COUTURE_DATASETS"]) / "ycb" / "meshes").glob("*.glb"))
    glbs = [path.read_bytes() for path in paths[:: max(len(paths) // meshes, 1)][:meshes]]
    renderer = BlenderRenderer(choice=Program(blender), device=device)
    runs = [once(renderer, glb) for glb in glbs]
    vtk_s, alone_s = statistics.median(run[0] for run in runs), statistics.median(run[1] for run in runs)
    shared_s = together(renderer, glbs) / len(glbs)
    print(f"{len(glbs)} meshes, {VIEWS} views each, {SIZE_PX} px, Cycles {SAMPLES} samples, device {device}: s per view")
    for name, seconds in (("VTK", vtk_s), ("Blender, a start per mesh", alone_s), ("Blender, one start for all", shared_s)):
        print(f"  {name:<28}{seconds / VIEWS:6.2f}")
    cores = os.cpu_count() or 1
    print(f"{ASSETS:,} assets, {ASSETS * VIEWS:,} views, by these rates (a GPU was only used where Cycles found one):")
    plan("VTK", vtk_s, cores)
    plan("Blender, 16 meshes a start", shared_s, min(cores, BlenderRenderer.starts_at_once))
    stored = ASSETS * statistics.mean(map(len, glbs)) / 2**30
    pictures = ASSETS * statistics.mean(stored_bytes(run[2]) for run in runs) / 2**30
    print(f"  disk: {stored:.1f} GiB of meshes, {pictures:.1f} GiB of renders")


if __name__ == "__main__":
    typer.run(main)
