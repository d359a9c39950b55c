"""Runs inside of Blender: renders GLBs into their views, as a job file says, and writes a report beside each.

    blender --background --factory-startup --python-exit-code 1 --python blender_scene.py -- job.json
    python blender_scene.py -- job.json            (in an environment that has bpy)

The job, JSON: `size_px`, `samples`, `seed`, `pitch_deg`, `field_of_view_deg`, `distance`, `device` (auto, cpu, cuda, mps),
`threads` (0: all), `limit_s` (of one mesh: then the process ends, with "Timeout" on stderr), and `meshes`, a list of `glb`
(path), `report` (path) and `views`, a list of `yaw_deg` and `picture` (path). A report, JSON, says `error`, empty where all went
well; it is written when its pictures are, so a mesh without one was not finished. Nothing of the project can be imported here.
"""

from __future__ import annotations

import faulthandler
import json
import math
import sys
from pathlib import Path
from typing import Any

import bpy
import numpy as np
from mathutils import Vector

if "bool" not in vars(np):  # Debian 12 ships Blender 3.4, whose importer says np.bool, with numpy 1.24, which dropped it
    np.bool = bool  # type: ignore[assignment,misc]

GPUS = {"cuda": ("OPTIX", "CUDA"), "mps": ("METAL",), "auto": ("OPTIX", "CUDA", "HIP", "METAL", "ONEAPI"), "cpu": ()}
CLIP = 0.01
"""Nearest and farthest that the camera sees: this part of its distance, and its inverse."""


def render_job(job: dict[str, Any]) -> None:
    """Render every mesh of a job."""
    for mesh in job["meshes"]:
        faulthandler.dump_traceback_later(job["limit_s"], exit=True)
        error = ""
        try:
            render_mesh(job, mesh)
        except (RuntimeError, ValueError, KeyError, IndexError, AttributeError, TypeError) as fault:
            error = last_word(f"{type(fault).__name__}: {fault}")
        faulthandler.cancel_dump_traceback_later()
        Path(mesh["report"]).write_text(json.dumps({"error": error}), encoding="utf-8")


def last_word(said: str) -> str:
    """Leave of an operator's error, a whole traceback, the line that says what went wrong."""
    lines = [line.strip() for line in said.splitlines() if line.strip() and not line.startswith("Location:")]
    faults = [line for line in lines if "Error: " in line]
    return (faults or lines)[-1]


def render_mesh(job: dict[str, Any], mesh: dict[str, Any]) -> None:
    """Render one mesh from all sides that are asked for."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    set_up(scene, job)
    bpy.ops.import_scene.gltf(filepath=mesh["glb"])
    shown = [thing for thing in scene.objects if thing.type == "MESH"]
    for thing in list(scene.objects):
        if thing.type in {"LIGHT", "CAMERA"}:
            bpy.data.objects.remove(thing)
    for thing in shown:
        light_up(thing.data)
    centre, size = measure(shown)
    camera = bpy.data.objects.new("camera", bpy.data.cameras.new("camera"))
    scene.collection.objects.link(camera)
    scene.camera = camera
    for view in mesh["views"]:
        aim(camera, centre, size, math.radians(view["yaw_deg"]), job)
        scene.render.filepath = view["picture"]
        bpy.ops.render.render(write_still=True)


def set_up(scene: Any, job: dict[str, Any]) -> None:
    """Set what does not depend on the mesh: Cycles, transparent film, no change of colours."""
    scene.render.engine = "CYCLES"
    scene.cycles.samples, scene.cycles.seed = job["samples"], job["seed"]
    scene.cycles.use_adaptive_sampling = scene.cycles.use_denoising = False
    scene.cycles.max_bounces = 0
    scene.cycles.device = choose_device(job["device"])
    scene.render.resolution_x = scene.render.resolution_y = job["size_px"]
    scene.render.resolution_percentage = 100
    scene.render.film_transparent = True
    scene.render.use_persistent_data = True
    if job["threads"]:
        scene.render.threads_mode, scene.render.threads = "FIXED", job["threads"]
    scene.render.image_settings.file_format, scene.render.image_settings.color_mode = "PNG", "RGBA"
    scene.render.image_settings.color_depth, scene.render.image_settings.compression = "8", 15
    scene.view_settings.view_transform, scene.view_settings.look = "Standard", "None"
    scene.view_settings.exposure, scene.view_settings.gamma = 0.0, 1.0
    scene.world = bpy.data.worlds.new("white")
    scene.world.color = (1.0, 1.0, 1.0)


def choose_device(wanted: str) -> str:
    """Turn on the first graphics card that Cycles can use; the processor where there is none."""
    settings = bpy.context.preferences.addons["cycles"].preferences
    for kind in GPUS[wanted]:
        try:
            settings.compute_device_type = kind
        except TypeError:  # this Blender was built without it
            continue
        settings.get_devices()
        cards = [device for device in settings.devices if device.type == kind]
        for device in settings.devices:
            device.use = device.type == kind
        if cards:
            return "GPU"
    if wanted in {"cuda", "mps"}:
        raise RuntimeError(f"Cycles finds no graphics card of kind {wanted}: set device = 'auto' in settings.toml")
    return "CPU"


def light_up(mesh: Any) -> None:
    """Let every material shine in its own colour: uniform white light from all sides, and no shadow, bounce or noise."""
    if not any(mesh.materials):
        mesh.materials.clear()
        mesh.materials.append(plain(mesh))
    for material in mesh.materials:
        if material is not None and material.use_nodes:
            shine(material.node_tree)


def plain(mesh: Any) -> Any:
    """Make the material of a mesh that has none: its vertices' colours, or white."""
    material = bpy.data.materials.new("plain")
    material.use_nodes = True
    tree = material.node_tree
    surface = next(node for node in tree.nodes if node.type == "BSDF_PRINCIPLED")
    surface.inputs["Base Color"].default_value = (1.0, 1.0, 1.0, 1.0)
    if len(mesh.color_attributes):
        colours = tree.nodes.new("ShaderNodeVertexColor")
        colours.layer_name = mesh.color_attributes[0].name
        tree.links.new(colours.outputs["Color"], surface.inputs["Base Color"])
    return material


