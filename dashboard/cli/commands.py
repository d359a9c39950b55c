"""Registers every command; nothing else."""

from dashboard.cli import catalogue, equivalence, labelling, measuring, serving, weights

__all__ = ["catalogue", "equivalence", "labelling", "measuring", "serving", "weights"]
