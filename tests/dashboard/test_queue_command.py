"""`couture queue`: what comes next and why, and the ranking of what waits."""

from __future__ import annotations

import pytest

from data.domain import PhotoId
from data.store import open_store
from tests.builders import NOON
from tests.dashboard.test_command_line import Run, run

__all__ = ["run"]  # a fixture


def test_the_next_photos_are_listed_with_propensity_and_reason(run: Run) -> None:
    found = run.json("queue", "--limit", "2")

    assert found == {
        "order": "oldest",
        "waiting": 40,
        "held": 0,
        "ranked": 0,
        "photos": [
            {"photo_id": "bag-blue/0", "propensity": 1.0, "why": "the oldest"},
            {"photo_id": "bag-blue/1", "propensity": 1.0, "why": "the oldest"},
        ],
    }


def test_listing_leases_nothing(run: Run) -> None:
    run("queue")

    assert open_store(run.home / "store").leases.count() == 0


def test_what_somebody_holds_is_not_listed(run: Run) -> None:
    later = NOON.replace(year=2126)
    open_store(run.home / "store").leases.claim([PhotoId("bag-blue/0")], "anna/t1", later, now=NOON)
    found = run.json("queue", "--limit", "1")

    assert (found["held"], found["photos"][0]["photo_id"]) == (1, "bag-blue/1")


def test_an_order_by_outlook_says_what_to_do_where_nothing_is_ranked(run: Run) -> None:
    code, out, err = run("queue", "--order", "uncertain", "--limit", "1")

    assert (code, "0 are ranked" in out, "couture queue refresh" in err) == (0, True, True)


def test_a_refresh_ranks_what_waits_and_the_order_follows(run: Run) -> None:
    report = run.json("queue", "refresh")
    entropies = {outlook.photo_id: outlook.entropy for outlook in open_store(run.home / "store").outlooks.all()}
    found = run.json("queue", "--order", "uncertain", "--limit", "40", "--by", "anna")["photos"]
    most = max(entropies, key=lambda photo_id: entropies[photo_id])

    assert (report["made"], report["weights"]) == (40, "v1")
    assert {"photo_id": most, "propensity": pytest.approx(0.9025), "why": f"entropy {entropies[most]:.2f}"} in found


def test_a_refresh_tells_what_it_left(run: Run) -> None:
    _, first, _ = run("queue", "refresh", "--limit", "3")
    _, second, _ = run("queue", "refresh")

    assert "3 waiting photos ranked with v1, 0 were already; 37 are left for the next time" in first
    assert "37 waiting photos ranked with v1, 3 were already" in second


def test_a_category_comes_first(run: Run) -> None:
    run("queue", "refresh")
    found = run.json("queue", "--category", "scarf", "--limit", "1")
    [outlook] = [one for one in open_store(run.home / "store").outlooks.all() if one.photo_id == found["photos"][0]["photo_id"]]

    assert (found["order"], outlook.category) == ("oldest/scarf", "scarf")


def test_a_category_that_there_is_not_is_refused_with_those_that_there_are(run: Run) -> None:
    code, out, err = run("queue", "--category", "belt")

    assert (code, out) == (1, "")
    assert "there are: bag, ball, scarf, tent" in err


def test_an_order_that_there_is_not_is_wrong_usage(run: Run) -> None:
    assert run("queue", "--order", "cheapest")[0] == 2


def test_indexing_ranks_what_waits(run: Run) -> None:
    run("index")

    assert open_store(run.home / "store").outlooks.count() == 40
