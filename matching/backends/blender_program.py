"""Which Blender there is: one that was named, `blender` on the path, or bpy in an environment of its own."""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path

from data.errors import CoutureError, MissingBackend

QUIET = ("--background", "-noaudio", "--factory-startup", "--python-exit-code", "1", "--python")
ENVIRONMENT = "blender"
"""Folder of the environment below a home."""

RELEASES = {(3, 11): "5.0.1", (3, 13): "5.1.2"}
"""Which release of bpy is built for which Python: each for one alone."""

INSTALL = (
    "install it (Debian: apt install blender python3-numpy), run 'couture doctor --install-blender', or set renderer = 'vtk'"
)
INSTALL_LIMIT_S = 3600


def find_blender(program: str = "") -> tuple[str, ...]:
    """Give the command that runs a script in Blender; the script's path comes behind it.

    Args:
        program: a Blender, the Python of an environment that has bpy, or the folder of that environment; `blender` on the path
            where empty.

    Raises:
        MissingBackend: there is none.
    """
    named = Path(program).expanduser()
    if program and named.is_dir():
        named = python_of(named)
    found = shutil.which(str(named)) if program else shutil.which("blender")
    if found is None:
        raise MissingBackend(
            role="renderer", name="blender", remedy=f"'{named}' is no program; {INSTALL}" if program else INSTALL
        )
    return (found, "-I") if Path(found).stem.startswith("python") else (found, *QUIET)


def python_of(environment: Path) -> Path:
    """Name the Python of a virtual environment."""
    return environment / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def install_command(
    environment: Path, python: tuple[int, int] = (sys.version_info.major, sys.version_info.minor)
) -> tuple[str, ...]:
    """Give the command that installs bpy into an environment.

    Raises:
        MissingBackend: no release of it is built for this Python.
    """
    release = RELEASES.get(python)
    if release is None:
        built = ", ".join(f"{major}.{minor}" for major, minor in sorted(RELEASES))
        raise MissingBackend(
            role="renderer", name="blender", remedy=f"bpy is built for Python {built}, not {python[0]}.{python[1]}; {INSTALL}"
        )
    return (str(python_of(environment)), "-m", "pip", "install", "--disable-pip-version-check", f"bpy=={release}")


def install_blender(home: Path) -> Sequence[str]:
    """Make an environment with bpy below a home, and give the command that runs scripts in it.

    Raises:
        MissingBackend: no release of it is built for this Python.
        CoutureError: it cannot be installed, or does not start.
    """
    environment = home / ENVIRONMENT
    command = install_command(environment)
    try:
        venv.create(environment, with_pip=True)
        _run(command)
        _run((str(python_of(environment)), "-I", "-c", "import bpy"))
    except OSError as error:
        raise CoutureError(f"the environment {environment} cannot be made: {error}", remedy="check the disk") from error
    return find_blender(str(environment))


def _run(command: Sequence[str]) -> None:
    try:
        ended = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=INSTALL_LIMIT_S, check=False)  # noqa: S603  # no shell
    except subprocess.TimeoutExpired as error:
        raise CoutureError(f"'{' '.join(command[1:])}' took more than {INSTALL_LIMIT_S // 60} min", remedy="try again") from error
    if ended.returncode:
        said = (ended.stderr or ended.stdout).strip().splitlines()[-1:]
        raise CoutureError(f"'{' '.join(command[1:])}' failed: {' '.join(said)}", remedy="check the network, then try again")
