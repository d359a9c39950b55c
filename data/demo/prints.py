"""Prints and weaves: what is drawn on silk squares, and woven into wool."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from data.demo.materials import Finish, Material, Surface, linear
from data.demo.noise import clouds, near_line, smooth_noise, step, wave
from data.demo.shapes import Floats


class _Cloth:
    """A square of silk that is printed colour by colour."""

    def __init__(self, at: Surface, ground: str) -> None:
        self._at = at
        self._colour = np.broadcast_to(linear(ground), (*at.s.shape, 3)).copy()

    def ink(self, share: Floats, colour: str) -> None:
        self._colour += (linear(colour) - self._colour) * np.clip(share, 0, 1)[..., None]

    def finish(self) -> Finish:
        flat = np.zeros(self._at.s.shape)
        sheen = 0.93 + 0.1 * clouds(self._at.position[..., 0] * 0.4, self._at.position[..., 1] * 0.4)
        return Finish(
            colour=np.clip(self._colour * sheen[..., None], 0, 1),
            height=flat + 0.004 * wave(self._at.s * 300),
            gloss=flat + 0.55,
            metal=flat,
        )


def _border(at: Surface) -> Floats:
    return np.asarray(np.maximum(np.abs(at.s - 0.5), np.abs(at.t - 0.5)) * 2, dtype=np.float64)


def botanical(ground: str, leaf: str, second: str, flower: str) -> Material:
    """Leaves and flowers in rows, within a plain border."""

    def look(at: Surface) -> Finish:
        cloth, edge = _Cloth(at, ground), _border(at)
        inside = step(0.86, 0.85, edge)
        for number, (count, ink, turn) in enumerate(((5.0, leaf, 0.6), (5.0, second, -0.7))):
            s, t = at.s * count + 0.5 * number, at.t * count + 0.5 * number
            row, column_ = np.round(s), np.round(t)
            angle = turn + 2.4 * smooth_noise(row * 3.1 + 0.5, column_ * 2.3 + 0.5, seed=number)
            x, y = s - row, t - column_
            a, b = np.cos(angle) * x + np.sin(angle) * y, np.cos(angle) * y - np.sin(angle) * x
            width = 0.17 * np.sqrt(np.clip(1 - (a / 0.44) ** 2, 0, 1)) * (1 - 0.5 * a)
            shown = step(0.015, -0.015, np.abs(b) - width) * step(0.46, 0.44, np.abs(a))
            vein = step(0.012, 0.004, np.abs(b)) + step(0.02, 0.008, np.abs(near_line((a + np.abs(b) * 0.9) * 7) / 7)) * 0.5
            cloth.ink(shown * inside, ink)
            cloth.ink(shown * np.clip(vein, 0, 1) * 0.6 * inside, ground)
        s, t = at.s * 5 + 0.5, at.t * 5
        away, angle = np.hypot(s - np.round(s), t - np.round(t)), np.arctan2(t - np.round(t), s - np.round(s))
        cloth.ink(step(0.01, -0.01, away - 0.17 - 0.06 * np.cos(5 * angle)) * inside, flower)
        cloth.ink(step(0.055, 0.045, away) * inside, ground)
        cloth.ink(step(0.86, 0.87, edge), leaf)
        cloth.ink(step(0.015, 0.0, np.abs(edge - 0.93) - 0.012), flower)
        return cloth.finish()

    return look


def geometric(ground: str, inks: Sequence[str]) -> Material:
    """Fans of arcs in rows, as if cut from paper."""

    def look(at: Surface) -> Finish:
        cloth, edge = _Cloth(at, ground), _border(at)
        count = 7.0
        for row_shift in (1, 0):
            t = at.t * count - 0.5 * row_shift
            row = np.floor(t)
            s = at.s * count / 1.0 + 0.5 * (np.mod(row, 2)) + 0.5 * row_shift
            away = np.hypot(s - np.round(s), (t - row) - 0.0)
            for ring, ink in enumerate(inks):
                cloth.ink(step(0.01, -0.01, away - (0.5 - 0.11 * ring)), ink)
        cloth.ink(step(0.9, 0.905, edge), inks[0])
        cloth.ink(step(0.965, 0.97, edge), ground)
        return cloth.finish()

    return look


def dotted(ground: str, dot: str, border: str) -> Material:
    """Polka dots within a border of another colour."""

    def look(at: Surface) -> Finish:
        cloth, edge = _Cloth(at, ground), _border(at)
        s, t = at.s * 13, at.t * 13
        one = np.hypot(near_line(s), near_line(t))
        other = np.hypot(near_line(s + 0.5), near_line(t + 0.5))
        cloth.ink(step(0.22, 0.19, np.minimum(one, other)), dot)
        cloth.ink(step(0.87, 0.875, edge), border)
        cloth.ink(step(0.008, 0.0, np.abs(edge - 0.84) - 0.008), dot)
        return cloth.finish()

    return look


def tartan(ground: str, bands: Sequence[tuple[float, float, str]], *, pitch: float = 9.0) -> Material:
    """A twill woven in checks: bands (place, width, colour) of the pitch in cm, the same both ways."""

    def tone(place: Floats) -> Floats:
        colour = np.broadcast_to(linear(ground), (*place.shape, 3)).copy()
        for middle, width, ink in bands:
            away = np.abs(near_line(place / pitch - middle / pitch)) * pitch
            colour += (linear(ink) - colour) * step(width / 2 + 0.06, width / 2 - 0.06, away)[..., None]
        return colour

    def look(at: Surface) -> Finish:
        twill = step(0.3, 0.7, wave((at.s + at.t) / 0.32))[..., None]
        colour = tone(at.s) * twill + tone(at.t) * (1 - twill)
        wool = 0.8 + 0.25 * clouds(at.s * 3, at.t * 3, octaves=3) + 0.1 * clouds(at.s * 0.2, at.t * 0.2, seed=1)
        flat = np.zeros(at.s.shape)
        return Finish(
            colour=np.clip(colour * wool[..., None], 0, 1), height=flat + 0.02 * twill[..., 0], gloss=flat + 0.05, metal=flat
        )

    return look


def herringbone(light: str, dark: str, *, pitch: float = 1.5) -> Material:
    """Wool woven in zigzags."""

    def look(at: Surface) -> Finish:
        slant = near_line(at.s / pitch) * pitch
        share = step(0.35, 0.65, wave((at.t + 2 * slant) / 0.7))[..., None]
        wool = 0.85 + 0.25 * clouds(at.s * 2.5, at.t * 2.5, octaves=3)
        flat = np.zeros(at.s.shape)
        colour = (linear(light) * share + linear(dark) * (1 - share)) * wool[..., None]
        return Finish(colour=np.clip(colour, 0, 1), height=flat + 0.015 * share[..., 0], gloss=flat + 0.05, metal=flat)

    return look


def pinstripe(base: Material, line: str, *, pitch: float = 1.3, width: float = 0.16) -> Material:
    """Fine upright lines on a cloth."""

    def look(at: Surface) -> Finish:
        finish = base(at)
        share = step(width, width * 0.5, near_line(at.s / pitch) * pitch)[..., None]
        return replace(finish, colour=finish.colour + (linear(line) - finish.colour) * share)

    return look


def cabled(base: Material, *, every: float = 5.2, relief: float = 0.55) -> Material:
    """Knit cables: ropes of two strands that cross."""

    def look(at: Surface) -> Finish:
        finish = base(at)
        across = (at.s / every - np.round(at.s / every)) * every
        rope = step(1.5, 1.2, np.abs(across))
        swing = 0.62 * np.sin(at.t / 4.4 * 2 * np.pi)
        strands = np.maximum(1 - np.abs(across - swing) / 0.8, 1 - np.abs(across + swing) / 0.8)
        body = np.clip(strands, 0, 1) ** 0.6
        edge = step(0.35, 0.1, np.abs(np.abs(across) - 1.65))
        tone = (0.6 + 0.4 * body) * rope + (1 - rope) * (1 - 0.35 * edge)
        return replace(finish, colour=finish.colour * tone[..., None], height=finish.height + relief * body * rope)

    return look
