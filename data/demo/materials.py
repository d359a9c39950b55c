"""What articles are made of: leather, cloth, straw, metal, each a function from a surface to its colour, relief and gloss."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from data.demo.noise import cells, clouds, near_line, smooth_noise, step, wave
from data.demo.shapes import Floats


@dataclass(frozen=True, kw_only=True)
class Surface:
    """Texels of one part.

    Attributes:
        s, t: (h, w), place on the material in cm, along the rows and along the columns.
        u, v: (h, w), the same from 0 to 1.
        position: (h, w, 3), cm.
    """

    s: Floats
    t: Floats
    u: Floats
    v: Floats
    position: Floats


@dataclass(frozen=True, kw_only=True)
class Finish:
    """What a surface looks like, texel by texel.

    Attributes:
        colour: (h, w, 3), linear light, 0 to 1.
        height: (h, w), relief in cm.
        gloss: (h, w), 0 dull to 1 mirror.
        metal: (h, w), 0 or 1.
    """

    colour: Floats
    height: Floats
    gloss: Floats
    metal: Floats


Material = Callable[[Surface], Finish]
Place = Callable[[Surface], Floats]
"""Where a second material lies: 0 to 1 per texel."""


def linear(colour: str) -> Floats:
    """Read `#rrggbb` as linear light."""
    values = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.asarray(((values + 0.055) / 1.055) ** 2.4, dtype=np.float64)


def plain(colour: str, *, gloss: float = 0.3, metal: float = 0.0, unevenness: float = 0.06) -> Material:
    """One colour with the slight unevenness of anything real."""

    def look(at: Surface) -> Finish:
        tone = 1 + unevenness * (clouds(at.s * 0.5, at.t * 0.5, octaves=3) - 0.5) * 2
        return _finish(at, linear(colour) * tone[..., None], gloss=gloss, metal=metal)

    return look


def leather(colour: str, *, grain: float = 0.16, relief: float = 0.012, gloss: float = 0.45) -> Material:
    """Leather with pebbles of `grain` cm."""

    def look(at: Surface) -> Finish:
        nearest, second = cells(at.s / grain, at.t / grain)
        pebble = step(0.02, 0.45, second - nearest)
        tone = 0.9 + 0.2 * clouds(at.s * 0.35, at.t * 0.35, octaves=3)
        finish = _finish(at, linear(colour) * (tone * (0.82 + 0.18 * pebble))[..., None], gloss=gloss * (0.7 + 0.3 * pebble))
        return replace(finish, height=relief * pebble)

    return look


def crocodile(colour: str, *, scale: float = 1.6, gloss: float = 0.8) -> Material:
    """Embossed scales, larger across than along."""

    def look(at: Surface) -> Finish:
        s, t = at.s / scale * 1.5, at.t / scale + 0.25 * np.sin(at.s)
        nearest, second = cells(s, t)
        plate = step(0.0, 0.3, second - nearest)
        tone = (0.35 + 0.65 * plate) * (0.85 + 0.3 * smooth_noise(s, t, seed=2))
        finish = _finish(at, linear(colour) * tone[..., None], gloss=gloss * (0.4 + 0.6 * plate))
        return replace(finish, height=0.07 * plate)

    return look


def suede(colour: str) -> Material:
    """Brushed nap: no gloss, soft patches where a hand went over it."""

    def look(at: Surface) -> Finish:
        patches = clouds(at.s * 0.4, at.t * 0.4, octaves=3)
        nap = clouds(at.s * 9, at.t * 9, seed=1, octaves=2)
        return _finish(at, linear(colour) * (0.72 + 0.34 * patches + 0.22 * nap)[..., None], gloss=0.04)

    return look


def felt(colour: str) -> Material:
    """Pressed wool."""

    def look(at: Surface) -> Finish:
        tone = 0.85 + 0.2 * clouds(at.s * 4, at.t * 4, octaves=3) + 0.12 * clouds(at.s * 0.2, at.t * 0.2, seed=1)
        return _finish(at, linear(colour) * tone[..., None], gloss=0.06)

    return look


def canvas(colour: str, *, thread: float = 0.11, relief: float = 0.02) -> Material:
    """Plain weave of thick threads."""

    def look(at: Surface) -> Finish:
        over = (np.floor(at.s / thread) + np.floor(at.t / thread)) % 2
        weave = np.where(over > 0, wave(at.s / thread), wave(at.t / thread))
        tone = 0.86 + 0.14 * weave + 0.1 * (clouds(at.s * 1.5, at.t * 0.4) - 0.5)
        return replace(_finish(at, linear(colour) * tone[..., None], gloss=0.08), height=relief * weave)

    return look


def ribbed(colour: str, *, pitch: float = 0.25, relief: float = 0.05, gloss: float = 0.2, across: bool = False) -> Material:
    """Parallel ribs: grosgrain, elastic, rubber, knitted cuffs."""

    def look(at: Surface) -> Finish:
        rib = wave((at.t if across else at.s) / pitch)
        tone = (0.7 + 0.3 * rib) * (0.93 + 0.14 * clouds(at.s * 3, at.t * 3))
        return replace(_finish(at, linear(colour) * tone[..., None], gloss=gloss), height=relief * rib)

    return look


def knit(colour: str, *, stitch: float = 0.55) -> Material:
    """Stocking stitch: columns of small V."""

    def look(at: Surface) -> Finish:
        beside = near_line(at.s / stitch) * 2
        loop = wave(at.t / stitch * 1.3 - 0.55 * beside)
        tone = (0.45 + 0.55 * np.sqrt(loop) * (0.5 + 0.5 * step(0.0, 0.35, beside))) * (0.9 + 0.2 * clouds(at.s * 6, at.t * 6))
        return replace(_finish(at, linear(colour) * tone[..., None], gloss=0.05), height=0.1 * loop * step(0, 0.5, beside))

    return look


def straw(colour: str, *, strand: float = 0.42) -> Material:
    """Plaited straw, in rows around the hat, with a strand of another shade here and there."""

    def look(at: Surface) -> Finish:
        row, along = np.floor(at.t / strand), at.s / strand / 1.7
        odd = row % 2
        slant = along + (odd * 2 - 1) * (at.t / strand - row) * 0.5
        shade = 0.74 + 0.5 * smooth_noise(np.floor(slant * 2), row + 0.5, seed=1)
        body = np.sqrt(wave(slant * 2) * 0.7 + 0.3) * np.sqrt(wave(at.t / strand) * 0.75 + 0.25)
        tint = linear(colour) * np.stack([np.ones_like(shade), 0.94 + 0.06 * shade, 0.8 + 0.2 * shade], axis=-1)
        return replace(_finish(at, tint * (shade * (0.35 + 0.65 * body))[..., None], gloss=0.25), height=0.06 * body)

    return look


def striped(first: str, second: str, *, width: float, share: float = 0.5) -> Material:
    """Canvas with upright stripes of two colours."""
    one, other = canvas(first), canvas(second)
    return over(one, other, lambda at: step(-0.02, 0.02, share - np.mod(at.s / width, 1.0)))


def tortoise() -> Material:
    """Acetate in brown, amber and black."""

    def look(at: Surface) -> Finish:
        deep = clouds(at.s * 0.8 + 2 * smooth_noise(at.s * 0.7, at.t * 0.7), at.t * 0.8, seed=1, octaves=3)
        amber = step(0.52, 0.66, deep)[..., None]
        return _finish(at, linear("#2a1208") * (1 - amber) + linear("#a85b1c") * amber, gloss=0.9)

    return look


def quilted(base: Material, *, cell: float = 2.9, relief: float = 0.34) -> Material:
    """Pad a material in lozenges, sewn along their edges."""

    def look(at: Surface) -> Finish:
        finish = base(at)
        one, other = (at.s + at.t) / cell / np.sqrt(2), (at.s - at.t) / cell / np.sqrt(2)
        away = 2 * np.minimum(near_line(one), near_line(other))
        pad = (1 - (1 - 2 * near_line(one)) ** 2.6) * (1 - (1 - 2 * near_line(other)) ** 2.6)
        thread = step(0.10, 0.02, away) * step(0.3, 0.6, wave((np.where(near_line(one) < near_line(other), at.s, at.t)) / 0.42))
        dark = 0.45 + 0.55 * step(0.0, 0.3, away)
        colour = finish.colour * (dark + 0.2 * thread)[..., None]
        return replace(finish, colour=colour, height=finish.height + relief * pad, gloss=finish.gloss * dark)

    return look


def over(base: Material, second: Material, place: Place) -> Material:
    """Lay a second material over a base where `place` says so."""

    def look(at: Surface) -> Finish:
        below, above, share = base(at), second(at), place(at)
        return Finish(
            colour=below.colour + (above.colour - below.colour) * share[..., None],
            height=below.height + (above.height - below.height) * share,
            gloss=below.gloss + (above.gloss - below.gloss) * share,
            metal=below.metal + (above.metal - below.metal) * share,
        )

    return look


def stitched(base: Material, colour: str, phase: Place, *, pitch: float = 0.45, width: float = 0.09) -> Material:
    """Sew a dashed line where `phase`, in cm from the line, is near 0."""

    def look(at: Surface) -> Finish:
        finish, away = base(at), np.abs(phase(at))
        groove = step(width * 2.2, width * 0.6, away)
        dash = step(0.25, 0.5, wave((at.s + at.t) / pitch)) * step(width, width * 0.5, away)
        tone = finish.colour * (1 - 0.45 * groove)[..., None]
        return replace(
            finish, colour=tone + (linear(colour) - tone) * dash[..., None], height=finish.height + 0.03 * (dash - groove)
        )

    return look


GOLD = plain("#d9ac57", gloss=0.9, metal=1.0, unevenness=0.02)
SILVER = plain("#c9ccd0", gloss=0.9, metal=1.0, unevenness=0.02)
GUNMETAL = plain("#6d7076", gloss=0.85, metal=1.0, unevenness=0.02)


def _finish(at: Surface, colour: Floats, *, gloss: Floats | float, metal: float = 0.0) -> Finish:
    flat = np.zeros(at.s.shape)
    return Finish(colour=np.clip(colour + flat[..., None], 0, 1), height=flat, gloss=flat + gloss, metal=flat + metal)