def shine(tree: Any) -> None:
    """Put an emission in the place of a material's surface; its transparency stays."""
    surface = next((node for node in tree.nodes if node.type == "BSDF_PRINCIPLED"), None)
    end = next((node for node in tree.nodes if node.type == "OUTPUT_MATERIAL" and node.is_active_output), None)
    if surface is None or end is None:
        return  # a material that is unlit already
    light = tree.nodes.new("ShaderNodeEmission")
    follow(tree, surface.inputs["Base Color"], light.inputs["Color"])
    opacity = surface.inputs["Alpha"]
    last = light.outputs["Emission"]
    if opacity.is_linked or opacity.default_value < 1:
        mixed, clear = tree.nodes.new("ShaderNodeMixShader"), tree.nodes.new("ShaderNodeBsdfTransparent")
        follow(tree, opacity, mixed.inputs[0])
        tree.links.new(clear.outputs[0], mixed.inputs[1])
        tree.links.new(last, mixed.inputs[2])
        last = mixed.outputs[0]
    tree.links.new(last, end.inputs["Surface"])


def follow(tree: Any, old: Any, new: Any) -> None:
    """Feed an input from what feeds another one."""
    if old.is_linked:
        tree.links.new(old.links[0].from_socket, new)
    else:
        new.default_value = old.default_value


def measure(shown: list[Any]) -> tuple[Vector, float]:
    """Give the centre of the bounding box and its longest side."""
    bpy.context.view_layer.update()
    corners = [thing.matrix_world @ Vector(corner) for thing in shown for corner in thing.bound_box]
    low = Vector([min(corner[axis] for corner in corners) for axis in range(3)])
    high = Vector([max(corner[axis] for corner in corners) for axis in range(3)])
    size = max(high - low)
    if not math.isfinite(size) or size <= 0:
        raise ValueError("the mesh has no extent")
    return (low + high) / 2, size


def aim(camera: Any, centre: Vector, size: float, yaw: float, job: dict[str, Any]) -> None:
    """Look at the centre from a yaw, in radians. A GLB is y-up and its front looks along +z, which is −y in Blender."""
    pitch, away = math.radians(job["pitch_deg"]), job["distance"] * size
    toward = Vector((math.sin(yaw) * math.cos(pitch), -math.cos(yaw) * math.cos(pitch), math.sin(pitch)))
    camera.location = centre + away * toward
    camera.rotation_mode, camera.rotation_quaternion = "QUATERNION", (-toward).to_track_quat("-Z", "Y")
    camera.data.angle = math.radians(job["field_of_view_deg"])
    camera.data.clip_start, camera.data.clip_end = away * CLIP, away / CLIP


if __name__ == "__main__":
    render_job(json.loads(Path(sys.argv[sys.argv.index("--") + 1]).read_text(encoding="utf-8")))
