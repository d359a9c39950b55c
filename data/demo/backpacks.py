"""A backpack: body, pocket, lid, buckled straps, and the straps behind."""

from __future__ import annotations

from data.demo.flap_bags import dense_levels
from data.demo.materials import GOLD, Material, leather, stitched
from data.demo.models import Mapping, Part
from data.demo.shapes import column, curve, moved, oval, panel, ring_path, rounded, tube, turned


def backpack(cloth: Material, hide: str, *, thread: str = "#e6cfa8", metal: Material = GOLD) -> list[Part]:
    """Build a rucksack of cloth with a lid, and straps of leather."""
    skin = leather(hide, gloss=0.5)
    levels = dense_levels(rounded([(0, 12.6, 6.6), (16, 13.4, 7.2), (31, 11.6, 5.8)], 2.2), 10)
    parts = [Part(grid=column(levels, 52, squareness=4.2), material=cloth, detail=1.1)]
    base = column(rounded([(-0.15, 12.8, 6.8), (3.2, 13.1, 7.05)], 0.9), 48, squareness=4.2)
    parts.append(Part(grid=base, material=skin))
    pocket = column(dense_levels(rounded([(4.5, 9.2, 2.6), (10, 9.6, 3.0), (16, 8.9, 2.2)], 1.2), 6), 44, squareness=4.0)
    parts.append(Part(grid=moved(pocket, 0, 0, 6.4), material=cloth))
    flap = panel(oval(9.3, 2.6, 40, squareness=4), 0.5, bulge=0.15)
    sewn = stitched(skin, thread, lambda at: abs(at.position[..., 1] - 15.4) - 2.1, pitch=0.4, width=0.07)
    parts.append(Part(grid=moved(turned(flap, x_deg=-8), 0, 15.4, 9.1), material=sewn, mapping=Mapping.FRONT))
    lid = tube(
        curve([(0, 26.5, -5.4), (0, 31.6, -4.2), (0, 32.9, 0), (0, 31.4, 5.2), (0, 27.6, 7.3), (0, 23.0, 8.0)], 22),
        oval(0.45, 12.3, 36, squareness=5),
        up=(0, 0, -1),
    )
    parts.append(Part(grid=lid, material=cloth, detail=1.1))
    for x in (-5.6, 5.6):
        strip = curve([(x, 29.5, 6.9), (x, 25.5, 8.3), (x, 21.0, 8.7), (x, 17.2, 10.3), (x, 13.2, 10.5)], 18)
        parts.append(Part(grid=tube(strip, oval(0.2, 0.95, 12, squareness=5), up=(0, 0, 1)), material=skin, detail=1.3))
        buckle = tube(ring_path(1.5, 1.25, 24, squareness=5), oval(0.2, 0.2, 8), loop=True)
        parts.append(Part(grid=moved(turned(buckle, x_deg=-14), x, 18.6, 10.2), material=metal, detail=1.6))
        arch = curve([(x * 0.5, 30.5, -5.6), (x, 31, -8.6), (x * 1.2, 22, -10.6), (x * 1.25, 11, -9.3), (x * 1.5, 4, -6.6)], 26)
        parts.append(Part(grid=tube(arch, oval(0.35, 1.7, 12, squareness=4), up=(0, 0, -1)), material=cloth))
    grip = curve([(-2.6, 31.2, -4.4), (-2.5, 34.6, -4.8), (0, 35.8, -4.9), (2.5, 34.6, -4.8), (2.6, 31.2, -4.4)], 20)
    parts.append(Part(grid=tube(grip, oval(0.4, 0.7, 12), up=(0, 0, 1)), material=skin))
    return parts
