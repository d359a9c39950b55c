"""Commands that bring things in: demo, import, index."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from dashboard.background import index_everything, index_some
from dashboard.cli.accepting import after_indexing
from dashboard.cli.costs import show_plan, stage_json
from dashboard.cli.models import ensure_models
from dashboard.cli.output import (
    REFUSED_SHOWN,
    AsJson,
    Home,
    app,
    chosen_home,
    print_json,
    progress,
    report_import,
    services,
    stderr,
    stdout,
)
from dashboard.cli.queueing import rank_waiting
from dashboard.demo import load_demo, rebuild_demo
from dashboard.intake import carry_out
from dashboard.intake_record import Stage
from dashboard.settings import DEFAULT_HOME
from dashboard.wiring import Services
from data.catalogue import import_catalogue, preview_catalogue
from data.photos import import_photos, preview_photos
from data.tabular import ImportReport
from feedback.review_import import import_reviews
from matching.costs import FEWEST, counts_for, plan
from matching.indexing import pending
from matching.meshing import forget_generated

importing = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
app.add_typer(importing, name="import", help="Take a catalogue, photos or reviews from a file or folder.")
DEMO_HOME = DEFAULT_HOME / "demo"
Preview = Annotated[bool, typer.Option("--preview", help="Say what would be taken, skipped and refused, and store nothing.")]
Source = Annotated[Path, typer.Argument(help="A CSV file, or a folder.", show_default=False)]


class Only(StrEnum):
    """Part of the indexing that can be done alone."""

    CATALOGUE = "catalogue"
    PHOTOS = "photos"


@app.command()
def demo(
    home: Home = None,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Make its pictures, meshes and reviews anew from code first.")
    ] = False,
    index: Annotated[bool, typer.Option("--index/--no-index", help="Describe the pictures at once.")] = True,
) -> None:
    """Load the demo catalogue into a home of its own, var/demo unless --home names another."""
    if rebuild:
        with progress() as report:
            rebuild_demo(on_progress=report)
    where = chosen_home(DEMO_HOME)
    opened = load_demo(where)
    if index:
        ensure_models(opened.backends, agreed=False)
        with progress() as report:
            index_everything(opened, on_progress=report)
        rank_waiting(opened)
    stdout.print("Its reviews of some weeks are made up, by people who do not exist: their names end in (demo).")
    stdout.print(f"The demo is in {where}. See it with: couture --home {where} serve")


@importing.command("catalogue")
def catalogue_(source: Source, home: Home = None, as_json: AsJson = False, preview: Preview = False) -> None:
    """Take assets, pictures and meshes: columns sku, image; title, category, description, mesh, kind, yaw_deg."""
    opened = services()
    with progress() as report:
        take = preview_catalogue if preview else import_catalogue
        found = take(opened.store, source, on_progress=lambda done, total: report("rows", done, total))
    _finish(found, as_json=as_json, previewed=preview)


@importing.command("carry-out", hidden=True)
def carry_out_(name: Annotated[str, typer.Argument(help="Of an import that was asked for on a page.")]) -> None:
    """Do what was asked for on a page; the page shows how far it is."""
    ended = carry_out(services(), name)
    if ended.stage is Stage.REFUSED:
        stderr.print(f"{ended.what}; {ended.remedy}")
        raise typer.Exit(1)


@importing.command("photos")
def photos_(
    source: Source,
    home: Home = None,
    as_json: AsJson = False,
    seed: Annotated[int, typer.Option(help="Of the draw of sides.")] = 0,
    preview: Preview = False,
) -> None:
    """Take photos into the review queue: columns photo_id, image; sku, in_dam (truth), group, taken_at."""
    opened = services()
    with progress() as report:
        if preview:
            found = preview_photos(opened.store, source, on_progress=lambda done, total: report("rows", done, total))
        else:
            found = import_photos(opened.store, source, seed=seed, on_progress=lambda done, total: report("rows", done, total))
    _finish(found, as_json=as_json, previewed=preview)


@importing.command("reviews")
def reviews_(source: Source, home: Home = None, as_json: AsJson = False) -> None:
    """Take reviews from CSV, JSONL, Parquet or a Label Studio export: photo_id, verdict, reviewer; sku, event_id, at, note."""
    report_import(import_reviews(services().store, source), as_json=as_json)


@app.command()
def index(
    home: Home = None,
    only: Annotated[Only | None, typer.Option(help="Do this part alone.")] = None,
    refit: Annotated[bool, typer.Option("--refit", help="Fit a new basis on the catalogue.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Download models that are missing without asking.")] = False,
    forget_meshes: Annotated[
        bool, typer.Option("--forget-meshes", help="Delete generated meshes and their renders first, never the catalogue's.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what it would do and what it costs, no more.")] = False,
    assets: Annotated[
        int | None, typer.Option(min=1, help="With --dry-run: of so many more assets instead.", show_default=False)
    ] = None,
    first: Annotated[
        int | None,
        typer.Option(
            min=FEWEST, help="Make what so many assets want alone: the next plan has this home's own rates.", show_default=False
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Do everything that is missing: meshes, renders, cut-outs, vectors, words. Can be interrupted and goes on where it was."""
    opened = services()
    if not dry_run:
        ensure_models(opened.backends, agreed=yes)
    if forget_meshes and not dry_run:
        stderr.print(f"meshes of {forget_generated(opened.store)} assets forgotten")
    missing = pending(opened.store, opened.backends, catalogue=only is not Only.PHOTOS, photos=only is not Only.CATALOGUE)
    counts = missing.counts if assets is None or not dry_run else counts_for(opened.backends, assets)
    stages = plan(opened.store, opened.backends, counts)
    if not as_json:
        show_plan(stages)
    if dry_run:
        if as_json:
            print_json({"stages": [stage_json(stage) for stage in stages]})
        return
    if first is not None:
        _try(opened, first, only, as_json=as_json)
        return
    earlier = len(opened.store.activations.all())
    with progress() as report:
        found = index_everything(
            opened, catalogue=only is not Only.PHOTOS, photos=only is not Only.CATALOGUE, refit=refit, on_progress=report
        )
    for name, reason in found.failed:
        stderr.print(f"failed: {name}: {reason}")
    for name, reason in found.unsaid[:REFUSED_SHOWN]:
        stderr.print(f"without attributes: {name}: {reason}")
    if only is not Only.CATALOGUE:
        rank_waiting(opened)
    after_indexing(opened, quiet=as_json)
    if as_json:
        print_json(found)
    else:
        made = f"{found.meshed} meshes made, {found.rendered} renders made, {found.described} pictures described"
        unsaid = f", {len(found.unsaid)} without attributes: what the model said could not be read" if found.unsaid else ""
        stdout.print(f"{made}, {len(found.failed)} failed{unsaid}")
        _say_what_ranks(opened, earlier)


