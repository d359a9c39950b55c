"""The rules of the house that imports and file names can show."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LAYERS = ("dashboard", "feedback", "matching", "data")
"""Imports only point right."""

FENCES = {
    "streamlit": ("dashboard/*",),
    "plotly": ("dashboard/*",),
    "starlette": ("dashboard/*",),
    "typer": ("dashboard/*",),
    "rich": ("dashboard/*",),
    "torch": ("matching/backends/*", "feedback/fitting*.py"),
    "transformers": ("matching/backends/*", "feedback/fitting*.py"),
    "vtkmodules": ("matching/backends/*",),
    "bpy": ("matching/backends/blender_scene.py",),
    "lancedb": ("data/store/*",),
}
"""Where a library may be imported."""

NO_NAMES = ("utils", "helpers", "manager")
LONGEST_LINES = 250


def modules(root: Path) -> Iterator[tuple[str, str]]:
    """List path and text of every module of the four layers."""
    for layer in LAYERS:
        for path in sorted((root / layer).rglob("*.py")):
            yield path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")


def imported(path: str, text: str) -> set[str]:
    """List the modules that a module imports, wherever in it: dotted, relative ones resolved."""
    package = path.removesuffix(".py").split("/")[:-1]
    found = set[str]()
    for node in ast.walk(ast.parse(text, path)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) + 1 - node.level] if node.level else []
            names = [node.module] if node.module else [alias.name for alias in node.names]
            found.update(".".join([*above, name]) for name in names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("import_module", "__import__")):
            found.update(str(said.value) for said in node.args[:1] if isinstance(said, ast.Constant))
    return found


def broken_rules(root: Path) -> list[str]:
    """Say which module breaks which rule."""
    return [fault for path, text in modules(root) for fault in (*_imports(path, text), *_names(path), *_size(path, text))]


def _imports(path: str, text: str) -> Iterator[str]:
    layer = path.split("/", 1)[0]
    for name in sorted(imported(path, text)):
        top = name.split(".", 1)[0]
        if top in LAYERS and LAYERS.index(top) < LAYERS.index(layer):
            yield f"{path} imports {name}, against the direction"
        if top in FENCES and not any(fnmatch(path, allowed) for allowed in FENCES[top]):
            yield f"{path} imports {name}, outside of its fence"


def _names(path: str) -> Iterator[str]:
    parts = path.removesuffix(".py").split("/")
    if any(word in NO_NAMES for part in parts for word in part.split("_")):
        yield f"{path} has a name that says nothing"
    if parts[0] == "dashboard" and parts[1] in LAYERS:
        yield f"{path} hides the package {parts[1]}, since streamlit puts dashboard/ first on the path"


def _size(path: str, text: str) -> Iterator[str]:
    lines = len(text.splitlines())
    if lines > LONGEST_LINES:
        yield f"{path} has {lines} lines"


def test_no_module_breaks_a_rule_of_the_house() -> None:
    assert broken_rules(ROOT) == []


def test_every_layer_has_modules_to_check() -> None:
    assert {path.split("/", 1)[0] for path, _ in modules(ROOT)} == set(LAYERS)


@pytest.mark.parametrize(
    ("path", "text", "fault"),
    [
        ("data/photos.py", "import matching.search", "against the direction"),
        ("matching/search.py", "from feedback import labels", "against the direction"),
        ("matching/search.py", "def late():\n    from feedback.labels import label", "against the direction"),
        ("matching/search.py", "import importlib\nimportlib.import_module('dashboard.app')", "against the direction"),
        ("feedback/labels.py", "from ..dashboard import app", "against the direction"),
        ("feedback/labels.py", "from .. import data, dashboard", "against the direction"),
        ("feedback/report.py", "import plotly.graph_objects as go", "outside of its fence"),
        ("matching/fusion.py", "import torch", "outside of its fence"),
        ("feedback/labels.py", "from transformers import AutoModel", "outside of its fence"),
        ("data/photos.py", "from lancedb.expr import col", "outside of its fence"),
        ("matching/search.py", "from rich.console import Console", "outside of its fence"),
        ("data/store/store_utils.py", "", "says nothing"),
        ("matching/helpers/__init__.py", "", "says nothing"),
        ("dashboard/data.py", "", "hides the package"),
        ("dashboard/matching/__init__.py", "", "hides the package"),
        ("matching/long.py", "x = 1\n" * 251, "has 251 lines"),
    ],
)
def test_a_broken_rule_is_found(tmp_path: Path, path: str, text: str, fault: str) -> None:
    written = tmp_path / path
    written.parent.mkdir(parents=True)
    written.write_text(text)

    [found] = broken_rules(tmp_path)

    assert fault in found


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("dashboard/app.py", "import streamlit\nfrom feedback import labels\nfrom data.store import open_store"),
        ("feedback/fitting_loss.py", "import torch\nimport matching.fusion"),
        ("matching/backends/clip.py", "from transformers import AutoModel\nimport torch"),
        ("data/store/deep/table.py", "import lancedb\nfrom data.domain import Photo"),
        ("dashboard/pages/data.py", ""),
        ("matching/right.py", "x = 1\n" * 250),
    ],
)
def test_a_kept_rule_is_left_alone(tmp_path: Path, path: str, text: str) -> None:
    written = tmp_path / path
    written.parent.mkdir(parents=True)
    written.write_text(text)

    assert broken_rules(tmp_path) == []


def _outcome_of_a_skipped_test(folder: Path, *, ci: str) -> str:
    (folder / "conftest.py").write_text(
        "from tests.conftest import pictures_folder, pytest_make_collect_report, pytest_runtest_makereport\n"
    )
    (folder / "test_real.py").write_text("def test_real(pictures_folder): pass\n")
    environment = {**os.environ, "CI": ci, "PYTHONPATH": str(ROOT)}
    environment.pop("COUTURE_DATASETS", None)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(folder), str(folder)]
    return subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, check=False).stdout


def test_a_test_that_lacks_its_pictures_is_skipped(tmp_path: Path) -> None:
    assert "1 skipped" in _outcome_of_a_skipped_test(tmp_path, ci="")


def test_a_skipped_test_is_a_failure_under_ci_and_says_what_was_missing(tmp_path: Path) -> None:
    said = _outcome_of_a_skipped_test(tmp_path, ci="true")

    assert "COUTURE_DATASETS names no folder" in said


def test_a_skipped_test_fails_the_run_under_ci(tmp_path: Path) -> None:
    assert "1 error" in _outcome_of_a_skipped_test(tmp_path, ci="true")
