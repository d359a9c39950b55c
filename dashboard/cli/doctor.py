"""The command that says what works here, and the remedy of what does not."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Annotated

import typer

from dashboard.blender import install_words
from dashboard.cli.models import describe
from dashboard.cli.output import AsJson, Home, app, chosen_home, print_json, stderr, stdout, table
from dashboard.settings import read_settings
from data.errors import StoreError
from data.store import open_store
from data.store.soundness import Soundness, StoreFault, check_store
from matching.backends.devices import DEVICES, is_there
from matching.backends.trial import EngineHealth, try_engines

PACKAGES = ("torch", "transformers", "lancedb", "streamlit", "vtk", "opencv-python-headless", "pillow")
OPTIONAL = ("rembg", "onnxruntime")
NOT_INSTALLED = "not installed"


@dataclass(frozen=True, kw_only=True)
class Package:
    """A package and its version; `not installed` where it is missing."""

    name: str
    version: str
    optional: bool


@dataclass(frozen=True, kw_only=True)
class Diagnosis:
    """What works here.

    Attributes:
        devices: that torch can compute on.
        store: None where there is none yet.
        well: everything that settings name works, and the store is sound.
    """

    home: Path
    python: str
    packages: tuple[Package, ...]
    devices: tuple[str, ...]
    profile: str
    engines: tuple[EngineHealth, ...]
    store: Soundness | None
    well: bool


@app.command()
def doctor(
    home: Home = None,
    blender: Annotated[
        bool, typer.Option("--install-blender", help="Install Blender (bpy, about 1 GB) below this home first.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Say what is installed, which engines and models work here, whether the store is sound, and the remedy of each fault."""
    if blender:
        with stderr.status("installing bpy below this home"):
            said = install_words(chosen_home())
        stderr.print(said)
    found = diagnose(chosen_home())
    if as_json:
        print_json(found)
    else:
        _print(found)
    if not found.well:
        raise typer.Exit(1)


def diagnose(home: Path) -> Diagnosis:
    """Look at everything that settings name. Changes nothing and downloads nothing.

    Raises:
        BadSettings: the settings cannot be used.
    """
    settings = read_settings(home)
    store = _look_at_store(home / "store")
    engines = tuple(try_engines(settings.backends))
    return Diagnosis(
        home=home,
        python=platform.python_version(),
        packages=tuple(_packages()),
        devices=tuple(name for name in DEVICES if is_there(name)),
        profile=settings.profile,
        engines=engines,
        store=store,
        well=all(engine.works for engine in engines) and not (store and store.faults),
    )


def _look_at_store(folder: Path) -> Soundness | None:
    if not folder.exists():
        return None
    try:
        return check_store(open_store(folder, create=False))
    except StoreError as error:
        return Soundness(schema_version=0, tables=(), faults=(StoreFault(what=error.what, remedy=error.remedy),))


def _packages() -> Iterator[Package]:
    for name in (*PACKAGES, *OPTIONAL):
        try:
            version = metadata.version(name)
        except metadata.PackageNotFoundError:
            version = NOT_INSTALLED
        yield Package(name=name, version=version, optional=name in OPTIONAL)


def _print(found: Diagnosis) -> None:
    named = ", ".join(f"{package.name} {package.version}" for package in found.packages)
    stdout.print(f"Python {found.python}; {named}")
    stdout.print(f"devices: {', '.join(found.devices)}; profile: {found.profile}; home: {found.home}")
    shown = table("role", "engine", "device", "state")
    for engine in found.engines:
        state = f"works ({engine.seconds:.1f} s)" if engine.works else "does not work"
        shown.add_row(engine.role, engine.name, engine.device or "–", state)
    stdout.print(shown)
    for model in (model for engine in found.engines for model in engine.models):
        stdout.print(f"model {'here' if model.present else 'MISSING'}: {describe(model)}")
    _print_store(found.store)
    for engine in found.engines:
        if not engine.works:
            stdout.print(f"fault: {engine.role} {engine.name}: {engine.fault}; {engine.remedy}")
    stdout.print("all well" if found.well else "not well: see the faults")


def _print_store(store: Soundness | None) -> None:
    if store is None:
        stdout.print("store: none yet; run couture demo or couture import catalogue")
        return
    counts = ", ".join(f"{count.rows} {count.name}" for count in store.tables if count.rows)
    stdout.print(f"store: schema version {store.schema_version}; {counts or 'empty'}")
    for fault in store.faults:
        stdout.print(f"fault: store: {fault.what}; {fault.remedy}")