def _try(opened: Services, assets: int, only: Only | None, *, as_json: bool) -> None:
    """Make what some assets want, and plan the rest by the rates that this took; nothing ranks by a part of the catalogue."""
    parts = {"catalogue": only is not Only.PHOTOS, "photos": only is not Only.CATALOGUE}
    with progress() as report:
        found = index_some(opened, assets, **parts, on_progress=report)
    for name, reason in found.failed:
        stderr.print(f"failed: {name}: {reason}")
    stages = plan(opened.store, opened.backends, pending(opened.store, opened.backends, **parts).counts)
    if as_json:
        print_json({"stages": [stage_json(stage) for stage in stages]})
    else:
        stdout.print(
            f"{found.meshed} meshes made, {found.rendered} renders made, {found.described} pictures described; the rest:"
        )
        show_plan(stages)


def _say_what_ranks(opened: Services, earlier: int) -> None:
    """Say that the house took other weights into use, since embedders or photos have changed."""
    for taken in opened.store.activations.all()[earlier:] if earlier else ():
        learn = "; couture retune learns from the labels again" if "basis" in taken.reason else ""
        stdout.print(f"weights {taken.version} taken into use: {taken.reason}{learn}")


def _finish(found: ImportReport, *, as_json: bool, previewed: bool = False) -> None:
    report_import(found, as_json=as_json)
    if previewed and not as_json:
        stdout.print("nothing was stored: leave --preview out to import")
    elif found.taken and not as_json:
        stdout.print("next: couture index")
