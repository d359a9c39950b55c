"""The command `couture`: everything that the screens can do, for scripts and people at a terminal."""

from __future__ import annotations

import sys

from dashboard.cli.output import app
from data.errors import CoutureError

__all__ = ["app", "main"]


def main() -> None:
    """Run the command; a failure that we can explain is one line on stderr and exit code 1."""
    from dashboard.cli import serving  # noqa: F401, PLC0415  # the others are imported once one of them is asked for

    try:
        app(prog_name="couture")
    except CoutureError as error:
        sys.stderr.write(f"couture: {error}\n")
        raise SystemExit(1) from error
