"""What all commands share: the application, options, progress on stderr, results on stdout."""

from __future__ import annotations

import getpass
import json
import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table
from typer.core import TyperGroup

from dashboard.settings import DEFAULT_HOME, HOME_VARIABLE

if TYPE_CHECKING:
    from typer._click.core import Command, Context  # typer exports neither

    from dashboard.wiring import Services
    from data.tabular import ImportReport
    from feedback.metrics import Interval


class Commands(TyperGroup):
    """The commands; all of them are imported, with what they need, once one is asked for that is not known yet."""

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        """Find a command."""
        if cmd_name not in self.commands:
            self._import_all()
        return super().get_command(ctx, cmd_name)

    def list_commands(self, ctx: Context) -> list[str]:
        """List the commands."""
        self._import_all()
        return super().list_commands(ctx)

    def _import_all(self) -> None:
        from dashboard.cli import commands  # noqa: F401, PLC0415  # it registers them

        self.commands = typer.main.get_group(app).commands


app = typer.Typer(cls=Commands, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
# what is written are ids and names as people gave them: never markup, never emoji codes
stdout, stderr = (Console(stderr=err, soft_wrap=True, highlight=False, markup=False, emoji=False) for err in (False, True))
REFUSED_SHOWN = 20
_chosen: dict[str, Path] = {}


def _remember(value: Path | None) -> Path | None:
    """Keep a home that is named after the command: it wins over one named before it, and over the environment."""
    if value is not None:
        _chosen["home"] = value
    return value


HELP = "Folder with settings.toml and the store."
RootHome = Annotated[Path | None, typer.Option("--home", envvar=HOME_VARIABLE, show_default=str(DEFAULT_HOME), help=HELP)]
Home = Annotated[Path | None, typer.Option("--home", show_default=str(DEFAULT_HOME), help=HELP, callback=_remember)]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object to stdout and nothing else.")]
Who = Annotated[
    str,
    typer.Option(
        "--by", help="Who does it, for the record.", show_default="you", callback=lambda said: said or getpass.getuser()
    ),
]


@app.callback()
def couture(home: RootHome = None) -> None:
    """From a photo of an article to its reference in the catalogue, with reviewers in the loop."""
    _chosen.clear()
    _remember(home)


def chosen_home(default: Path = DEFAULT_HOME) -> Path:
    """Give the folder that --home, before or after the command, or COUTURE_HOME names."""
    return _chosen.get("home", default).absolute()


def services() -> Services:
    """Open the home."""
    from dashboard.wiring import open_services  # noqa: PLC0415  # the database takes seconds to import, and `serve` opens none

    return open_services(chosen_home())


def print_json(result: object) -> None:
    """Print one JSON object; what is not a number becomes null."""
    stdout.print(json.dumps(_plain(result), ensure_ascii=False, allow_nan=False))


def figure(interval: Interval | None) -> dict[str, float] | None:
    """Give an interval as JSON."""
    return None if interval is None else asdict(interval)


def percent(interval: Interval | None) -> str:
    """Write a share with its interval."""
    if interval is None:
        return "–"
    return f"{interval.value:.1%} ({interval.low:.1%} to {interval.high:.1%})"


def table(*columns: str) -> Table:
    """Make a plain table for the terminal."""
    made = Table(box=None, pad_edge=False, header_style="bold")
    for name in columns:
        made.add_column(name)
    return made


@contextmanager
def progress() -> Iterator[Callable[[str, int, int], None]]:
    """Show how far each stage is, with rate and time left, on stderr."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=stderr) as bars:
        stages: dict[str, TaskID] = {}

        def report(stage: str, done: int, total: int) -> None:
            if stage not in stages:
                stages[stage] = bars.add_task(stage, total=total, rate="")
            speed = bars.tasks[stages[stage]].speed
            bars.update(stages[stage], completed=done, total=total, rate=f"{speed:.1f}/s" if speed else "")

        yield report


def both(first: Callable[[str, int, int], None], second: Callable[[str, int, int], None]) -> Callable[[str, int, int], None]:
    """Tell two of the same progress."""

    def report(stage: str, done: int, total: int) -> None:
        first(stage, done, total)
        second(stage, done, total)

    return report


def report_import(report: ImportReport, *, as_json: bool) -> None:
    """Say what an import took, found there already and refused.

    Raises:
        typer.Exit: with 1, where every row was refused.
    """
    if as_json:
        print_json(report)
    else:
        stdout.print(f"{report.taken} taken, {report.skipped} there already, {len(report.refused)} refused")
        for name, count in report.counts.items():
            stdout.print(f"  {name}: {count}")
    for note in report.notes:
        stderr.print(f"note: {note}")
    for line in report.refused[:REFUSED_SHOWN]:
        stderr.print(f"line {line.number}: {line.what}" + (f"; {line.remedy}" if line.remedy else ""))
    if len(report.refused) > REFUSED_SHOWN:
        stderr.print(f"… and {len(report.refused) - REFUSED_SHOWN} more; --json lists all")
    if report.refused and not report.taken and not report.skipped:
        raise typer.Exit(1)


def _plain(value: object) -> Any:  # noqa: ANN401  # JSON
    if is_dataclass(value) and not isinstance(value, type):
        return _plain(asdict(value))
    if isinstance(value, Mapping):
        return {str(name): _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(part) for part in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)
