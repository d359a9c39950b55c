from __future__ import annotations

import weakref
from dataclasses import replace
from pathlib import Path

import lancedb
import numpy as np
import pytest

from data.domain import Side, WeightsVersion
from data.errors import BadTable, NotEnoughEvidence
from data.events import Verdict
from data.store import Store
from feedback.evaluation import Outcomes, active_weights, evaluate, measure, summarise
from feedback.known_photos import sealed_photos
from feedback.samples import load_bench
from feedback.versions import activate
from matching.evidence import load_basis
from matching.preparation import record_of
from matching.search import Ranking, find_matches
from tests.builders import ANNA, ARTICLES, BEN, NOON, match_all, photo_picture, png, review_of, right_matches, sku_of
from tests.small_catalogue import BACKENDS

WORDS = ("with captions", "with attribute rerank", "with attribute bonus")
V1 = WeightsVersion("v1")


def known(store: Store) -> list[str | None]:
    return sorted((photo.sku for photo in sealed_photos(store, BACKENDS, active_weights(store))), key=str)


def set_truth(store: Store, photo: str, sku: str | None) -> None:
    table = lancedb.connect(store.address).open_table("photos")
    table.update(where=f"photo_id = '{photo}'", values={"truth_sku": sku, "truth_in_dam": sku is not None})


def outcomes(*, ranks: list[int], in_dam: list[bool]) -> Outcomes:
    count = len(ranks)
    return Outcomes(
        ranks=np.array(ranks, dtype=np.int64),
        in_dam=np.array(in_dam),
        no_match=np.linspace(0.1, 0.9, count),
        confidence=np.full(count, 0.5),
        clusters=np.arange(count).astype(np.str_),
        categories=np.array(["bags" if there else "" for there in in_dam]),
    )


def test_accuracy_is_measured_on_photos_whose_asset_is_in_the_catalogue() -> None:
    found = summarise(outcomes(ranks=[1, 2, 4, 0], in_dam=[True, True, True, False]), V1, "a list")

    assert (found.top1.value, found.top3.value, found.top5.value) == pytest.approx((1 / 3, 2 / 3, 1.0))


def test_the_mean_reciprocal_rank_is_as_worked_by_hand() -> None:
    found = summarise(outcomes(ranks=[1, 2, 4], in_dam=[True, True, True]), V1, "a list")

    assert found.mrr.value == pytest.approx((1 + 1 / 2 + 1 / 4) / 3)


def test_without_strangers_there_is_no_no_match_figure() -> None:
    assert summarise(outcomes(ranks=[1, 2], in_dam=[True, True]), V1, "a list").no_match_auroc is None


def test_strangers_that_are_called_strangers_give_a_full_area() -> None:
    found = summarise(outcomes(ranks=[1, 2, 0, 0], in_dam=[True, True, False, False]), V1, "a list").no_match_auroc

    assert found is not None
    assert found.value == 1.0


def test_strangers_alone_have_no_accuracy() -> None:
    with pytest.raises(NotEnoughEvidence):
        summarise(outcomes(ranks=[0], in_dam=[False]), V1, "a list")


def test_a_sealed_photo_is_known_by_its_truth(small_store: Store) -> None:
    set_truth(small_store, "ball-red/0", "ball-red")

    assert known(small_store) == ["ball-red"]


def test_a_sealed_photo_is_known_by_its_reviews(small_store: Store) -> None:
    small_store.events.append([review_of("ball-red/0", Verdict.MATCH, "ball-red"), review_of("stranger/0", Verdict.NOT_IN_DAM)])

    assert known(small_store) == [None, "ball-red"]


def test_truth_counts_more_than_a_review(small_store: Store) -> None:
    set_truth(small_store, "ball-red/0", "ball-red")
    small_store.events.append([review_of("ball-red/0", Verdict.MATCH, "scarf-navy")])

    assert known(small_store) == ["ball-red"]


def test_photos_of_the_calibration_side_are_not_measured_on(small_store: Store) -> None:
    match_all(small_store, right_matches(small_store.photos.all(), Side.CALIBRATION))

    assert known(small_store) == []


def test_nothing_to_measure_on_is_said(small_store: Store) -> None:
    with pytest.raises(NotEnoughEvidence, match="no photo to measure on"):
        evaluate(small_store, BACKENDS)


@pytest.mark.slow
def test_the_ladder_goes_from_flat_pictures_to_the_weights_in_use(small_store: Store) -> None:
    match_all(small_store, right_matches(small_store.photos.all(), Side.TEST))

    steps = evaluate(small_store, BACKENDS, ladder=True).steps

    assert [step.step for step in steps] == ["2d, euclidean", "2d, mix", "2d", "with geometry", *WORDS]


@pytest.mark.slow
def test_each_step_of_the_ladder_but_the_first_has_a_difference(small_store: Store) -> None:
    match_all(small_store, right_matches(small_store.photos.all(), Side.TEST))

    steps = evaluate(small_store, BACKENDS, ladder=True).steps

    assert [step.difference is None for step in steps] == [True] + [False] * 6


