"""Assets and their views in memory, read again only when their table has another version."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from threading import Lock

from data.domain import Asset, Sku, View, ViewKind
from data.store import Store


class CatalogueCache:
    """The catalogue as the screens show it. Every answer is as new as the store. Safe to share between threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = Lock()
        self._assets_version = self._views_version = -1
        self._assets: dict[Sku, Asset] = {}
        self._views: dict[Sku, list[View]] = {}

    def assets(self) -> dict[Sku, Asset]:
        """Give every asset by its sku; not to be changed."""
        with self._lock:
            version = self._store.assets.version
            if version != self._assets_version:
                self._assets = {asset.sku: asset for asset in self._store.assets.all()}
                self._assets_version = version
            return self._assets

    def views_of(self, sku: Sku) -> list[View]:
        """Give an asset's views: the reference first, then the renders by yaw."""
        return self._all_views().get(sku, [])

    def _all_views(self) -> dict[Sku, list[View]]:
        with self._lock:
            version = self._store.views.version
            if version != self._views_version:
                found: dict[Sku, list[View]] = defaultdict(list)
                for view in self._store.views.all():
                    found[view.sku].append(view)
                for own in found.values():
                    own.sort(key=lambda view: (view.kind != ViewKind.REFERENCE, view.yaw_deg or 0.0, view.view_id))
                self._views, self._views_version = dict(found), version
            return self._views


@lru_cache(maxsize=4)
def catalogue_of(store: Store) -> CatalogueCache:
    """Give a store its catalogue in memory: one per process."""
    return CatalogueCache(store)
