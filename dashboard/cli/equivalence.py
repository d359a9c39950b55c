"""The command on equivalent skus: declare, undo, list."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from dashboard.cli.output import AsJson, Home, Who, app, print_json, services, stdout
from data.domain import EventId, Sku
from data.store import Store
from feedback.equivalence import declare_equivalent, equivalents_of, standing_equivalences, withdraw_equivalent


@app.command("equivalent")
def equivalent(
    skus: Annotated[list[str] | None, typer.Argument(help="Two or more that are one article.", show_default=False)] = None,
    undo: Annotated[str | None, typer.Option(help="Take the declaration of this event id back.", show_default=False)] = None,
    home: Home = None,
    by: Who = "",
    as_json: AsJson = False,
) -> None:
    """Declare that skus are one article, or take that back; without skus, list what was declared and stands."""
    if skus and undo:
        raise typer.BadParameter("name skus, or an event to undo, not both")
    store, now = services().store, datetime.now(UTC)
    if undo:
        taken = withdraw_equivalent(store, EventId(undo), by=by, at=now)
        _say(f"undone: {undo}, by {by}", {"event_id": taken.event_id, "withdraws": undo}, as_json=as_json)
    elif skus:
        stored = declare_equivalent(store, [Sku(sku) for sku in skus], by=by, at=now)
        said = f"stored: {', '.join(skus)} are one article, by {by} (undo with: couture equivalent --undo {stored.event_id})"
        _say(said, {"event_id": stored.event_id, "sequence": stored.sequence, "skus": skus}, as_json=as_json)
    else:
        _list(store, as_json=as_json)


def _list(store: Store, *, as_json: bool) -> None:
    standing = standing_equivalences(store.equivalences.all())
    if as_json:
        articles = sorted(sorted(article) for article in set(equivalents_of(standing).values()))
        listed = [{"event_id": event.event_id, "skus": event.skus, "by": event.by, "at": event.at} for event in standing]
        print_json({"articles": articles, "declarations": listed})
        return
    for event in standing:
        stdout.print(f"{', '.join(event.skus)}  (by {event.by}, {event.at:%Y-%m-%d %H:%M}, event {event.event_id})")
    if not standing:
        stdout.print("nothing is declared; do it with: couture equivalent SKU SKU")


def _say(words: str, result: dict[str, object], *, as_json: bool) -> None:
    if as_json:
        print_json(result)
    else:
        stdout.print(words)
