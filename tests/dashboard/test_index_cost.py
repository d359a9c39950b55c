"""What `couture index` says of its cost before it begins."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.domain import Mesh, Sku
from data.store import open_store
from tests.builders import ARTICLES, asset_of, image_of, reference_picture, view_of
from tests.dashboard.test_command_line import Run


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """A home with two assets of one reference each, that inflates reliefs."""
    home = tmp_path / "home"
    store = open_store(home / "store")
    for sku in list(ARTICLES)[:2]:
        image = image_of(reference_picture(ARTICLES[sku]))
        store.assets.put([asset_of(sku)])
        store.images.put([image])
        store.views.put([view_of(sku, image)])
    (home / "settings.toml").write_text('mesh_generator = "relief"\n', encoding="utf-8")
    return Run(home=home, capture=capsys, patch=monkeypatch)


def test_a_dry_run_lists_stages_with_engine_count_time_and_disk(run: Run) -> None:
    stages = run.json("index", "--dry-run")["stages"]

    assert [(stage["name"], stage["engine"], stage["count"]) for stage in stages] == [
        ("meshes", "relief", 2),
        ("renders", "vtk", 2),
        ("pictures", "grabcut, descriptors, measured", 18),
    ]
    assert all(stage["seconds"] > 0 and stage["bytes"] > 0 for stage in stages)


def test_a_dry_run_does_nothing(run: Run) -> None:
    run("index", "--dry-run")

    assert open_store(run.home / "store").meshes.count() == 0


def test_a_dry_run_plans_for_so_many_more_assets(run: Run) -> None:
    stages = run.json("index", "--dry-run", "--assets", "2700")["stages"]

    assert [stage["count"] for stage in stages] == [2_700, 2_700, 24_300]


def test_the_plan_is_a_table_that_says_where_rates_come_from(run: Run) -> None:
    _, out, _ = run("index", "--dry-run")

    assert "2 meshes" in out
    assert "measured on two cores" in out


def test_photos_alone_want_no_mesh(run: Run) -> None:
    assert run.json("index", "--dry-run", "--only", "photos")["stages"] == []


def test_generated_meshes_are_forgotten_where_one_asks_for_it(run: Run) -> None:
    store = open_store(run.home / "store")
    store.meshes.put([Mesh(sku=Sku("bag-red"), generator="relief", glb=b"", settings_hash="")])
    (run.home / "settings.toml").write_text('renderer = "none"\n', encoding="utf-8")
    run("index", "--forget-meshes", "--only", "photos")

    assert store.meshes.count() == 0


def test_the_plan_says_plainly_what_was_never_measured_and_which_command_does(run: Run) -> None:
    (run.home / "settings.toml").write_text(
        'mesh_generator = "relief"\nrenderer = "blender"\ndevice = "cuda"\n', encoding="utf-8"
    )

    _, out, _ = run("index", "--dry-run")

    assert "renders by blender on cuda was never measured by us: couture index --first 8" in out.replace("\n", " ")


def test_a_try_of_some_assets_measures_the_rates_of_the_next_plan(run: Run) -> None:
    store = open_store(run.home / "store")
    for sku in list(ARTICLES)[:6]:
        image = image_of(reference_picture(ARTICLES[sku]))
        store.assets.put([asset_of(sku)])
        store.images.put([image])
        store.views.put([view_of(sku, image)])
    (run.home / "settings.toml").write_text('renderer = "none"\n', encoding="utf-8")

    run("index", "--first", "4")
    [rest] = run.json("index", "--dry-run")["stages"]

    assert (rest["count"], rest["rate"]) == (2, "measured in this home")
