"""Belts, a scarf and sunglasses."""

from __future__ import annotations

import numpy as np

from data.demo.materials import GOLD, Finish, Material, Surface, linear, over, plain, stitched, tortoise
from data.demo.models import Mapping, Part
from data.demo.noise import clouds, near_line, step, wave
from data.demo.shapes import Floats, capped, curve, moved, oval, panel, ring_path, tube, turned

TURNS = 2.3
BELT_HALF_WIDTH_CM = 1.7


def belt(skin: Material, metal: Material, *, round_buckle: bool) -> list[Part]:
    """Build a rolled-up belt that stands on its edge, its buckle in front."""
    angle = np.linspace(0.5 * np.pi, (0.5 + 2 * TURNS) * np.pi, 84)
    radius = 6.6 - 0.62 * (angle - angle[0]) / (2 * np.pi)
    path = np.column_stack([radius * np.cos(angle), np.zeros(84), radius * np.sin(angle)])
    front = np.column_stack([np.linspace(7.2, 0.6, 8), np.zeros(8), np.linspace(6.35, 6.62, 8)])
    strap = tube(np.concatenate([front, path]), oval(BELT_HALF_WIDTH_CM, 0.19, 12, squareness=6), up=(0, 1, 0))
    strap[..., 1] += BELT_HALF_WIDTH_CM
    sewn = stitched(skin, "#6b6259", lambda at: np.abs(at.position[..., 1] - BELT_HALF_WIDTH_CM) - 1.35, pitch=0.4, width=0.07)
    holed = over(sewn, plain("#0c0a09", gloss=0.1), _holes)
    parts = [Part(grid=strap, material=holed, detail=1.2)]
    squareness, width = (2.0, 2.5) if round_buckle else (6.0, 2.3)
    frame = tube(ring_path(width, 2.3, 36, squareness=squareness), oval(0.34, 0.4, 8, squareness=2.6), loop=True)
    parts.append(Part(grid=moved(turned(frame, y_deg=2), 6.4, BELT_HALF_WIDTH_CM, 6.75), material=metal, detail=2))
    pin = tube(curve([(4.1, 0, 0.25), (6.4, 0, 0.5), (8.95, 0, 0.4)], 8), oval(0.24, 0.24, 10))
    parts.append(Part(grid=moved(pin, 0, BELT_HALF_WIDTH_CM, 6.7), material=metal, detail=2))
    loop = tube(ring_path(0.55, 1.95, 24, squareness=6), oval(0.13, 0.55, 10, squareness=4), up=(1, 0, 0), loop=True)
    parts.append(Part(grid=moved(turned(loop, y_deg=90), 1.6, BELT_HALF_WIDTH_CM, 6.55), material=skin))
    return parts


def _holes(at: Surface) -> Floats:
    x, y, z = np.moveaxis(at.position, -1, 0)
    return np.asarray(
        step(0.26, 0.2, np.hypot((x + 3.6) % 1.9 - 0.95, y - BELT_HALF_WIDTH_CM))
        * step(-4.6, -4.4, x)
        * step(1.0, 0.9, x)
        * step(4, 4.2, z)
    )


def medallion(at: Surface) -> Finish:
    """A printed carré: border, chain and medallion. s and t run over the square from 0 to 1."""
    x, y = np.abs(at.s - 0.5) * 2, np.abs(at.t - 0.5) * 2
    edge, away = np.maximum(x, y), np.hypot(x, y)
    angle = np.arctan2(at.t - 0.5, at.s - 0.5)
    navy, ivory, red, gold = (linear(c) for c in ("#1c2f5c", "#f1e8d6", "#b23a2c", "#d3a23c"))
    colour = np.broadcast_to(ivory, (*at.s.shape, 3)).copy()

    def print_(share: Floats, ink: Floats) -> None:
        colour[:] = colour + (ink - colour) * np.clip(share, 0, 1)[..., None]

    petals = 0.36 + 0.05 * np.cos(12 * angle)
    print_(step(0.01, 0, away - petals), red)
    print_(step(0.01, 0, np.abs(away - petals) - 0.02), gold)
    print_(step(0.01, 0, away - 0.18 - 0.03 * np.cos(8 * angle)), navy)
    print_(step(0.01, 0, np.abs(away - 0.09) - 0.025), gold)
    print_(step(0.1, 0.0, np.abs(away - 0.55 - 0.035 * np.sin(24 * angle)) * 9), navy)
    dots = np.hypot(near_line(at.s * 14), near_line(at.t * 14))
    print_(step(0.2, 0.16, dots) * step(0.62, 0.64, away) * step(0.76, 0.74, edge), red)
    print_(step(0.775, 0.785, edge), navy)
    along = np.where(x > y, at.t, at.s)
    links = np.hypot(near_line(along * 16) * 2.1, (edge - 0.87) * 13)
    print_(step(0.1, 0.0, np.abs(links - 0.7) - 0.16), gold)
    print_(step(0.955, 0.96, edge), red)
    flat = np.zeros(at.s.shape)
    sheen = 0.93 + 0.1 * clouds(at.position[..., 0] * 0.4, at.position[..., 1] * 0.4)
    return Finish(colour=colour * sheen[..., None], height=flat + 0.004 * wave(at.s * 300), gloss=flat + 0.55, metal=flat)


