"""The numbers of a GLB: views into its own bytes, never beyond them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from data.errors import BackendFailed

EXPORT = "export it again as one plain GLB"
TYPES: Mapping[int, str] = {5120: "<i1", 5121: "<u1", 5122: "<i2", 5123: "<u2", 5125: "<u4", 5126: "<f4"}
"""glTF 2.0, table of accessor component types."""

WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT2": 4, "MAT3": 9, "MAT4": 16}
LONGEST_STRIDE = 252


class Accessors:
    """Reads the accessors of a document from its binary chunk."""

    def __init__(self, document: Mapping[str, Any], buffer: memoryview) -> None:
        self._accessors, self._views = rows(document, "accessors"), rows(document, "bufferViews")
        self._buffer = buffer
        for at, entry in enumerate(rows(document, "buffers")):
            size = number(entry.get("byteLength"), "byteLength")
            if at or size > len(buffer):
                raise BackendFailed(
                    f"the mesh announces a buffer of {size:,} bytes, and {0 if at else len(buffer):,} are there", remedy=EXPORT
                )
        for view in self._views:
            self._bytes(view)
        for at in range(len(self._accessors)):
            self.read(at, f"accessor {at}")

    def read(self, at: object, what: str, *, width: int | None = None) -> npt.NDArray[Any]:
        """Read one accessor: (count, numbers each).

        Raises:
            BackendFailed: it is not there, reaches beyond its bytes, or has another width.
        """
        entry = self._accessors[number(at, what, most=len(self._accessors))]
        kind, columns = TYPES.get(_word(entry, "componentType")), WIDTHS.get(_word(entry, "type"))
        if kind is None or columns is None or width not in {None, columns}:
            raise BackendFailed(f"the mesh's {what} are of no known type", remedy=EXPORT)
        if "sparse" in entry:
            raise BackendFailed(f"the mesh's {what} are sparse", remedy=EXPORT)
        count, start = number(entry.get("count"), "count"), number(entry.get("byteOffset", 0), "byteOffset")
        if "bufferView" not in entry:
            raise BackendFailed(f"the mesh's {what} have no data", remedy=EXPORT)
        view = self._views[number(entry["bufferView"], "bufferView", most=len(self._views))]
        content, dtype = self._bytes(view), np.dtype(kind)
        stride = number(view.get("byteStride", columns * dtype.itemsize), "byteStride")
        if stride > LONGEST_STRIDE or (count and start + stride * (count - 1) + columns * dtype.itemsize > len(content)):
            raise BackendFailed(f"the mesh's {what} reach beyond its data", remedy=EXPORT)
        if not count:
            return np.zeros((0, columns), dtype=dtype)
        return np.ndarray((count, columns), dtype, buffer=content, offset=start, strides=(stride, dtype.itemsize))

    def _bytes(self, view: Mapping[str, Any]) -> memoryview:
        return view_bytes(view, self._buffer)


def view_bytes(view: Mapping[str, Any], buffer: memoryview) -> memoryview:
    """Give the bytes of a buffer view.

    Raises:
        BackendFailed: it reaches beyond the buffer.
    """
    number(view.get("buffer", 0), "buffer", most=1)
    start, length = number(view.get("byteOffset", 0), "byteOffset"), number(view.get("byteLength"), "byteLength")
    if start + length > len(buffer):
        raise BackendFailed("a part of the mesh reaches beyond its data", remedy="copy it again: it is cut off")
    return buffer[start : start + length]


def rows(document: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """Give a list of objects of a document; empty where it has none.

    Raises:
        BackendFailed: it is something else.
    """
    found = document.get(name, [])
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise BackendFailed(f"the mesh's '{name}' is no list of objects", remedy=EXPORT)
    return found


def number(value: object, what: str, *, most: int | None = None) -> int:
    """Give a whole number from 0, below `most` where that is given.

    Raises:
        BackendFailed: it is none.
    """
    if not isinstance(value, int) or isinstance(value, bool) or value < 0 or (most is not None and value >= most):
        raise BackendFailed(f"the mesh's {what} is {str(value)[:40]}, which is not there", remedy=EXPORT)
    return value


def _word(entry: Mapping[str, Any], name: str) -> Any:  # noqa: ANN401  # looked up in a table next
    found = entry.get(name)
    return found if isinstance(found, int | str) else None
