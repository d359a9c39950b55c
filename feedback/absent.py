"""What the catalogue lacks: how often people said that it has no such article, and of which look these photos are.

Of a photo without an article neither category nor colour is known from a label. It is told by what it looks like: the category of
the candidate that came first, and the colour that was described or corrected. Both are asked of all photos alike, so that the
shares can be compared.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from data.domain import PhotoId, Sku
from data.events import Attribute
from data.store import Store
from feedback.audit_sample import sampled_share
from feedback.audited import AuditedPhoto
from feedback.corrections import read_corrections
from feedback.metrics import Interval
from feedback.shares import share_interval

UNKNOWN = "(not known)"


@dataclass(frozen=True, kw_only=True)
class Absence:
    """The share of photos that show no article of the catalogue.

    Attributes:
        name: of what look; empty for all.
        plain: among those that were decided.
        sampled: among all photos, by the audit sample; None where less than two groups of it are decided.
        photos: the photos without an article, oldest first.
    """

    name: str
    plain: Interval
    sampled: Interval | None
    photos: tuple[PhotoId, ...]


@dataclass(frozen=True, kw_only=True)
class Absences:
    """What the catalogue lacks; `overall` is None where nothing is decided. Looks with the most such photos come first."""

    overall: Absence | None
    categories: tuple[Absence, ...]
    colours: tuple[Absence, ...]


def absences_of(decided: Sequence[AuditedPhoto], categories: Mapping[Sku, str], colours: Mapping[PhotoId, str]) -> Absences:
    """Measure what the catalogue lacks.

    Args:
        decided: photos that were decided on a suggestion; those that are unusable or disputed have no part in it.
        categories: of assets.
        colours: of photos; one that is missing is not known.
    """
    known = [one for one in decided if one.shows or one.absent]

    def category(one: AuditedPhoto) -> str:
        first = one.suggestion.candidates[:1]
        return (categories.get(first[0].sku, "") if first else "") or UNKNOWN

    return Absences(
        overall=_absence("", known) if known else None,
        categories=_each(known, category),
        colours=_each(known, lambda one: colours.get(one.suggestion.photo_id, "") or UNKNOWN),
    )


def read_absences(store: Store, describer: str, decided: Sequence[AuditedPhoto]) -> Absences:
    """Measure what the catalogue lacks, with colours as described and corrected."""
    wanted = [one.suggestion.photo_id for one in decided if one.shows or one.absent]
    photos, corrections = store.photos.of(wanted), read_corrections(store)
    described = store.descriptions.of({photo.image_id for photo in photos}, describer)
    colours: dict[PhotoId, str] = {}
    for photo in photos:
        said = corrections.of_photo(photo.photo_id).get(Attribute.COLOUR)
        words = described.get(photo.image_id)
        colours[photo.photo_id] = said.value if said else words.colour if words else ""
    return absences_of(decided, {asset.sku: asset.category for asset in store.assets.all()}, colours)


def _each(known: Sequence[AuditedPhoto], look: Callable[[AuditedPhoto], str]) -> tuple[Absence, ...]:
    named: dict[str, list[AuditedPhoto]] = defaultdict(list)
    for one in known:
        named[look(one)].append(one)
    found = [_absence(name, own) for name, own in named.items()]
    return tuple(sorted(found, key=lambda one: (-len(one.photos), -one.plain.n, one.name)))


def _absence(name: str, own: Sequence[AuditedPhoto]) -> Absence:
    sample = [one for one in own if one.sampled]
    return Absence(
        name=name,
        plain=share_interval(
            np.array([one.absent for one in own], dtype=np.float64), np.array([one.group for one in own], dtype=np.str_)
        ),
        sampled=sampled_share(
            np.array([one.absent for one in sample], dtype=np.float64),
            np.array([one.suggestion.queue_propensity for one in sample], dtype=np.float64),
            np.array([one.group for one in sample], dtype=np.str_),
        ),
        photos=tuple(one.suggestion.photo_id for one in own if one.absent),
    )