def scarf(print_: Material) -> list[Part]:
    """Build a printed silk carré drawn through a gold ring, falling in folds."""
    columns, rows = 42, 20
    across, down = np.meshgrid(np.linspace(-1, 1, columns), np.linspace(0, 1, rows))
    fan = 0.16 + 0.84 * np.clip((down - 0.2) / 0.8, 0, 1) ** 0.8 + 0.3 * np.clip((0.2 - down) / 0.2, 0, 1) ** 1.2
    fold = 1.0 - 0.55 * np.abs(down - 0.2)
    phase = across * 4.6 * np.pi + 0.8 * np.sin(3 * across)
    x = 15.5 * across * fan + 0.5 * fold * np.sin(2 * phase) * fan
    z = (1.4 * np.sin(phase) + 0.5 * np.sin(1.7 * phase + 1)) * fold * (0.35 + 0.65 * fan) + 1.2 * np.cos(across * 2) * (1 - fan)
    y = 31 * (1 - down) - 0.5 * np.cos(phase) * down**2 + (5.5 * down - 1.2) * across**2 + 1.3 * across * down**3
    sheet = np.stack([x, y, z], axis=-1)
    normal = np.cross(np.gradient(sheet, axis=1), np.gradient(sheet, axis=0))
    normal /= np.maximum(np.linalg.norm(normal, axis=-1, keepdims=True), 1e-9)
    back = sheet - 0.12 * normal
    grid = capped(np.concatenate([sheet, back[:, ::-1], sheet[:, :1]], axis=1))
    half = columns / (2 * columns)

    def cloth(at: Surface) -> Finish:
        place = np.where(at.u < half, at.u / half, (1 - at.u) / half)
        return print_(Surface(s=np.clip(place, 0, 1), t=np.clip(at.v * 1.04 - 0.02, 0, 1), u=at.u, v=at.v, position=at.position))

    ring = tube(ring_path(2.35, 2.15, 32), oval(0.75, 0.3, 12, squareness=3), up=(0, 0, 1), loop=True)
    return [Part(grid=grid, material=cloth, detail=1.3), Part(grid=moved(turned(ring, x_deg=90), 0, 24.9, 0.3), material=GOLD)]


def sunglasses() -> list[Part]:
    """Build sunglasses of tortoise acetate, their temples open."""
    acetate = tortoise()
    parts = []
    for side in (-1, 1):
        eye = _eye(side)
        rim = tube(np.column_stack([eye, _wrap(eye[:, 0])]), oval(0.36, 0.26, 8, squareness=2.5), up=(0, 0, 1), loop=True)
        parts.append(Part(grid=rim, material=acetate))
        lens = panel(eye * [0.97, 0.97] + [side * 0.09, 0.08], 0.18, edge=0.08)
        lens[..., 2] += _wrap(lens[..., 0])
        parts.append(Part(grid=lens, material=_shade, mapping=Mapping.FRONT))
        temple = curve(
            [
                (side * 7.0, 4.6, -0.75),
                (side * 7.3, 4.65, -1.6),
                (side * 7.2, 4.5, -6),
                (side * 6.9, 4.3, -10),
                (side * 6.5, 2.4, -13.6),
            ],
            16,
        )
        taper = np.stack([np.linspace(1.2, 0.75, 16), np.ones(16)], axis=1)
        parts.append(Part(grid=tube(temple, oval(0.5, 0.2, 10, squareness=3), scales=taper, up=(0, 1, 0)), material=acetate))
        hinge = panel(oval(0.35, 0.16, 12), 0.12, bulge=0.05) + np.array([side * 6.55, 4.75, float(_wrap(np.array(6.5))) + 0.4])
        parts.append(Part(grid=hinge, material=GOLD, detail=2))
    bridge = curve([(-1.35, 3.9, 0.05), (-0.6, 4.35, 0.3), (0.6, 4.35, 0.3), (1.35, 3.9, 0.05)], 10)
    parts.append(Part(grid=tube(bridge, oval(0.32, 0.36, 10), up=(0, 1, 0)), material=acetate))
    return parts


def _eye(side: int) -> Floats:
    """Outline of one lens, (31, 2): wider above than below."""
    outline = oval(2.95, 2.4, 30, squareness=2.9)
    outline[:, 0] *= 1 + 0.05 * outline[:, 1]
    outline[:, 1] += 0.22 * outline[:, 0] * side / 2.9
    return np.asarray(outline + np.array([side * 3.95, 2.9]), dtype=np.float64)


def _wrap(x: Floats) -> Floats:
    return np.asarray(-0.018 * x**2, dtype=np.float64)


def _shade(at: Surface) -> Finish:
    dark = plain("#20140d", gloss=1.0)(at)
    return over(lambda _: dark, plain("#6b4526", gloss=1.0), lambda place: step(4.2, 0.4, place.position[..., 1]))(at)
