"""How long a decision waits to be durable while the same store is imported into, indexed and compacted.

    COUTURE_DATASETS=… python -m tests.benchmarks.acknowledgement

Beside it, in the same run and on the same machine: the same decisions while nothing else happens.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import numpy as np
import typer

from data.store import open_store
from tests.benchmarks.clients import Client
from tests.benchmarks.synthetic import demo_home, grown_home
from tests.e2e.conftest import Server, free_port
from tests.e2e.reviewing import events

LIMIT_MS = 300.0


def main(
    decisions: Annotated[int, typer.Option(help="Of each of the two.")] = 450,
    pause_ms: Annotated[int, typer.Option(help="Between two decisions.")] = 150,
    dataset: Annotated[str, typer.Option(help="Whose catalogue and photos are imported meanwhile.")] = "grocery",
) -> None:
    """Decide on a quiet store, then on a busy one."""
    folder = (Path(os.environ["COUTURE_DATASETS"]) / dataset).resolve()
    with TemporaryDirectory() as scratch:
        home = grown_home(demo_home(Path(scratch) / "demo"), Path(scratch) / "home", assets=2_700, photos=10_000)
        server = Server(home, free_port())
        server.start()
        client = Client(home=home, address=server.address, reviewer="bench")
        photos = [photo.photo_id for photo in open_store(home / "store").photos.all()][: 2 * decisions]
        client.items(1, [])
        quiet = _decide(client, photos[:decisions], pause_ms)
        _show("quiet", quiet)
        with (home / "busy.log").open("w") as log:
            steps = (f"import catalogue {folder}", f"import photos {folder}", "index")
            own = f"{sys.executable} -m dashboard --home {home}"
            busy_process = subprocess.Popen(
                ["bash", "-c", " && ".join(f"{own} {step}" for step in steps)],
                stdout=log,
                stderr=log,
                cwd=Path(__file__).parents[2],
            )
            busy = _decide(client, photos[decisions:], pause_ms)
            still = busy_process.poll() is None
            busy_process.terminate()
            busy_process.wait(60)
        _show("while a catalogue is imported and indexed", busy)
        server.stop()
        stored, versions = events(home), open_store(home / "store").events.version
        fragments = sum(1 for _ in (home / "store" / "events.lance" / "data").iterdir())
    typer.echo(f"the import or the index went on to the end of it: {'yes' if still else 'no'}")
    typer.echo(
        f"{len(stored)} of {len(photos)} stored; events have version {versions}, compacted while deciding; {fragments} files"
    )
    typer.echo(f"busy / quiet, medians: {np.median(busy) / np.median(quiet):.1f} ×")
    raise typer.Exit(0 if np.percentile(busy, 95) < LIMIT_MS and len(stored) == len(photos) else 1)


def _decide(client: Client, photos: Sequence[str], pause_ms: int) -> list[float]:
    """Decide, while the page has the next photo ranked as it does after each decision: milliseconds of each decision."""
    took, ranking = list[float](), Future[object]()
    ranking.set_result(None)
    with ThreadPoolExecutor(1) as page:
        for photo in photos:
            time.sleep(pause_ms / 1000)
            sent = time.monotonic()
            client.decide(photo)
            took.append(1000 * (time.monotonic() - sent))
            if ranking.done():
                ranking.result()
                ranking = page.submit(client.items, 1, [])
    return took


def _show(name: str, took_ms: Sequence[float]) -> None:
    p50, p95, most = np.percentile(took_ms, [50, 95, 100])
    typer.echo(f"{name}: median {p50:.0f} ms, p95 {p95:.0f} ms, slowest {most:.0f} ms (n = {len(took_ms)})")


if __name__ == "__main__":
    typer.run(main)
