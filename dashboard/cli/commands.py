"""Registers every command; nothing else."""

from dashboard.cli import (
    backups,
    catalogue,
    doctor,
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
    "doctor",
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
