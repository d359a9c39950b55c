"""The files of a pretrained model in a folder: whether they are all there, and which exactly they are."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path

CONFIG = "config.json"
WEIGHTS = (".safetensors", ".bin", ".onnx", ".pt", ".pth")
DEFINING = (*WEIGHTS, ".json", ".txt", ".model", ".py")
"""Endings of what a model's answer depends on: weights, configuration, how input is prepared, vocabulary, code."""

SHORT = 12


def has_config(folder: Path) -> bool:
    """Tell whether a folder is that of a model."""
    return (folder / CONFIG).is_file()


def has_weights(folder: Path) -> bool:
    """Tell whether a folder has weights, all parts of them where an index lists several."""
    indexes = sorted(folder.glob("*.index.json"))
    if indexes:
        return any(all((folder / part).is_file() for part in _parts(index)) for index in indexes)
    return any(path.is_file() for kind in ("*.safetensors", "*.bin") for path in folder.glob(kind))


def digest_of(folder: Path | str) -> str:
    """Name the content of a folder in twelve digits, which change with any byte that the model's answer depends on.

    Whole files are hashed (SHA-256): a fine-tuned layer may differ in a few bytes anywhere. A file is hashed once per process,
    until its size, time or place on the disk changes: about a second per gigabyte.
    """
    whole = hashlib.sha256()
    for path in sorted(found for found in Path(folder).rglob("*") if found.suffix in DEFINING and found.is_file()):
        about = path.stat()
        content = _hashed(path, about.st_size, about.st_mtime_ns, about.st_ino)
        whole.update(f"{path.relative_to(folder).as_posix()}\0{content}\n".encode())
    return whole.hexdigest()[:SHORT]


@lru_cache(maxsize=4096)
def _hashed(path: Path, size: int, mtime_ns: int, inode: int) -> str:  # noqa: ARG001  # a changed file is another key
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _parts(index: Path) -> set[str]:
    try:
        listed = json.loads(index.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {index.stem}
    return set(listed.get("weight_map", {}).values())
