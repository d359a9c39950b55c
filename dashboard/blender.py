"""Installing Blender for whoever has none: bpy in an environment of its own below the home."""

from __future__ import annotations

import json
from pathlib import Path

from matching.backends.blender_program import ENVIRONMENT, install_blender


def install_words(home: Path) -> str:
    """Install bpy below a home, and say what to write into its settings so that it is used.

    Raises:
        MissingBackend: no release of it is built for this Python.
        CoutureError: it cannot be installed, or does not start.
    """
    install_blender(home)
    source = json.dumps(str((home / ENVIRONMENT).resolve()))
    return f'installed. Write into settings.toml:\nrenderer = "blender"\n\n[models.blender]\nsource = {source}'
