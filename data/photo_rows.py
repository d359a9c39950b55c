"""Rows of a photo table, read with their pictures and checked; nothing is stored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from data.domain import Image, ImageId, PhotoId, Sku, Truth
from data.errors import CoutureError, RefusedRow
from data.pictures import image_id_of, ingest_picture, pictures_below, read_file, taken_at
from data.tabular import Line, RefusedLine, file_beside, read_sheet, unmarked

REQUIRED = ("photo_id", "image")
OPTIONAL = ("sku", "in_dam", "group", "taken_at")
YES, NO = frozenset({"true", "1", "yes"}), frozenset({"false", "0", "no"})
LONGEST_ID = 200
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


def photo_lines(source: Path) -> tuple[Path, list[Line], tuple[str, ...]]:
    """Read the rows of a photo table: of a CSV file, of the `photos.csv` in a folder, or one per picture below it."""
    if source.is_dir() and (source / "photos.csv").is_file():
        source = source / "photos.csv"
    if not source.is_dir():
        sheet = read_sheet(source, required=REQUIRED, optional=OPTIONAL)
        return source, [unmarked(line) for line in sheet.lines], tuple(f"column '{name}' was ignored" for name in sheet.ignored)
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
