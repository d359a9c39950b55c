"""Groups of photos that belong together, and the side of each group.

A group is a burst or near-duplicate cluster. Its side is drawn once, when its first photo arrives, from a keyed hash of its name:
neither truth nor labels nor the order of rows can move it. A photo that names one group and looks like another's joins the other;
the name it brought along is an alias of that group from then on, or photos that name it later could land on the other side.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from data.domain import GroupAlias, Photo, PhotoId, Side

SAME_BITS = 4
"""Of the 64 bits of a perceptual hash; a recompressed or resized copy differs in 0 to 4, two photos of one article taken apart in
12 or more."""

BURST_BITS = 12
BURST_S = 2.0
TEST_SHARE = 0.2
CHUNK = 512

HashArray = npt.NDArray[np.uint64]
NO_ALIASES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """A photo before it has a group. `group` is what its row says, empty where it says nothing."""

    photo_id: str
    perceptual_hash: str
    group: str
    taken_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a photo belongs."""

    group: str
    side: Side


def draw_side(group: str, *, key: str) -> Side:
    """Draw a group's side: one in five is sealed for testing."""
    digest = hashlib.blake2b(group.encode(), key=key.encode()[:64], digest_size=8).digest()
    return Side.TEST if int.from_bytes(digest, "big") / 2**64 < TEST_SHARE else Side.CALIBRATION


def place_photos(
    arrivals: Sequence[Arrival],
    there: Sequence[Photo],
    hashes: Mapping[PhotoId, str],
    *,
    key: str,
    aliases: Mapping[str, str] = NO_ALIASES,
) -> tuple[list[Place], set[str]]:
    """Find each new photo's group and side.

    Args:
        arrivals: the new photos.
        there: the photos that have a group already.
        hashes: perceptual hash of each of those, by photo id.
        key: what the draw of sides is keyed with; the same key gives the same sides.
        aliases: group names that mean another group.

    Returns:
        One place per arrival, and the existing groups that must be quarantined because an arrival
        bridges a group that is sealed and one that is not. Existing photos never change their group.
    """
    if not arrivals:
        return [], set()
    arrivals = [replace(arrival, group=aliases.get(arrival.group, arrival.group)) for arrival in arrivals]
    names = [photo.photo_id for photo in there]
    coded = _codes([hashes[name] for name in names] + [arrival.perceptual_hash for arrival in arrivals])
    pieces = _clusters(coded, arrivals, there)
    group_of = {photo.group: photo.side for photo in there}
    members: dict[int, list[int]] = {}
    for at, piece in enumerate(pieces):
        members.setdefault(int(piece), []).append(at)
    places: list[Place | None] = [None] * len(arrivals)
    quarantined: set[str] = set()
    for cluster in members.values():
        met = sorted({there[at].group for at in cluster if at < len(there)})
        new = [at - len(there) for at in cluster if at >= len(there)]
        if not new:
            continue
        sides = {group_of[group] for group in met}
        if len(sides) > 1 or Side.QUARANTINED in sides:
            place = Place(group=met[0], side=Side.QUARANTINED)
            quarantined.update(met)
        elif met:
            place = Place(group=met[0], side=sides.pop())
        else:
            said = sorted(arrivals[at].group for at in new if arrivals[at].group)
            name = said[0] if said else "g-" + min(arrivals[at].photo_id for at in new)
            place = Place(group=name, side=draw_side(name, key=key))
        for at in new:
            places[at] = place
    return [place for place in places if place is not None], quarantined


def find_aliases(
    arrivals: Sequence[Arrival], places: Sequence[Place], there: Sequence[Photo], aliases: Mapping[str, str] = NO_ALIASES
) -> list[GroupAlias]:
    """List the names that arrivals brought along into a group of another name; those of existing groups keep their meaning.

    Args:
        arrivals: the new photos, as given to `place_photos`.
        places: where each belongs.
        there: the photos that had a group before.
        aliases: names that mean another group already.
    """
    taken = {photo.group for photo in there} | set(aliases)
    brought = {arrival.group: place.group for arrival, place in zip(arrivals, places, strict=True) if arrival.group}
    return [GroupAlias(name=name, group=group) for name, group in brought.items() if name != group and name not in taken]


def _codes(hashes: Sequence[str]) -> HashArray:
    return np.array([int(said, 16) for said in hashes], dtype=np.uint64)


def _clusters(coded: HashArray, arrivals: Sequence[Arrival], there: Sequence[Photo]) -> npt.NDArray[np.int32]:
    """Join what is near, in time or in looks or by name; (n_there + n_arrivals,) cluster numbers."""
    first = len(there)
    pairs = [np.stack([np.arange(len(coded)), np.arange(len(coded))])]
    stamps = np.array([arrival.taken_at.timestamp() if arrival.taken_at else np.nan for arrival in arrivals])
    for start in range(0, len(arrivals), CHUNK):
        rows = coded[first + start : first + start + CHUNK]
        away = np.bitwise_count(rows[:, None] ^ coded[None, :])
        near = away <= SAME_BITS
        apart = np.abs(stamps[start : start + CHUNK, None] - stamps[None, :])
        near[:, first:] |= (apart <= BURST_S) & (away[:, first:] <= BURST_BITS)
        one, other = np.nonzero(near)
        pairs.append(np.stack([one + first + start, other]))
    pairs.append(_by_name(arrivals, there))
    joined = np.concatenate(pairs, axis=1)
    graph = coo_array((np.ones(joined.shape[1], dtype=bool), (joined[0], joined[1])), shape=(len(coded), len(coded)))
    _, pieces = connected_components(graph, directed=False)
    return np.asarray(pieces, dtype=np.int32)


def _by_name(arrivals: Sequence[Arrival], there: Sequence[Photo]) -> npt.NDArray[np.int64]:
    """Join all that say or have the same group name."""
    said = [photo.group for photo in there] + [arrival.group for arrival in arrivals]
    seen: dict[str, int] = {}
    joined = [(seen.setdefault(name, at), at) for at, name in enumerate(said) if name]
    return np.array(joined, dtype=np.int64).reshape(-1, 2).T
