"""Training of the cut-out network: from a seed, interrupted, written, read and used."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from data.errors import BackendFailed, BadSettings, MissingBackend
from matching.backends import ModelChoice
from matching.backends.cutout_network.inference import likely
from matching.backends.cutout_network.network import CutoutNetwork, loss_of, parameters_of
from matching.backends.cutout_network.remover import CutoutNetRemover
from matching.backends.cutout_network.report import held_out_report
from matching.backends.cutout_network.training import Plan, rate_at, train
from matching.backends.cutout_network.weights import read_weights, write_weights
from tests.matching.tiny_removers import cutout_weights
from tests.matching.tiny_training import TINY


def bytes_of(folder: Path, plan: Plan, *, resume: bool = False) -> bytes:
    """Train, and give the weights file's content."""
    write_weights(train(folder, plan, resume=resume).network, folder / "weights.safetensors")
    return (folder / "weights.safetensors").read_bytes()


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return bytes_of(tmp_path_factory.mktemp("trained"), TINY)


def test_two_trainings_from_one_seed_give_the_same_bytes(trained: bytes, tmp_path: Path) -> None:
    assert bytes_of(tmp_path, TINY) == trained


def test_another_seed_gives_other_weights(trained: bytes, tmp_path: Path) -> None:
    assert bytes_of(tmp_path, replace(TINY, seed=5)) != trained


def test_photos_made_beside_the_training_give_the_same_bytes(trained: bytes, tmp_path: Path) -> None:
    assert bytes_of(tmp_path, replace(TINY, workers=1)) == trained


def test_a_training_that_was_stopped_and_resumed_gives_the_same_bytes(trained: bytes, tmp_path: Path) -> None:
    stopped = train(tmp_path, TINY, minutes=0)

    assert stopped.step == 2
    assert bytes_of(tmp_path, TINY, resume=True) == trained


def test_a_checkpoint_of_other_options_is_not_gone_on_with(tmp_path: Path) -> None:
    train(tmp_path, TINY, minutes=0)

    with pytest.raises(BackendFailed, match="other options"):
        train(tmp_path, replace(TINY, steps=6), resume=True)


def test_widths_that_torch_is_not_safe_with_are_refused() -> None:
    with pytest.raises(BadSettings, match="multiples of 16"):
        replace(TINY, widths=(16, 24))


def test_training_lowers_the_loss(tmp_path: Path) -> None:
    longer = replace(TINY, steps=40, batch=4, warm_up=4, checkpoint_every=40)

    first = train(tmp_path / "one", replace(longer, steps=1), minutes=0).loss
    assert train(tmp_path / "all", longer).loss < first


def test_the_learning_rate_rises_evenly_and_falls_along_a_cosine() -> None:
    plan = Plan(steps=110, warm_up=10, rate=1.0)

    assert rate_at(plan, 4) == pytest.approx(0.5)
    assert rate_at(plan, 10) == pytest.approx(1.0)
    assert rate_at(plan, 60) == pytest.approx(0.5)
    assert rate_at(plan, 110) == pytest.approx(0.0)


def test_the_loss_is_cross_entropy_plus_what_overlap_is_missing() -> None:
    logits, truth = torch.zeros(1, 1, 2, 2), torch.tensor([[[[1.0, 1.0], [0.0, 0.0]]]])

    # every pixel is 0.5: entropy ln 2; both 1, either 2 + 2 - 1 = 3; (1 + 1) / (3 + 1) = 0.5
    assert float(loss_of(logits, truth)) == pytest.approx(math.log(2) + 0.5)


def test_the_network_has_at_most_two_million_parameters_and_a_file_of_four_megabytes(tmp_path: Path) -> None:
    network = CutoutNetwork()
    write_weights(network, tmp_path / "weights.safetensors")

    assert parameters_of(network) <= 2_000_000
    assert (tmp_path / "weights.safetensors").stat().st_size <= 4_000_000


def test_weights_that_are_written_and_read_give_the_same_masks(tmp_path: Path) -> None:
    torch.manual_seed(0)
    network = CutoutNetwork((4, 6), (1,)).eval()
    picture = np.random.default_rng(0).integers(0, 256, (192, 192, 3)).astype(np.uint8)

    write_weights(network, tmp_path / "weights.safetensors")

    again = read_weights(tmp_path / "weights.safetensors")
    assert np.abs(likely(again, picture) - likely(network, picture)).max() < 5e-3  # numbers of eleven bits


def test_other_bytes_than_the_checksum_s_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "weights.safetensors"
    checksum = write_weights(CutoutNetwork((4,), ()), file)
    read_weights(file, checksum=checksum)

    file.write_bytes(file.read_bytes()[:-1] + b"\x01")

    with pytest.raises(BackendFailed, match="checksum"):
        read_weights(file, checksum=checksum)


@pytest.mark.parametrize("content", [b"", b"no weights", b"\x02\0\0\0\0\0\0\0{}"])
def test_a_file_that_holds_no_network_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "weights.safetensors"
    file.write_bytes(content)

    with pytest.raises(BackendFailed, match="train again"):
        read_weights(file)


def test_a_remover_whose_weights_are_not_there_says_how_to_get_them(tmp_path: Path) -> None:
    remover = CutoutNetRemover(choice=ModelChoice(name="cutout-net", source=str(tmp_path / "none.safetensors")))

    with pytest.raises(MissingBackend, match="couture train cutout"):
        remover.ready()


def test_a_remover_finds_its_weights_in_a_folder_and_the_dark_article_in_a_photo(tmp_path: Path) -> None:
    cutout_weights(tmp_path / "cutout-net.safetensors")
    photo = np.full((240, 320, 3), 230, dtype=np.uint8)
    photo[60:180, 80:240] = 20

    found = CutoutNetRemover(choice=ModelChoice(name="cutout-net", source=str(tmp_path))).masks(photo, studio=False)

    assert [(one.name, one.fell_back) for one in found] == [("learned", False), ("whole", False)]
    truth = np.zeros((240, 320), dtype=np.bool_)
    truth[60:180, 80:240] = True
    assert (found[0].mask & truth).sum() / (found[0].mask | truth).sum() > 0.95


def test_the_report_measures_every_scene_on_articles_of_another_seed(tmp_path: Path) -> None:
    made = train(tmp_path, TINY)

    rows = held_out_report(made.network, tmp_path, TINY, each=1)

    assert len({row.scene for row in rows}) == len(rows) == 7
    assert all(0 <= row.network <= 1 and 0 <= row.grabcut <= 1 for row in rows)
    assert len(list(tmp_path.glob("stock-*"))) == 2
