"""Fitting the catalogue's axes on what is stored of its references and renders."""

from __future__ import annotations

from data.domain import BasisVersion
from data.store import Store
from matching.backends import Backends
from matching.basis import Basis, fit_basis
from matching.blocks import blocks_of
from matching.crops import counts
from matching.stored_vectors import local_features, vector_rows


def fit_catalogue_basis(store: Store, backends: Backends, version: BasisVersion) -> Basis:
    """Fit the transforms on the described references and renders, upright. No photo is read.

    Raises:
        NotEnoughEvidence: fewer than two of them are described.
    """
    shown = store.views.image_ids()
    sources, features = blocks_of(backends), local_features(store, shown)
    rows = {source.name: vector_rows(store, source.name, source.size, source.revision, shown) for source in sources}
    places = {block: {key: at for at, key in enumerate(kept.keys) if counts(key[1], None)} for block, kept in rows.items()}
    whole = [key for key in next(iter(places.values()), {}) if key in features and all(key in place for place in places.values())]
    keys = sorted(whole, key=lambda key: key[0])
    blocks = {block: found.vectors[[places[block][key] for key in keys]] for block, found in rows.items()}
    return fit_basis(version, blocks, [features[key].descriptors for key in keys], sources=sources)
