"""A small demo catalogue, made by code and carried in the repository."""

from pathlib import Path

from data.demo.collection import rebuild

__all__ = ["demo_folder", "rebuild"]


def demo_folder() -> Path:
    """Say where the carried files lie: `catalogue.csv`, `photos.csv` and their pictures and meshes."""
    return Path(__file__).parent / "files"
