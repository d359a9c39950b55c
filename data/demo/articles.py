"""The collection: what the demo catalogue sells, and a few articles that it does not."""

from __future__ import annotations

from data.demo.article import Article
from data.demo.bag_range import BAGS
from data.demo.bags import bucket_bag
from data.demo.flap_bags import FlapBag, flap_bag
from data.demo.folded import jumper
from data.demo.garment_range import BELTS, GARMENTS, LYING, SCARVES, SUNGLASSES
from data.demo.garments import sweater_rib
from data.demo.hat_range import HATS
from data.demo.hats import beanie, fedora
from data.demo.materials import SILVER, knit, leather, suede
from data.demo.models import Part
from data.demo.shoe_range import SHOES
from data.demo.shoes import ballet_flat

__all__ = ["CATALOGUE", "OUTSIDE", "Article"]


def _burgundy_bag() -> list[Part]:
    wine = leather("#5c1224", gloss=0.6, grain=0.14)
    return flap_bag(FlapBag(width=22, height=17, skin=wine, lozenge=4.2, metal=SILVER, clasp="round", edging="#5c1224"))


def _red_flat() -> list[Part]:
    skin = leather("#a8132a", gloss=0.7, grain=0.1)
    return ballet_flat(skin, skin)


CATALOGUE = (*BAGS, *SHOES, *HATS, *BELTS, *SCARVES, *GARMENTS, SUNGLASSES)

OUTSIDE = (
    Article(title="Knitted beanie, mustard", category="hats", yaw_deg=0, build=lambda: beanie("#c9a227", "#efe6d2")),
    Article(title="Bucket bag, mustard", category="bags", build=lambda: bucket_bag(suede("#c48a1e"), "#5b3216", "#4a2a14")),
    Article(title="Ballet flat, red", category="shoes", build=_red_flat),
    Article(title="Burgundy flap bag", category="bags", build=_burgundy_bag),
    Article(title="Fedora, sage", category="hats", yaw_deg=30, build=lambda: fedora("#7f8a72", "#3c4338")),
    Article(
        title="Jumper, terracotta",
        category="garments",
        pitch_deg=LYING,
        build=lambda: jumper(knit("#a8553a", stitch=0.7), sweater_rib("#a8553a")),
    ),
)
