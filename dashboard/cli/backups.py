"""Commands for an administrator's safety: backup and restore of the whole store."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dashboard.cli.output import AsJson, Home, app, chosen_home, print_json, progress, stdout
from data.store import open_store
from data.store.backup import back_up
from data.store.restoring import restore as put_back

MEGABYTE = 1_000_000


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(show_default=False, help="Where to write it, such as store.zip.")],
    home: Home = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite a file of that name.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write the whole store to one file, as of one moment; others may go on working."""
    store = open_store(chosen_home() / "store", create=False)
    with progress() as report:
        made = back_up(store, file.absolute(), overwrite=force, report=report)
    if as_json:
        print_json(made)
    else:
        size = f"{made.size_bytes / MEGABYTE:.1f} MB"
        stdout.print(f"{made.rows} rows of {made.tables} tables written to {file}, {size}")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(show_default=False, help="A file that 'couture backup' wrote.")],
    home: Home = None,
    force: Annotated[bool, typer.Option("--force", help="Move a store that is there aside. Stop the dashboard first.")] = False,
    as_json: AsJson = False,
) -> None:
    """Put the store of a backup into a home, after every file of it was checked."""
    with progress() as report:
        done = put_back(file, chosen_home() / "store", replace=force, report=report)
    if as_json:
        print_json(done)
        return
    stdout.print(f"{done.rows} rows of {done.tables} tables restored to {chosen_home()}")
    if done.moved_aside is not None:
        stdout.print(f"what was there before lies at {done.moved_aside}")
