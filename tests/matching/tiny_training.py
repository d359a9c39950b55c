"""The smallest plan that trains a cut-out network."""

from __future__ import annotations

from matching.backends.cutout_network.stock import Sizes
from matching.backends.cutout_network.training import Plan

TINY = Plan(
    seed=4,
    steps=4,
    batch=2,
    warm_up=2,
    sizes=Sizes(solids=2, flats=3, grounds=2),
    widths=(16, 16),
    blocks=(1,),
    workers=0,
    checkpoint_every=2,
)
