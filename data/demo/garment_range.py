"""Belts, scarves, garments and sunglasses of the demo."""

from __future__ import annotations

from data.demo.accessories import belt, medallion, scarf, sunglasses
from data.demo.article import BROWN, DARK, STANDING, UPRIGHT, Article
from data.demo.folded import folded_shirt, jumper, wool_scarf
from data.demo.garments import TAILORED, Cut, cloth_stripes, pullover, sweater_rib
from data.demo.materials import GOLD, SILVER, canvas, knit, leather, plain
from data.demo.prints import botanical, cabled, dotted, herringbone, pinstripe, tartan
from data.demo.skirts import skirt
from data.demo.tailoring import blazer, shirt

BLACK_HIDE = leather("#1a1a1c", grain=0.1, relief=0.006)
RED_CHECK = tartan("#8f1f24", ((0, 1.5, "#16261f"), (4.5, 0.7, "#e6d9b8"), (2.6, 0.35, "#1a1a1c")))
GREY_CHECK = tartan("#8d8f93", ((0, 2.2, "#33353b"), (4.5, 0.5, "#d8cdb8"), (2.9, 0.3, "#7b2f37")), pitch=10.0)
GREEN_CHECK = tartan("#1f3d33", ((0, 2.0, "#14203a"), (4.4, 0.5, "#c9a34a"), (2.7, 0.3, "#8f1f24")), pitch=8.8)
LYING = 38.0
"""From how high the studio looks at what lies folded, in degrees."""

BELTS = (
    Article(
        sku="BLT-0101",
        title="Leather belt, black, square gold buckle",
        category="belts",
        description="Black calfskin, 34 mm wide, with a square gold buckle.",
        yaw_deg=14,
        avoid=DARK,
        build=lambda: belt(BLACK_HIDE, GOLD, round_buckle=False),
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
        sku="BLT-0103",
        title="Leather belt, black, square silver buckle",
        category="belts",
        description="Black calfskin, 34 mm wide, with a square silver buckle.",
        yaw_deg=14,
        avoid=DARK,
        build=lambda: belt(BLACK_HIDE, SILVER, round_buckle=False),
    ),
)

SCARVES = (
    Article(
        sku="SCF-0101",
        title="Silk scarf, medallion print",
        category="scarves",
        description="A printed silk square with a border of chains, drawn through a gold ring.",
        yaw_deg=-12,
        avoid=UPRIGHT,
        lies=True,
        build=lambda: scarf(medallion),
    ),
    Article(
        sku="SCF-0102",
        title="Silk scarf, botanical print",
        category="scarves",
        description="A silk square printed with leaves and coral flowers, drawn through a gold ring.",
        yaw_deg=-12,
        avoid=UPRIGHT,
        lies=True,
        build=lambda: scarf(botanical("#f2e9d8", "#1f4a3c", "#6d8a5a", "#c8553d")),
    ),
    Article(
        sku="SCF-0103",
        title="Silk scarf, dots on navy",
        category="scarves",
        description="A navy silk square with ivory dots and a red border, drawn through a gold ring.",
        yaw_deg=-12,
        avoid=UPRIGHT,
        lies=True,
        build=lambda: scarf(dotted("#1c2b52", "#f1e8d6", "#a3262a")),
    ),
    Article(
        sku="SCF-0201",
        title="Wool scarf, red check",
        category="scarves",
        description="A fringed scarf of lambswool, woven in a red check.",
        pitch_deg=LYING,
        build=lambda: wool_scarf(RED_CHECK, "#7d2226"),
    ),
    Article(
        sku="SCF-0202",
        title="Wool scarf, grey check",
        category="scarves",
        description="A fringed scarf of lambswool, woven in a grey check.",
        pitch_deg=LYING,
        build=lambda: wool_scarf(GREY_CHECK, "#6d6f74"),
    ),
)

GARMENTS = (
    Article(
        sku="GAR-0101",
        title="Cable jumper, cream",
        category="garments",
        description="A folded jumper of cream lambswool with cables and a ribbed collar.",
        pitch_deg=LYING,
        build=lambda: jumper(cabled(knit("#dccfb2", stitch=0.75)), sweater_rib("#dccfb2")),
    ),
    Article(
        sku="GAR-0102",
        title="Cable jumper, bottle green",
        category="garments",
        description="A folded jumper of green lambswool with cables and a ribbed collar.",
        pitch_deg=LYING,
        build=lambda: jumper(cabled(knit("#24463a", stitch=0.75)), sweater_rib("#24463a")),
    ),
    Article(
        sku="GAR-0201",
        title="Striped jumper, navy and ecru",
        category="garments",
        description="A jumper of cotton with narrow stripes and a round neck, on a hanger.",
        yaw_deg=-10,
        avoid=STANDING,
        lies=True,
        build=lambda: pullover(
            cloth_stripes(knit("#e8e0cd", stitch=0.8), knit("#22304f", stitch=0.8), pitch=4.6, share=0.6),
            sweater_rib("#22304f"),
            Cut(),
        ),
    ),
    Article(
        sku="GAR-0301",
        title="Oxford shirt, pale blue",
        category="garments",
        description="A folded shirt of pale blue oxford cotton with a button-down collar.",
        pitch_deg=LYING,
        build=lambda: folded_shirt(canvas("#a9c0dc", thread=0.16, relief=0.008), "#f4f2ee"),
    ),
    Article(
        sku="GAR-0302",
        title="Striped shirt, white and blue",
        category="garments",
        description="A shirt of white poplin with blue stripes, on a hanger.",
        yaw_deg=-10,
        avoid=STANDING,
        lies=True,
        build=lambda: shirt(pinstripe(plain("#eceae4", gloss=0.12), "#5577a8", pitch=1.5, width=0.32), "#f4f2ee", Cut(cuff=3.9)),
    ),
    Article(
        sku="GAR-0401",
        title="Blazer, grey herringbone",
        category="garments",
        description="A single-breasted jacket of grey herringbone wool with two buttons, on a hanger.",
        yaw_deg=-12,
        avoid=STANDING,
        lies=True,
        build=lambda: blazer(herringbone("#8b8b8d", "#4a4b50"), "#2c2a30", "#2a201a", Cut(levels=TAILORED, crumpled=0.28)),
    ),
    Article(
        sku="GAR-0402",
        title="Blazer, navy wool",
        category="garments",
        description="A single-breasted jacket of navy wool with two gold buttons, on a hanger.",
        yaw_deg=-12,
        avoid=STANDING,
        lies=True,
        build=lambda: blazer(
            herringbone("#22305a", "#1a2547", pitch=0.9), "#40202a", "#b08a3e", Cut(levels=TAILORED, crumpled=0.28)
        ),
    ),
    Article(
        sku="GAR-0501",
        title="Pleated skirt, green tartan",
        category="garments",
        description="A pleated skirt of wool in a green tartan.",
        yaw_deg=-16,
        avoid=STANDING,
        lies=True,
        build=lambda: skirt(GREEN_CHECK, leather("#16161a"), pleats=20),
    ),
)

SUNGLASSES = Article(
    sku="ACC-0101",
    title="Sunglasses, tortoiseshell",
    category="accessories",
    description="Square acetate frames in tortoiseshell with brown graduated lenses.",
    avoid=BROWN,
    build=sunglasses,
)
