"""Registers every command; nothing else."""

from dashboard.cli import (
    backups,
    catalogue,
    confidence,
    doctor,
    equivalence,
    labelling,
    measuring,
    mesh,
    queueing,
    serving,
    training,
    trust,
    weights,
    words,
)

__all__ = [
    "backups",
    "catalogue",
    "confidence",
    "doctor",
    "equivalence",
    "labelling",
    "measuring",
    "mesh",
    "queueing",
    "serving",
    "training",
    "trust",
    "weights",
    "words",
]
