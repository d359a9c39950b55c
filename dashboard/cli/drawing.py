"""Commands on what is drawn at random: the shares of audit, second opinions and gold, and which photos are gold."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from dashboard.cli.output import AsJson, Home, Who, app, print_json, services, stdout, table
from data.domain import PhotoId
from data.drawing import DrawPurpose
from feedback.draws import read_shares, set_share
from feedback.gold import read_gold
from feedback.gold_marks import could_be_gold, mark_all_gold, unmark_gold

draws_app = typer.Typer(rich_markup_mode=None)
gold_app = typer.Typer(rich_markup_mode=None)
app.add_typer(
    draws_app, name="draws", help="What is drawn at random for audit, second opinions and gold: show or set the shares."
)
app.add_typer(gold_app, name="gold", help="Photos whose answer is known, which measure reviewers: list, mark, unmark.")


@draws_app.callback(invoke_without_command=True)
def draws(context: typer.Context, home: Home = None, as_json: AsJson = False) -> None:
    """Show the share of photos that is drawn for each purpose, who set it, and how many were drawn."""
    if context.invoked_subcommand is not None:
        return
    store = services().store
    shares, counts = read_shares(store), store.draws.counts()
    rows = []
    for purpose in DrawPurpose:
        said = [one for one in shares.said if one.purpose is purpose][-1:]
        drawn = counts.get(purpose if purpose is not DrawPurpose.GOLD else f"slot {purpose}", 0)
        who = {"by": said[0].by, "at": said[0].at} if said else {"by": None, "at": None}
        rows.append({"purpose": purpose.value, "share": shares.now(purpose), "drawn": drawn, **who})
    if as_json:
        print_json({"draws": rows})
        return
    listed = table("purpose", "share", "drawn", "set by", "at")
    for row in rows:
        moment = f"{row['at']:%Y-%m-%d %H:%M}" if row["at"] else ""
        listed.add_row(str(row["purpose"]), f"{row['share']:.1%}", str(row["drawn"]), str(row["by"] or "(default)"), moment)
    stdout.print(listed)


@draws_app.command("set")
def set_command(
    purpose: Annotated[DrawPurpose, typer.Argument(help="Of what.")],
    share: Annotated[float, typer.Argument(min=0, max=0.5, help="From 0 (none) to 0.5.")],
    home: Home = None,
    by: Who = "",
    as_json: AsJson = False,
) -> None:
    """Set a share, on the record. An audit holds for photos that come from now on, or for all where none was drawn yet."""
    said = set_share(services().store, purpose, share, by=by, at=datetime.now(UTC))
    if as_json:
        print_json(said)
    else:
        stdout.print(f"{purpose.value}: {share:.1%} from now on, by {by}")


@gold_app.callback(invoke_without_command=True)
def gold(context: typer.Context, home: Home = None, as_json: AsJson = False) -> None:
    """List the photos that are gold with their answers, and how many more could be."""
    if context.invoked_subcommand is not None:
        return
    store = services().store
    marks, more = sorted(read_gold(store).values(), key=lambda one: one.photo_id), could_be_gold(store)
    if as_json:
        print_json({"gold": marks, "agreed": [label.photo_id for label in more]})
        return
    rows = table("photo_id", "answer", "by", "at")
    for mark in marks:
        rows.add_row(mark.photo_id, mark.sku or str(mark.verdict), mark.by, f"{mark.at:%Y-%m-%d %H:%M}")
    stdout.print(rows)
    stdout.print(f"{len(marks)} are gold; two reviewers or more agree on {len(more)} others: couture gold add --agreed N")


@gold_app.command()
def add(
    photo_ids: Annotated[list[str] | None, typer.Argument(help="Decided photos to mark.", show_default=False)] = None,
    agreed: Annotated[int, typer.Option(min=0, help="Mark so many on which two reviewers or more agree.")] = 0,
    home: Home = None,
    by: Who = "",
    as_json: AsJson = False,
) -> None:
    """Mark photos as gold: their label is confirmed, and what is said of them from now on measures who says it."""
    store = services().store
    named = [PhotoId(photo_id) for photo_id in photo_ids or []]
    named += [label.photo_id for label in could_be_gold(store)[:agreed] if label.photo_id not in named]
    if not named:
        raise typer.BadParameter("name photos, or how many to take with --agreed")
    marks = mark_all_gold(store, named, by=by, at=datetime.now(UTC))
    if as_json:
        print_json({"gold": marks})
        return
    for mark in marks:
        stdout.print(f"{mark.photo_id}: gold, {mark.sku or mark.verdict}, by {by}")


@gold_app.command()
def remove(
    photo_ids: Annotated[list[str], typer.Argument(help="Photos that shall be gold no more.")],
    home: Home = None,
    by: Who = "",
    as_json: AsJson = False,
) -> None:
    """Take marks back; all that was said of the photos counts as any other verdict again."""
    store = services().store
    taken = [unmark_gold(store, PhotoId(photo_id), by=by, at=datetime.now(UTC)) for photo_id in photo_ids]
    if as_json:
        print_json({"removed": [one.photo_id for one in taken]})
        return
    stdout.print(f"{len(taken)} are gold no more")
