"""Registers every command; nothing else."""

from dashboard.cli import (
    accepting,
    backups,
    catalogue,
    confidence,
    confusion,
    doctor,
    drawing,
    equivalence,
    labelling,
    measuring,
    mesh,
    queueing,
    serving,
    trust,
    weights,
    words,
)

__all__ = [
    "accepting",
    "backups",
    "catalogue",
    "confidence",
    "confusion",
    "doctor",
    "drawing",
    "equivalence",
    "labelling",
    "measuring",
    "mesh",
    "queueing",
    "serving",
    "trust",
    "weights",
    "words",
]
