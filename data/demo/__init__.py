"""A small demo catalogue, made by code and carried in the repository."""

from pathlib import Path

from data.demo.articles import CATALOGUE
from data.demo.collection import SEED as HISTORY_SEED
from data.demo.collection import demo_history, rebuild

__all__ = ["DEMO_SKUS", "HISTORY_SEED", "demo_folder", "demo_history", "rebuild"]

DEMO_SKUS = frozenset(article.sku for article in CATALOGUE)
"""The articles of the demo catalogue."""


def demo_folder() -> Path:
    """Say where the carried files lie: `catalogue.csv`, `photos.csv` and their pictures and meshes, and its history."""
    return Path(__file__).parent / "files"
