"""The store as one object: a table for each thing that there is."""

from __future__ import annotations

import uuid
from datetime import timedelta
from pathlib import Path

import lancedb
import pyarrow as pa

from data.errors import ShapeMismatch, StoreError
from data.store.accept_switches import AcceptSwitchTable
from data.store.asset_words import AssetWordsTable
from data.store.catalogue import AssetTable, ImageTable, MeshTable, ViewTable
from data.store.corrections import CorrectionTable
from data.store.crops import CropTable
from data.store.drawing import DrawShareTable, GoldTable
from data.store.equivalences import EquivalenceTable
from data.store.events import EventTable, SuggestionTable
from data.store.evidence import DescriptionTable, LocalFeatureTable, MaskTable, VectorTable
from data.store.locks import TableLock
from data.store.migrations import SCHEMA_VERSION, migrate
from data.store.outlooks import OutlookTable
from data.store.photos import DrawTable, GroupAliasTable, LeaseTable, PhotoTable
from data.store.renders import MeshQualityTable, RenderRemarkTable
from data.store.table import Table
from data.store.versions import ActivationTable, BasisTable, WeightsTable

FIRST_TABLE = "meta"
LOCKS = ".locks"
META = pa.schema([("name", pa.string()), ("value", pa.string())])


class Store:
    """Everything that the project remembers, in one LanceDB database. Safe to share between threads."""

    def __init__(self, address: Path) -> None:
        self.address = address
        self._database = lancedb.connect(address, read_consistency_interval=timedelta(0))
        self._vectors: dict[str, VectorTable] = {}
        self._meta = Table(self._database, FIRST_TABLE, META, ("name",), self._lock(FIRST_TABLE))
        self._check_schema()
        self.assets = AssetTable(self._database, "assets", self._lock("assets"))
        self.asset_words = AssetWordsTable(self._database, "asset_words", self._lock("asset_words"))
        self.images = ImageTable(self._database, "images", self._lock("images"))
        self.meshes = MeshTable(self._database, "meshes", self._lock("meshes"))
        self.views = ViewTable(self._database, "views", self._lock("views"))
        self.photos = PhotoTable(self._database, "photos", self._lock("photos"))
        self.group_aliases = GroupAliasTable(self._database, "group_aliases", self._lock("group_aliases"))
        self.masks = MaskTable(self._database, "masks", self._lock("masks"))
        self.local_features = LocalFeatureTable(self._database, "local_features", self._lock("local_features"))
        self.descriptions = DescriptionTable(self._database, "descriptions", self._lock("descriptions"))
        self.bases = BasisTable(self._database, "bases", self._lock("bases"))
        self.weights = WeightsTable(self._database, "weights", self._lock("weights"))
        self.activations = ActivationTable(self._database, "activations", self._lock("activations"))
        self.events = EventTable(self._database, "events", self._lock("events"))
        self.accept_switches = AcceptSwitchTable(self._database, "accept_switches", self._lock("accept_switches"))
        self.equivalences = EquivalenceTable(self._database, "equivalences", self._lock("equivalences"))
        self.corrections = CorrectionTable(self._database, "corrections", self._lock("corrections"))
        self.crops = CropTable(self._database, "crops", self._lock("crops"))
        self.mesh_qualities = MeshQualityTable(self._database, "mesh_qualities", self._lock("mesh_qualities"))
        self.render_remarks = RenderRemarkTable(self._database, "render_remarks", self._lock("render_remarks"))
        self.suggestions = SuggestionTable(self._database, "suggestions", self._lock("suggestions"))
        self.leases = LeaseTable(self._database, "leases", self._lock("leases"))
        self.draws = DrawTable(self._database, "draws", self._lock("draws"))
        self.draw_shares = DrawShareTable(self._database, "draw_shares", self._lock("draw_shares"))
        self.gold_marks = GoldTable(self._database, "gold_marks", self._lock("gold_marks"))
        self.outlooks = OutlookTable(self._database, "outlooks", self._lock("outlooks"))

    @property
    def installation_id(self) -> str:
        """Random name of this store, drawn when it was made."""
        return self._facts()["installation_id"]

    def fact(self, name: str) -> str | None:
        """Read what was noted under a name; None where nothing was."""
        return self._facts().get(name)

    def note_fact(self, name: str, value: str) -> None:
        """Note something under a name, in the place of what was noted before."""
        self._meta.replace([{"name": name, "value": value}])

    def vectors(self, name: str, size: int) -> VectorTable:
        """Open the vectors of one embedder's block, `size` numbers each.

        Raises:
            ShapeMismatch: those that are open have another size.
            StoreError: those that are stored have another size.
        """
        if name not in self._vectors:
            table = f"vectors_{name}"
            self._vectors[name] = VectorTable(self._database, table, size, self._lock(table))
        found = self._vectors[name]
        if found.size != size:
            raise ShapeMismatch(f"the vectors '{name}' have {found.size} numbers each, not {size}", remedy="index anew")
        return found

    def compact(self) -> None:
        """Merge small fragments and forget old versions in every table, one after the other."""
        for table in (*vars(self).values(), *self._vectors.values()):
            inner = getattr(table, "table", None)
            if isinstance(inner, Table):
                inner.compact()

    def _lock(self, table: str) -> TableLock:
        return TableLock(self.address / LOCKS / f"{table}.lock")

    def _facts(self) -> dict[str, str]:
        return {row["name"]: row["value"] for row in self._meta.scan().to_pylist()}

    def _schema_version(self) -> int:
        return int(self._facts().get("schema_version", "0"))

    def _note_schema_version(self, version: int) -> None:
        self._meta.replace([{"name": "schema_version", "value": str(version)}])

    def _check_schema(self) -> None:
        if not self._facts():
            self._meta.insert_new(
                [
                    {"name": "schema_version", "value": str(SCHEMA_VERSION)},
                    {"name": "installation_id", "value": uuid.uuid4().hex},
                ]
            )
        found = self._schema_version()
        if 0 < found < SCHEMA_VERSION:
            with self._meta.lock.held():  # whoever opens it meanwhile waits, and finds it done
                found = migrate(self._database, self._schema_version(), self._lock, self._note_schema_version)
        if found != SCHEMA_VERSION:
            raise StoreError(
                f"the store at {self.address} has schema version {found}, this program reads {SCHEMA_VERSION}",
                remedy="update the program, or open the store with the one that wrote it",
            )


def open_store(address: Path | str, *, create: bool = True) -> Store:
    """Open a store, or make one in an empty or missing folder.

    Raises:
        StoreError: there is none and none may be made, the folder holds something else, or it cannot be read.
    """
    folder = Path(address)
    try:
        found = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
        is_store = f"{FIRST_TABLE}.lance" in found
        if not is_store and not create:
            raise StoreError(f"there is no store at {folder}", remedy="run 'couture demo' or 'couture import catalogue'")
        if folder.is_file() or (not is_store and found - {LOCKS}):
            raise StoreError(f"{folder} is no store and not empty", remedy="name another folder with --home")
        folder.mkdir(parents=True, exist_ok=True)
        return Store(folder)
    except (OSError, RuntimeError, ValueError) as error:
        raise StoreError(
            f"the store at {folder} cannot be opened: {error}", remedy="check the path, or restore a backup"
        ) from error
