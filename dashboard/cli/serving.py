"""The command that opens the dashboard. It reads the settings alone: the server that takes its place opens the store."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from dashboard.cli.models import missing_models
from dashboard.cli.output import Home, app, chosen_home, stderr
from dashboard.settings import HOME_VARIABLE, read_settings

APP = Path(__file__).parents[1] / "app.py"
FLAGS = ("--server.address=127.0.0.1", "--browser.gatherUsageStats=false", "--server.headless=true")
ALLOCATION = {"MALLOC_ARENA_MAX": "2", "MALLOC_MMAP_THRESHOLD_": "262144"}
"""Without these glibc keeps what was freed, by every thread: a tenth of the memory with 20,000 assets. Others ignore them."""


@app.command()
def serve(
    home: Home = None,
    port: Annotated[int | None, typer.Option(help="Port on 127.0.0.1.", show_default="8501, or as settings.toml says")] = None,
) -> None:
    """Open the dashboard, on this machine only. What is not indexed yet is indexed beside it."""
    settings = read_settings(chosen_home())
    chosen = port or settings.port
    os.environ[HOME_VARIABLE] = str(chosen_home())
    for line in missing_models(settings.backends):
        stderr.print(f"not here yet: {line}; couture index fetches it")
    stderr.print(f"Couture Match is on http://127.0.0.1:{chosen}")
    for name, value in ALLOCATION.items():
        os.environ.setdefault(name, value)
    os.chdir(APP.parents[1])  # Streamlit reads its theme beside the folder that it starts in
    run = [sys.executable, "-m", "streamlit", "run", str(APP), f"--server.port={chosen}", *FLAGS]
    os.execv(sys.executable, run)  # noqa: S606  # no shell; the server takes this process's place, and its signals
