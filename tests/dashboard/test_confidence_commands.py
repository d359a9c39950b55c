"""What `couture agreement`, `couture audit` and `couture confidence` say."""

from __future__ import annotations

from data.events import Verdict
from data.store import open_store
from tests.builders import ANNA, BEN, review_of
from tests.dashboard.test_command_line import Run, label_all, run

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

    assert (found["decided"], found["drawn"], found["overall"]) == (
        0,
        0,
        {"name": "", "plain": None, "weighted": None, "sampled": None},
    )


def test_confidence_of_a_small_sealed_side_promises_no_error_rate_and_says_what_it_takes(run: Run) -> None:
    label_all(run.home)

    code, out, _ = run("confidence")

    assert code == 0
    assert "no confidence can be shown to keep an error rate of 5.0%: 93 photos of different groups are needed" in out


def test_confidence_is_one_object_of_curve_sets_and_threshold(run: Run) -> None:
    label_all(run.home)

    found = run.json("confidence", "--coverage", "0.8", "--error", "0.1")

    assert (found["sets"]["coverage"], found["sets"]["n"], found["accepting"]["promised"]) == (0.8, found["photos"], 0.1)
    assert sum(one["accuracy"]["n"] for one in found["curve"]) == found["photos"]


def test_a_promise_of_no_errors_at_all_is_refused_with_its_remedy(run: Run) -> None:
    label_all(run.home)

    code, _, err = run("confidence", "--error", "0")

    assert code == 1
    assert "promise a share above 0" in err
