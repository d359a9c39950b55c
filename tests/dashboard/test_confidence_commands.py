"""What `couture agreement` and `couture audit` say."""

from __future__ import annotations

from data.domain import Verdict
from data.store import open_store
from tests.builders import ANNA, BEN, review_of
from tests.dashboard.test_command_line import Run, run

__all__ = ["run"]


def test_agreement_is_one_object_of_pairs_and_reviewers(run: Run) -> None:
    store = open_store(run.home / "store")
    first = store.photos.all()[0].photo_id
    store.events.append([review_of(first, Verdict.NOT_IN_DAM, by=who) for who in (ANNA, BEN)])

    found = run.json("agreement")

    assert (found["photos"], found["alpha"], found["pairs"][0]["agreed"]["value"]) == (1, None, 1.0)
    assert [one["reviewer"] for one in found["reviewers"]] == ["anna", "ben"]


def test_agreement_without_a_second_opinion_says_so(run: Run) -> None:
    code, out, _ = run("agreement")

    assert (code, out.strip()) == (0, "no photo has been decided by two reviewers: nothing to compare yet")


def test_an_audit_of_what_was_not_drawn_says_so(run: Run) -> None:
    code, out, _ = run("audit")

    assert code == 0
    assert "nothing was drawn at random" in out


def test_an_audit_is_one_object_with_both_shares(run: Run) -> None:
    found = run.json("audit")

    assert (found["decided"], found["drawn"], found["overall"]) == (0, 0, {"name": "", "plain": None, "weighted": None})
