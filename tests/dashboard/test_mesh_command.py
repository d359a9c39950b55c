from __future__ import annotations

import pytest

from data.domain import Sku
from data.store import open_store
from matching.left_out import left_out
from tests.dashboard.test_command_line import Run, run

__all__ = ["run"]


def test_renders_are_called_wrong_listed_and_taken_back(run: Run) -> None:
    stored = run.json("mesh", "wrong", "ball-red", "--by", "mia")
    [listed] = run.json("mesh", "list", "--poor")["meshes"]
    run.json("mesh", "undo", stored["event_id"], "--by", "mia")

    assert (listed["sku"], listed["state"]["left_out"]) == ("ball-red", "mia says that it is wrong")
    assert run.json("mesh", "list", "--poor") == {"meshes": []}


def test_what_is_called_wrong_is_left_out(run: Run) -> None:
    run("mesh", "wrong", "ball-red")

    assert set(left_out(open_store(run.home / "store"))) == {Sku("ball-red")}


def test_a_word_for_renders_outweighs_the_one_before(run: Run) -> None:
    run("mesh", "wrong", "ball-red")
    run("mesh", "right", "ball-red")

    assert left_out(open_store(run.home / "store")) == {}


@pytest.mark.parametrize("words", [("wrong", "gone"), ("right", "gone"), ("undo", "nothing")])
def test_a_word_on_what_is_not_there_is_refused(run: Run, words: tuple[str, str]) -> None:
    code, _, err = run("mesh", *words)

    assert (code, words[1] in err) == (1, True)
