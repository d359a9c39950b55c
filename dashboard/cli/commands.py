"""Registers every command; nothing else."""

from dashboard.cli import catalogue, equivalence, labelling, measuring, mesh, queueing, serving, trust, weights

__all__ = ["catalogue", "equivalence", "labelling", "measuring", "mesh", "queueing", "serving", "trust", "weights"]
