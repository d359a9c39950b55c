"""Commands around the queue: what comes next and why, and the ranking of what waits."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer

from dashboard.catalogue_cache import catalogue_of
from dashboard.cli.output import AsJson, Home, Who, app, both, print_json, progress, services, stderr, stdout, table
from dashboard.runs import RunKind, RunState, recorded_run
from dashboard.wiring import Services
from data.domain import Reviewer
from data.errors import NotEnoughEvidence, NotFound
from feedback.outlooks import MOST_AT_ONCE, RefreshReport, refresh_outlooks
from feedback.queue import QueueChoice, QueueOrder, next_picks, queue_counts, ranked_count

MOST_LISTED = 1_000
AFTER_INDEXING = 200
"""Photos that an indexing ranks at its end: a ranking takes about as long as a description, and reviewers wait for neither."""

queue_app = typer.Typer(rich_markup_mode=None)
app.add_typer(queue_app, name="queue", help="What waits for a decision: list the next photos, or rank what waits.")
Limit = Annotated[int, typer.Option(min=1, max=MOST_LISTED, help="How many photos.")]


@queue_app.callback(invoke_without_command=True)
def queue(
    context: typer.Context,
    home: Home = None,
    order: Annotated[QueueOrder, typer.Option(help="By what.")] = QueueOrder.OLDEST,
    category: Annotated[str, typer.Option(help="Photos whose first candidate is of this category come first.")] = "",
    limit: Limit = 10,
    by: Who = "",
    as_json: AsJson = False,
) -> None:
    """List the next photos as a reviewer would get them now, with the probability of each pick and why. Leases nothing."""
    if context.invoked_subcommand is not None:
        return
    store, choice = services().store, QueueChoice(order=order, category=category)
    known = catalogue_of(store).categories()
    if category and category not in known:
        raise NotFound(f"no asset is of the category '{category}'", remedy=f"there are: {', '.join(known) or 'none yet'}")
    held = store.leases.held(datetime.now(UTC))
    picks = next_picks(store, reviewer=Reviewer(by), count=limit, held=held, choice=choice)
    waiting, ranked = queue_counts(store).waiting, ranked_count(store)
    if as_json:
        photos = [{"photo_id": pick.photo_id, "propensity": pick.propensity, "why": pick.why} for pick in picks]
        print_json({"order": str(choice), "waiting": waiting, "held": len(held), "ranked": ranked, "photos": photos})
        return
    rows = table("photo_id", "order", "propensity", "why")
    for pick in picks:
        rows.add_row(pick.photo_id, pick.order, f"{pick.propensity:.4f}", pick.why)
    stdout.print(rows)
    stdout.print(f"{waiting} wait, {len(held)} of them held; {ranked} are ranked by the active weights")
    if choice.by_outlook and ranked < waiting:
        stderr.print("note: what is not ranked comes after what is; rank it with: couture queue refresh")


@queue_app.command()
def refresh(
    home: Home = None,
    limit: Annotated[int, typer.Option(min=1, help="Photos to rank at most.")] = MOST_AT_ONCE,
    anew: Annotated[bool, typer.Option("--anew", help="Also what is ranked already: labels may have changed it.")] = False,
    by: Who = "",
    as_json: AsJson = False,
) -> None:
    """Rank the waiting photos with the active weights, the oldest first, for the orders that go by it. Goes on where it was."""
    opened = services()
    with recorded_run(opened.home, RunKind.RANKING, by) as run, progress() as report:
        found = refresh_outlooks(opened.store, opened.backends, both(run.progress, report), most=limit, anew=anew)
        run.end(RunState.DONE, refreshed(found))
    if as_json:
        print_json({**asdict(found)})
    else:
        stdout.print(refreshed(found))


def rank_waiting(opened: Services) -> None:
    """Rank some of what waits after an indexing, so that every order works; where nothing can be ranked yet, nothing happens."""
    try:
        with progress() as report:
            found = refresh_outlooks(opened.store, opened.backends, report, most=AFTER_INDEXING)
    except NotEnoughEvidence:
        return
    if found.made or found.left:
        stderr.print(refreshed(found))


def refreshed(found: RefreshReport) -> str:
    """Say what a refresh did, and what it left."""
    said = f"{found.made} waiting photos ranked with {found.weights}, {found.there} were already"
    if found.undescribed:
        said += f"; {found.undescribed} are not described yet (couture index)"
    if found.left:
        said += f"; {found.left} are left for the next time (couture queue refresh)"
    return said
