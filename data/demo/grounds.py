"""What articles are photographed on and before: boards, tiles, marble, cloth, pavement, walls."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from data.demo.materials import Finish, Material, Surface, canvas, linear, over, plain
from data.demo.noise import cells, clouds, near_line, smooth_noise, step
from data.demo.shapes import Floats


def boards(light: str, dark: str, *, width: float = 11.0, gap: float = 0.22, gloss: float = 0.35) -> Material:
    """Wooden boards along s."""

    def look(at: Surface) -> Finish:
        row = np.floor(at.t / width)
        shifted = at.s + 57.3 * smooth_noise(row + 0.5, row * 0 + 0.5)
        end = np.floor(shifted / 95)
        tone = smooth_noise(row + 0.5, end * 7 + 0.5, seed=1)
        bent = at.t * 0.55 + 0.8 * clouds(shifted * 0.03, at.t * 0.12, seed=2) + row * 13
        rings = clouds(shifted * 0.02, bent * 3.2, octaves=4)
        pores = step(0.62, 0.75, clouds(shifted * 0.25, at.t * 9, seed=1, octaves=2))
        share = np.clip(0.55 * tone + 0.75 * (rings - 0.3) + 0.18 * pores, 0, 1)[..., None]
        joint = np.minimum(near_line(at.t / width) * width, near_line(shifted / 95) * 95)
        shade = 0.3 + 0.7 * step(gap * 0.4, gap, joint)
        colour = (linear(light) * (1 - share) + linear(dark) * share) * shade[..., None]
        return replace(plain("#808080", gloss=gloss)(at), colour=colour)

    return look


def chevrons(light: str, dark: str, *, width: float = 9.0, column: float = 42.0) -> Material:
    """Parquet laid in chevrons."""
    wood = boards(light, dark, width=width, gap=0.16, gloss=0.45)

    def look(at: Surface) -> Finish:
        row = np.floor(at.s / column)
        local = at.s - row * column
        slant = np.where(np.mod(row, 2) > 0, 1.0, -1.0)
        bent = replace(at, s=local * np.sqrt(2) + 95 * row, t=(at.t + slant * local) / np.sqrt(2) + 7 * row)
        finish = wood(bent)
        edge = step(0.05, 0.2, np.minimum(local, column - local))
        return replace(finish, colour=finish.colour * (0.35 + 0.65 * edge)[..., None])

    return look


def tiles(colour: str, grout: str, *, side: float = 18.0, gloss: float = 0.6, checks: str | None = None) -> Material:
    """Square tiles, of two colours where `checks` names the second."""

    def look(at: Surface) -> Finish:
        row, column = np.floor(at.s / side), np.floor(at.t / side)
        tone = 0.88 + 0.2 * smooth_noise(row + 0.5, column + 0.5, seed=2) + 0.12 * (clouds(at.s * 0.2, at.t * 0.2) - 0.5)
        odd = ((row + column) % 2)[..., None]
        base = linear(colour) if checks is None else linear(colour) * (1 - odd) + linear(checks) * odd
        joint = step(0.16, 0.3, np.minimum(near_line(at.s / side), near_line(at.t / side)) * side)
        finish = plain(grout, gloss=0.1)(at)
        mixed = finish.colour * (1 - joint)[..., None] + base * (tone * joint)[..., None]
        return replace(finish, colour=mixed, gloss=gloss * joint)

    return look


def marble(ground: str, vein: str) -> Material:
    """Polished stone with veins."""

    def look(at: Surface) -> Finish:
        bent = at.s * 0.03 + 1.6 * clouds(at.s * 0.04, at.t * 0.04, octaves=5)
        thick = step(0.1, 0.0, near_line(bent + at.t * 0.02)) * clouds(at.s * 0.07, at.t * 0.07, seed=2)
        fine = step(0.03, 0.0, near_line(bent * 2.3 - at.t * 0.05)) * 0.5
        share = np.clip(thick + fine, 0, 1)[..., None]
        cloud = (0.9 + 0.14 * clouds(at.s * 0.05, at.t * 0.05, seed=1))[..., None]
        colour = (linear(ground) * (1 - share) + linear(vein) * share) * cloud
        return replace(plain(ground, gloss=0.7)(at), colour=colour)

    return look


def terrazzo(ground: str, chips: tuple[str, ...]) -> Material:
    """Stone chips in cement."""

    def look(at: Surface) -> Finish:
        finish = plain(ground, gloss=0.45)(at)
        colour = finish.colour
        for number, chip in enumerate(chips):
            s, t = at.s / (2.4 + number * 0.7), at.t / (2.4 + number * 0.7)
            nearest, second = cells(s, t, seed=number + 1)
            shown = step(0.28, 0.34, second - nearest) * step(0.55, 0.6, smooth_noise(s * 0.7, t * 0.7, seed=number))
            colour = colour + (linear(chip) - colour) * shown[..., None]
        return replace(finish, colour=colour)

    return look


def linen(colour: str, *, folds: float = 1.4, checks: str | None = None) -> Material:
    """Crumpled cloth, woven in checks where a second colour is named."""

    def look(at: Surface) -> Finish:
        warped = at.s + 9 * clouds(at.s * 0.03, at.t * 0.03, seed=1)
        crease = np.abs(clouds(warped * 0.045, at.t * 0.06, octaves=3) - 0.5) * 2
        finish = canvas(colour, thread=0.35, relief=0.0)(at)
        cloth = finish.colour
        if checks is not None:
            share = 0.5 * step(0.24, 0.25, near_line(warped / 9)) + 0.5 * step(0.24, 0.25, near_line(at.t / 9))
            cloth = cloth + (linear(checks) - cloth) * share[..., None]
        return replace(finish, colour=cloth, height=folds * 2.2 * crease)

    return look


def pavement() -> Material:
    """Concrete slabs with grit and stains."""
    slabs = tiles("#8d8a85", "#4c4a47", side=42, gloss=0.1)

    def look(at: Surface) -> Finish:
        finish = slabs(at)
        grit = 0.8 + 0.25 * clouds(at.s * 2.5, at.t * 2.5, octaves=3) + 0.3 * (clouds(at.s * 0.06, at.t * 0.06, seed=2) - 0.5)
        return replace(finish, colour=finish.colour * grit[..., None])

    return look


def rug(first: str, second: str, third: str) -> Material:
    """A woven rug with rows of lozenges and bars."""

    def look(at: Surface) -> Finish:
        lozenge = near_line(at.s / 16) * 16 + near_line(at.t / 22) * 13
        jagged = np.round(lozenge * 1.2) / 1.2
        finish = canvas(first, thread=0.5, relief=0.05)(at)
        tone = 0.75 + 0.4 * clouds(at.s * 1.2, at.t * 3)
        colour = finish.colour
        for low, high, ink in ((0.0, 2.6, second), (4.2, 5.2, third), (7.2, 9.4, second)):
            inside = ((jagged >= low) & (jagged < high)).astype(np.float64)
            colour = colour + (linear(ink) - colour) * inside[..., None]
        return replace(finish, colour=np.clip(colour * tone[..., None], 0, 1))

    return look


def plaster(colour: str) -> Material:
    """A painted wall."""

    def look(at: Surface) -> Finish:
        tone = 0.9 + 0.15 * clouds(at.s * 0.02, at.t * 0.02) + 0.06 * clouds(at.s * 1.5, at.t * 1.5, seed=1)
        return replace(plain(colour, gloss=0.05)(at), colour=linear(colour) * tone[..., None])

    return look


def shelves() -> Material:
    """A wall of shelves with books and boxes of all colours."""
    spines = ("#7d2e2a", "#e3d9c4", "#2d4a5e", "#3f5a3c", "#c89a3c", "#202226", "#a9a49a", "#6b4a7a")

    def look(at: Surface) -> Finish:
        row = np.floor(at.t / 34)
        up = at.t / 34 - row
        along = at.s / 3.4 + 0.8 * smooth_noise(at.s * 0.12, row + 0.5)
        book = np.floor(along)
        pick = np.floor(smooth_noise(book * 1.7 + 0.5, row * 3.3 + 0.5, seed=1) * 37).astype(np.int64) % len(spines)
        colour = np.stack([linear(ink) for ink in spines])[pick]
        height = 0.62 + 0.28 * smooth_noise(book + 0.5, row + 5.5, seed=2)
        shade = (0.5 + 0.5 * step(0.02, 0.16, near_line(along))) * (0.55 + 0.45 * step(0.0, 0.5, up))
        behind = step(height, height + 0.01, up)
        inside = colour * shade[..., None] * (1 - behind)[..., None] + linear("#2a211a") * behind[..., None]
        return replace(plain("#808080", gloss=0.1)(at), colour=inside)

    board = plain("#b48a5a", gloss=0.2)
    return over(look, board, lambda at: (np.mod(at.t / 34, 1.0) > 0.93).astype(np.float64))  # noqa: PLR2004


def flat_surface(s: Floats, t: Floats) -> Surface:
    """Give a plane as a surface of cm."""
    zero = np.zeros_like(s)
    return Surface(s=s, t=t, u=zero, v=zero, position=np.stack([s, zero, t], axis=-1))
