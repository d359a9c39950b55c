"""The bags of the demo: a family of black flap bags that differ in little, and the rest of the shelf."""

from __future__ import annotations

from data.demo.article import BROWN, DARK, PALE, Article
from data.demo.backpacks import backpack
from data.demo.bags import bucket_bag, clutch, saddle_bag, tote
from data.demo.flap_bags import LAMBSKIN, FlapBag, flap_bag
from data.demo.materials import GOLD, GUNMETAL, SILVER, canvas, crocodile, leather, striped, suede

IVORY = leather("#e9e2d2", gloss=0.55, grain=0.14)

FLAP_BAGS = (
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
        sku="BAG-0105",
        title="Quilted flap bag, black, gold clasp",
        category="bags",
        description="Black lambskin sewn in lozenges, with a round gold clasp and a gold chain.",
        avoid=DARK,
        build=lambda: flap_bag(FlapBag(skin=LAMBSKIN, clasp="round")),
    ),
    Article(
        sku="BAG-0106",
        title="Quilted flap bag, black, gold bar",
        category="bags",
        description="Black lambskin sewn in lozenges, with a gold bar in place of the lock and a gold chain.",
        avoid=DARK,
        build=lambda: flap_bag(FlapBag(skin=LAMBSKIN, clasp="bar")),
    ),
    Article(
        sku="BAG-0107",
        title="Quilted flap bag, ivory, gold turn-lock",
        category="bags",
        description="Ivory lambskin sewn in lozenges, with a gold turn-lock and a gold chain.",
        avoid=PALE,
        build=lambda: flap_bag(FlapBag(skin=IVORY, edging="#e9e2d2")),
    ),
)

OTHER_BAGS = (
    Article(
        sku="BAG-0201",
        title="Saddle bag, tan, brass buckle",
        category="bags",
        description="A half-round shoulder bag of tan calfskin, its flap sewn in cream and held by a buckled strap.",
        avoid=BROWN,
        build=lambda: saddle_bag("#9c5a2b", "#7d431d", thread="#f0d9b0", metal=GOLD),
    ),
    Article(
        sku="BAG-0202",
        title="Saddle bag, forest green, silver buckle",
        category="bags",
        description="A half-round shoulder bag of green calfskin, its flap sewn in sand and held by a buckled strap.",
        build=lambda: saddle_bag("#1f4032", "#173026", thread="#d9cfae", metal=SILVER),
    ),
    Article(
        sku="BAG-0301",
        title="Striped tote, navy and ecru",
        category="bags",
        description="Cotton canvas with upright stripes on a base and handles of tan leather.",
        build=lambda: tote(striped("#ece5d6", "#27344f", width=5.4, share=0.55), "#8a4f2a"),
    ),
    Article(
        sku="BAG-0302",
        title="Leather tote, cognac",
        category="bags",
        description="A tote of grained cognac calfskin, its base and handles darker.",
        avoid=BROWN,
        build=lambda: tote(leather("#a4602c", grain=0.26, relief=0.02, gloss=0.5), "#6d3a1a", thread="#e8c796"),
    ),
    Article(
        sku="BAG-0401",
        title="Envelope clutch, emerald crocodile",
        category="bags",
        description="Crocodile-embossed calfskin in emerald, the flap edged in gold.",
        yaw_deg=-20,
        build=lambda: clutch(crocodile("#0f5a45"), GOLD),
    ),
    Article(
        sku="BAG-0501",
        title="Bucket bag, taupe suede",
        category="bags",
        description="A drawstring bag of taupe suede on a base of dark leather, with a shoulder strap.",
        build=lambda: bucket_bag(suede("#8d7a68"), "#3a2b22", "#2e221b"),
    ),
    Article(
        sku="BAG-0601",
        title="Rucksack, olive canvas",
        category="bags",
        description="A rucksack of olive canvas with a lid, a front pocket and straps of tan leather.",
        build=lambda: backpack(canvas("#5a5d3c", thread=0.14), "#8a4f2a"),
    ),
)

BAGS = (*FLAP_BAGS, *OTHER_BAGS)
