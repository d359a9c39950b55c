"""Looking through a GLB before any renderer opens it: renderers crash, hang or read other files where one lies.

Only what a renderer would follow is checked: the container, what it refers to, that every number lies in the file, that the
scene is a tree, and how large it is. Structure and limits are those of glTF 2.0 (Khronos, sections 3 and 4).
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from data.errors import BackendFailed
from matching.glb_accessors import Accessors, number, rows
from matching.glb_textures import check_images

MOST_BYTES = 512 * 2**20
MOST_JSON_BYTES = 16 * 2**20
MOST_FACES = 3_000_000
"""Eight views of two million took VTK 21 s and 0.7 GB, Blender 42 s and 1.3 GB, on one core."""

UNREADABLE = frozenset({"KHR_draco_mesh_compression", "EXT_meshopt_compression", "KHR_texture_basisu", "EXT_texture_webp"})
"""Extensions that hide triangles or textures from the renderers."""

EXPORT = "export it again as one plain GLB"
HEADER, CHUNK = struct.Struct("<4sII"), struct.Struct("<II")
JSON_CHUNK, BIN_CHUNK = 0x4E4F534A, 0x004E4942
TRIANGLES, STRIP, FAN = 4, 5, 6
Document = Mapping[str, Any]
"""A parsed glTF document; it never leaves this file and its neighbours."""


@dataclass(frozen=True, kw_only=True)
class GlbFacts:
    """What is in a GLB, each mesh counted as often as the scene shows it."""

    faces: int
    vertices: int


def check_glb(content: bytes) -> GlbFacts:
    """Say what is in a GLB that may be rendered.

    Raises:
        BackendFailed: it is none, is cut off or lies about sizes, refers to other files, holds numbers that are none, or is
            larger than `MOST_FACES` or `MOST_BYTES`.
    """
    document, buffer = _open(content)
    _check_references(document)
    accessors = Accessors(document, buffer)
    _check_materials(document)
    facts = _count(document, accessors)
    if not facts.faces:
        raise BackendFailed("the mesh has no triangles", remedy="export it again with its faces")
    if facts.faces > MOST_FACES:
        raise BackendFailed(
            f"the mesh has {facts.faces:,} triangles, and {MOST_FACES:,} may be rendered",
            remedy="simplify it, then import it again",
        )
    check_images(document, buffer)
    return facts


def _open(content: bytes) -> tuple[Document, memoryview]:
    if content[:4] != b"glTF" or len(content) < HEADER.size + CHUNK.size:
        raise BackendFailed("the mesh is no binary glTF (GLB)", remedy=EXPORT)
    if len(content) > MOST_BYTES:
        raise BackendFailed(f"the mesh has more than {MOST_BYTES >> 20} MiB", remedy="simplify it or its textures")
    _, version, length = HEADER.unpack_from(content)
    if version != 2:  # noqa: PLR2004  # the only one that there is
        raise BackendFailed(f"the mesh is GLB of version {version}, not 2", remedy=EXPORT)
    if length != len(content):
        raise BackendFailed(
            f"the mesh says it has {length:,} bytes and has {len(content):,}", remedy="copy it again: it is cut off"
        )
    size, kind = CHUNK.unpack_from(content, HEADER.size)
    start = HEADER.size + CHUNK.size
    if kind != JSON_CHUNK or size > min(MOST_JSON_BYTES, length - start):
        raise BackendFailed("the mesh does not begin with its description", remedy=EXPORT)
    try:
        document = json.loads(content[start : start + size])
    except (ValueError, RecursionError) as error:
        raise BackendFailed(f"the mesh's description cannot be read: {error}", remedy=EXPORT) from error
    if not isinstance(document, dict):
        raise BackendFailed("the mesh's description is no object", remedy=EXPORT)
    return document, _binary(content, start + size)


def _binary(content: bytes, at: int) -> memoryview:
    """Give the bytes of the binary chunk; none where there is none."""
    if at + CHUNK.size > len(content):
        return memoryview(b"")
    size, kind = CHUNK.unpack_from(content, at)
    if kind != BIN_CHUNK:
        return memoryview(b"")
    if size > len(content) - at - CHUNK.size:
        raise BackendFailed(
            f"the mesh announces {size:,} bytes of data that it does not have", remedy="copy it again: it is cut off"
        )
    return memoryview(content)[at + CHUNK.size : at + CHUNK.size + size]


def _check_references(document: Document) -> None:
    """Refuse what lies outside of the file, and what no renderer here can unpack."""
    for what in ("buffers", "images"):
        for entry in rows(document, what):
            if "uri" in entry and not (what == "images" and str(entry["uri"]).startswith("data:image/")):
                raise BackendFailed(f"the mesh refers to another file ({what[:-1]} '{str(entry['uri'])[:80]}')", remedy=EXPORT)
    required = document.get("extensionsRequired", [])
    hidden = UNREADABLE.intersection(required if isinstance(required, list) else [])
    if hidden:
        raise BackendFailed(f"the mesh needs {', '.join(sorted(hidden))}", remedy="export it again without compression")


def _check_materials(document: Document) -> None:
    """See that materials and primitives name textures and materials that are there."""
    materials, textures = rows(document, "materials"), len(rows(document, "textures"))
    for material in materials:
        painted = material.get("pbrMetallicRoughness", {})
        texture = painted.get("baseColorTexture") if isinstance(painted, dict) else None
        if isinstance(texture, dict):
            number(texture.get("index"), "texture", most=textures)
    for mesh in rows(document, "meshes"):
        for primitive in rows(mesh, "primitives"):
            if "material" in primitive:
                number(primitive["material"], "material", most=len(materials))


def _count(document: Document, accessors: Accessors) -> GlbFacts:
    """Walk the scene, each node once, and sum up what it shows."""
    nodes, meshes = rows(document, "nodes"), rows(document, "meshes")
    per_mesh: dict[int, GlbFacts] = {}
    seen = set[int]()
    waiting = _roots(document, len(nodes))
    faces = vertices = 0
    while waiting:
        at = waiting.pop()
        if at in seen:
            raise BackendFailed(f"the mesh's node {at} is met twice: its scene is no tree", remedy=EXPORT)
        seen.add(at)
        _check_finite(nodes[at])
        waiting += [number(child, "child", most=len(nodes)) for child in _list(nodes[at], "children")]
        if "mesh" in nodes[at]:
            which = number(nodes[at]["mesh"], "mesh", most=len(meshes))
            if which not in per_mesh:
                per_mesh[which] = _measure(meshes[which], accessors)
            faces, vertices = faces + per_mesh[which].faces, vertices + per_mesh[which].vertices
    return GlbFacts(faces=faces, vertices=vertices)


def _roots(document: Document, nodes: int) -> list[int]:
    scenes = rows(document, "scenes")
    if not scenes:
        raise BackendFailed("the mesh has no scene", remedy=EXPORT)
    scene = scenes[number(document.get("scene", 0), "scene", most=len(scenes))]
    return [number(root, "root", most=nodes) for root in _list(scene, "nodes")]


def _measure(mesh: Document, accessors: Accessors) -> GlbFacts:
    """Count a mesh's triangles and vertices, and see that each is there."""
    faces = vertices = 0
    for primitive in rows(mesh, "primitives"):
        attributes = primitive.get("attributes")
        if not isinstance(attributes, dict) or "POSITION" not in attributes:
            raise BackendFailed("a part of the mesh has no positions", remedy=EXPORT)
        positions = accessors.read(attributes["POSITION"], "positions", width=3)
        _check_positions(positions)
        for name, accessor in attributes.items():
            if len(accessors.read(accessor, name)) != len(positions):
                raise BackendFailed(f"the mesh has {name} for another number of vertices", remedy=EXPORT)
        corners = len(positions)
        if "indices" in primitive:
            indices = accessors.read(primitive["indices"], "indices", width=1)
            corners = len(indices)
            if corners and int(indices.max()) >= len(positions):
                raise BackendFailed("the mesh names vertices that it does not have", remedy=EXPORT)
        mode = primitive.get("mode", TRIANGLES)
        faces += corners // 3 if mode == TRIANGLES else max(corners - 2, 0) if mode in {STRIP, FAN} else 0
        vertices += len(positions)
    return GlbFacts(faces=faces, vertices=vertices)


def _check_positions(positions: npt.NDArray[Any]) -> None:
    broken = int((~np.isfinite(positions)).any(axis=1).sum())
    if broken:
        raise BackendFailed(
            f"{broken:,} of {len(positions):,} vertices of the mesh are no finite numbers",
            remedy="repair it, then export it again",
        )


def _check_finite(node: Document) -> None:
    for name in ("matrix", "translation", "rotation", "scale"):
        values = _list(node, name)
        if not all(isinstance(value, int | float) and np.isfinite(value) for value in values):
            raise BackendFailed(f"the mesh's scene has a {name} that is no number", remedy=EXPORT)


def _list(entry: Document, name: str) -> list[Any]:
    found = entry.get(name, [])
    if not isinstance(found, list):
        raise BackendFailed(f"the mesh's '{name}' is no list", remedy=EXPORT)
    return found
