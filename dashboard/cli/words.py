"""The commands on words: correct an attribute of a photo or an asset, take that back, list; find assets by words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from dashboard.cli.output import AsJson, Home, Who, app, print_json, services, stdout
from data.domain import EventId, PhotoId, Sku
from data.errors import NotFound
from data.events import Attribute, Correction
from data.store import Store
from feedback.corrections import record_correction, standing_corrections, withdraw_correction
from feedback.recording import new_event_id


@app.command("describe")
def describe(
    subject: Annotated[str | None, typer.Argument(metavar="PHOTO_OR_SKU", show_default=False)] = None,
    attribute: Annotated[Attribute | None, typer.Argument(show_default=False)] = None,
    value: Annotated[str | None, typer.Argument(help="The right word.", show_default=False)] = None,
    undo: Annotated[str | None, typer.Option(help="Take the correction of this event id back.", show_default=False)] = None,
    home: Home = None,
    by: Who = "",
    as_json: AsJson = False,
) -> None:
    """Correct what is said of a photo or an asset, or take that back; alone, list the corrections that stand."""
    store, now = services().store, datetime.now(UTC)
    if undo:
        if subject:
            raise typer.BadParameter("name a photo or an asset, or an event to undo, not both")
        taken = withdraw_correction(store, EventId(undo), by=by, at=now)
        _say(f"undone: {undo}, by {by}", {"event_id": taken.event_id, "withdraws": undo}, as_json=as_json)
    elif subject is None:
        _list(store, as_json=as_json)
    elif attribute is None or not value:
        raise typer.BadParameter("name an attribute and the right word")
    else:
        photo_id, sku = _subject(store, subject)
        word = " ".join(value.split())
        said = Correction(event_id=new_event_id(), by=by, at=now, photo_id=photo_id, sku=sku, attribute=attribute, value=word)
        stored = record_correction(store, said)
        undoing = f"undo with: couture describe --undo {stored.event_id}"
        result = {"event_id": stored.event_id, "sequence": stored.sequence, "photo_id": photo_id, "sku": sku}
        _say(f"stored: {attribute} of {subject} is {word}, by {by} ({undoing})", result, as_json=as_json)


@app.command("find")
def find(
    words: Annotated[list[str], typer.Argument(help="Words of an asset, or words that describe it.", show_default=False)],
    top: Annotated[int, typer.Option(min=1, help="How many assets.")] = 10,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Find assets by words, the best first: exact words, full text and the vectors of texts together."""
    opened = services()
    found = [opened.store.assets.get(sku) for sku in opened.words.find(" ".join(words), top)]
    if as_json:
        listed = [{"rank": rank, "sku": asset.sku, "title": asset.title} for rank, asset in enumerate(found, start=1)]
        print_json({"words": " ".join(words), "assets": listed})
        return
    for asset in found:
        stdout.print(f"{asset.sku}  {asset.title}")
    if not found:
        stdout.print("no asset fits these words")


def _subject(store: Store, name: str) -> tuple[PhotoId | None, Sku | None]:
    """Say which photo or which asset is meant; a name that both have is the photo's."""
    try:
        return store.photos.get(PhotoId(name)).photo_id, None
    except NotFound:
        pass
    try:
        return None, store.assets.get(Sku(name)).sku
    except NotFound as error:
        raise NotFound(
            f"there is no photo and no asset '{name}'", remedy="see 'couture export' for those that there are"
        ) from error


def _list(store: Store, *, as_json: bool) -> None:
    standing = standing_corrections(store.corrections.all())
    if as_json:
        names = ("event_id", "photo_id", "sku", "attribute", "value", "by", "at")
        print_json({"corrections": [{name: getattr(event, name) for name in names} for event in standing]})
        return
    for event in standing:
        what = f"photo {event.photo_id}" if event.photo_id else f"asset {event.sku}"
        who = f"(by {event.by}, {event.at:%Y-%m-%d %H:%M}, event {event.event_id})"
        stdout.print(f"{event.attribute} of {what}: {event.value}  {who}")
    if not standing:
        stdout.print("nothing is corrected; do it with: couture describe PHOTO_OR_SKU ATTRIBUTE VALUE")


def _say(words: str, result: dict[str, object], *, as_json: bool) -> None:
    if as_json:
        print_json(result)
    else:
        stdout.print(words)
