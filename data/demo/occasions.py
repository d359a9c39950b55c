"""The plan of the photos: which article, where, when, in which burst."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np

from data.demo.articles import CATALOGUE, OUTSIDE, Article
from data.demo.photographs import Occasion
from data.demo.scenes import SCENES

TWICE = frozenset(
    {
        *("BAG-0101", "BAG-0102", "BAG-0103", "BAG-0104", "BAG-0105", "BAG-0106", "BAG-0201", "BAG-0601"),
        *("SHO-0101", "SHO-0102", "SHO-0103", "SHO-0302", "HAT-0101", "BLT-0101", "GAR-0101", "GAR-0401"),
    }
)
BURSTS = frozenset({"BAG-0301", "HAT-0201", "SCF-0201"})
OUTSIDE_TWICE = frozenset({"Knitted beanie, mustard", "Burgundy flap bag", "Fedora, sage", "Jumper, terracotta"})
BURST_LENGTH = 3
HIDDEN_SHARE = 0.3
ANY_SIDE_SHARE = 0.15
OPENING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
OPEN_MINUTES = 600
"""Of a day: photos are taken between nine and seven."""

BETWEEN_MINUTES = 24
"""What the time between two visits is a multiple of."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One row of the photo table before its picture is taken. `group` is empty outside of bursts."""

    photo_id: str
    article: Article
    occasion: Occasion
    group: str
    taken_at: datetime


def planned(seed: int) -> list[Plan]:
    """Draw the plan; the same seed gives the same photos."""
    draws = np.random.default_rng(seed)
    visits = list(CATALOGUE) + [article for article in CATALOGUE if article.sku in TWICE]
    visits += list(OUTSIDE) + [article for article in OUTSIDE if article.title in OUTSIDE_TWICE]
    found: list[Plan] = []
    passed = 0
    for at in draws.permutation(len(visits)):
        article = visits[at]
        passed += BETWEEN_MINUTES * int(draws.integers(4, 40))
        moment = OPENING + timedelta(days=passed // OPEN_MINUTES, minutes=passed % OPEN_MINUTES)
        first = _occasion(article, int(seed * 1000 + at), draws)
        burst = article.sku in BURSTS
        for instant in range(BURST_LENGTH if burst else 1):
            turned = replace(first, instant=instant, yaw_deg=first.yaw_deg + 4.0 * instant)
            found.append(
                Plan(
                    photo_id=f"shop-{len(found) + 1:04d}",
                    article=article,
                    occasion=turned,
                    group=f"burst-{article.sku.lower()}" if burst else "",
                    taken_at=moment + timedelta(seconds=instant),
                )
            )
    return found


def _occasion(article: Article, seed: int, draws: np.random.Generator) -> Occasion:
    places: Sequence[int] = [at for at, scene in enumerate(SCENES) if scene.name not in article.avoid]
    yaw_deg = draws.uniform(-180, 180) if draws.random() < ANY_SIDE_SHARE else draws.normal(0, 32)
    return Occasion(
        seed=seed,
        scene=places[int(draws.integers(len(places)))],
        yaw_deg=float(yaw_deg),
        lies=article.lies or article.category == "bags",
        hidden=bool(draws.random() < HIDDEN_SHARE),
    )
