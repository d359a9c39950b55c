"""What must not have a part in a ranking has none: truth, sealed labels, evaluated photos."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import lancedb
import pytest

from data.domain import BasisVersion, PhotoId, Side, Sku
from data.events import Verdict
from data.store import Store
from feedback.confirmed import read_confirmed_views
from feedback.evaluation import evaluate
from feedback.retune import retune
from matching.basis import pack
from matching.catalogue_basis import fit_catalogue_basis
from matching.evidence import load_basis
from matching.preparation import calibration_photos, ensure_weights, photo_shift
from tests.builders import ARTICLES, STRANGER, match_all, photo_picture, png, review_of, right_matches
from tests.small_catalogue import BACKENDS, QUARANTINED, copy_store, matcher_of

NEXT = BasisVersion("b2")


@dataclass(frozen=True, kw_only=True)
class Learned:
    """Everything that a store has learned and shows."""

    basis: bytes
    parameters: str
    confirmed: tuple[tuple[str, str], ...]
    suggestions: tuple[str, ...]


def suggestions(store: Store, names: Sequence[str] = ("ball-red/0", "bag-red/1", "stranger/2")) -> tuple[str, ...]:
    """Write out the candidates to the last digit; as values, a similarity that is NaN would not equal itself."""
    matcher = matcher_of(store)
    return tuple(repr(matcher.suggest(PhotoId(name), top=8).candidates) for name in names)


def label_calibration(store: Store) -> None:
    match_all(store, right_matches(store.photos.all(), Side.CALIBRATION))


def label_sealed(store: Store, *, wrongly: bool) -> None:
    right = right_matches(store.photos.all(), Side.TEST)
    skus = sorted(ARTICLES)
    wrong = {photo: skus[skus.index(Sku(sku)) - 1] for photo, sku in right.items()}
    match_all(store, wrong if wrongly else right)


def learn(store: Store) -> Learned:
    """Refit all that can be, take it into use, and look at what it shows."""
    ensure_weights(store, BACKENDS, refit=True)
    proposal = retune(store, BACKENDS, by="anna", take=True, force=True)
    record = store.weights.get(proposal.version)
    return Learned(
        basis=store.bases.get(record.basis).payload,
        parameters=record.parameters,
        confirmed=tuple((view.photo_id, view.sku) for view in read_confirmed_views(store)),
        suggestions=suggestions(store),
    )


def set_truths(store: Store, truth_of: dict[str, str | None]) -> None:
    """Write truth columns past the store's own words."""
    table = lancedb.connect(store.address).open_table("photos")
    for photo, sku in truth_of.items():
        values = {"truth_sku": sku, "truth_in_dam": sku is not None}
        table.update(where=f"photo_id = '{photo}'", values=values)


