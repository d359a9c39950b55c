"""Assets and their views in memory, read again only when their table has another version."""

from __future__ import annotations

from functools import lru_cache

from data.domain import Asset, Sku, View, ViewKind
from data.store import Store
from data.view_columns import ViewsByAsset
from matching.renewal import Renewal


class CatalogueCache:
    """The catalogue as the screens show it. Safe to share between threads.

    A large one is renewed beside those who read it: what was imported a moment ago may be missing for a few seconds.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._assets = Renewal[dict[Sku, Asset]]()
        self._views = Renewal[ViewsByAsset]()
        self._categories: tuple[dict[Sku, Asset], list[str]] | None = None

    def read_ahead(self) -> None:
        """Read assets and views into memory, so that nobody waits for them."""
        self._known_assets()
        self._known_views()

    def asset(self, sku: Sku) -> Asset:
        """Give an asset by its sku.

        Raises:
            NotFound: there is none.
        """
        return self._known_assets().get(sku) or self._store.assets.get(sku)

    def categories(self) -> list[str]:
        """List the categories of all assets, in order of the alphabet; those without one are of none."""
        assets, read = self._known_assets(), self._categories
        if read is None or read[0] is not assets:
            self._categories = read = assets, sorted({asset.category for asset in assets.values()} - {""})
        return read[1]

    def views_of(self, sku: Sku) -> list[View]:
        """Give an asset's views: the reference first, then the renders by yaw."""
        known = self._known_views()
        own = known.of(sku) if sku in known else self._store.views.of(sku)
        return sorted(own, key=lambda view: (view.kind != ViewKind.REFERENCE, view.yaw_deg or 0.0, view.view_id))

    def _known_views(self) -> ViewsByAsset:
        store = self._store
        return self._views.get(store.views.version, lambda: ViewsByAsset(store.views.columns()))

    def _known_assets(self) -> dict[Sku, Asset]:
        store = self._store
        return self._assets.get(store.assets.version, lambda: {asset.sku: asset for asset in store.assets.all()})


@lru_cache(maxsize=4)
def catalogue_of(store: Store) -> CatalogueCache:
    """Give a store its catalogue in memory: one per process."""
    return CatalogueCache(store)
