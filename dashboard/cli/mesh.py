"""Commands on meshes and their renders: what is poor, what people said of it, and saying so."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Annotated

import typer

from dashboard.cli.output import AsJson, Home, Who, app, print_json, services, stdout
from dashboard.render_states import RenderState, RenderStates
from data.domain import EventId, Sku
from data.events import RenderVerdict
from feedback.render_remarks import judge_renders, withdraw_remark

meshes = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
app.add_typer(meshes, name="mesh", help="Say that renders are wrong or right, and list the poor ones.")
Which = Annotated[str, typer.Argument(help="Of the asset.", show_default=False)]


@meshes.command("wrong")
def wrong(sku: Which, home: Home = None, by: Who = "", as_json: AsJson = False) -> None:
    """Say that the renders of an asset are wrong: they leave the score at once."""
    _judge(sku, RenderVerdict.WRONG, by, as_json=as_json)


@meshes.command("right")
def right(sku: Which, home: Home = None, by: Who = "", as_json: AsJson = False) -> None:
    """Say that the renders of an asset are right: they count, whatever was measured."""
    _judge(sku, RenderVerdict.RIGHT, by, as_json=as_json)


@meshes.command("undo")
def undo(
    event: Annotated[str, typer.Argument(help="Event id of the word.", show_default=False)],
    home: Home = None,
    by: Who = "",
    as_json: AsJson = False,
) -> None:
    """Take a word on renders back, as one more event."""
    taken = withdraw_remark(services().store, EventId(event), by=by, at=datetime.now(UTC))
    if as_json:
        print_json({"event_id": taken.event_id, "withdraws": event})
    else:
        stdout.print(f"undone: {event}, by {by}")


@meshes.command("list")
def list_(
    home: Home = None,
    poor: Annotated[bool, typer.Option("--poor", help="Those alone that stay out of the score.")] = False,
    as_json: AsJson = False,
) -> None:
    """List how much the renders of each asset look like its reference, the worst first."""
    found = [(sku, state) for sku, state in RenderStates(services().store).all().items() if state.left_out or not poor]
    found.sort(key=lambda row: (row[1].quality.similarity if row[1].quality else -math.inf, row[0]))
    if as_json:
        print_json({"meshes": [{"sku": sku, "state": state} for sku, state in found]})
        return
    for sku, state in found:
        stdout.print(f"{sku}  {state.words()}{_event(state)}")
    if not found:
        stdout.print("nothing is left out" if poor else "nothing is measured yet: run couture index")


def _event(state: RenderState) -> str:
    return f" (event {state.remark.event_id})" if state.remark else ""


def _judge(sku: str, verdict: RenderVerdict, by: str, *, as_json: bool) -> None:
    stored = judge_renders(services().store, Sku(sku), verdict, by=by, at=datetime.now(UTC))
    if as_json:
        print_json({"event_id": stored.event_id, "sequence": stored.sequence, "sku": sku, "verdict": verdict.value})
    else:
        stdout.print(
            f"stored: the renders of {sku} are {verdict.value}, by {by} (undo with: couture mesh undo {stored.event_id})",
        )
