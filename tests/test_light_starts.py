"""What a process imports before it does anything: each second of it is waited for at every start."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = ("lancedb", "pandas", "scipy.stats", "sklearn", "torch", "transformers", "vtkmodules")
ALONE = "import json, sys, {module}; json.dump([name for name in {heavy} if name in sys.modules], sys.stdout)"


def heavy_imports(module: str) -> set[str]:
    """Import a module in a process of its own, and name the heavy ones that came with it."""
    code = ALONE.format(module=module, heavy=HEAVY)
    return set(json.loads(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout))


@pytest.mark.parametrize("module", ["matching.workers", "dashboard.cli.serving"])
def test_workers_look_at_pictures_and_the_server_is_called_without_a_database(module: str) -> None:
    assert heavy_imports(module) == set()


@pytest.mark.parametrize("module", ["dashboard.app", "dashboard.cli.commands"])
def test_nothing_that_fits_or_runs_models_is_imported_before_it_is_needed(module: str) -> None:
    assert heavy_imports(module).isdisjoint({"torch", "transformers", "vtkmodules"})
