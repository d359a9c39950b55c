"""Import of photos into the review queue, row by row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from data.domain import Image, ImageId, Photo, PhotoId, Sku, Truth
from data.errors import CoutureError, RefusedRow
from data.grouping import Arrival, find_aliases, place_photos
from data.pictures import image_id_of, ingest_picture, pictures_below, read_file, taken_at
from data.store import Store
from data.tabular import ImportReport, Line, RefusedLine, file_beside, read_sheet

REQUIRED = ("photo_id", "image")
OPTIONAL = ("sku", "in_dam", "group", "taken_at")
BATCH = 256
YES, NO = frozenset({"true", "1", "yes"}), frozenset({"false", "0", "no"})
LONGEST_ID = 200
Progress = Callable[[int, int], None]
FindImage = Callable[[ImageId], Image | None]


@dataclass(frozen=True, kw_only=True)
class PhotoEntry:
    """What one row of a photo table says. `truth` is None where it says nothing of the article."""

    number: int
    photo_id: PhotoId
    image: Image
    group: str
    taken_at: datetime | None
    truth: Truth | None


@dataclass(frozen=True, kw_only=True)
class _Waiting:
    """A photo whose picture is stored, and which has no group yet."""

    arrival: Arrival
    photo_id: PhotoId
    image_id: ImageId
    truth: Truth | None


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
    skus = frozenset(store.assets.skus())
    refused: list[RefusedLine] = []
    table, lines, notes = photo_lines(source)
    find = store.images.lookup()
    there = {photo.photo_id: photo.image_id for photo in store.photos.all()}
    waiting: list[_Waiting] = []
    for start in range(0, len(lines), BATCH):
        entries, faults = read_entries(table, lines[start : start + BATCH], skus, find)
        refused += faults
        new: list[PhotoEntry] = []
        for entry in entries:
            earlier = there.setdefault(entry.photo_id, entry.image.image_id)
            if earlier != entry.image.image_id:
                what = f"photo_id '{entry.photo_id}' is there already with another picture"
                refused.append(RefusedLine(number=entry.number, what=what, remedy="give it another photo_id"))
            else:
                new.append(entry)
        store.images.put(entry.image for entry in new)
        waiting += [_wait(entry) for entry in new]
        if on_progress:
            on_progress(min(start + BATCH, len(lines)), len(lines))
    stored = _place(store, waiting, submitted_by=submitted_by, source=source.name, seed=seed)
    return ImportReport(
        taken=len(stored),
        skipped=len(lines) - len(refused) - len(stored),
        refused=tuple(sorted(refused, key=lambda line: line.number)),
        notes=notes,
        counts=dict(Counter(photo.side.value for photo in stored)),
    )


def photo_lines(source: Path) -> tuple[Path, list[Line], tuple[str, ...]]:
    """Read the rows of a photo table: of a CSV file, of the `photos.csv` in a folder, or one per picture below it."""
    if source.is_dir() and (source / "photos.csv").is_file():
        source = source / "photos.csv"
    if not source.is_dir():
        sheet = read_sheet(source, required=REQUIRED, optional=OPTIONAL)
        return source, list(sheet.lines), tuple(f"column '{name}' was ignored" for name in sheet.ignored)
    lines = [
        Line(
            number=number,
            cells={
                "photo_id": path.relative_to(source).with_suffix("").as_posix(),
                "image": path.relative_to(source).as_posix(),
            },
        )
        for number, path in enumerate(pictures_below(source), start=1)
    ]
    return source / "photos.csv", lines, ()


def read_entries(
    table: Path, lines: Sequence[Line], skus: frozenset[Sku], find: FindImage | None = None
) -> tuple[list[PhotoEntry], list[RefusedLine]]:
    """Read rows and their pictures; a bad row becomes a refusal and stops nothing else.

    Args:
        table: the file that has the rows; pictures lie beside it.
        lines: its rows.
        skus: those of the catalogue, which a row may name.
        find: looks up pictures that are stored, so that none is decoded twice.
    """
    entries: list[PhotoEntry] = []
    refused: list[RefusedLine] = []

    def attempt(line: Line) -> PhotoEntry | CoutureError:
        try:
            return _read_entry(table, line, skus, find)
        except CoutureError as error:
            return error

    with ThreadPoolExecutor(2) as pool:
        for line, outcome in zip(lines, pool.map(attempt, lines), strict=True):
            if isinstance(outcome, CoutureError):
                refused.append(RefusedLine(number=line.number, what=outcome.what, remedy=outcome.remedy))
            else:
                entries.append(outcome)
    return entries, refused


def _read_entry(table: Path, line: Line, skus: frozenset[Sku], find: FindImage | None) -> PhotoEntry:
    said = line["photo_id"]
    if not said or len(said) > LONGEST_ID or not said.isprintable():
        raise RefusedRow(f"'{said[:40]}' cannot be a photo_id", remedy=f"give 1 to {LONGEST_ID} printable characters")
    photo_id = PhotoId(said)
    truth = _parse_truth(photo_id, line, skus)
    stamp = _parse_moment(line["taken_at"])
    content = read_file(file_beside(table, line["image"]))
    known = find(image_id_of(content)) if find else None
    return PhotoEntry(
        number=line.number,
        photo_id=photo_id,
        image=known or ingest_picture(content, name=line["image"]),
        group=line["group"],
        taken_at=stamp or taken_at(content),
        truth=truth,
    )


def _parse_truth(photo_id: PhotoId, line: Line, skus: frozenset[Sku]) -> Truth | None:
    sku, said = Sku(line["sku"]), line["in_dam"].casefold()
    if said and said not in YES | NO:
        raise RefusedRow(f"in_dam says '{said}'", remedy="say true or false, or leave it empty")
    if not sku and not said:
        return None
    if said in NO:
        return Truth(photo_id=photo_id, sku=None, in_dam=False)
    if sku and sku not in skus:
        raise RefusedRow(
            f"sku '{sku}' is not in the catalogue",
            remedy="import the catalogue first, or say in_dam = false",
        )
    return Truth(photo_id=photo_id, sku=sku or None, in_dam=True)


def _parse_moment(said: str) -> datetime | None:
    if not said:
        return None
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        raise RefusedRow(f"taken_at says '{said}'", remedy="write it like 2026-03-01T14:05:00") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


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
