"""The text of a photo and of an asset, without whatever would give the answer away: skus and names of files."""

from __future__ import annotations

import re
from collections.abc import Iterable

from data.domain import Asset, Description, Photo, Sku
from matching.spoken import Said

FILE_NAME = re.compile(r"\.(jpe?g|png|webp|heic|heif|avif|gif|tiff?|bmp|glb|gltf|obj)\W*$", re.IGNORECASE)
SHORTEST_WITHIN = 4
"""Letters and digits of a sku that is looked for within longer words: a shorter one is in many words by chance."""

MOST_PARTS = 4
"""Of a sku that is written with spaces."""


class Names:
    """The skus of a catalogue: what no text may carry. Safe to share between threads."""

    def __init__(self, skus: Iterable[Sku]) -> None:
        self._skus = {bare for bare in map(_bare, skus) if bare}
        within = {len(sku) for sku in self._skus if len(sku) >= SHORTEST_WITHIN}
        self._lengths = sorted(within)
        self._known: dict[str, bool] = {}

    def redact(self, text: str, *beside: str) -> str:
        """Leave out names of files, skus, and words that contain one, also one that is written in several parts.

        Args:
            text: any.
            beside: more names to leave out.
        """
        more = {bare for bare in map(_bare, beside) if bare}
        words = text.split()
        bare = ["" if FILE_NAME.search(word) else _bare(word) for word in words]
        dropped = {at for at, word in enumerate(bare) if not word or word in more or self._names(word)}
        for parts in range(2, MOST_PARTS + 1):
            for at in range(len(words) - parts + 1):
                joined = "".join(bare[at : at + parts])
                if len(joined) >= SHORTEST_WITHIN and (joined in more or (joined in self._skus and _is_code(joined))):
                    dropped.update(range(at, at + parts))
        return " ".join(word for at, word in enumerate(words) if at not in dropped)

    def _names(self, word: str) -> bool:
        if word not in self._known:  # texts share most of their words
            self._known[word] = word in self._skus or any(
                word[at : at + length] in self._skus for length in self._lengths for at in range(len(word) - length + 1)
            )
        return self._known[word]


def photo_text(photo: Photo | None, described: Description | None, said: Said, names: Names) -> str:
    """Write the text of a photo: its caption, and what people corrected; nothing of its file's name."""
    stem = photo.photo_id.rsplit("/", 1)[-1] if photo else ""
    return names.redact(" ".join([described.caption if described else "", *_corrected(said)]), stem)


def asset_text(asset: Asset, described: Description | None, said: Said, names: Names) -> str:
    """Write the text of an asset: what the DAM says of it, the caption of its reference, and what people corrected."""
    caption = described.caption if described else ""
    return names.redact(" ".join([asset.title, asset.category, asset.description, caption, *_corrected(said)]))


def with_sku(asset: Asset, described: Description | None, said: Said, names: Names) -> str:  # noqa: ARG001  # nothing is left out
    """Write all that is said of an asset, its sku included: to be found by, never to be compared with a photo."""
    caption = described.caption if described else ""
    return " ".join([asset.sku, asset.title, asset.category, asset.description, caption, *_corrected(said)])


def _corrected(said: Said) -> list[str]:
    return [event.value for _, event in sorted(said.items())]


def _bare(word: str) -> str:
    """Leave the letters and digits of a word, small."""
    return re.sub(r"[\W_]+", "", word.casefold())


def _is_code(name: str) -> bool:
    """Tell a code from words: a sku in several parts that has no digit may be the plain name of the article."""
    return any(mark.isdigit() for mark in name)