@pytest.fixture
def another_store(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    return copy_store(tmp_path_factory.getbasetemp(), tmp_path / "another")


@pytest.mark.slow
def test_truth_has_no_part_in_anything_that_is_learned(small_store: Store, another_store: Store) -> None:
    photos = [photo.photo_id for photo in small_store.photos.all()]
    set_truths(another_store, {photo: None if at % 3 else "scarf-navy" for at, photo in enumerate(photos)})
    for store in (small_store, another_store):
        label_calibration(store)

    assert learn(small_store) == learn(another_store)


@pytest.mark.slow
def test_sealed_labels_have_no_part_in_what_is_learned(small_store: Store, another_store: Store) -> None:
    for store, wrongly in ((small_store, False), (another_store, True)):
        label_calibration(store)
        label_sealed(store, wrongly=wrongly)

    assert learn(small_store) == learn(another_store)


@pytest.mark.parametrize(("wrongly", "top1"), [(False, 1.0), (True, 0.0)])
def test_sealed_labels_decide_the_figures(small_store: Store, wrongly: bool, top1: float) -> None:
    label_sealed(small_store, wrongly=wrongly)

    assert evaluate(small_store, BACKENDS).top1.value == top1


@pytest.mark.slow
def test_one_calibration_label_changes_what_is_learned(small_store: Store, another_store: Store) -> None:
    label_calibration(small_store)
    label_calibration(another_store)
    another_store.events.append([review_of("ball-red/1", Verdict.MATCH, "scarf-navy", event="a change of mind")])

    assert learn(small_store).parameters != learn(another_store).parameters


@pytest.mark.slow
def test_evaluated_photos_of_the_sealed_side_leave_no_trace_in_any_transform(small_store: Store, another_store: Store) -> None:
    lancedb.connect(another_store.address).open_table("photos").delete("side = 'test'")
    for store in (small_store, another_store):
        label_calibration(store)
    fits = [retune(store, BACKENDS, by="anna") for store in (small_store, another_store)]

    here, there = (store.weights.get(fit.version) for store, fit in zip((small_store, another_store), fits, strict=True))
    assert here.parameters == there.parameters


@pytest.mark.slow
def test_what_waiting_photos_tell_knows_neither_their_truth_nor_the_sealed_side(small_store: Store, another_store: Store) -> None:
    right = right_matches(another_store.photos.all(), Side.CALIBRATION)
    labelled = dict(sorted(right.items())[::2])
    set_truths(another_store, {photo: "scarf-navy" for photo in right if photo not in labelled})
    lancedb.connect(another_store.address).open_table("photos").delete("side = 'test'")
    said = []
    for store in (small_store, another_store):
        match_all(store, labelled)
        record = store.weights.get(retune(store, BACKENDS, by="anna").version)
        said.append((json.loads(record.metrics)["first_photos"], record.parameters))

    assert said[0] == said[1]


def test_the_photo_shift_is_learned_without_sealed_photos(small_store: Store) -> None:
    basis = load_basis(small_store, BasisVersion("b1"))
    with_them = photo_shift(list(calibration_photos(small_store, BACKENDS, basis).values()))
    lancedb.connect(small_store.address).open_table("photos").delete("side != 'calibration'")

    assert photo_shift(list(calibration_photos(small_store, BACKENDS, basis).values())) == with_them


def test_the_basis_reads_no_photo(small_store: Store) -> None:
    shown = pack(fit_catalogue_basis(small_store, BACKENDS, NEXT))
    folder = lancedb.connect(small_store.address)
    photos = "', '".join(photo.image_id for photo in small_store.photos.all())
    for name in BACKENDS.load_embedders()[0].block_sizes:
        folder.open_table(f"vectors_{name}").delete(f"image_id in ('{photos}')")
    folder.open_table("local_features").delete(f"image_id in ('{photos}')")

    assert pack(fit_catalogue_basis(small_store, BACKENDS, NEXT)) == shown


def test_the_basis_reads_no_label(small_store: Store) -> None:
    shown = pack(fit_catalogue_basis(small_store, BACKENDS, NEXT))
    label_calibration(small_store)

    assert pack(fit_catalogue_basis(small_store, BACKENDS, NEXT)) == shown


def test_sealed_and_quarantined_photos_are_never_confirmed_views(small_store: Store) -> None:
    label_sealed(small_store, wrongly=False)
    match_all(small_store, {QUARANTINED: "ball-red"})

    assert read_confirmed_views(small_store) == []


def test_sealed_labels_change_no_ranking(small_store: Store) -> None:
    before = suggestions(small_store)
    label_sealed(small_store, wrongly=False)

    assert suggestions(small_store) == before


def versions_of(store: Store) -> dict[str, tuple[int, int]]:
    tables = {name: table for name, table in vars(store).items() if hasattr(table, "version") and hasattr(table, "count")}
    found = {name: (table.version, table.count()) for name, table in tables.items()}
    for name, size in BACKENDS.load_embedders()[0].block_sizes.items():
        vectors = store.vectors(name, size)
        found[f"vectors {name}"] = (vectors.version, vectors.table.count())
    return found


def write_sheet(folder: Path) -> Path:
    """Write photos with their truth; the first is one that the store has, too."""
    folder.mkdir()
    rows = ["photo_id,image,sku,in_dam"]
    for number, sku in enumerate(list(ARTICLES)[:3]):
        (folder / f"{number}.png").write_bytes(png(photo_picture(ARTICLES[sku], 100 * number + 1)))
        rows.append(f"x{number},{number}.png,{sku},true")
    (folder / "stranger.png").write_bytes(png(photo_picture(STRANGER, 9_000)))
    rows.append("x9,stranger.png,,false")
    sheet = folder / "photos.csv"
    sheet.write_text("\n".join(rows), encoding="utf-8")
    return sheet


@pytest.mark.slow
def test_photos_that_are_evaluated_from_a_file_leave_no_trace(small_store: Store, tmp_path: Path) -> None:
    match_all(small_store, {"ball-red/1": "ball-red"})
    before = versions_of(small_store)

    evaluate(small_store, BACKENDS, file=write_sheet(tmp_path / "sheet"))

    assert versions_of(small_store) == before


@pytest.mark.slow
def test_photos_that_are_evaluated_from_a_file_change_no_ranking(small_store: Store, tmp_path: Path) -> None:
    before = suggestions(small_store)

    evaluate(small_store, BACKENDS, file=write_sheet(tmp_path / "sheet"))

    assert suggestions(small_store) == before
