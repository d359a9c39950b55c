"""OBJ files with their materials and textures as GLB. Nothing outside of the import folder is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import PurePosixPath

from data.errors import BadPicture, CoutureError, RefusedRow
from data.pictures import ingest_picture

MOST_FACES = 1_000_000
MOST_FILES = 64
LIBRARY = re.compile(rb"^[ \t]*mtllib[ \t]+(.+?)[ \t\r]*$", re.MULTILINE)
FACE = re.compile(rb"^[ \t]*f[ \t]", re.MULTILINE)
TEXTURE = re.compile(rb"^[ \t]*map_Kd[ \t]+(.+?)[ \t\r]*$", re.MULTILINE | re.IGNORECASE)
OTHER_MAP = re.compile(rb"^[ \t]*(?:map_(?!Kd)\w+|bump|disp|decal|refl|norm)\b.*$", re.MULTILINE | re.IGNORECASE)
OPTION = re.compile(r"^-\w+$")
BROKEN = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, OSError, AssertionError, RecursionError)
"""What a damaged OBJ file makes trimesh raise."""

ReadBeside = Callable[[str], bytes]


def convert_obj(content: bytes, read: ReadBeside, *, name: str) -> bytes:
    """Turn an OBJ file into a GLB, its colour textures with it. Its y axis is taken as up.

    Args:
        content: of the OBJ file.
        read: gives the bytes of a file by its path beside the OBJ; it refuses what lies outside of the import folder.
        name: what errors call it.

    Raises:
        RefusedRow: it is no OBJ, has too many faces or a vertex that is no number, or lacks a file that it names.
    """
    faces = len(FACE.findall(content))
    if not faces:
        raise RefusedRow(f"{name} has no faces, or is no OBJ file", remedy="export the mesh again as OBJ or GLB")
    if faces > MOST_FACES:
        raise RefusedRow(f"{name} has {faces:,} faces, more than {MOST_FACES:,}", remedy="simplify the mesh")
    return _export(content, _files_of(content, read, name), name)


def _files_of(content: bytes, read: ReadBeside, name: str) -> dict[str, bytes]:
    """Read the material libraries, and the colour textures that they name as PNG or JPEG of sane size."""
    found: dict[str, bytes] = {}
    for library in _named(LIBRARY.findall(content), name):
        said = OTHER_MAP.sub(b"", _beside(read, library, name))
        folder = PurePosixPath(library).parent
        for texture in _named(TEXTURE.findall(said), name):
            said_path = texture.split()[-1] if OPTION.match(texture.split()[0]) else texture
            picture = _beside(read, str(folder / said_path.replace("\\", "/")), name)
            try:
                found[said_path] = ingest_picture(picture, name=said_path).content
            except BadPicture as error:
                raise RefusedRow(f"{name}: its texture {error.what}", remedy=error.remedy) from error
        found[library] = said
    return found


def _named(said: Iterable[bytes], name: str) -> list[str]:
    """Read file names, each once.

    Raises:
        RefusedRow: there are too many.
    """
    names = list(dict.fromkeys(one.decode("utf-8", errors="replace").strip('"') for one in said))
    if len(names) > MOST_FILES:
        raise RefusedRow(f"{name} names {len(names)} files", remedy=f"bake it into {MOST_FILES} textures at most")
    return names


def _beside(read: ReadBeside, path: str, name: str) -> bytes:
    try:
        return read(path.replace("\\", "/"))
    except CoutureError as error:
        raise RefusedRow(
            f"{name} names the file {path}: {error.what}", remedy="put it beside the mesh, or export the mesh as GLB"
        ) from error


def _export(content: bytes, files: dict[str, bytes], name: str) -> bytes:
    import io  # noqa: PLC0415

    import numpy as np  # noqa: PLC0415
    import trimesh  # noqa: PLC0415  # heavy

    remedy = "export the mesh again as OBJ or GLB"
    try:
        scene = trimesh.load_scene(io.BytesIO(content), file_type="obj", resolver=files, maintain_order=True)
        shapes = [found for found in scene.geometry.values() if isinstance(found, trimesh.Trimesh)]
        drawn = sum(len(found.faces) for found in shapes)
        if not drawn or not all(np.isfinite(found.vertices).all() for found in shapes):
            raise RefusedRow(f"{name} has no face that can be drawn, or vertices that are no numbers", remedy=remedy)
        return bytes(trimesh.exchange.gltf.export_glb(scene))  # type: ignore[no-untyped-call]
    except BROKEN as error:
        raise RefusedRow(f"{name} cannot be read as OBJ: {error}", remedy=remedy) from error
