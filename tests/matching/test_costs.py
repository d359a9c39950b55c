from __future__ import annotations

import pytest

from data.store import Store
from matching.backends import Backends
from matching.costs import Clock, Origin, Rate, Stage, counts_for, plan

RELIEF = Backends(mesh_generator="relief")


def test_a_stage_costs_its_count_times_its_rate() -> None:
    stage = Stage(name="meshes", engine="relief", count=100, rate=Rate(seconds=0.5, size=2_000, origin=Origin.HOUSE))

    assert (stage.seconds, stage.size) == (50.0, 200_000)


def test_a_rate_that_is_not_known_gives_no_cost() -> None:
    stage = Stage(name="meshes", engine="relief", count=100, rate=Rate())

    assert (stage.seconds, stage.size) == (None, None)


def test_stages_without_work_are_left_out(store: Store) -> None:
    stages = plan(store, RELIEF, {"meshes": 0, "renders": 0, "pictures": 3})

    assert [(stage.name, stage.count) for stage in stages] == [("pictures", 3)]


def test_new_assets_want_a_mesh_eight_renders_and_nine_descriptions_each() -> None:
    assert counts_for(RELIEF, 10) == {"meshes": 10, "renders": 10, "pictures": 90}


def test_without_a_renderer_a_reference_is_all_there_is() -> None:
    assert counts_for(Backends(renderer="none", mesh_generator="relief"), 10) == {"meshes": 0, "renders": 0, "pictures": 10}


def test_what_this_home_measured_wins(store: Store) -> None:
    Clock(store).note("meshes", RELIEF, 1_000_000)
    [stage] = plan(store, RELIEF, {"meshes": 10})

    assert stage.rate.origin is Origin.HERE
    assert stage.seconds is not None
    assert stage.seconds < 1e-3


def test_a_handful_of_items_measures_nothing(store: Store) -> None:
    Clock(store).note("meshes", RELIEF, 3)
    [stage] = plan(store, RELIEF, {"meshes": 10})

    assert stage.rate.origin is Origin.HOUSE


@pytest.mark.parametrize("name", ["trellis", "trellis-2"])
def test_what_others_published_is_called_so(store: Store, name: str) -> None:
    [stage] = plan(store, Backends(mesh_generator=name), {"meshes": 10})

    assert stage.rate.origin is Origin.PUBLISHED


def test_an_engine_of_which_nothing_is_known_is_called_so(store: Store) -> None:
    [stage] = plan(store, Backends(renderer="imaginary"), {"renders": 10})

    assert (stage.rate.origin, stage.seconds) == (Origin.UNKNOWN, None)


def test_a_rate_is_that_of_a_device_where_settings_choose_one(store: Store) -> None:
    processor, card = (Backends(renderer="blender", device=device) for device in ("cpu", "cuda"))
    Clock(store).note("renders", processor, 8)

    rates = [plan(store, backends, {"renders": 10})[0].rate.origin for backends in (processor, card)]

    assert rates == [Origin.HERE, Origin.UNKNOWN]


def test_a_stage_names_the_device_that_settings_ask_for_even_where_it_is_not_here(store: Store) -> None:
    [stage] = plan(store, Backends(renderer="blender", device="cuda"), {"renders": 10})

    assert stage.engine == "blender on cuda"


@pytest.mark.parametrize(("origin", "measured"), [(Origin.HERE, True), (Origin.PUBLISHED, False), (Origin.UNKNOWN, False)])
def test_what_others_published_counts_as_not_measured(origin: Origin, measured: bool) -> None:
    assert Stage(name="meshes", engine="trellis", count=1, rate=Rate(seconds=3.0, origin=origin)).measured is measured
