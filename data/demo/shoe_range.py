"""The shoes of the demo: sneakers in four colours, a boot, loafers, pumps."""

from __future__ import annotations

from data.demo.article import BROWN, DARK, PALE, Article
from data.demo.dress_shoes import loafer, pump
from data.demo.materials import GOLD, leather, suede
from data.demo.shoes import chelsea_boot, sneaker

WHITE = "#f2f0ea"

SNEAKERS = (
    Article(
        sku="SHO-0101",
        title="Leather sneaker, white and green",
        category="shoes",
        description="A low white leather sneaker with a green heel and a white rubber sole.",
        avoid=PALE,
        build=lambda: sneaker(WHITE, "#1d6b45"),
    ),
    Article(
        sku="SHO-0102",
        title="Leather sneaker, white and navy",
        category="shoes",
        description="A low white leather sneaker with a navy heel and a white rubber sole.",
        avoid=PALE,
        build=lambda: sneaker(WHITE, "#1c2f5c"),
    ),
    Article(
        sku="SHO-0103",
        title="Leather sneaker, white and red",
        category="shoes",
        description="A low white leather sneaker with a red heel and a white rubber sole.",
        avoid=PALE,
        build=lambda: sneaker(WHITE, "#a3262a"),
    ),
    Article(
        sku="SHO-0104",
        title="Leather sneaker, black and white",
        category="shoes",
        description="A low black leather sneaker with a white heel and a white rubber sole.",
        avoid=DARK,
        build=lambda: sneaker("#1d1d20", "#eeece6", lace="#eeece6", seams="#55555a"),
    ),
)

OTHER_SHOES = (
    Article(
        sku="SHO-0201",
        title="Chelsea boot, brown suede",
        category="shoes",
        description="An ankle boot of brown suede with elastic sides and a stacked heel.",
        avoid=BROWN,
        build=lambda: chelsea_boot(suede("#7a4e30")),
    ),
    Article(
        sku="SHO-0301",
        title="Penny loafer, burgundy",
        category="shoes",
        description="A loafer of burgundy calfskin with a slit strap and a leather sole.",
        build=lambda: loafer(leather("#5a1a20", grain=0.1, relief=0.005, gloss=0.7), thread="#8a4046"),
    ),
    Article(
        sku="SHO-0302",
        title="Loafer with bit, black",
        category="shoes",
        description="A loafer of black calfskin with a gold bit across and a leather sole.",
        avoid=DARK,
        build=lambda: loafer(leather("#18181a", grain=0.1, relief=0.005, gloss=0.7), thread="#3c3c40", metal=GOLD),
    ),
    Article(
        sku="SHO-0401",
        title="Pump, black patent leather",
        category="shoes",
        description="A pointed pump of black patent leather on a thin heel, its sole red.",
        avoid=DARK,
        build=lambda: pump(leather("#131315", grain=0.1, relief=0.0, gloss=0.95)),
    ),
    Article(
        sku="SHO-0402",
        title="Pump, nude calfskin",
        category="shoes",
        description="A pointed pump of nude calfskin on a thin heel, its sole red.",
        avoid=(*BROWN, *PALE),
        build=lambda: pump(leather("#c99f7e", grain=0.1, relief=0.003, gloss=0.6), lining="#e2c9a8"),
    ),
)

SHOES = (*SNEAKERS, *OTHER_SHOES)
