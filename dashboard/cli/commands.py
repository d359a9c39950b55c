"""Registers every command; nothing else."""

from dashboard.cli import (
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
