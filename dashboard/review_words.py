"""The words of the review screen: cells of the attribute table, as plain JSON, and how far they agree."""

from __future__ import annotations

import json
from typing import Any

from dashboard.wiring import Services
from data.domain import Asset, Description, PhotoId, Sku
from data.errors import CoutureError
from data.events import LONGEST_WORD, Attribute, Correction
from feedback.corrections import read_corrections
from matching.attributes import SAME, overlap
from matching.neighbours import NeighbourCategory
from matching.spoken import Said, words_of
from matching.vocabulary import Answer, Vocabulary, read_vocabulary

MOST_ASSETS = 10
MOST_SAID = 10 * LONGEST_WORD
Json = dict[str, Any]
"""A JSON object on its way to the browser."""

PERSON, MODEL, CATALOGUE, NEIGHBOURS = "person", "model", "catalogue", "neighbours"
"""Who says a word."""


class Cells:
    """Builds the cells of the words that are said of photos and assets; one for each answer to the browser."""

    def __init__(self, services: Services) -> None:
        self.vocabulary = read_vocabulary(services.home)
        self._corrections = read_corrections(services.store)

    def of_photo(self, photo_id: PhotoId, described: Description | None, neighbours: NeighbourCategory | None) -> list[Json]:
        """Build a photo's four cells; its kind of object is what its neighbours are where the describer says none."""
        kind = neighbours.category if neighbours else ""
        note = f"what the first candidates are, {neighbours.share:.0%} of their confidence" if neighbours else ""
        return self._cells(described, kind, NEIGHBOURS, note, self._corrections.of_photo(photo_id))

    def of_asset(self, asset: Asset, described: Description | None, photo: list[Json]) -> list[Json]:
        """Build an asset's four cells, each with whether it differs from the photo's."""
        cells = self._cells(
            described, asset.category, CATALOGUE, "the category that the catalogue gives", self._corrections.of_asset(asset.sku)
        )
        return [{**cell, "differs": differs(self.vocabulary, beside, cell)} for beside, cell in zip(photo, cells, strict=True)]

    def _cells(self, described: Description | None, kind: str, source: str, note: str, said: Said) -> list[Json]:
        plain = words_of(described, kind=kind)
        own = described is not None and bool(described.object)
        cells = []
        for attribute in Attribute:
            other = attribute is Attribute.OBJECT and not own
            cell = _cell(
                self.vocabulary, attribute, str(getattr(plain, attribute)), source if other else MODEL, note if other else ""
            )
            event = said.get(attribute)
            cells.append({**_person(self.vocabulary, attribute, event), "without": cell} if event else cell)
        return cells


def differs(vocabulary: Vocabulary, photo: Json, asset: Json) -> bool:
    """Tell whether two cells of one attribute do not agree."""
    attribute = Attribute(photo["attribute"])
    terms = vocabulary.attributes[attribute]
    return overlap(terms.read(photo["said"]), terms.read(asset["said"]), terms) < SAME


def answer_overlaps(services: Services, said: Json) -> Json:
    """Read words that are on the screen, and say which of the assets' differ from the photo's: the screen corrects them at once.

    Raises:
        CoutureError: no such attribute, or more or longer words than the screen has.
    """
    vocabulary = read_vocabulary(services.home)
    attribute, photo, assets = _read_beside(said)
    beside = _cell(vocabulary, attribute, photo, PERSON, "")
    cells = [_cell(vocabulary, attribute, words, PERSON, "") for words in assets]
    return {
        "photo": {name: beside[name] for name in ("text", "known")},
        "assets": [
            {"text": cell["text"], "known": cell["known"], "differs": differs(vocabulary, beside, cell)} for cell in cells
        ],
    }


def answer_vocabulary(services: Services) -> Json:
    """Give the terms of each attribute, as suggestions."""
    vocabulary = read_vocabulary(services.home)
    return {
        "terms": {attribute.value: vocabulary.terms(attribute) for attribute in Attribute},
        "open": [attribute.value for attribute in Attribute if vocabulary.attributes[attribute].is_open],
        "longest": LONGEST_WORD,
    }


def answer_standing(services: Services, said: Correction, attribute: Attribute) -> Json:
    """Give the person's word that stands for what a correction speaks of, after it; null where there is none."""
    corrections = read_corrections(services.store)
    found = corrections.of_photo(said.photo_id) if said.photo_id else corrections.of_asset(said.sku or Sku(""))
    event = found.get(attribute)
    return {"standing": _person(read_vocabulary(services.home), attribute, event) if event else None}


def _person(vocabulary: Vocabulary, attribute: Attribute, event: Correction) -> Json:
    cell = _cell(vocabulary, attribute, event.value, PERSON, f"corrected by {event.by}")
    return {**cell, "known": True, "event_id": event.event_id}


def _cell(vocabulary: Vocabulary, attribute: Attribute, said: str, source: str, note: str) -> Json:
    read: Answer = vocabulary.read(attribute, said)
    shown = said if source in {CATALOGUE, NEIGHBOURS} else read.text
    return {
        "attribute": attribute.value,
        "said": said,
        "text": shown,
        "known": read.known or source in {CATALOGUE, NEIGHBOURS},
        "source": source if said else "",
        "note": note,
    }


def _read_beside(said: Json) -> tuple[Attribute, str, list[str]]:
    try:
        attribute, photo, assets = Attribute(said["attribute"]), str(said.get("photo", "")), json.loads(said.get("assets", "[]"))
    except (KeyError, TypeError, ValueError) as error:
        raise CoutureError(f"words that cannot be read ({error!r})", remedy="reload the page") from error
    if not isinstance(assets, list) or len(assets) > MOST_ASSETS or not all(isinstance(words, str) for words in assets):
        raise CoutureError("the words of the assets are no list of texts", remedy="reload the page")
    if any(len(words) > MOST_SAID for words in (photo, *assets)):
        raise CoutureError(f"a word is longer than {MOST_SAID} characters", remedy="give a shorter one")
    return attribute, photo, assets