@pytest.mark.slow
def test_fitted_feature_weights_are_a_step_of_their_own(small_store: Store) -> None:
    match_all(small_store, right_matches(small_store.photos.all(), Side.TEST))
    house = active_weights(small_store)
    bench = load_bench(small_store, BACKENDS, load_basis(small_store, house.basis))
    axes = {block: found.units.shape[1] for block, found in bench.gallery.vectors.items()}
    weights = replace(house, version=WeightsVersion("v2"), features={block: (2.0,) * size for block, size in axes.items()})
    record = record_of(weights, parent=house.version, created_by="mia", at=NOON, metrics={})
    small_store.weights.put([record])
    activate(small_store, weights.version, by="mia", reason="a test", at=NOON)

    steps = {step.step: step for step in evaluate(small_store, BACKENDS, ladder=True).steps}

    # every axis alike changes no cosine, so no photo changes its place
    assert steps["fitted feature weights"].difference is not None
    assert steps["fitted feature weights"].difference.value == 0


def sheet_of(folder: Path, *rows: str) -> Path:
    for number, (sku, article) in enumerate(list(ARTICLES.items())[:2]):
        (folder / f"{sku}.png").write_bytes(png(photo_picture(article, 500 + number)))
    sheet = folder / "photos.csv"
    sheet.write_text("\n".join(("photo_id,image,sku,in_dam", *rows)), encoding="utf-8")
    return sheet


@pytest.mark.slow
def test_photos_of_a_file_are_measured(small_store: Store, tmp_path: Path) -> None:
    sheet = sheet_of(tmp_path, "a,bag-blue.png,bag-blue,true", "b,bag-red.png,bag-red,true")

    found = evaluate(small_store, BACKENDS, file=sheet)

    assert (found.photos, found.top1.value, found.measured_on) == (2, 1.0, "photos.csv")


def test_a_file_with_one_bad_row_is_refused_as_a_whole(small_store: Store, tmp_path: Path) -> None:
    sheet = sheet_of(tmp_path, "a,bag-blue.png,bag-blue,true", "b,missing.png,bag-red,true")

    with pytest.raises(BadTable, match="line 3"):
        evaluate(small_store, BACKENDS, file=sheet)


def test_a_file_without_truth_is_refused(small_store: Store, tmp_path: Path) -> None:
    with pytest.raises(BadTable, match="does not say what its photos show"):
        evaluate(small_store, BACKENDS, file=sheet_of(tmp_path, "a,bag-blue.png,,"))


def test_top1_inside_confused_assets_is_none_where_nothing_is_confused(small_store: Store) -> None:
    match_all(small_store, right_matches(small_store.photos.all(), Side.TEST))

    assert evaluate(small_store, BACKENDS).confusable is None


def test_photos_of_assets_that_reviewers_confuse_are_measured_apart(small_store: Store) -> None:
    photos = small_store.photos.all()
    match_all(small_store, right_matches(photos, Side.TEST))
    taught = [photo.photo_id for photo in photos if photo.side is Side.CALIBRATION and sku_of(photo.photo_id) == "ball-red"]
    said = ((ANNA, "ball-red"), (BEN, "bag-red"))
    small_store.events.append([review_of(photo, Verdict.MATCH, sku, by=by) for photo in taught for by, sku in said])
    found, within = evaluate(small_store, BACKENDS), {"ball-red", "bag-red"}
    shown = [photo for photo in photos if photo.side is Side.TEST and sku_of(photo.photo_id) in within]

    assert found.confusable is not None
    assert found.confusable.n == len(shown)


def test_photos_are_ranked_together_as_they_are_alone_and_progress_is_told(
    small_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = active_weights(small_store)
    match_all(small_store, right_matches(small_store.photos.all(), Side.TEST))
    bench = load_bench(small_store, BACKENDS, load_basis(small_store, weights.basis))
    photos, told, together = sealed_photos(small_store, BACKENDS, weights), list[tuple[int, int]](), list[Ranking]()
    monkeypatch.setattr("feedback.evaluation.TOGETHER", 3)

    measure(
        photos,
        bench,
        weights,
        on_photo=lambda done, total: told.append((done, total)),
        on_ranking=lambda _photo, ranking: together.append(ranking),
    )

    alone = [find_matches(photo.evidence, bench.gallery, weights, bench.local) for photo in photos]
    assert told == [(at, 8) for at in range(1, 9)]
    assert [one.order.tolist() for one in together] == [one.order.tolist() for one in alone]
    assert np.allclose([one.scores for one in together], [one.scores for one in alone], atol=1e-6)


def test_no_ranking_stays_in_memory_when_the_next_is_made(small_store: Store) -> None:
    """Of a large catalogue each takes megabytes: a sealed side of a thousand photos would take twelve gigabytes."""
    weights = active_weights(small_store)
    match_all(small_store, right_matches(small_store.photos.all(), Side.TEST))
    bench = load_bench(small_store, BACKENDS, load_basis(small_store, weights.basis))
    made, alive = list[weakref.ref[Ranking]](), list[int]()

    def hear(_photo: object, ranking: Ranking) -> None:
        made.append(weakref.ref(ranking))
        alive.append(sum(one() is not None for one in made))

    measure(sealed_photos(small_store, BACKENDS, weights), bench, weights, on_ranking=hear)

    assert len(alive) == 8
    assert max(alive) <= 2  # the one that is heard, and the one before it
