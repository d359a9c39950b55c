"""Registers every command; nothing else."""

from dashboard.cli import catalogue, doctor, equivalence, labelling, measuring, queueing, serving, trust, weights

__all__ = ["catalogue", "doctor", "equivalence", "labelling", "measuring", "queueing", "serving", "trust", "weights"]
