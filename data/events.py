"""What people say: events, never changed. A later one may take an earlier one back."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from data.domain import EventId, PhotoId, Reviewer, Sku, SuggestionId, WeightsVersion
from data.errors import CoutureError

AUTO_ACCEPT, CATALOGUE = Reviewer("auto-accept"), Reviewer("catalogue")
PROGRAMS = frozenset({AUTO_ACCEPT, CATALOGUE})
"""Programs that speak under names of their own: what stands without a reviewer, and what reopens when assets arrive."""

LONGEST_WORD = 80
"""Characters of what a person says of an attribute."""


class Attribute(StrEnum):
    """What is said of an article in a word or two, in the order in which it is shown."""

    OBJECT = "object"
    COLOUR = "colour"
    TEXTURE = "texture"
    SPECIFICITY = "specificity"


class Verdict(StrEnum):
    """What a reviewer said of one photo. `reopened` is a program's: earlier `not_in_dam` no longer holds, assets have arrived."""

    MATCH = "match"
    NOT_IN_DAM = "not_in_dam"
    NOT_LISTED = "not_listed"
    UNUSABLE = "unusable"
    SKIP = "skip"
    WITHDRAWN = "withdrawn"
    REOPENED = "reopened"


class RenderVerdict(StrEnum):
    """What a person said of an asset's renders."""

    WRONG = "wrong"
    RIGHT = "right"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, kw_only=True)
class Review:
    """One reviewer's verdict on one photo: an event, never changed. `sequence` is given by the store; -1 before that.

    `withdraws` is the event that a `withdrawn` verdict takes back. `sku` is set for `match` alone. `at` has a time zone, so that
    an event which is sent twice equals the one stored. `seconds` is how long it took, None where it was not measured.
    """

    event_id: EventId
    photo_id: PhotoId
    reviewer: Reviewer
    verdict: Verdict
    at: datetime
    sku: Sku | None = None
    suggestion_id: SuggestionId | None = None
    seconds: float | None = None
    note: str = ""
    withdraws: EventId | None = None
    sequence: int = -1

    def __post_init__(self) -> None:
        """Refuse a verdict that lacks its sku or its target, or has one that it should not, and times that are none."""
        if not self.event_id or not self.photo_id or not self.reviewer:
            raise CoutureError("a review without event id, photo id or reviewer", remedy="give all three")
        if (self.verdict is Verdict.MATCH) != (self.sku is not None):
            raise CoutureError(
                f"a review of {self.photo_id} says {self.verdict} with sku {self.sku}",
                remedy="give a sku with 'match', and with no other verdict",
            )
        if (self.verdict is Verdict.WITHDRAWN) != (self.withdraws is not None):
            raise CoutureError(
                f"a review of {self.photo_id} says {self.verdict} and withdraws {self.withdraws}",
                remedy="name the event to take back with 'withdrawn', and with no other verdict",
            )
        if self.at.utcoffset() is None:
            raise CoutureError(f"a review of {self.photo_id} at {self.at}, of no time zone", remedy="say which, such as +00:00")
        if self.seconds is not None and not (math.isfinite(self.seconds) and self.seconds >= 0):
            raise CoutureError(f"a review of {self.photo_id} took {self.seconds} s", remedy="give seconds from 0, or none")


@dataclass(frozen=True, kw_only=True)
class Equivalence:
    """A person's word that several skus are one article: an event, never changed. `sequence` is given by the store.

    What takes such a word back names it in `withdraws` and no skus.
    """

    event_id: EventId
    skus: tuple[Sku, ...]
    by: str
    at: datetime
    withdraws: EventId | None = None
    sequence: int = -1

    def __post_init__(self) -> None:
        """Refuse a word that says nothing, and one that says two things."""
        if not self.event_id or not self.by:
            raise CoutureError("an equivalence without event id or name", remedy="say who declares it")
        if self.withdraws is None and (len(self.skus) < 2 or len(set(self.skus)) < len(self.skus)):  # noqa: PLR2004  # a pair
            raise CoutureError(
                f"skus {', '.join(self.skus) or '(none)'} cannot be one article", remedy="name two or more, each once"
            )
        if self.withdraws is not None and self.skus:
            raise CoutureError(f"what takes event '{self.withdraws}' back names skus too", remedy="name the event alone")
        if self.at.utcoffset() is None:
            raise CoutureError(f"an equivalence at {self.at}, of no time zone", remedy="say which, such as +00:00")


