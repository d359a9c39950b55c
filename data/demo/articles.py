"""The collection: what the demo catalogue sells, and a few articles that it does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from data.demo.accessories import belt, scarf, sunglasses
from data.demo.bags import bucket_bag, clutch, saddle_bag, tote
from data.demo.flap_bags import LAMBSKIN, FlapBag, flap_bag
from data.demo.hats import baseball_cap, beanie, fedora, straw_hat
from data.demo.materials import GOLD, GUNMETAL, SILVER, leather
from data.demo.models import Part
from data.demo.shoes import ballet_flat, chelsea_boot, sneaker

DARK = ("walnut desk",)
PALE = ("marble counter", "checked floor")
BROWN = ("oak table", "walnut desk", "rug")
UPRIGHT = ("oak table", "walnut desk", "marble counter", "checked floor", "terrazzo", "street", "shop shelf", "rug")
"""All scenes in which nothing lies on its back."""


@dataclass(frozen=True, kw_only=True)
class Article:
    """One article that exists as code.

    Attributes:
        sku: empty where the catalogue does not have it.
        yaw_deg: from where the studio takes its picture.
        avoid: scenes whose colour would swallow it.
        build: makes its parts.
    """

    sku: str = ""
    title: str
    category: str
    description: str = ""
    yaw_deg: float = -28.0
    avoid: tuple[str, ...] = ()
    build: Callable[[], list[Part]]


def _burgundy_bag() -> list[Part]:
    wine = leather("#5c1224", gloss=0.6, grain=0.14)
    return flap_bag(FlapBag(width=22, height=17, skin=wine, lozenge=4.2, metal=SILVER, clasp="round", edging="#5c1224"))


CATALOGUE = (
    Article(
        sku="BAG-0101",
        title="Quilted flap bag, black, gold turn-lock",
        category="bags",
        description="Black lambskin sewn in lozenges, with a gold turn-lock and a gold chain.",
        avoid=DARK,
        build=lambda: flap_bag(FlapBag(skin=LAMBSKIN)),
    ),
    Article(
        sku="BAG-0102",
        title="Quilted flap bag, black, silver clasp",
        category="bags",
        description="Black lambskin sewn in lozenges, with a round silver clasp and a leather handle.",
        avoid=DARK,
        build=lambda: flap_bag(FlapBag(skin=LAMBSKIN, metal=SILVER, clasp="round", handle="top")),
    ),
    Article(
        sku="BAG-0103",
        title="Small quilted flap bag, black, gold bar",
        category="bags",
        description="The small size in black lambskin, with a gold bar in place of the lock and a gold chain.",
        avoid=DARK,
        build=lambda: flap_bag(FlapBag(skin=LAMBSKIN, width=20, height=14.5, depth=6, clasp="bar")),
    ),
    Article(
        sku="BAG-0104",
        title="Grained flap bag, black, gunmetal turn-lock",
        category="bags",
        description="Black calfskin with a coarse grain, a gunmetal turn-lock and a leather handle.",
        avoid=DARK,
        build=lambda: flap_bag(
            FlapBag(skin=leather("#1a1a1c", grain=0.34, relief=0.03), lozenge=None, metal=GUNMETAL, handle="top")
        ),
    ),
    Article(
        sku="BAG-0201",
        title="Saddle bag, tan, brass buckle",
        category="bags",
        description="A half-round shoulder bag of tan calfskin, its flap sewn in cream and held by a buckled strap.",
        avoid=BROWN,
        build=saddle_bag,
    ),
    Article(
        sku="BAG-0301",
        title="Striped tote, navy and ecru",
        category="bags",
        description="Cotton canvas with upright stripes on a base and handles of tan leather.",
        build=tote,
    ),
    Article(
        sku="BAG-0401",
        title="Envelope clutch, emerald crocodile",
        category="bags",
        description="Crocodile-embossed calfskin in emerald, the flap edged in gold.",
        yaw_deg=-20,
        build=clutch,
    ),
    Article(
        sku="SHO-0101",
        title="Leather sneaker, white and green",
        category="shoes",
        description="A low white leather sneaker with a green heel and a white rubber sole.",
        avoid=PALE,
        build=lambda: sneaker("#f2f0ea", "#1d6b45"),
    ),
    Article(
        sku="SHO-0102",
        title="Leather sneaker, white and navy",
        category="shoes",
        description="A low white leather sneaker with a navy heel and a white rubber sole.",
        avoid=PALE,
        build=lambda: sneaker("#f2f0ea", "#1c2f5c"),
    ),
    Article(
        sku="SHO-0201",
        title="Chelsea boot, brown suede",
        category="shoes",
        description="An ankle boot of brown suede with elastic sides and a stacked heel.",
        avoid=BROWN,
        build=chelsea_boot,
    ),
    Article(
        sku="HAT-0101",
        title="Wide straw hat, black ribbon",
        category="hats",
        description="Plaited straw with a wide brim and a ribbon of black grosgrain.",
        yaw_deg=24,
        avoid=BROWN,
        build=straw_hat,
    ),
    Article(
        sku="HAT-0201",
        title="Fedora, burgundy felt",
        category="hats",
        description="Rabbit felt in burgundy with a pinched crown and a brown band.",
        yaw_deg=30,
        build=fedora,
    ),
    Article(
        sku="HAT-0301",
        title="Cotton cap, navy",
        category="hats",
        description="A cap of six cotton panels with a curved peak and an embroidered lozenge.",
        yaw_deg=32,
        build=baseball_cap,
    ),
    Article(
        sku="BLT-0101",
        title="Leather belt, black, square gold buckle",
        category="belts",
        description="Black calfskin, 34 mm wide, with a square gold buckle.",
        yaw_deg=14,
        avoid=DARK,
        build=lambda: belt(leather("#1a1a1c", grain=0.1, relief=0.006), GOLD, round_buckle=False),
    ),
    Article(
        sku="BLT-0102",
        title="Leather belt, tan, round silver buckle",
        category="belts",
        description="Tan calfskin, 34 mm wide, with a round silver buckle.",
        yaw_deg=14,
        avoid=BROWN,
        build=lambda: belt(leather("#9c5a2b", grain=0.1, relief=0.006), SILVER, round_buckle=True),
    ),
    Article(
        sku="SCF-0101",
        title="Silk scarf, medallion print",
        category="scarves",
        description="A printed silk square with a border of chains, drawn through a gold ring.",
        yaw_deg=-12,
        avoid=UPRIGHT,
        build=scarf,
    ),
    Article(
        sku="ACC-0101",
        title="Sunglasses, tortoiseshell",
        category="accessories",
        description="Square acetate frames in tortoiseshell with brown graduated lenses.",
        avoid=BROWN,
        build=sunglasses,
    ),
)

OUTSIDE = (
    Article(title="Knitted beanie", category="hats", yaw_deg=0, build=beanie),
    Article(title="Bucket bag", category="bags", build=bucket_bag),
    Article(title="Ballet flat", category="shoes", build=ballet_flat),
    Article(title="Burgundy flap bag", category="bags", build=_burgundy_bag),
)
