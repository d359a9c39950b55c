"""The hats of the demo."""

from __future__ import annotations

from data.demo.article import BROWN, PALE, Article
from data.demo.hats import baseball_cap, beanie, bucket_hat, fedora, straw_hat

HATS = (
    Article(
        sku="HAT-0101",
        title="Wide straw hat, black ribbon",
        category="hats",
        description="Plaited straw with a wide brim and a ribbon of black grosgrain.",
        yaw_deg=24,
        avoid=BROWN,
        build=lambda: straw_hat("#d9b26a", "#141416"),
    ),
    Article(
        sku="HAT-0102",
        title="Wide straw hat, navy ribbon",
        category="hats",
        description="Plaited straw with a wide brim and a ribbon of navy grosgrain.",
        yaw_deg=24,
        avoid=BROWN,
        build=lambda: straw_hat("#e3c58a", "#22356b"),
    ),
    Article(
        sku="HAT-0201",
        title="Fedora, burgundy felt",
        category="hats",
        description="Rabbit felt in burgundy with a pinched crown and a brown band.",
        yaw_deg=30,
        build=lambda: fedora("#7b2f37", "#2d1b1b"),
    ),
    Article(
        sku="HAT-0202",
        title="Fedora, camel felt",
        category="hats",
        description="Rabbit felt in camel with a pinched crown and a dark brown band.",
        yaw_deg=30,
        avoid=BROWN,
        build=lambda: fedora("#b58a55", "#3a2618"),
    ),
    Article(
        sku="HAT-0301",
        title="Cotton cap, navy",
        category="hats",
        description="A cap of six cotton panels with a curved peak and an embroidered lozenge.",
        yaw_deg=32,
        build=lambda: baseball_cap("#1f3557", "#8fa3c4", "#e9e4d8"),
    ),
    Article(
        sku="HAT-0302",
        title="Cotton cap, ecru",
        category="hats",
        description="A cap of six ecru cotton panels with a curved peak and an embroidered lozenge.",
        yaw_deg=32,
        avoid=PALE,
        build=lambda: baseball_cap("#e2d9c4", "#b5a88a", "#7b2f37"),
    ),
    Article(
        sku="HAT-0401",
        title="Knitted beanie, oatmeal",
        category="hats",
        description="A beanie of oatmeal wool with a ribbed cuff and a bobble.",
        yaw_deg=0,
        avoid=PALE,
        build=lambda: beanie("#b9a88c", "#e7ddc8"),
    ),
    Article(
        sku="HAT-0501",
        title="Bucket hat, olive twill",
        category="hats",
        description="A bucket hat of olive cotton twill, its brim sewn in rows.",
        yaw_deg=20,
        build=lambda: bucket_hat("#5f6141", "#8f9068"),
    ),
)
