"""Making of the demo catalogue: tables, reference pictures, meshes and photos, all from code."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

from data.demo.articles import CATALOGUE, Article
from data.demo.history import History, told
from data.demo.meshes import glb_of
from data.demo.models import Model, assemble
from data.demo.occasions import Plan, planned
from data.demo.photographs import photograph
from data.demo.studio import reference_of
from data.errors import StoreError

SEED = 7
Progress = Callable[[int, int], None]


def rebuild(folder: Path, *, seed: int = SEED, on_progress: Progress | None = None) -> None:
    """Make the whole demo catalogue anew in a folder, over what is there.

    Args:
        folder: gets `catalogue.csv`, `photos.csv`, and the folders `references`, `meshes` and `photos`.
        seed: of the photos; articles are always the same. The same seed gives the same bytes with the same library versions.
        on_progress: told articles done, and in all; each with its photos.

    Raises:
        StoreError: a file cannot be written.
    """
    plans = planned(seed)
    articles = _articles(plans)
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        made = [pool.submit(_make, folder, seed, at) for at in range(len(articles))]
        for done, one in enumerate(as_completed(made), start=1):
            one.result()
            if on_progress:
                on_progress(done, len(articles))
    _write(folder / "catalogue.csv", _catalogue_table())
    _write(folder / "photos.csv", _photo_table(plans))


def _make(folder: Path, seed: int, at: int) -> None:
    """Make the files of one article: its reference and mesh where the catalogue has it, and its photos."""
    plans = planned(seed)
    article = _articles(plans)[at]
    model = assemble(article.build())
    if article.sku:
        _entry(folder, model, article)
    for plan in plans:
        if plan.article is article:
            _write(folder / _picture(plan), photograph(model, plan.occasion))


def demo_history(seed: int = SEED) -> History:
    """Give the plan of the history that goes with the photos of a seed."""
    return told(planned(seed), seed)


def _articles(plans: Sequence[Plan]) -> list[Article]:
    """Those of the catalogue, and those that are only in photos."""
    outside = {plan.article.title: plan.article for plan in plans if not plan.article.sku}
    return [*CATALOGUE, *outside.values()]


def _entry(folder: Path, model: Model, article: Article) -> None:
    _write(folder / _reference(article), reference_of(model, yaw_deg=article.yaw_deg, pitch_deg=article.pitch_deg))
    _write(folder / _mesh(article), glb_of(model))


def _reference(article: Article) -> str:
    return f"references/{article.sku}.jpg"


def _mesh(article: Article) -> str:
    return f"meshes/{article.sku}.glb"


def _picture(plan: Plan) -> str:
    return f"photos/{plan.photo_id}.jpg"


def _catalogue_table() -> bytes:
    header = ("sku", "title", "category", "description", "image", "mesh")
    rows = [
        (article.sku, article.title, article.category, article.description, _reference(article), _mesh(article))
        for article in CATALOGUE
    ]
    return _table(header, rows)


def _photo_table(plans: Sequence[Plan]) -> bytes:
    header = ("photo_id", "image", "sku", "in_dam", "group", "taken_at")
    rows = [
        (
            plan.photo_id,
            _picture(plan),
            plan.article.sku,
            "true" if plan.article.sku else "false",
            plan.group,
            plan.taken_at.isoformat(),
        )
        for plan in plans
    ]
    return _table(header, rows)


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return written.getvalue().encode()


def _write(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror}", remedy="choose another folder") from error
