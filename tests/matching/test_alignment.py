from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from data.domain import EventId, MeshQuality, Sku, ViewKind
from data.events import RenderRemark, RenderVerdict
from data.store import Store
from matching.alignment import align_renders
from matching.evidence import load_basis, load_catalogue
from matching.gallery import Gallery
from matching.left_out import UNLIKE, is_poor, left_out, reasons, standing_remarks, without_renders
from matching.preparation import ensure_basis
from tests.builders import ARTICLES, NOON
from tests.rendered_catalogue import FRONT_DEG, RIGHT, SHOWN, WRONG, copy_rendered_store, put_renders
from tests.small_catalogue import BACKENDS, matcher_of

GOOD = MeshQuality(sku=RIGHT, made_from="", front_yaw_deg=0, similarity=0.9, outline_iou=0.9, own_share=1.0, fronts=())


@pytest.fixture
def store(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A copy of the catalogue whose tent has the renders of a scarf."""
    return copy_rendered_store(tmp_path_factory.getbasetemp(), tmp_path / "rendered")


def quality_of(store: Store, sku: Sku) -> MeshQuality:
    return store.mesh_qualities.get(sku)


def remark(event: str, verdict: RenderVerdict, sku: Sku = RIGHT, *, sequence: int = 0, withdraws: str = "") -> RenderRemark:
    return RenderRemark(
        event_id=EventId(event),
        sku=sku,
        verdict=verdict,
        by="anna",
        at=NOON,
        withdraws=EventId(withdraws) if withdraws else None,
        sequence=sequence,
    )


def rendered_skus(gallery: Gallery) -> set[Sku]:
    return {row.view.sku for row in gallery.views if row.view.kind is ViewKind.RENDER}


@pytest.mark.slow
def test_the_front_is_the_yaw_whose_render_is_like_the_reference(store: Store) -> None:
    assert quality_of(store, RIGHT).front_yaw_deg == FRONT_DEG


@pytest.mark.slow
def test_each_block_has_a_front_of_its_own(store: Store) -> None:
    fronts = {front.block: front.yaw_deg for front in quality_of(store, RIGHT).fronts}

    assert set(fronts) == set(load_catalogue(store, BACKENDS, load_basis(store, ensure_basis(store, BACKENDS).version)).vectors)
    assert list(fronts.values()).count(FRONT_DEG) > len(fronts) / 2


@pytest.mark.slow
def test_renders_of_another_article_are_left_out_and_right_ones_are_not(store: Store) -> None:
    assert left_out(store) == {WRONG: UNLIKE}


@pytest.mark.slow
def test_the_outlines_of_a_right_front_and_its_reference_agree(store: Store) -> None:
    assert quality_of(store, RIGHT).outline_iou > 0.85 > quality_of(store, WRONG).outline_iou


@pytest.mark.slow
def test_what_is_left_out_is_not_in_the_gallery(store: Store) -> None:
    gallery = load_catalogue(store, BACKENDS, ensure_basis(store, BACKENDS))

    assert rendered_skus(gallery) == {RIGHT}


@pytest.mark.slow
def test_what_was_measured_is_not_measured_again(store: Store) -> None:
    assert align_renders(store, BACKENDS, ensure_basis(store, BACKENDS)) == 0


@pytest.mark.slow
def test_a_new_basis_measures_all_renders_anew(store: Store) -> None:
    assert align_renders(store, BACKENDS, ensure_basis(store, BACKENDS, refit=True)) == len(SHOWN)


@pytest.mark.slow
def test_renders_that_are_not_described_yet_are_not_measured(store: Store) -> None:
    put_renders(store, Sku("ball-red"), ARTICLES[Sku("ball-red")])

    assert align_renders(store, BACKENDS, ensure_basis(store, BACKENDS)) == 0


@pytest.mark.slow
def test_a_word_that_renders_are_wrong_takes_them_out_of_a_running_ranking_and_undoing_it_brings_them_back(store: Store) -> None:
    matcher = matcher_of(store)
    photo = next(photo.photo_id for photo in store.photos.all() if photo.photo_id.startswith(RIGHT))

    def render_channel() -> float:
        [own] = [found for found in matcher.suggest(photo, top=8).candidates if found.sku == RIGHT]
        return next(part.similarity for part in own.contributions if part.channel.endswith("/render"))

    before = render_channel()
    store.render_remarks.append([remark("e1", RenderVerdict.WRONG)])
    without = render_channel()
    store.render_remarks.append([remark("e2", RenderVerdict.WITHDRAWN, withdraws="e1")])

    assert (math.isnan(before), math.isnan(without), render_channel()) == (False, True, before)


@pytest.mark.slow
def test_a_gallery_without_some_renders_is_the_one_that_was_never_given_them(store: Store) -> None:
    basis = ensure_basis(store, BACKENDS)
    whole = load_catalogue(store, BACKENDS, basis)
    store.render_remarks.append([remark("e1", RenderVerdict.WRONG)])
    bare = load_catalogue(store, BACKENDS, basis)

    taken = without_renders(whole, {RIGHT})

    assert [row.view.view_id for row in taken.views] == [row.view.view_id for row in bare.views]
    assert (taken.starts.tolist(), taken.asset_of.tolist()) == (bare.starts.tolist(), bare.asset_of.tolist())
    assert all(np.array_equal(found.units, bare.vectors[block].units) for block, found in taken.vectors.items())


@pytest.mark.parametrize(
    ("share", "iou", "poor"), [(1.0, 0.9, False), (0.79, 0.9, True), (1.0, 0.39, True), (math.nan, 0.9, False), (0.8, 0.4, False)]
)
def test_renders_are_poor_where_other_references_are_as_near_or_outlines_differ(share: float, iou: float, poor: bool) -> None:
    assert is_poor(replace(GOOD, own_share=share, outline_iou=iou)) is poor


def test_a_person_who_says_right_outweighs_a_measure() -> None:
    poor = replace(GOOD, own_share=0.1)

    assert reasons([poor], {RIGHT: remark("e1", RenderVerdict.RIGHT)}) == {}


def test_a_person_who_says_wrong_is_named_as_the_reason() -> None:
    assert reasons([GOOD], {RIGHT: remark("e1", RenderVerdict.WRONG)}) == {RIGHT: "anna says that it is wrong"}


def test_the_last_word_on_renders_counts() -> None:
    said = [remark("e1", RenderVerdict.WRONG, sequence=0), remark("e2", RenderVerdict.RIGHT, sequence=1)]

    assert standing_remarks(said)[RIGHT].event_id == "e2"


def test_taking_the_last_word_back_brings_the_one_before_back() -> None:
    said = [
        remark("e1", RenderVerdict.WRONG, sequence=0),
        remark("e2", RenderVerdict.RIGHT, sequence=1),
        remark("e3", RenderVerdict.WITHDRAWN, sequence=2, withdraws="e2"),
    ]

    assert standing_remarks(said)[RIGHT].event_id == "e1"
