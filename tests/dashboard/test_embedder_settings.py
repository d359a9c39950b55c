"""From settings.toml to a ranking: an embedder that settings name beside those there were."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.settings import HOME_VARIABLE
from tests.builders import ARTICLES, photo_picture, png
from tests.dashboard.test_command_line import Run
from tests.small_models import save_model


@pytest.fixture
def run(home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.delenv(HOME_VARIABLE, raising=False)
    return Run(home, capsys, monkeypatch)


def set_embedders(run: Run, *names: str, source: Path) -> None:
    listed = ", ".join(f'"{name}"' for name in names)
    text = f'renderer = "none"\ndevice = "cpu"\nembedders = [{listed}]\n\n[models.vit]\nsource = "{source}"\n'
    (run.home / "settings.toml").write_text(text)


@pytest.mark.slow
def test_an_embedder_that_settings_add_is_indexed_and_ranks_and_that_is_said(run: Run, tmp_path: Path) -> None:
    set_embedders(run, "descriptors", "vit", source=save_model("vit", tmp_path / "vit"))
    article = next(iter(ARTICLES.values()))
    (tmp_path / "photo.png").write_bytes(png(photo_picture(article, 4_000)))

    code, out, _ = run("index")
    found = run.json("match", str(tmp_path / "photo.png"))

    assert code == 0
    assert "weights v2 taken into use: new basis, for other embedders; couture retune learns" in " ".join(out.split())
    assert {"vit_16/reference", "colour/reference"} <= found["candidates"][0]["contributions"].keys()


def test_a_model_that_is_not_there_is_said_before_anything_is_done(run: Run, tmp_path: Path) -> None:
    set_embedders(run, "vit", source=tmp_path / "nowhere")

    code, _, err = run("index")

    assert code == 1
    assert "[models.vit]" in " ".join(err.split())
    assert str(tmp_path / "nowhere") in err.replace("\n", "")


def test_an_upload_is_refused_until_the_embedder_is_indexed(run: Run, tmp_path: Path) -> None:
    set_embedders(run, "vit", source=save_model("vit", tmp_path / "vit"))
    (tmp_path / "photo.png").write_bytes(png(photo_picture(next(iter(ARTICLES.values())), 4_000)))

    code, _, err = run("match", str(tmp_path / "photo.png"))

    assert (code, "couture index" in " ".join(err.split())) == (1, True)
