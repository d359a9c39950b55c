"""The commands backup and restore."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import lancedb
import pyarrow as pa
import pytest
from typer.testing import CliRunner, Result

from dashboard.cli import app, commands
from data.errors import NotAllowed
from data.store import open_store
from tests.builders import match_all

__all__ = ["commands"]


def couture(home: Path, *words: str) -> Result:
    """Run the command as a script would; what it raises is raised here."""
    return CliRunner().invoke(app, ["--home", str(home), *words], catch_exceptions=False)


def content(home: Path) -> dict[str, pa.Table]:
    """Read every table of a home's store whole."""
    database = lancedb.connect(home / "store")
    return {name: database.open_table(name).to_arrow() for name in database.list_tables(limit=1_000).tables}


def test_the_whole_store_goes_into_one_file_and_back(home: Path, tmp_path: Path) -> None:
    match_all(open_store(home / "store"), {"ball-red/1": "ball-red"})
    written = json.loads(couture(home, "backup", str(tmp_path / "all.zip"), "--json").stdout)
    restored = json.loads(couture(tmp_path / "new", "restore", str(tmp_path / "all.zip"), "--json").stdout)

    before, after = content(home), content(tmp_path / "new")
    assert [name for name in before if name.startswith("vectors_")]
    assert {name: table.num_rows for name, table in before.items()} == {name: table.num_rows for name, table in after.items()}
    assert [name for name in before if not before[name].equals(after[name])] == []
    assert written["rows"] == restored["rows"] == sum(table.num_rows for table in before.values())


def test_a_home_with_a_store_is_replaced_with_force_alone(home: Path, tmp_path: Path) -> None:
    couture(home, "backup", str(tmp_path / "all.zip"))

    with pytest.raises(NotAllowed, match="--force"):
        couture(home, "restore", str(tmp_path / "all.zip"))
    assert "what was there before lies at" in couture(home, "restore", str(tmp_path / "all.zip"), "--force").stdout


def test_a_home_without_a_store_has_nothing_to_back_up(home: Path, tmp_path: Path) -> None:
    shutil.rmtree(home / "store")

    with pytest.raises(Exception, match="there is no store"):
        couture(home, "backup", str(tmp_path / "all.zip"))
    assert not (tmp_path / "all.zip").exists()
