"""What indexing costs, as the command line shows it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from dashboard.cli.output import stdout, table
from matching.costs import Stage

UNKNOWN = "not known"
TRIED = 8
"""Assets that tell a rate well enough, start-up included."""


def show_plan(stages: Sequence[Stage]) -> None:
    """Print what indexing would do, stage by stage."""
    if not stages:
        stdout.print("nothing is missing")
        return
    rows = table("to do", "with", "about", "disk", "rate")
    for stage in stages:
        rows.add_row(f"{stage.count} {stage.name}", stage.engine, _time(stage), _disk(stage), stage.rate.origin.value)
    stdout.print(rows)
    for stage in stages:
        if not stage.measured:
            stdout.print(
                f"the rate of {stage.name} by {stage.engine} was never measured by us: couture index --first {TRIED} measures it"
            )


def stage_json(stage: Stage) -> dict[str, object]:
    """Give one stage in the form that `index --dry-run --json` promises."""
    return {
        "name": stage.name,
        "engine": stage.engine,
        "count": stage.count,
        "seconds": stage.seconds,
        "bytes": stage.size,
        "rate": stage.rate.origin,
    }


def _time(stage: Stage) -> str:
    return UNKNOWN if stage.seconds is None else str(timedelta(seconds=max(1, round(stage.seconds))))


def _disk(stage: Stage) -> str:
    return UNKNOWN if stage.size is None else f"{stage.size / 1e6:,.0f} MB"
