"""What a row of `mask_accuracy` says: whose mask hypotheses are pooled, and how they are read.

`grabcut` are a remover's hypotheses under the house's trust; `one+other` those of two, the whole picture once. After a colon:
`grabcut:alike` all alike, `grabcut:half` the whole picture always as heavy as all cuts together, `grabcut:cuts` without it,
`grabcut:whole` it alone, `grabcut:unsure` with it only where the remover gave up on a cut.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from data.domain import PhotoId
from matching.evidence import PhotoEvidence
from matching.trust import WHOLE_PICTURE
from matching.weights import Weights
from tests.benchmarks.replay import Split

POOLED, READING = "+", ":"
TRUSTS: Mapping[str, Mapping[str, float]] = {"alike": {}, "half": {"fell back": -0.7}}

Seen = Mapping[PhotoId, PhotoEvidence]


def parts_of(row: str) -> list[str]:
    """Name the removers whose hypotheses a row pools."""
    return row.partition(READING)[0].split(POOLED)


def seen_in(row: str, seen: Mapping[str, Seen]) -> Seen:
    """Give every photo the hypotheses of a row."""
    parts = parts_of(row)
    return {photo: read_as(joined([seen[part][photo] for part in parts]), row.partition(READING)[2]) for photo in seen[parts[0]]}


def joined(parts: Sequence[PhotoEvidence]) -> PhotoEvidence:
    """Take the hypotheses of several removers together; the whole picture once."""
    kept = [(part, at, name) for part in parts for at, name in enumerate(part.query.hypotheses)]
    wholes = [place for place, (_, _, name) in enumerate(kept) if name.rpartition("-")[2] == WHOLE_PICTURE]
    return _taken([(part, at) for place, (part, at, _) in enumerate(kept) if place not in wholes[1:]])


def read_as(seen: PhotoEvidence, reading: str) -> PhotoEvidence:
    """Leave out the hypotheses that a reading has no use for; where nothing else would be left, all stay."""
    whole = [name.rpartition("-")[2] == WHOLE_PICTURE for name in seen.query.hypotheses]
    wanted = {
        "cuts": [not one for one in whole],
        "whole": whole,
        "unsure": [not one or any(seen.query.fell_back) for one in whole],
    }.get(reading, [True] * len(whole))
    return _taken([(seen, at) for at, one in enumerate(wanted) if one or not any(wanted)])


def _taken(kept: Sequence[tuple[PhotoEvidence, int]]) -> PhotoEvidence:
    query = kept[0][0].query
    taken = replace(
        query,
        hypotheses=tuple(part.query.hypotheses[at] for part, at in kept),
        fell_back=tuple(part.query.fell_back[at] for part, at in kept),
        vectors={block: np.stack([part.query.vectors[block][at] for part, at in kept]) for block in query.vectors},
    )
    return PhotoEvidence(query=taken, keypoints=tuple(part.keypoints[at] for part, at in kept))


def start_of(row: str, split: Split) -> Weights:
    return replace(split.start, trust=TRUSTS.get(row.partition(READING)[2], split.start.trust))
