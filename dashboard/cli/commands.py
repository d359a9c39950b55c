"""Registers every command; nothing else."""

from dashboard.cli import catalogue, equivalence, labelling, measuring, queueing, serving, trust, weights, words

__all__ = ["catalogue", "equivalence", "labelling", "measuring", "queueing", "serving", "trust", "weights", "words"]
