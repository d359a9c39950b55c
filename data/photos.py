"""Import of photos into the review queue, row by row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from data.domain import ImageId, Photo, PhotoId, Truth
from data.grouping import Arrival, find_aliases, place_photos
from data.photo_rows import PhotoEntry, photo_lines, read_entries
from data.store import Store
from data.tabular import ImportReport, Outcome, RefusedLine, ReportedRow, report_of

BATCH = 256
Progress = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True)
class _Waiting:
    """A photo whose picture is stored, and which has no group yet."""

    arrival: Arrival
    photo_id: PhotoId
    image_id: ImageId
    truth: Truth | None


@dataclass(frozen=True, kw_only=True)
class _Found:
    """What became of each row so far, and the photos that can be taken, those that are there already among them."""

    rows: list[ReportedRow]
    notes: tuple[str, ...]
    waiting: list[_Waiting]


def import_photos(
    store: Store,
    source: Path,
    *,
    submitted_by: str = "import",
    seed: int = 0,
    on_progress: Progress | None = None,
) -> ImportReport:
    """Take photos from a CSV file or a folder. What is there already is skipped.

    Pictures are stored batch by batch, so that an interrupted import need not do them again; groups and sides are drawn at the
    end, of all rows together, so that the order of rows moves none of them.

    Args:
        store: where to.
        source: a CSV file, a folder with `photos.csv`, or a folder of pictures, whose paths become photo ids.
        submitted_by: who brings them.
        seed: of the draw of sides; the same seed and groups give the same sides.
        on_progress: told rows done and rows in all.

    Raises:
        BadTable: the file as a whole cannot be read; nothing is stored.
    """
    found = _read(store, source, on_progress, stores=True)
    stored = _place(store, found.waiting, submitted_by=submitted_by, source=source.name, seed=seed)
    return report_of(found.rows, found.notes, Counter(photo.side.value for photo in stored))


def preview_photos(store: Store, source: Path, *, on_progress: Progress | None = None) -> ImportReport:
    """Say what `import_photos` would do with each row, and store nothing; every picture is read.

    Raises:
        BadTable: the file as a whole cannot be read.
    """
    found = _read(store, source, on_progress, stores=False)
    return report_of(found.rows, found.notes, {})


def _read(store: Store, source: Path, on_progress: Progress | None, *, stores: bool) -> _Found:
    skus = frozenset(store.assets.skus())
    table, lines, notes = photo_lines(source)
    named = {line.number: line.cells.get("photo_id", "") for line in lines}
    find, there = store.images.lookup(), store.photos.image_ids()
    rows: list[ReportedRow] = []
    waiting: list[_Waiting] = []
    for start in range(0, len(lines), BATCH):
        entries, faults = read_entries(table, lines[start : start + BATCH], skus, find)
        new: list[PhotoEntry] = []
        for entry in entries:
            is_new = entry.photo_id not in there
            if there.setdefault(entry.photo_id, entry.image.image_id) != entry.image.image_id:
                what = f"photo_id '{entry.photo_id}' is there already with another picture"
                faults.append(RefusedLine(number=entry.number, what=what, remedy="give it another photo_id"))
                continue
            new.append(entry)
            outcome, what = (Outcome.TAKEN, "a new photo") if is_new else (Outcome.SKIPPED, "it is there already")
            rows.append(ReportedRow(number=entry.number, subject=entry.photo_id, outcome=outcome, what=what))
        rows += [
            ReportedRow(number=one.number, subject=named[one.number], outcome=Outcome.REFUSED, what=one.what, remedy=one.remedy)
            for one in faults
        ]
        if stores:
            store.images.put(entry.image for entry in new)
        waiting += [_wait(entry) for entry in new]
        if on_progress:
            on_progress(min(start + BATCH, len(lines)), len(lines))
    return _Found(rows=rows, notes=notes, waiting=waiting)


def _wait(entry: PhotoEntry) -> _Waiting:
    arrival = Arrival(
        photo_id=entry.photo_id,
        perceptual_hash=entry.image.perceptual_hash,
        group=entry.group,
        taken_at=entry.taken_at,
    )
    return _Waiting(arrival=arrival, photo_id=entry.photo_id, image_id=entry.image.image_id, truth=entry.truth)


def _place(store: Store, waiting: Sequence[_Waiting], *, submitted_by: str, source: str, seed: int) -> list[Photo]:
    """Draw groups and sides and store the photos that are not there yet, while no other import does."""
    with store.photos.alone():
        there = store.photos.all()
        known = {photo.photo_id for photo in there}
        new = list({entry.photo_id: entry for entry in waiting if entry.photo_id not in known}.values())
        images = store.images.perceptual_hashes()
        hashes = {photo.photo_id: images[photo.image_id] for photo in there}
        arrivals, aliases = [entry.arrival for entry in new], store.group_aliases.groups()
        places, bridged = place_photos(arrivals, there, hashes, key=f"sides {seed}", aliases=aliases)
        moment = datetime.now(UTC)
        photos = [
            Photo(
                photo_id=entry.photo_id,
                image_id=entry.image_id,
                group=place.group,
                side=place.side,
                submitted_by=submitted_by,
                submitted_at=moment,
                source=source,
            )
            for entry, place in zip(new, places, strict=True)
        ]
        store.group_aliases.put(find_aliases(arrivals, places, there, aliases))
        store.photos.quarantine(photo.photo_id for photo in there if photo.group in bridged)
        store.photos.put(photos, [entry.truth for entry in new if entry.truth])
        return photos
