"""One gallery for all who rank with the same catalogue: its vectors are the largest thing in memory."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from threading import Lock
from weakref import WeakValueDictionary

from matching.gallery import Gallery

_reading = Lock()
_shared = WeakValueDictionary[Hashable, Gallery]()


def shared_gallery(state: Hashable, read: Callable[[], Gallery]) -> Gallery:
    """Give the gallery of a state of the store: the one that somebody holds already, else a new one. Nothing else keeps it.

    Args:
        state: everything that the gallery is read from.
        read: reads it; by one thread at a time, so that two who ask at once do not read it twice.
    """
    with _reading:
        found = _shared.get(state)
        if found is None:
            found = _shared[state] = read()
        return found
