"""Every error of the project.

CoutureError
├── BadPicture            a file is not a picture that we can read safely
├── BadTable              a CSV, JSONL or Parquet file cannot be read at all
├── RefusedRow            one row of an import cannot be taken; the others go on
├── NotFound              a sku, photo, image, version or event that the store does not have
├── ConflictingEvent      an event id came back with other content
├── ConflictingRecord     something immutable was written again with other content
├── StoreError            the database cannot be opened, locked, read or written
├── MissingBackend        a model or program that settings name is not installed here
├── BackendFailed         a backend ran and failed on one input
├── FailedMeasurement     a figure could not be measured, for a reason that is not ours
├── ShapeMismatch         arrays that do not belong together
├── NotEnoughEvidence     too few labels, photos or assets for what was asked
├── NotAllowed            the gate, or a rule of the house, forbids it
└── BadSettings           settings.toml says something that we do not understand

A message says what, where and the remedy.
"""

from __future__ import annotations

from functools import partial


class CoutureError(Exception):
    """Any failure that this project can explain: what happened, and what to do about it."""

    def __init__(self, what: str, *, remedy: str = "") -> None:
        self.what = what
        self.remedy = remedy
        super().__init__(f"{what}; {remedy}" if remedy else what)


class BadPicture(CoutureError):
    """A file that is not a picture which can be read safely."""


class BadTable(CoutureError):
    """A table file that cannot be read as a whole: encoding, columns, format."""


class RefusedRow(CoutureError):
    """One row of an import that cannot be taken."""


class NotFound(CoutureError):
    """Something that was asked for by its id and that the store does not have."""


class ConflictingEvent(CoutureError):
    """An event id that is stored already, with other content."""


class ConflictingRecord(CoutureError):
    """An immutable record that was written again with other content."""


class StoreError(CoutureError):
    """The database cannot be opened, locked, read or written."""


class MissingBackend(CoutureError):
    """A model or program that the settings name and that is not installed here."""

    def __init__(self, *, role: str, name: str, remedy: str) -> None:
        super().__init__(f"no {role} named '{name}' works here", remedy=remedy)
        self.role = role
        self.name = name

    def __reduce__(self) -> tuple[partial[MissingBackend], tuple[()]]:
        """Travel between processes: exceptions are else made anew from their message alone, which does not fit this one."""
        return partial(MissingBackend, role=self.role, name=self.name, remedy=self.remedy), ()


class BackendFailed(CoutureError):
    """A backend that ran and failed on one input."""


class FailedMeasurement(CoutureError):
    """A figure that could not be measured, for a reason that is not an error of ours."""


class ShapeMismatch(CoutureError):
    """Arrays that do not belong together."""


class NotEnoughEvidence(CoutureError):
    """Too few labels, photos or assets for what was asked."""


class NotAllowed(CoutureError):
    """Something that the gate, or a rule of the house, forbids."""


class BadSettings(CoutureError):
    """A setting that is not understood."""
