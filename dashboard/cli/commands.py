"""Registers every command; nothing else."""

from dashboard.cli import catalogue, labelling, measuring, serving, trust, weights

__all__ = ["catalogue", "labelling", "measuring", "serving", "trust", "weights"]
