"""Commands on versions of weights: list, show, advice, activate, rollback."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated

import typer

from dashboard.cli.output import AsJson, Home, Who, app, print_json, progress, services, stdout, table
from data.domain import WeightsVersion
from data.ranking import Activation
from feedback.stopping import read_stopping_signal
from feedback.versions import list_versions, roll_back, take_into_use
from matching.weights import from_json

versions = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
app.add_typer(versions, name="weights", help="Versions of the weights: list, show, advice, activate, roll back.")
Version = Annotated[str, typer.Argument(help="Such as v2.", show_default=False)]


@versions.command("list")
def list_(home: Home = None, as_json: AsJson = False) -> None:
    """List every version, newest first, and which one ranks."""
    found = list_versions(services().store)
    if as_json:
        print_json({"versions": found})
        return
    rows = table("version", "active", "parent", "basis", "by", "made", "labels", "the gate said")
    for version in found:
        made = f"{version.created_at:%Y-%m-%d %H:%M}"
        rows.add_row(
            version.version,
            "●" if version.active else "",
            version.parent or "–",
            version.basis,
            version.created_by,
            made,
            str(version.labels),
            version.reason,
        )
    stdout.print(rows)


@versions.command()
def show(version: Version, home: Home = None, as_json: AsJson = False) -> None:
    """Show a version: its channel weights, what it was fitted on, and its comparison."""
    record = services().store.weights.get(version)
    weights = from_json(record.parameters)
    listed = dict(sorted(zip(weights.channels, weights.values, strict=True), key=lambda row: -row[1]))
    metrics = json.loads(record.metrics)
    if as_json:
        said = {"version": record.version, "parent": record.parent, "basis": record.basis, "watermark": record.watermark}
        print_json({**said, "seed": record.seed, "channels": listed, "bonuses": weights.bonuses, "metrics": metrics})
        return
    rows = table("channel", "weight")
    for channel, value in listed.items():
        rows.add_row(channel, f"{value:.3f}")
    stdout.print(rows)
    for name, value in metrics.items():
        stdout.print(f"{name}: {value}")


@versions.command()
def advice(home: Home = None, as_json: AsJson = False) -> None:
    """Say whether more labels still change anything, and which would help most."""
    signal = read_stopping_signal(services().store)
    if as_json:
        print_json(signal)
        return
    stdout.print(f"{signal.kind.value}: {signal.reason}")
    rows = table("what would help", "about", "why")
    for need in signal.helpful:
        rows.add_row(need.what, "–" if need.about is None else f"{need.about:,}", need.why)
    if signal.helpful:
        stdout.print(rows)


@versions.command()
def activate(
    version: Version,
    home: Home = None,
    force: Annotated[bool, typer.Option("--force", help="Even where the gate said no, on the record.")] = False,
    by: Who = "",
    as_json: AsJson = False,
) -> None:
    """Make a version the one that ranks."""
    store = services().store
    take_into_use(store, WeightsVersion(version), by=by, force=force)
    _report(store.activations.all()[-1], as_json=as_json)


@versions.command()
def rollback(home: Home = None, by: Who = "", as_json: AsJson = False) -> None:
    """Go back to the version that ranked before."""
    _report(roll_back(services().store, by=by, at=datetime.now(UTC)), as_json=as_json)


@versions.command()
def rebuild(version: Version, home: Home = None, as_json: AsJson = False) -> None:
    """Fit a version again from its stored watermark and say whether it is the same, bit for bit. Nothing is changed."""
    from feedback.rebuild import rebuild as rebuild_version  # noqa: PLC0415  # torch takes seconds to import

    opened = services()
    with progress() as report:
        found = rebuild_version(opened.store, opened.backends, WeightsVersion(version), on_progress=report)
    if as_json:
        print_json(found)
        return
    said = "is made again bit for bit" if found.identical else f"comes out otherwise: {', '.join(found.differs)}"
    because = "; the catalogue has changed since" if found.catalogue_changed else ""
    stdout.print(f"{found.version} {said}{because}")


def _report(done: Activation, *, as_json: bool) -> None:
    if as_json:
        print_json(done)
    else:
        stdout.print(f"{done.version} ranks now ({done.reason})")
        stdout.print("next: couture queue refresh, for the orders by uncertainty and usefulness")
