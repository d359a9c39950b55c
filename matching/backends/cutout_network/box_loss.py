"""What a box teaches, without a guess of what lies in it.

A person's box says two things for certain. What is outside of it is not the article. And the article reaches all four of its
sides: each row and each column of the box has some of it (the tightness prior: Lempitsky et al., "Image segmentation with a
bounding box prior", ICCV 2009; as a loss: Hsu et al., "Weakly supervised instance segmentation using the bounding box tightness
prior", NeurIPS 2019). It says nothing of the outline in between: that stays what made photos with exact masks teach, which is why
every batch has some. GrabCut inside of the box would be a third source; it is left out, since the network is pooled with GrabCut
and is worth something only where it does not repeat GrabCut's mistakes.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import softplus

from matching.backends.cutout_network.network import loss_of

NOWHERE = -30.0
"""A logit that stands for no pixel."""


def mixed_loss(logits: Tensor, known: Tensor) -> Tensor:
    """Give the mean loss of a batch of crops and made photos.

    Args:
        logits: (n, 1, side, side).
        known: (n, 2, side, side), as `Mixed` gives it, 0 to 1: the second is empty of made photos, and only of these.
    """
    drawn = known[:, 1].amax((1, 2)) > 0
    parts = list[Tensor]()
    if not drawn.all():
        parts.append(loss_of(logits[~drawn], known[~drawn, :1]) * (~drawn).sum())
    if drawn.any():
        parts.append(box_loss(logits[drawn], known[drawn, 0], known[drawn, 1]) * drawn.sum())
    return torch.stack(parts).sum() / len(logits)


def box_loss(logits: Tensor, may: Tensor, must: Tensor) -> Tensor:
    """Give the mean cross-entropy of pixels that are no article, and of rows and columns that have some of it.

    Args:
        logits: (n, 1, side, side).
        may: (n, side, side), 1 where the article may be.
        must: (n, side, side), 1 in the rows and columns that it must reach.
    """
    said, outside = logits[:, 0], 1 - may
    background = (softplus(said) * outside).sum((1, 2)) / outside.sum((1, 2)).clamp(min=1)
    inside = said * may + NOWHERE * outside
    reached = list[Tensor]()
    for across in (2, 1):
        wanted = must.amax(across)
        best = inside.amax(across)
        reached.append((softplus(-best) * wanted).sum(1) / wanted.sum(1).clamp(min=1))
    return (background + (reached[0] + reached[1]) / 2).mean()
