"""Whether a network that learned from crops agrees better with crops that it did not learn from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from feedback.gate import net_change, sign_test
from feedback.metrics import Clusters, Interval, Values, bootstrap_interval, paired_difference
from feedback.sample_size import LEVEL


class Change(StrEnum):
    """What held-out crops say."""

    ROSE = "rose"
    FELL = "fell"
    UNDECIDED = "undecided"


@dataclass(frozen=True, kw_only=True)
class BoxReport:
    """Mean IoU of the box around the mask with the one that a person drew, before and after; intervals are clustered by group."""

    before: Interval
    after: Interval
    difference: Interval
    groups: int
    change: Change


def judge_boxes(before: Values, after: Values, groups: Clusters) -> BoxReport:
    """Say whether box IoU rose or fell: where the paired interval and the exact sign test over groups both do.

    Args:
        before: (n,) of each held-out crop, 0 to 1.
        after: (n,) of the same.
        groups: (n,) of their photos.

    Raises:
        NotEnoughEvidence: there is no crop.
    """
    difference = paired_difference(before, after, groups)
    agree = np.sign(net_change(after - before, groups)).sum() * difference.value > 0  # a few do not make up for most
    sure = agree and not difference.low <= 0 <= difference.high and sign_test(after - before, groups) <= LEVEL
    change = Change.UNDECIDED if not sure else Change.ROSE if difference.low > 0 else Change.FELL
    return BoxReport(
        before=bootstrap_interval(before, groups),
        after=bootstrap_interval(after, groups),
        difference=difference,
        groups=len(set(groups.tolist())),
        change=change,
    )
