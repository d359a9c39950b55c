"""The demo catalogue in a home of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from dashboard.background import index_everything
from dashboard.demo_history import load_history, write_history
from dashboard.settings import EVERYBODY, FILE
from dashboard.wiring import Services, open_services
from data.catalogue import import_catalogue
from data.demo import demo_folder, rebuild
from data.photos import import_photos

SETTINGS = f'''# Everybody may see everything here. Where people review, name those who answer for decisions instead.
managers = ["{EVERYBODY}"]
'''


def load_demo(home: Path, *, history: bool = True) -> Services:
    """Import the demo catalogue, its photos and its made-up history of reviews; what is there already stays as it is.

    Whoever looks at it may see everything, unless it has settings already.
    """
    settings = home / FILE
    if not settings.exists():
        home.mkdir(parents=True, exist_ok=True)
        settings.write_text(SETTINGS, encoding="utf-8")
    opened = open_services(home)
    import_catalogue(opened.store, demo_folder())
    import_photos(opened.store, demo_folder(), submitted_by="demo")
    if history:
        load_history(opened.store, demo_folder())
    return opened


def rebuild_demo(*, on_progress: Callable[[str, int, int], None]) -> None:
    """Make the pictures, meshes and reviews that the repository carries anew from code; that takes minutes."""
    rebuild(demo_folder(), on_progress=lambda done, total: on_progress("articles", done, total))
    rebuild_history(on_progress=on_progress)


def rebuild_history(*, on_progress: Callable[[str, int, int], None]) -> None:
    """Index what is carried in a home of its own, and let the people of the demo decide on what is ranked there."""
    with TemporaryDirectory() as scratch:
        opened = load_demo(Path(scratch), history=False)
        index_everything(opened, on_progress=on_progress)
        write_history(opened, demo_folder(), on_progress=lambda done, total: on_progress("reviews", done, total))
