"""Reading what is said of photos and assets; texts whose vectors are not stored yet are embedded on the way.

A vector is kept under its picture, the digest of its text and the revision of the text embedder: a changed caption, title or
correction embeds that text again, and no other.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

from data.domain import Asset, Description, FloatArray, ImageId, Photo, Sku, ViewKind
from data.store import Store, VectorTable
from matching.backends import NONE, Backends
from matching.evidence import PhotoEvidence
from matching.ports import TextEmbedder, Words
from matching.spoken import Corrections, Said, asset_words, corrected, words_of
from matching.texts import Names, asset_text, photo_text
from matching.vocabulary import read_vocabulary
from matching.worded import CatalogueWords, PhotoWords

READ_ALL_ABOVE = 0.2
AT_ONCE = 5_000
"""Photos whose texts are embedded together, so that memory stays small."""

NOT_YET = Corrections()
Write = Callable[[Asset, Description | None, Said, Names], str]
"""Writes the text of an asset."""


def read_catalogue_words(
    store: Store, backends: Backends, skus: Sequence[Sku], corrections: Corrections = NOT_YET
) -> CatalogueWords:
    """Read what is said of assets, in the order of `skus`."""
    found, pictures = _described(store, backends, skus)
    texts = _texts(store, found, corrections, asset_text)
    return CatalogueWords(
        words=tuple(asset_words(words, asset, corrections) for asset, words in found),
        vectors=text_vectors(store, backends, pictures, texts),
        vocabulary=read_vocabulary(store.address.parent),
    )


def catalogue_texts(store: Store, backends: Backends, skus: Sequence[Sku], corrections: Corrections, write: Write) -> list[str]:
    """Write a text of each asset."""
    return _texts(store, _described(store, backends, skus)[0], corrections, write)


def read_photo_words(
    store: Store, backends: Backends, photos: Sequence[Photo], corrections: Corrections = NOT_YET
) -> dict[ImageId, PhotoWords]:
    """Read what is said of photos, by picture."""
    described = store.descriptions.of({photo.image_id for photo in photos}, backends.describer)
    names = _names(store)
    said = [corrections.of_photo(photo.photo_id) for photo in photos]
    texts = [photo_text(photo, described.get(photo.image_id), words, names) for photo, words in zip(photos, said, strict=True)]
    vectors = text_vectors(store, backends, [photo.image_id for photo in photos], texts)
    return {
        photo.image_id: PhotoWords(words=corrected(words_of(described.get(photo.image_id)), words), vector=vector)
        for photo, words, vector in zip(photos, said, vectors, strict=True)
    }


def fresh_photo_words(store: Store, backends: Backends, words: Words) -> PhotoWords:
    """Make the words of a picture that is stored nowhere ready for ranking, and store nothing of them."""
    described = Description(
        image_id=ImageId(""),
        captioner=backends.describer,
        caption=words.caption,
        object=words.object,
        colour=words.colour,
        texture=words.texture,
        specificity=words.specificity,
    )
    return PhotoWords(words=words, vector=embed_text(backends, photo_text(None, described, {}, _names(store))))


def with_words(photos: Mapping[ImageId, PhotoEvidence], words: Mapping[ImageId, PhotoWords]) -> dict[ImageId, PhotoEvidence]:
    """Give photos what is said of them; those of which nothing is known stay without."""
    return {image_id: worded(photo, words.get(image_id)) for image_id, photo in photos.items()}


def worded(photo: PhotoEvidence, words: PhotoWords | None) -> PhotoEvidence:
    """Give one photo what is said of it."""
    return replace(photo, query=replace(photo.query, worded=words))


def embed_text(backends: Backends, text: str) -> FloatArray:
    """Describe one text: (size,); one zero where there is no text embedder."""
    if backends.text_embedder == NONE:
        return np.zeros(1, dtype=np.float32)
    embedder = backends.load_text_embedder()
    return embedder.embed([text])[0] if text.strip() else np.zeros(embedder.size, dtype=np.float32)


def text_vectors(store: Store, backends: Backends, pictures: Sequence[ImageId], texts: Sequence[str]) -> FloatArray:
    """Give the vectors of texts, one per picture: (n, size), zeros for an empty text; what is not stored yet is embedded.

    Raises:
        MissingBackend: the text embedder's model is not here.
        BackendFailed: it cannot be used.
    """
    if backends.text_embedder == NONE:
        return np.zeros((len(texts), 1), dtype=np.float32)
    embedder = backends.load_text_embedder()
    found = np.zeros((len(texts), embedder.size), dtype=np.float32)
    wanted = [at for at, text in enumerate(texts) if text.strip()]
    if not wanted:
        return found
    table, revision = _table(store, embedder), embedder.revision
    keys = {at: (pictures[at], _digest(texts[at])) for at in wanted}
    many = len(wanted) > READ_ALL_ABOVE * max(table.table.count(), 1)
    rows = table.read(revision) if many else table.of({pictures[at] for at in wanted}, revision)
    known = {key: at for at, key in enumerate(rows.keys)}
    missing = [at for at in wanted if keys[at] not in known]
    if missing:
        fresh = embedder.embed([texts[at] for at in missing])
        table.put([keys[at][0] for at in missing], [keys[at][1] for at in missing], fresh, revision)
        found[missing] = fresh
    there = [at for at in wanted if keys[at] in known]
    found[there] = rows.vectors[[known[keys[at]] for at in there]]
    return found


def embed_missing(store: Store, backends: Backends, corrections: Corrections = NOT_YET) -> None:
    """Embed every text of the catalogue and of the photos whose vector is not stored yet."""
    if backends.text_embedder == NONE:
        return
    skus, photos, names = store.assets.skus(), store.photos.all(), _names(store)
    found, pictures = _described(store, backends, skus)
    _embed_new(store, backends, pictures, _texts(store, found, corrections, asset_text))
    for start in range(0, len(photos), AT_ONCE):
        batch = photos[start : start + AT_ONCE]
        described = store.descriptions.of({photo.image_id for photo in batch}, backends.describer)
        texts = [photo_text(photo, described.get(photo.image_id), corrections.of_photo(photo.photo_id), names) for photo in batch]
        _embed_new(store, backends, [photo.image_id for photo in batch], texts)


def _embed_new(store: Store, backends: Backends, pictures: Sequence[ImageId], texts: Sequence[str]) -> None:
    embedder = backends.load_text_embedder()
    table, revision = _table(store, embedder), embedder.revision
    known = table.keys(revision)
    keyed = {(picture, _digest(text)): text for picture, text in zip(pictures, texts, strict=True) if text.strip()}
    new = {key: text for key, text in keyed.items() if key not in known}
    if new:
        vectors = embedder.embed(list(new.values()))
        table.put([picture for picture, _ in new], [digest for _, digest in new], vectors, revision)


def _table(store: Store, embedder: TextEmbedder) -> VectorTable:
    name = re.sub(r"[^a-z0-9]+", "_", embedder.name.lower())
    return store.vectors(f"text_{name}_{embedder.size}", embedder.size)


def _described(
    store: Store, backends: Backends, skus: Sequence[Sku]
) -> tuple[list[tuple[Asset, Description | None]], list[ImageId]]:
    """Read assets with what their first reference shows, and that picture; an empty name where there is none."""
    references = _references(store)
    described = store.descriptions.of(set(references.values()), backends.describer)
    assets = {asset.sku: asset for asset in store.assets.all()}
    pictures = [references.get(sku, ImageId("")) for sku in skus]
    return [(assets[sku], described.get(picture)) for sku, picture in zip(skus, pictures, strict=True)], pictures


def _texts(store: Store, found: Sequence[tuple[Asset, Description | None]], corrections: Corrections, write: Write) -> list[str]:
    names = _names(store)
    return [write(asset, described, corrections.of_asset(asset.sku), names) for asset, described in found]


def _references(store: Store) -> dict[Sku, ImageId]:
    """Find the first reference of each asset."""
    found: dict[Sku, ImageId] = {}
    for view in sorted(store.views.all(), key=lambda view: view.view_id):
        if view.kind is ViewKind.REFERENCE:
            found.setdefault(view.sku, view.image_id)
    return found


def _names(store: Store) -> Names:
    return _names_at(store, store.assets.version)


@lru_cache(maxsize=4)
def _names_at(store: Store, version: int) -> Names:  # noqa: ARG001  # the key
    return Names(store.assets.skus())


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
