"""Commands around one photo: match, review; and export of what people said."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from dashboard.cli.output import AsJson, Home, Who, app, print_json, services, stdout, table
from dashboard.render_states import RenderState, RenderStates, view_words
from data.domain import PhotoId, Reviewer, Sku, View, ViewKind
from data.events import Review, Verdict
from data.pictures import read_file
from data.ranking import Suggestion
from feedback.export import Exported, export
from feedback.recording import last_standing, new_event_id, record, undo


@app.command()
def match(
    photo: Annotated[Path, typer.Argument(help="A picture file.", show_default=False)],
    home: Home = None,
    top: Annotated[int, typer.Option(min=1, help="How many candidates.")] = 5,
    as_json: AsJson = False,
) -> None:
    """Find the reference of the article in a photo. Nothing is stored of it."""
    opened = services()
    found, states = opened.matcher.identify(read_file(photo), name=photo.name, top=top), RenderStates(opened.store)
    if as_json:
        print_json(suggestion_json(str(photo), found, states))
        return
    rows = table("rank", "sku", "title", "score", "confidence", "seen from", "most from")
    for candidate in found.candidates:
        most = sorted(candidate.contributions, key=lambda part: -part.value)[:3]
        rows.add_row(
            str(candidate.rank),
            candidate.sku,
            candidate.title,
            f"{candidate.score:.2f}",
            f"{candidate.confidence:.0%}",
            view_words(candidate.best_view, states.of(candidate.sku)),
            ", ".join(f"{part.channel} {part.value:+.2f}" for part in most),
        )
    stdout.print(rows)
    stdout.print(f"not in the DAM: {found.no_match:.0%} (weights {found.weights})")


@app.command()
def review(
    photo_id: Annotated[str, typer.Argument(show_default=False)],
    verdict: Annotated[Verdict, typer.Argument(show_default=False, help="'withdrawn' takes one's last verdict back.")],
    sku: Annotated[str | None, typer.Argument(show_default=False, help="With 'match' alone.")] = None,
    home: Home = None,
    by: Who = "",
    note: Annotated[str, typer.Option(help="A remark to keep with it.")] = "",
    as_json: AsJson = False,
) -> None:
    """Record one review, as the screen would."""
    store, now = services().store, datetime.now(UTC)
    if verdict is Verdict.WITHDRAWN:
        standing = last_standing(store, PhotoId(photo_id), Reviewer(by))
        stored = undo(store, standing.event_id, standing.photo_id, Reviewer(by), at=now)
    else:
        said = Review(
            event_id=new_event_id(),
            photo_id=PhotoId(photo_id),
            reviewer=Reviewer(by),
            verdict=verdict,
            at=now,
            sku=Sku(sku) if sku else None,
            note=note,
        )
        stored = record(store, said)
    if as_json:
        print_json({"event_id": stored.event_id, "sequence": stored.sequence, "photo_id": photo_id, "verdict": verdict})
    else:
        stdout.print(f"stored: {photo_id} {verdict.value} {sku or ''} by {by}")


@app.command("export")
def export_(
    what: Annotated[Exported, typer.Argument(show_default=False)],
    file: Annotated[Path, typer.Argument(show_default=False, help=".csv, .jsonl, .parquet; labels also .json, or a new folder.")],
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Write labels, reviews or another table to a file; labels also as a Hugging Face dataset folder, or for Label Studio."""
    rows = export(services().store, what, file)
    if as_json:
        print_json({"rows": rows, "file": file})
    else:
        stdout.print(f"{rows} {what.value} written to {file}")


def suggestion_json(photo: str, found: Suggestion, states: RenderStates) -> dict[str, object]:
    """Give candidates in the form that `match --json` promises."""
    return {
        "photo": photo,
        "weights": found.weights,
        "no_match": found.no_match,
        "candidates": [
            {
                "rank": candidate.rank,
                "sku": candidate.sku,
                "title": candidate.title,
                "score": candidate.score,
                "confidence": candidate.confidence,
                "best_view": _view_json(candidate.best_view, states.of(candidate.sku)),
                "contributions": {part.channel: part.value for part in candidate.contributions},
            }
            for candidate in found.candidates
        ],
    }


def _view_json(view: View, state: RenderState) -> dict[str, object]:
    """Give the view that decided: its raw yaw, and for a render the yaw from the front."""
    turned = None if view.yaw_deg is None or view.kind is not ViewKind.RENDER else state.from_front_deg(view.yaw_deg)
    return {"kind": view.kind, "yaw_deg": view.yaw_deg, "from_front_deg": turned}
