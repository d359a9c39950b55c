"""20 reviewers on 1,000 photos: is any photo decided by two, and when do the photos of a crashed page come back?

    python -m tests.benchmarks.many_reviewers --reviewers 20 --photos 1000

Each holds four photos and decides the first as soon as it can. One page crashes after its first photos: it neither decides
nor renews, nor gives anything back.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
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

HELD = 4
RENEW_S = 30.0
MOST_S = 120.0


def main(
    reviewers: Annotated[int, typer.Option(help="How many decide at once.")] = 20,
    photos: Annotated[int, typer.Option(help="How many wait for them.")] = 1_000,
) -> None:
    """Let them all decide until nothing waits, and count."""
    with TemporaryDirectory() as scratch:
        home = grown_home(demo_home(Path(scratch) / "demo"), Path(scratch) / "home", assets=0, photos=photos)
        server = Server(home, free_port())
        server.start()
        crashed = Client(home=home, address=server.address, reviewer="crashed")
        lost_to_it = {item["photo_id"] for item in crashed.items(HELD, [])}
        crashed_at, began = time.monotonic(), time.monotonic()
        back: dict[str, float] = {}
        took: list[float] = []
        waiting = open_store(home / "store").photos.count()

        def work(number: int) -> None:
            client, mine, renewed = Client(home=home, address=server.address, reviewer=f"r{number:02d}"), list[str](), began
            while len(decided) < waiting and time.monotonic() - began < 1800:
                fresh = [item["photo_id"] for item in client.items(HELD - len(mine), mine)] if len(mine) < HELD else []
                back.update({photo: time.monotonic() - crashed_at for photo in fresh if photo in lost_to_it})
                mine += fresh
                if not mine:
                    time.sleep(0.5)
                    continue
                if time.monotonic() - renewed > RENEW_S:
                    mine, renewed = client.renew(mine), time.monotonic()
                photo, mine = mine[0], mine[1:]
                sent = time.monotonic()
                client.decide(photo)
                took.append(time.monotonic() - sent)
                decided.append(photo)

        decided: list[str] = []
        workers = [threading.Thread(target=work, args=(number,)) for number in range(reviewers)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        server.stop()
        counted = Counter(review.photo_id for review in events(home))
    typer.echo(f"{reviewers} reviewers, {waiting} photos: {len(counted)} decided in {time.monotonic() - began:.0f} s")
    typer.echo(f"decided by two: {sum(count > 1 for count in counted.values())}; never decided: {waiting - len(counted)}")
    typer.echo(
        f"photos of the crashed page: {len(lost_to_it)}, back after {', '.join(f'{s:.0f} s' for s in sorted(back.values()))}"
    )
    typer.echo(f"acknowledged in: median {1000 * np.median(took):.0f} ms, p95 {1000 * np.percentile(took, 95):.0f} ms")
    wrong = max(counted.values()) > 1 or len(counted) < waiting or set(back) != lost_to_it or max(back.values()) > MOST_S
    raise typer.Exit(1 if wrong else 0)


if __name__ == "__main__":
    typer.run(main)
