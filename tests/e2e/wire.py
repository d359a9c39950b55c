"""A wire between a browser and the server that can be cut in the middle of whatever it carries."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from types import TracebackType

CHUNK = 65_536
ABORT = struct.pack("ii", 1, 0)
"""Linger for no time: closing sends a reset, as a network does that goes away."""


class Wire:
    """Forwards TCP connections to a port of this machine."""

    def __init__(self, port: int) -> None:
        self._server_port = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._guard = threading.Lock()
        self._ends: set[socket.socket] = set()

    @property
    def address(self) -> str:
        """Where the browser goes to."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Wire:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._listener.close()
        self.cut()

    def cut(self) -> int:
        """Break every connection now; say how many ends there were."""
        with self._guard:
            ends = list(self._ends)
            self._ends.clear()
        for end in ends:
            _abort(end)
        return len(ends)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # the listener is closed
            while True:
                near, _ = self._listener.accept()
                self._connect(near)

    def _connect(self, near: socket.socket) -> None:
        try:
            far = socket.create_connection(("127.0.0.1", self._server_port), timeout=10)
        except OSError:  # no server is there: so the browser is told
            _abort(near)
            return
        far.settimeout(None)
        with self._guard:
            self._ends |= {near, far}
        for source, target in ((near, far), (far, near)):
            threading.Thread(target=self._carry, args=(source, target), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while said := source.recv(CHUNK):
                target.sendall(said)
        with self._guard:
            self._ends -= {source, target}
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


def _abort(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABORT)
        end.shutdown(socket.SHUT_RDWR)
    end.close()
