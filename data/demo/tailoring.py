"""Jackets and shirts: lapels, pockets and plackets are drawn on the cloth; collars and buttons are parts."""

from __future__ import annotations

import numpy as np

from data.demo.garments import Cut, dark_neck, drawn, hook, rib_ring, sleeves, torso
from data.demo.materials import Material, Surface, plain
from data.demo.models import Mapping, Part
from data.demo.noise import step
from data.demo.shapes import Floats, curve, eased, moved, oval, panel, respaced, tube, turned


def blazer(cloth: Material, inside: str, button: str, cut: Cut) -> list[Part]:
    """Build a single-breasted jacket: lapels, two buttons, flapped pockets and a breast pocket."""

    def opening(at: Surface) -> Floats:
        x, y, front = _seen(at)
        return np.asarray(step(0.25, -0.25, np.abs(x) - 0.26 * (y - 30)) * step(29.5, 30.5, y) * front, dtype=np.float64)

    def lapel(at: Surface) -> Floats:
        x, y, front = _seen(at)
        inner = 0.26 * (y - 30)
        outer = inner + eased([(29, 0.2), (34, 3.0), (47, 7.4), (49.4, 8.0), (49.6, 5.2), (52, 5.0), (58, 2.2), (63, 1.0)], y)
        away = np.abs(x)
        return np.asarray(
            step(-0.2, 0.1, away - inner) * step(0.25, -0.1, away - outer) * step(29.5, 30.5, y) * front, dtype=np.float64
        )

    def lines(at: Surface) -> Floats:
        x, y, front = _seen(at)
        edge = step(0.3, 0.08, np.abs(x + 0.8 - 0.02 * (30 - y))) * step(30.5, 29.5, y)
        flap = _frame(np.abs(x) - 13.4, y - 17.5, 6.3, 2.2)
        breast = _frame(x - 11.5, y - 43.5, 4.2, 0.9)
        dart = step(0.16, 0.04, np.abs(np.abs(x) - 9.5 - 0.06 * (y - 30))) * step(20, 21, y) * step(43, 42, y) * 0.6
        return np.asarray(np.clip(edge + flap + breast + dart, 0, 1) * front, dtype=np.float64)

    def flaps(at: Surface) -> Floats:
        x, y, front = _seen(at)
        return np.asarray(_box(np.abs(x) - 13.4, y - 17.5, 6.3, 2.2) * front, dtype=np.float64)

    body = drawn(drawn(cloth, None, flaps, rise=0.12), None, lines, rise=-0.1, dark=0.55)
    body = drawn(body, inside, opening, rise=-0.5, dark=0.8)
    body = drawn(body, None, lapel, rise=0.35, dark=1.12)
    parts = [Part(grid=torso(cut), material=dark_neck(body, inside=inside), detail=1.15), *sleeves(cut, cloth)]
    parts.append(_collar(cloth))
    for y in (28.5, 19.5):
        disc = panel(oval(1.0, 1.0, 20), 0.45, bulge=0.12)
        parts.append(
            Part(grid=moved(disc, -0.2, y, _depth(parts[0].grid, -0.2, y) + 0.2), material=plain(button, gloss=0.7), detail=2)
        )
    for side in (-1, 1):
        for number in range(3):
            disc = panel(oval(0.6, 0.6, 14), 0.3, bulge=0.1)
            at = turned(disc, y_deg=side * 60)
            parts.append(
                Part(grid=moved(at, side * (28.0 + 3.0), 12.2 + 2.0 * number, 5.0), material=plain(button, gloss=0.7), detail=2)
            )
    return [*parts, *hook()]


def _seen(at: Surface) -> tuple[Floats, Floats, Floats]:
    x, y, z = np.moveaxis(at.position, -1, 0)
    return x, y, step(0.2, 0.6, z)


def _collar(cloth: Material) -> Part:
    """Lay a collar around the back of the neck, its ends running into the lapels."""
    path = curve(
        [
            (-6.9, 57.4, 6.0),
            (-8.4, 60.6, 4.2),
            (-8.6, 63.0, 0),
            (-5.0, 64.2, -4.0),
            (0, 64.5, -5.0),
            (5.0, 64.2, -4.0),
            (8.6, 63.0, 0),
            (8.4, 60.6, 4.2),
            (6.9, 57.4, 6.0),
        ],
        44,
    )
    along = np.linspace(0, 1, 44)
    tall = eased([(0, 0.35), (0.12, 0.8), (0.3, 1.0), (0.7, 1.0), (0.88, 0.8), (1, 0.35)], along)
    grid = tube(path, oval(2.0, 0.5, 12), scales=np.stack([tall, np.ones(44)], axis=1), up=(-0.3, 1, 0))
    return Part(grid=grid, material=cloth)


def _box(x: Floats, y: Floats, half_width: float, half_height: float) -> Floats:
    return np.asarray(step(0.12, -0.12, np.maximum(np.abs(x) - half_width, np.abs(y) - half_height)), dtype=np.float64)


def _frame(x: Floats, y: Floats, half_width: float, half_height: float) -> Floats:
    away = np.maximum(np.abs(x) - half_width, np.abs(y) - half_height)
    return np.asarray(step(0.3, 0.1, np.abs(away)), dtype=np.float64)


def _depth(grid: Floats, x: float, y: float) -> float:
    """Find how far in front a torso is at a place."""
    points = grid.reshape(-1, 3)
    front = points[points[:, 2] > 0]
    return float(front[np.argmin(np.hypot(front[:, 0] - x, front[:, 1] - y)), 2])


def shirt(cloth: Material, button: str, cut: Cut) -> list[Part]:
    """Build a shirt: collar, placket with buttons, breast pocket, cuffs."""

    def placket(at: Surface) -> Floats:
        x, _, front = _seen(at)
        return np.asarray(step(0.25, 0.08, np.abs(np.abs(x) - 1.6)) * front, dtype=np.float64)

    def pocket(at: Surface) -> Floats:
        x, y, front = _seen(at)
        return np.asarray(_frame(x - 10.5, y - 41, 5.2, 5.6) * front, dtype=np.float64)

    def hem(at: Surface) -> Floats:
        return step(0.3, 0.1, np.abs(at.position[..., 1] - 1.6))

    body = cloth
    for place in (placket, pocket, hem):
        body = drawn(body, None, place, rise=-0.06, dark=0.62)
    cuff = drawn(cloth, None, lambda at: step(0.006, 0.002, np.abs(at.v - 0.88)), dark=0.6)
    parts = [Part(grid=torso(cut), material=dark_neck(body, inside="#6d6a66"), detail=1.15), *sleeves(cut, cuff)]
    for y in (52.0, 43.5, 35.0, 26.5, 18.0, 9.5):
        disc = panel(oval(0.62, 0.62, 16), 0.28, bulge=0.08)
        parts.append(
            Part(grid=moved(disc, 0, y, _depth(parts[0].grid, 0, y) + 0.12), material=plain(button, gloss=0.7), detail=2)
        )
    parts.append(rib_ring(cloth, half_width=7.9, half_depth=4.6, height=63.2, thick=1.9))
    for side in (-1, 1):
        leaf = np.array([(0.2, 0.6), (3.4, 1.7), (7.4, 2.2), (6.6, -2.4), (4.2, -5.6), (0.4, -1.2), (0.2, 0.6)], dtype=np.float64)
        grid = turned(panel(respaced(leaf * (side, 1), 41), 0.4, bulge=0.1), x_deg=-16)
        parts.append(Part(grid=moved(grid, side * 0.2, 59.6, 6.2), material=cloth, mapping=Mapping.FRONT))
    return [*parts, *hook()]
