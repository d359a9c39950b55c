"""Commands on what the labels are worth: suspicions."""

from __future__ import annotations

from dashboard.cli.output import AsJson, Home, app, print_json, services, stdout
from feedback.labels import by_people
from feedback.suspicion import read_suspicions


@app.command()
def suspicions(home: Home = None, as_json: AsJson = False) -> None:
    """List what would poison a fit: who contradicts everybody, one label repeated, batches that contradict what stands."""
    store = services().store
    found, reviews = read_suspicions(store), by_people(store.events.all())
    reviewers = len({review.reviewer for review in reviews})
    if as_json:
        print_json({"reviews": len(reviews), "reviewers": reviewers, "suspicions": found})
        return
    for suspicion in found:
        stdout.print(f"{suspicion.kind.value.replace('_', ' ')}: {suspicion.reason}")
    if not found:
        stdout.print(f"none found among {len(reviews):,} reviews of {reviewers} reviewer{'' if reviewers == 1 else 's'}")
