"""The catalogues that `relief_causes` compares: one of references alone, and one for each kind of mesh.

Each is a home of its own, indexed as any other: so mesh quality, fronts and what is left out are the product's. Photos are those
of `replay.described`, whose catalogue is the one of the scans.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pandas as pd
from rich.progress import track

from dashboard.settings import FILE, read_settings
from data.pictures import decode
from data.store import open_store
from matching.indexing import index
from matching.preparation import ensure_weights
from tests.benchmarks.real_pictures import couture
from tests.benchmarks.relief_meshes import Front, known_relief
from tests.benchmarks.replay import datasets, described

NAME = "ycb"
FLAT, SCANS, RELIEFS = "2D alone", "scans", "reliefs"
KNOWN = "reliefs, outline known"
SHAPE = "relief shape, front's colours"
BACKED = "relief shape, scan's back"
PAINTED = "scan shape, front's colours"
SOURCES = (FLAT, SCANS, RELIEFS, PAINTED, SHAPE, BACKED, KNOWN)

FROM_SCANS: Mapping[str, Callable[[Front], bytes]] = {
    SHAPE: Front.inflated,
    BACKED: Front.with_true_back,
    PAINTED: Front.repainted,
}


def fronts_of(home: Path) -> dict[str, float]:
    """Give the yaw of each asset's front, as it was measured without any photo."""
    return {found.sku: found.front_yaw_deg for found in open_store(home / "store").mesh_qualities.all()}


def build_sources(work: Path, names: tuple[str, ...] = SOURCES) -> dict[str, Path]:
    """Make and index the homes by name; what was made in an earlier run is used again."""
    homes = {SCANS: described(NAME, work)}
    fronts = fronts_of(homes[SCANS])
    for name in names:
        if name != SCANS:
            homes[name] = work / name.replace(" ", "-").replace(",", "").replace("'", "")
            _build(name, homes[name], fronts)
    return {name: homes[name] for name in names}


def _build(name: str, home: Path, fronts: Mapping[str, float]) -> None:
    if (home / "described").is_file():
        return
    beside = home.with_name(f"{home.name}-meshes")
    beside.mkdir(parents=True, exist_ok=True)
    shutil.copytree(datasets() / NAME / "references", beside / "references", dirs_exist_ok=True)
    table = pd.read_csv(datasets() / NAME / "catalogue.csv", dtype=str, keep_default_na=False)
    for row, glb in enumerate(_meshes(name, table, fronts)):
        table.loc[row, "mesh"] = f"{row}.glb"
        (beside / f"{row}.glb").write_bytes(glb)
    own = name not in {FLAT, RELIEFS}
    (table if own else table.drop(columns="mesh")).to_csv(beside / "catalogue.csv", index=False)
    home.mkdir(exist_ok=True)
    (home / FILE).write_text('mesh_generator = "relief"\n' if name == RELIEFS else "", encoding="utf-8")
    couture(home, "import", "catalogue", str(beside / "catalogue.csv"))
    store, backends = open_store(home / "store"), read_settings(home).backends
    made = index(store, backends, photos=False, workers=1)
    if made.failed:
        raise RuntimeError(f"{name}: {made.failed}")
    ensure_weights(store, backends)
    (home / "described").touch()


def _meshes(name: str, table: pd.DataFrame, fronts: Mapping[str, float]) -> Iterator[bytes]:
    """Make the meshes of a catalogue in the order of its rows; none where the product makes them itself."""
    if name in {FLAT, RELIEFS}:
        return
    for row in track(list(table.itertuples()), description=name):
        if name == KNOWN:
            yield known_relief(decode((datasets() / NAME / str(row.image)).read_bytes()))
        else:
            glb = (datasets() / NAME / str(row.mesh)).read_bytes()
            yield FROM_SCANS[name](Front.of(glb, fronts[str(row.sku)]))
