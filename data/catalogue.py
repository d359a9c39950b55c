"""Import of the catalogue: assets, their pictures and meshes, row by row."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from data.catalogue_rows import Entry, Teller, merge_words
from data.domain import Asset, Image, ImageId, Mesh, Sku, View, ViewId, ViewKind
from data.errors import CoutureError, RefusedRow
from data.meshes import parse_glb
from data.pictures import image_id_of, ingest_picture, pictures_below, read_file
from data.store import Store
from data.store.catalogue import CATALOGUE
from data.tabular import ImportReport, Line, ReportedRow, file_beside, read_sheet, refused_row, report_of, unmarked
from data.wavefront import convert_obj

REQUIRED = ("sku", "image")
OPTIONAL = ("title", "category", "description", "mesh", "kind", "yaw_deg")
BATCH = 64
LONGEST_SKU = 200
Progress = Callable[[int, int], None]
FindImage = Callable[[ImageId], Image | None]


def import_catalogue(store: Store, source: Path, *, on_progress: Progress | None = None) -> ImportReport:
    """Take a catalogue from a CSV file, or from a folder of pictures named by sku. What is there already is skipped.

    Words are the exception: those of a later row win, so that a corrected title can be imported, without a picture too where the
    asset is there. A mesh stays as it came first.

    Raises:
        BadTable: the file as a whole cannot be read; nothing is stored.
    """
    return _read(store, source, on_progress, stores=True)


def preview_catalogue(store: Store, source: Path, *, on_progress: Progress | None = None) -> ImportReport:
    """Say what `import_catalogue` would do with each row, and store nothing; every picture and mesh is read.

    Raises:
        BadTable: the file as a whole cannot be read.
    """
    return _read(store, source, on_progress, stores=False)


def _read(store: Store, source: Path, on_progress: Progress | None, *, stores: bool) -> ImportReport:
    known = {asset.sku: asset for asset in store.assets.all()}
    table, lines, notes = catalogue_lines(source, known)
    rows: list[ReportedRow] = []
    counts: Counter[str] = Counter()
    there = frozenset(known)
    images, find, meshes = store.images.ids(), store.images.lookup(), store.meshes.settings_hashes(CATALOGUE)
    teller = Teller(known, store.views.ids(), meshes)
    with ThreadPoolExecutor(2) as pool:
        for start in range(0, len(lines), BATCH):
            batch = lines[start : start + BATCH]
            entries = []
            for line, outcome in zip(batch, pool.map(lambda line: _try(find, table, line, there), batch), strict=True):
                if isinstance(outcome, CoutureError):
                    rows.append(refused_row(line, "sku", outcome))
                else:
                    entries.append(outcome)
                    rows.append(teller.say(line, outcome))
            new, changed = _merged(entries, known)
            counts["assets"] += len(new)
            brought = {entry.image.image_id for entry in entries if entry.image is not None}
            counts["pictures"] += len(brought - images)
            counts["meshes"] += len({entry.mesh.sku for entry in entries if entry.mesh} - meshes.keys())
            images |= brought
            notes += _other_meshes(entries, meshes)
            if stores:
                _store(store, entries, new, changed)
            if on_progress:
                on_progress(start + len(batch), len(lines))
    return report_of(rows, notes, counts)


def catalogue_lines(source: Path, known: Container[Sku]) -> tuple[Path, list[Line], tuple[str, ...]]:
    """Read the rows of a catalogue: of a CSV file, of the `catalogue.csv` in a folder, or one per picture below it.

    A table may lack the column `image` where it speaks of `known` skus alone, as the assets do that were exported here.
    """
    if source.is_dir() and (source / "catalogue.csv").is_file():
        source = source / "catalogue.csv"
    if not source.is_dir():
        sheet = read_sheet(source, required=REQUIRED[:1], optional=(*REQUIRED[1:], *OPTIONAL))
        lines = [unmarked(line) for line in sheet.lines]
        if not any("image" in line.cells for line in lines) and not all(line.cells.get("sku", "") in known for line in lines):
            sheet = read_sheet(source, required=REQUIRED, optional=OPTIONAL)
        return source, lines, tuple(f"column '{name}' was ignored" for name in sheet.ignored)
    lines = []
    for number, path in enumerate(pictures_below(source), start=1):
        sku = path.stem if path.parent == source else path.parent.name
        lines.append(Line(number=number, cells={"sku": sku, "image": path.relative_to(source).as_posix()}))
    return source / "catalogue.csv", lines, ()


def _try(find: FindImage, table: Path, line: Line, there: Container[Sku]) -> Entry | CoutureError:
    try:
        return _read_entry(find, table, line, there)
    except CoutureError as error:
        return error


def _read_entry(find: FindImage, table: Path, line: Line, there: Container[Sku]) -> Entry:
    sku = _parse_sku(line["sku"])
    pictured = bool(line["image"]) or sku not in there
    image, view = _read_view(find, table, line, sku) if pictured else (None, None)
    mesh = _read_mesh(sku, table, line["mesh"]) if line["mesh"] else None
    asset = Asset(
        sku=sku,
        title=line["title"],
        category=line["category"],
        description=line["description"],
        added_at=datetime.now(UTC),
    )
    return Entry(number=line.number, asset=asset, image=image, view=view, mesh=mesh)


def _read_view(find: FindImage, table: Path, line: Line, sku: Sku) -> tuple[Image, View]:
    kind, yaw_deg = _parse_kind(line["kind"]), _parse_yaw(line["yaw_deg"])
    content = read_file(file_beside(table, line["image"]))
    image = find(image_id_of(content)) or ingest_picture(content, name=line["image"])
    said = f"{sku}\n{image.image_id}\n{kind}\n{yaw_deg}"
    view = View(
        view_id=ViewId(hashlib.sha256(said.encode()).hexdigest()[:32]),
        sku=sku,
        image_id=image.image_id,
        kind=kind,
        yaw_deg=yaw_deg,
        source=CATALOGUE,
    )
    return image, view


def _read_mesh(sku: Sku, table: Path, named: str) -> Mesh:
    """Read a GLB, or an OBJ with the files beside it; which mesh it is, its own bytes say."""
    content = read_file(file_beside(table, named))
    if named.casefold().endswith(".obj"):
        folder = PurePosixPath(named).parent
        glb = convert_obj(content, lambda path: read_file(file_beside(table, str(folder / path))), name=named)
    else:
        glb = parse_glb(content, name=named)
    return Mesh(sku=sku, generator=CATALOGUE, glb=glb, settings_hash=hashlib.sha256(content).hexdigest()[:16])


def _parse_sku(said: str) -> Sku:
    if not said or len(said) > LONGEST_SKU or not said.isprintable():
        raise RefusedRow(
            f"'{said[:40]}' cannot be a sku", remedy=f"give 1 to {LONGEST_SKU} printable characters in the column sku"
        )
    return Sku(said)


def _parse_kind(said: str) -> ViewKind:
    if said not in {"", ViewKind.REFERENCE, ViewKind.RENDER}:
        raise RefusedRow(f"'{said}' is no kind of view", remedy="say 'reference' or 'render'")
    return ViewKind(said or ViewKind.REFERENCE)


def _parse_yaw(said: str) -> float | None:
    if not said:
        return None
    try:
        yaw_deg = float(said) % 360
    except ValueError:
        yaw_deg = math.nan
    if math.isnan(yaw_deg):  # of infinity too
        raise RefusedRow(f"'{said}' is no angle", remedy="give degrees, such as 45")
    return yaw_deg


def _merged(entries: Iterable[Entry], known: dict[Sku, Asset]) -> tuple[dict[Sku, Asset], dict[Sku, Asset]]:
    """Give the assets that are new, and those of which a row says something new; words win over silence. Both are known then."""
    new, changed = dict[Sku, Asset](), dict[Sku, Asset]()
    for entry in entries:
        said, earlier = entry.asset, known.get(entry.asset.sku)
        merged = said if earlier is None else merge_words(earlier, said)
        if earlier is None:
            new[said.sku] = merged
        elif merged != earlier:
            (new if said.sku in new else changed)[said.sku] = merged
        known[said.sku] = merged
    return new, changed


def _store(store: Store, entries: Sequence[Entry], new: Mapping[Sku, Asset], changed: Mapping[Sku, Asset]) -> None:
    store.assets.put(new.values())
    store.assets.replace(changed.values())
    store.images.put(entry.image for entry in entries if entry.image is not None)
    _store_meshes(store, entries)
    store.views.put(entry.view for entry in entries if entry.view is not None)


def _store_meshes(store: Store, entries: Iterable[Entry]) -> None:
    """Add meshes; a generated one of the same asset gives way, and what was rendered of it."""
    brought = {entry.mesh.sku: entry.mesh for entry in reversed(list(entries)) if entry.mesh}
    made = store.meshes.made() if brought else {}
    generated = [sku for sku in brought if made.get(sku) and all(by != CATALOGUE for by, _ in made[sku])]
    store.views.forget_renders(generated)
    store.meshes.forget_generated(generated)
    store.meshes.put(brought.values())


def _other_meshes(entries: Iterable[Entry], known: dict[Sku, str]) -> tuple[str, ...]:
    """Say where a row brings another mesh than its asset has: the first one stays, since renders were made of it."""
    meshes = [(entry.number, entry.mesh) for entry in entries if entry.mesh]
    others = [at for at, mesh in meshes if known.setdefault(mesh.sku, mesh.settings_hash) != mesh.settings_hash]
    return tuple(f"line {at}: the asset has another mesh already, which stays" for at in others)
