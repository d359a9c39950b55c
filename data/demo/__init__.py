"""A small demo catalogue, made by code and carried in the repository."""

from pathlib import Path

from data.demo.collection import SEED as HISTORY_SEED
from data.demo.collection import demo_history, rebuild

__all__ = ["HISTORY_SEED", "demo_folder", "demo_history", "rebuild"]


def demo_folder() -> Path:
    """Say where the carried files lie: `catalogue.csv`, `photos.csv` and their pictures and meshes, and its history."""
    return Path(__file__).parent / "files"
