"""`couture draws`, `couture gold` and `couture confusion`."""

from __future__ import annotations

from data.drawing import DrawPurpose
from data.events import Verdict
from data.store import open_store
from feedback.draws import read_shares
from feedback.gold import read_gold
from tests.builders import ANNA, BEN, review_of
from tests.dashboard.test_command_line import Run, run

__all__ = ["run"]  # a fixture


def test_shares_are_set_shown_and_on_the_record(run: Run) -> None:
    run("draws", "set", "audit", "0.2", "--by", "maja")
    [audit] = [row for row in run.json("draws")["draws"] if row["purpose"] == "audit"]

    assert (audit["share"], audit["by"]) == (0.2, "maja")
    assert read_shares(open_store(run.home / "store")).now(DrawPurpose.AUDIT) == 0.2


def test_a_share_above_a_half_is_wrong_usage(run: Run) -> None:
    assert run("draws", "set", "audit", "0.9")[0] == 2


def test_gold_is_marked_listed_and_unmarked(run: Run) -> None:
    store = open_store(run.home / "store")
    store.events.append([review_of("ball-red/0", Verdict.MATCH, "ball-red", by=BEN, event="b")])
    run("gold", "add", "ball-red/0", "--by", "maja")
    [mark] = run.json("gold")["gold"]

    assert (mark["photo_id"], mark["sku"], mark["by"]) == ("ball-red/0", "ball-red", "maja")
    assert run.json("gold", "remove", "ball-red/0")["removed"] == ["ball-red/0"]
    assert read_gold(store) == {}


def test_what_two_agree_on_can_be_marked_together(run: Run) -> None:
    store = open_store(run.home / "store")
    store.events.append([review_of("ball-red/0", Verdict.MATCH, "ball-red", by=by, event=f"{by} said") for by in (ANNA, BEN)])

    assert [mark["photo_id"] for mark in run.json("gold", "add", "--agreed", "3")["gold"]] == ["ball-red/0"]


def test_an_undecided_photo_cannot_be_gold(run: Run) -> None:
    code, _, err = run("gold", "add", "ball-red/0")

    assert (code, "not decided" in err) == (1, True)


def test_where_nothing_is_confused_the_command_says_so(run: Run) -> None:
    code, out, _ = run("confusion")

    assert (code, "no two assets were confused" in out) == (0, True)
    assert run.json("confusion")["groups"] == []
