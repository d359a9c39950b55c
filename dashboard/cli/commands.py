"""Registers every command; nothing else."""

from dashboard.cli import catalogue, labelling, measuring, queueing, serving, trust, weights

__all__ = ["catalogue", "labelling", "measuring", "queueing", "serving", "trust", "weights"]
