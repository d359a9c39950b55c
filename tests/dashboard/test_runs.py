from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.runs import RunKind, RunState, is_running, read_run, recorded_run, start_run
from data.errors import NotAllowed, NotEnoughEvidence
from tests.dashboard.proposals import leave_a_run_at


def test_a_home_where_nothing_ran_has_no_record(tmp_path: Path) -> None:
    assert read_run(tmp_path, RunKind.RETUNE) is None


def test_how_far_a_run_is_can_be_read_by_whoever_looks(tmp_path: Path) -> None:
    with recorded_run(tmp_path, RunKind.RETUNE, "anna") as run:
        run.progress("fitting", 3, 16)
        found = read_run(tmp_path, RunKind.RETUNE)

    assert found is not None
    assert (found.state, found.by, found.stage, found.done, found.total) == (RunState.RUNNING, "anna", "fitting", 3, 16)


def test_what_came_of_a_run_stays_on_the_record(tmp_path: Path) -> None:
    with recorded_run(tmp_path, RunKind.RETUNE, "anna") as run:
        run.end(RunState.DONE, "v3")

    found = read_run(tmp_path, RunKind.RETUNE)
    assert found is not None
    assert (found.state, found.said) == (RunState.DONE, "v3")
    assert found.ended_at is not None


def test_a_refusal_is_on_the_record_with_its_remedy_and_raised_on(tmp_path: Path) -> None:
    with pytest.raises(NotEnoughEvidence), recorded_run(tmp_path, RunKind.RETUNE, "anna"):
        raise NotEnoughEvidence("too few labels", remedy="review photos")

    found = read_run(tmp_path, RunKind.RETUNE)
    assert found is not None
    assert (found.state, found.said, found.remedy) == (RunState.REFUSED, "too few labels", "review photos")


def test_a_run_whose_process_is_gone_without_a_word_was_interrupted(tmp_path: Path) -> None:
    leave_a_run_at(tmp_path, "fitting")

    found = read_run(tmp_path, RunKind.RETUNE)
    assert found is not None
    assert (found.state, found.stage, found.ended_at) == (RunState.INTERRUPTED, "fitting", None)


def test_a_second_run_of_a_kind_is_refused_while_one_goes_on(tmp_path: Path) -> None:
    with recorded_run(tmp_path, RunKind.RETUNE, "anna"), pytest.raises(NotAllowed, match="runs already"):
        start_run(tmp_path, RunKind.RETUNE, "ben", ["retune"])


def test_runs_of_two_kinds_go_on_beside_each_other(tmp_path: Path) -> None:
    with recorded_run(tmp_path, RunKind.RETUNE, "anna"), recorded_run(tmp_path, RunKind.RANKING, "ben"):
        assert is_running(tmp_path, RunKind.RETUNE)
        assert is_running(tmp_path, RunKind.RANKING)
