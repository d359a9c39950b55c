"""What the rows of a catalogue bring, and what is told of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from data.domain import Asset, Image, Mesh, Sku, View, ViewId
from data.tabular import Line, Outcome, ReportedRow


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What one row brings; one that only says new words of an asset has neither image nor view."""

    number: int
    asset: Asset
    image: Image | None
    view: View | None
    mesh: Mesh | None


class Teller:
    """Says what becomes of each row that can be taken; what one brings is there for those after it.

    Args:
        known: the assets that are there.
        views: the views that are there.
        meshes: the assets that have a mesh of a catalogue.
    """

    def __init__(self, known: Mapping[Sku, Asset], views: Iterable[ViewId], meshes: Iterable[Sku]) -> None:
        self._known, self._views, self._meshes = dict(known), set(views), set(meshes)

    def say(self, line: Line, entry: Entry) -> ReportedRow:
        """Say what becomes of a row."""
        sku, earlier = entry.asset.sku, self._known.get(entry.asset.sku)
        pictured = entry.view is not None and entry.view.view_id not in self._views
        modelled = entry.mesh is not None and sku not in self._meshes
        merged = entry.asset if earlier is None else merge_words(earlier, entry.asset)
        said = [
            "a new asset" if earlier is None else "",
            "its words change" if earlier is not None and merged != earlier else "",
            "one more picture" if pictured and earlier is not None else "",
            "its 3D model" if modelled and earlier is not None else "",
        ]
        self._known[sku] = merged
        self._views |= {entry.view.view_id} if entry.view else set()
        self._meshes |= {sku} if entry.mesh else set()
        return ReportedRow(
            number=line.number,
            subject=sku,
            outcome=Outcome.TAKEN if pictured or modelled else Outcome.SKIPPED,
            what=", ".join(filter(None, said)) or "it is there already",
        )


def merge_words(earlier: Asset, said: Asset) -> Asset:
    """Give an asset with the words of a later row; words win over silence."""
    return Asset(
        sku=earlier.sku,
        title=said.title or earlier.title,
        category=said.category or earlier.category,
        description=said.description or earlier.description,
        added_at=earlier.added_at,
    )
