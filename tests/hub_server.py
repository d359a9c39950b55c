"""A small model hub on this machine: what the hub's library asks for, answered from folders."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

COMMIT = "c" * 40


@dataclass
class Hub:
    """Its repositories: a folder by id; gated ones give nothing to an account without leave; once closed, none does."""

    folders: dict[str, Path] = field(default_factory=dict)
    gated: set[str] = field(default_factory=set)
    closed: bool = False
    asked: list[str] = field(default_factory=list)


@contextmanager
def running_hub(patch: pytest.MonkeyPatch, cache: Path) -> Iterator[Hub]:
    """Start a hub, and let the hub's library talk to it, with a cache of its own."""
    from huggingface_hub import constants

    hub = Hub()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(hub))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    patch.setenv("NO_PROXY", "127.0.0.1")
    patch.setattr(constants, "HF_HUB_OFFLINE", False)
    patch.setattr(constants, "HF_HUB_CACHE", str(cache))
    patch.setattr(constants, "ENDPOINT", address)  # as HF_ENDPOINT does, before the library is imported
    patch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", address + "/{repo_id}/resolve/{revision}/{filename}")
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(hub: Hub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            repository = next((name for name in hub.folders if f"/{name}/" in self.path), "")
            hub.asked.append(self.path)
            if hub.closed:
                self._answer(b"", status=410)
            elif not repository:
                self._answer(b"", status=404, headers={"X-Error-Code": "RepoNotFound"})
            elif repository in hub.gated:
                self._answer(b"", status=401, headers={"X-Error-Code": "GatedRepo"})
            else:
                self._give(hub.folders[repository])

        do_HEAD = do_GET  # noqa: N815  # as the server calls it

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def _give(self, folder: Path) -> None:
            files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
            tags = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
            if "/tree/" in self.path:
                tree = [{"type": "file", "path": name, "size": len(files[name]), "oid": tags[name]} for name in files]
                self._answer(json.dumps(tree).encode())
            elif self.path.startswith("/api/"):
                self._answer(json.dumps({"id": "x", "sha": COMMIT, "siblings": [{"rfilename": name} for name in files]}).encode())
            else:
                name = self.path.partition(f"/resolve/{COMMIT}/")[2] or self.path.rsplit("/", 1)[-1]
                self._answer(files[name], headers={"ETag": f'"{tags[name]}"', "X-Repo-Commit": COMMIT})

        def _answer(self, content: bytes, *, status: int = 200, headers: dict[str, str] | None = None) -> None:
            self.send_response(status)
            for name, value in {"Content-Length": str(len(content)), **(headers or {})}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(content)

    return Handler
