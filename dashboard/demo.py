"""The demo catalogue in a home of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from dashboard.wiring import Services, open_services
from data.catalogue import import_catalogue
from data.demo import demo_folder, rebuild
from data.photos import import_photos


def load_demo(home: Path) -> Services:
    """Import the demo catalogue and its photos; what is there already stays as it is."""
    opened = open_services(home)
    import_catalogue(opened.store, demo_folder())
    import_photos(opened.store, demo_folder(), submitted_by="demo")
    return opened


def rebuild_demo(*, on_progress: Callable[[int, int], None] | None = None) -> None:
    """Make the pictures and meshes that the repository carries anew from code; that takes minutes."""
    rebuild(demo_folder(), on_progress=on_progress)
