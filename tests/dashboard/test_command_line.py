"""The command `couture`: what it prints, what it refuses, and with which exit code."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from dashboard.cli import main
from dashboard.settings import HOME_VARIABLE
from data.domain import Side
from data.events import Verdict
from data.store import open_store
from tests.builders import (
    ANNA,
    ARTICLES,
    BEN,
    CARLA,
    STRANGER,
    match_all,
    photo_picture,
    png,
    reference_picture,
    review_of,
    right_matches,
    sku_of,
)

Outcome = tuple[int, str, str]


@dataclass(frozen=True)
class Run:
    """Runs the command in a home."""

    home: Path
    capture: pytest.CaptureFixture[str]
    patch: pytest.MonkeyPatch

    def __call__(self, *words: str) -> Outcome:
        """Give exit code, stdout and stderr."""
        self.patch.setattr(sys, "argv", ["couture", "--home", str(self.home), *words])
        self.capture.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        said = self.capture.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    def json(self, *words: str) -> Any:
        """Give what it printed with --json, which must be one object and nothing else."""
        code, out, err = self(*words, "--json")
        assert code == 0, err
        return json.loads(out)


@pytest.fixture
def run(home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.delenv(HOME_VARIABLE, raising=False)
    return Run(home, capsys, monkeypatch)


@pytest.fixture
def photo_file(tmp_path: Path) -> Path:
    file = tmp_path / "seen.png"
    file.write_bytes(png(photo_picture(ARTICLES["ball-green"], 5_000)))  # type: ignore[index]  # a sku
    return file


def read_table(file: Path) -> pd.DataFrame:
    if file.suffix == ".jsonl":
        return pd.DataFrame([json.loads(line) for line in file.read_text().splitlines()])
    return pd.read_csv(file) if file.suffix == ".csv" else pd.read_parquet(file)


def label_all(home: Path) -> None:
    store = open_store(home / "store")
    photos = store.photos.all()
    match_all(store, right_matches(photos, Side.CALIBRATION) | right_matches(photos, Side.TEST))


def contradict(home: Path) -> None:
    """Anna and Carla agree on what 20 photos show; Ben says of each that it is another article."""
    store = open_store(home / "store")
    right = list(right_matches(store.photos.all(), Side.CALIBRATION).items())[:20]
    skus = sorted(ARTICLES)
    for photo, sku in right:
        other = skus[skus.index(sku_of(photo)) - 1]
        said = ((ANNA, sku), (CARLA, sku), (BEN, other))
        store.events.append([review_of(photo, Verdict.MATCH, answer, by=by) for by, answer in said])


def test_a_photo_is_matched_with_contributions_that_sum_to_the_score(run: Run, photo_file: Path) -> None:
    found = run.json("match", str(photo_file), "--top", "3")

    assert [candidate["rank"] for candidate in found["candidates"]] == [1, 2, 3]
    assert found["candidates"][0]["sku"] == "ball-green"
    assert found["weights"] == "v1"
    assert 0 <= found["no_match"] <= 1
    for candidate in found["candidates"]:
        assert sum(candidate["contributions"].values()) == pytest.approx(candidate["score"], abs=1e-6)
        assert set(candidate["best_view"]) == {"kind", "yaw_deg", "from_front_deg"}


def test_matching_stores_nothing(run: Run, photo_file: Path) -> None:
    before = open_store(run.home / "store").images.count()

    run("match", str(photo_file))

    assert open_store(run.home / "store").images.count() == before


def test_a_text_file_is_no_photo(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "notes.png"
    file.write_text("not a picture")

    code, out, err = run("match", str(file))

    assert (code, out) == (1, "")
    assert len(err.strip().splitlines()) == 1
    assert "notes.png" in err


def test_an_unknown_command_is_wrong_usage(run: Run) -> None:
    assert run("paint")[0] == 2


def test_a_home_after_the_command_wins_over_one_before_it(run: Run, tmp_path: Path) -> None:
    found = run.json("weights", "list", "--home", str(tmp_path / "other"))

    assert found == {"versions": []}


def test_the_environment_names_the_home_where_no_option_does(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(run.home))
    monkeypatch.setattr(sys, "argv", ["couture", "weights", "list", "--json"])

    with pytest.raises(SystemExit):
        main()

    assert [row["version"] for row in json.loads(run.capture.readouterr().out)["versions"]] == ["v1"]


def test_a_catalogue_goes_in_is_indexed_and_matched(run: Run, tmp_path: Path, photo_file: Path) -> None:
    for sku, article in ARTICLES.items():
        (tmp_path / f"{sku}.png").write_bytes(png(reference_picture(article)))
    rows = "".join(f"{sku},{sku}.png,{sku}\n" for sku in ARTICLES)
    (tmp_path / "catalogue.csv").write_text("sku,image,title\n" + rows)
    fresh = Run(tmp_path / "fresh", run.capture, run.patch)
    fresh.home.mkdir()
    (fresh.home / "settings.toml").write_text('renderer = "none"\n')

    report = fresh.json("import", "catalogue", str(tmp_path / "catalogue.csv"))
    made = fresh.json("index")
    again = fresh.json("index")
    found = fresh.json("match", str(photo_file))

    assert (report["taken"], report["refused"]) == (len(ARTICLES), [])
    assert (made["described"], made["failed"]) == (len(ARTICLES), [])
    assert again["described"] == 0
    assert found["candidates"][0]["sku"] == "ball-green"


def test_a_bad_row_is_named_with_its_line_and_the_others_are_taken(run: Run, tmp_path: Path) -> None:
    (tmp_path / "good.png").write_bytes(png(photo_picture(STRANGER, 6_000)))
    (tmp_path / "photos.csv").write_text("photo_id,image\nnew-1,good.png\nnew-2,missing.png\n")

    code, out, err = run("import", "photos", str(tmp_path / "photos.csv"))

    assert code == 0
    assert "1 taken" in out
    assert "line 3" in err
    assert "missing.png" in err


def test_a_table_without_its_columns_is_refused_and_nothing_is_stored(run: Run, tmp_path: Path) -> None:
    (tmp_path / "photos.csv").write_text("name,file\na,b\n")
    before = open_store(run.home / "store").photos.count()

    code, _, err = run("import", "photos", str(tmp_path / "photos.csv"))

    assert code == 1
    assert "photo_id" in err
    assert open_store(run.home / "store").photos.count() == before


def test_a_review_is_recorded_and_withdrawn_as_the_screen_would(run: Run) -> None:
    run.json("review", "ball-red/1", "match", "ball-red", "--by", "anna")
    run.json("review", "ball-red/1", "withdrawn", "--by", "anna")

    said = [(event.verdict, event.sku, event.reviewer) for event in open_store(run.home / "store").events.all()]
    assert said == [(Verdict.MATCH, "ball-red", "anna"), (Verdict.WITHDRAWN, None, "anna")]


def test_a_review_of_an_unknown_sku_is_refused(run: Run) -> None:
    code, _, err = run("review", "ball-red/1", "match", "ball-black", "--by", "anna")

    assert code == 1
    assert "ball-black" in err
    assert open_store(run.home / "store").events.count() == 0


def test_evaluation_has_intervals_and_a_ladder(run: Run) -> None:
    label_all(run.home)

    found = run.json("evaluate", "--ladder")

    for name in ("top1", "top3", "top5", "mrr"):
        assert found[name]["low"] <= found[name]["value"] <= found[name]["high"]
    assert found["no_match_auroc"] is None
    steps = [step["step"] for step in found["steps"]]
    assert steps[:3] == ["2d, euclidean", "2d, mix", "2d"]
    assert found["steps"][0]["difference"] is None
    assert found["steps"][1]["difference"]["low"] <= found["steps"][1]["difference"]["high"]


def test_evaluation_without_any_known_photo_says_what_to_do(run: Run) -> None:
    code, _, err = run("evaluate")

    assert code == 1
    assert "review" in err


def test_retuning_proposes_activates_and_rolls_back(run: Run) -> None:
    label_all(run.home)

    proposal = run.json("retune", "--activate", "--force", "--by", "mia")
    listed = run.json("weights", "list")["versions"]
    back = run.json("weights", "rollback", "--by", "mia")

    assert proposal["version"] == "v2"
    assert proposal["activated"] is True
    assert proposal["outcome"] in {"better", "worse", "undecided"}
    assert [(row["version"], row["active"]) for row in listed] == [("v2", True), ("v1", False)]
    assert back["version"] == "v1"


def test_weights_are_shown_as_shares_of_one(run: Run) -> None:
    shown = run.json("weights", "show", "v1")

    assert sum(shown["channels"].values()) == pytest.approx(1)


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_labels_are_exported_by_the_files_ending(run: Run, tmp_path: Path, ending: str) -> None:
    label_all(run.home)
    file = tmp_path / f"labels.{ending}"

    count = run.json("export", "labels", str(file))["rows"]

    frame = read_table(file)
    assert len(frame) == count == len(open_store(run.home / "store").events.all())
    assert set(frame["label"]) == {"match"}


def test_an_export_overwrites_no_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text("mine")

    code, _, err = run("export", "labels", str(tmp_path / "labels.csv"))

    assert code == 1
    assert "labels.csv" in err
    assert (tmp_path / "labels.csv").read_text() == "mine"


def test_labels_become_a_dataset_folder(run: Run, tmp_path: Path) -> None:
    label_all(run.home)

    count = run.json("export", "labels", str(tmp_path / "dataset"))["rows"]

    files = sorted((tmp_path / "dataset" / "data").iterdir())
    assert sum(len(pd.read_parquet(file)) for file in files) == count == 32
    assert [file.name for file in files] == ["test-00000-of-00001.parquet", "train-00000-of-00001.parquet"]


def test_no_suspicion_is_said_with_what_was_looked_at(run: Run) -> None:
    label_all(run.home)

    code, out, _ = run("suspicions")

    assert (code, out.strip()) == (0, "none found among 32 reviews of 1 reviewer")


def test_a_reviewer_who_contradicts_the_others_is_listed(run: Run) -> None:
    contradict(run.home)

    [found] = run.json("suspicions")["suspicions"]

    assert (found["kind"], found["reviewer"], found["n"], len(found["events"])) == ("careless", "ben", 20, 20)


def test_a_suspicion_is_one_sentence_with_its_remedy(run: Run) -> None:
    contradict(run.home)

    code, out, _ = run("suspicions")

    assert (code, len(out.strip().splitlines())) == (0, 1)
    assert "--without ben" in out


def test_advice_before_any_proposal_names_what_would_help(run: Run) -> None:
    label_all(run.home)

    found = run.json("weights", "advice")

    assert (found["kind"], found["weights_moved"]) == ("unknown", None)
    assert found["helpful"][0]["kind"] == "not_in_dam"


def test_advice_is_read_line_by_line(run: Run) -> None:
    code, out, _ = run("weights", "advice")

    assert code == 0
    assert out.startswith("unknown: ")
    assert "photos of the sealed side" in out


def test_equivalent_skus_are_declared_listed_and_undone(run: Run) -> None:
    stored = run.json("equivalent", "ball-red", "ball-green", "--by", "mia")
    listed = run.json("equivalent")
    run.json("equivalent", "--undo", stored["event_id"], "--by", "mia")

    assert stored["skus"] == ["ball-red", "ball-green"]
    assert listed["articles"] == [["ball-green", "ball-red"]]
    assert [(row["event_id"], row["by"]) for row in listed["declarations"]] == [(stored["event_id"], "mia")]
    assert run.json("equivalent") == {"articles": [], "declarations": []}


def test_the_list_of_equivalent_skus_has_the_whole_event_id(run: Run) -> None:
    stored = run.json("equivalent", "ball-red", "ball-green")

    assert stored["event_id"] in run("equivalent")[1]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("ball-red",), 1, "two or more"),
        (("ball-red", "gone"), 1, "gone"),
        (("--undo", "nothing"), 1, "nothing"),
        (("ball-red", "ball-green", "--undo", "e1"), 2, "not both"),
    ],
)
def test_an_equivalence_that_cannot_be_is_refused_in_words(run: Run, words: tuple[str, ...], code: int, said: str) -> None:
    found, _, err = run("equivalent", *words)

    assert (found, open_store(run.home / "store").equivalences.count()) == (code, 0)
    assert said in err


def test_words_find_assets_the_best_first(run: Run) -> None:
    found = run.json("find", "navy", "scarf", "--top", "1")

    assert found == {"words": "navy scarf", "assets": [{"rank": 1, "sku": "scarf-navy", "title": "scarf navy"}]}


def test_words_that_fit_no_asset_are_said_so(run: Run) -> None:
    assert run("find", "zzzz")[:2] == (0, "no asset fits these words\n")