@dataclass(frozen=True, kw_only=True)
class Correction:
    """A person's word for one attribute of a photo or of an asset: an event, never changed. It wins over what a model says.

    `sequence` is given by the store. What takes such a word back names it in `withdraws`, and of the rest only the subject.
    """

    event_id: EventId
    by: str
    at: datetime
    photo_id: PhotoId | None = None
    sku: Sku | None = None
    attribute: Attribute | None = None
    value: str = ""
    withdraws: EventId | None = None
    sequence: int = -1

    def __post_init__(self) -> None:
        """Refuse a word of nothing or of two things, one that says nothing, and one that is no word."""
        if not self.event_id or not self.by:
            raise CoutureError("a correction without event id or name", remedy="say who corrects it")
        if bool(self.photo_id) == bool(self.sku):
            raise CoutureError(f"a correction of photo {self.photo_id} and sku {self.sku}", remedy="name one of the two")
        parts = {self.attribute is not None, bool(self.value)}
        if parts != {self.withdraws is None}:
            raise CoutureError(
                f"a correction says {self.attribute} is '{self.value}' and takes back {self.withdraws}",
                remedy="give an attribute and its word, or the event to take back",
            )
        if len(self.value) > LONGEST_WORD or self.value != " ".join(self.value.split()) or not self.value.isprintable():
            raise CoutureError(
                f"'{self.value[:LONGEST_WORD]}' is no word for an attribute",
                remedy=f"give at most {LONGEST_WORD} characters in one line, without spaces around it",
            )
        if self.at.utcoffset() is None:
            raise CoutureError(f"a correction at {self.at}, of no time zone", remedy="say which, such as +00:00")


@dataclass(frozen=True, kw_only=True)
class RenderRemark:
    """A person's word on an asset's renders: an event, never changed; the last that stands counts.

    `sequence` is given by the store. What takes such a word back says `withdrawn` and names it in `withdraws`.
    """

    event_id: EventId
    sku: Sku
    verdict: RenderVerdict
    by: str
    at: datetime
    withdraws: EventId | None = None
    sequence: int = -1

    def __post_init__(self) -> None:
        """Refuse a word of nobody or on nothing, and one that takes back without saying what."""
        if not self.event_id or not self.by or not self.sku:
            raise CoutureError("a word on renders without event id, sku or name", remedy="say who speaks, and of what")
        if (self.verdict is RenderVerdict.WITHDRAWN) != (self.withdraws is not None):
            raise CoutureError(
                f"a word on the renders of {self.sku} says {self.verdict} and withdraws {self.withdraws}",
                remedy="name the event to take back with 'withdrawn', and with no other verdict",
            )
        if self.at.utcoffset() is None:
            raise CoutureError(f"a word on renders at {self.at}, of no time zone", remedy="say which, such as +00:00")


@dataclass(frozen=True, kw_only=True)
class AcceptSwitch:
    """A word on auto-accept, on or off: an event, never changed; the last one counts. `sequence` is given by the store.

    What turns it on says what it promises and from which confidence on it accepts, for which weights, and what share of what it
    could accept it leaves to people, drawn at random. What turns it off says none of these.
    """

    event_id: EventId
    on: bool
    by: Reviewer
    at: datetime
    reason: str
    promised: float | None = None
    threshold: float | None = None
    audit_share: float | None = None
    weights: WeightsVersion | None = None
    sequence: int = -1

    def __post_init__(self) -> None:
        """Refuse one that does not say who or why, or that is on without saying what, or off and says it."""
        if not self.event_id or not self.by or not self.reason:
            raise CoutureError("auto-accept is turned without event id, name or reason", remedy="say who turns it, and why")
        said = {part is not None for part in (self.promised, self.threshold, self.audit_share, self.weights)}
        if said != {self.on}:
            raise CoutureError(
                f"auto-accept is turned {'on' if self.on else 'off'} and says {'too little' if self.on else 'too much'}",
                remedy="on: give promise, threshold, audited share and weights; off: none of them",
            )
        if any(not 0 <= part <= 1 for part in (self.promised, self.threshold, self.audit_share) if part is not None):
            raise CoutureError("auto-accept is turned on with what is no share", remedy="give shares from 0 to 1")
        if self.at.utcoffset() is None:
            raise CoutureError(f"auto-accept is turned at {self.at}, of no time zone", remedy="say which, such as +00:00")
