"""Registers every command; nothing else."""

from dashboard.cli import (
    catalogue,
    confidence,
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
    "confidence",
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
