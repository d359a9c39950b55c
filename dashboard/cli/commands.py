"""Registers every command; nothing else."""

from dashboard.cli import (
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
