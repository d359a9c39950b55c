"""Text embedders: what all must do, and those that run a model against a direct pass through it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from data.domain import FloatArray
from data.errors import BackendFailed, MissingBackend
from matching.backends import ENGINES, Backends, ModelChoice, load
from matching.backends.chosen import needed_models
from matching.ports import TextEmbedder
from tests.matching.tiny_text_models import FAMILIES, text_choice, text_folder

TEXTS = ["a red leather bag with a long strap", "Blue shoe", "gold buckle, smooth white leather"]


@pytest.fixture(scope="module", params=sorted(ENGINES["text embedder"]))
def embedder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> TextEmbedder:
    """Every text embedder; those that run a model, with a small one."""
    choice = text_choice(request.param, tmp_path_factory.mktemp("texts"))
    found: TextEmbedder = load("text embedder", request.param, choice=choice, device="cpu")
    return found


def test_vectors_have_the_size_that_was_promised_and_length_one(embedder: TextEmbedder) -> None:
    found = embedder.embed(TEXTS)

    assert (found.shape, found.dtype.name) == ((3, embedder.size), "float32")
    assert np.linalg.norm(found, axis=1) == pytest.approx(1, abs=1e-5)


def test_no_text_gives_no_vector(embedder: TextEmbedder) -> None:
    assert embedder.embed([]).shape == (0, embedder.size)


def test_neighbours_in_a_batch_do_not_matter(embedder: TextEmbedder) -> None:
    assert embedder.embed(TEXTS)[1] == pytest.approx(embedder.embed(TEXTS[1:2])[0], abs=1e-5)


def test_other_words_give_another_vector(embedder: TextEmbedder) -> None:
    one, other, _ = embedder.embed(TEXTS)

    assert float(one @ other) < 0.999


def test_a_text_of_any_length_is_described(embedder: TextEmbedder) -> None:
    assert np.isfinite(embedder.embed(["red bag " * 500])).all()


def test_a_revision_names_the_weights(embedder: TextEmbedder) -> None:
    assert embedder.revision == embedder.revision != ""


@pytest.mark.parametrize("name", sorted(FAMILIES))
def test_other_weights_have_another_revision(name: str, tmp_path: Path) -> None:
    revisions = {
        load(
            "text embedder", name, choice=ModelChoice(name=name, source=str(text_folder(name, tmp_path / f"{seed}", seed=seed)))
        ).revision
        for seed in (0, 1)
    }

    assert len(revisions) == 2


def test_shared_words_make_texts_alike() -> None:
    found = load("text embedder", "ngrams").embed(["red leather bag", "a red bag of leather", "blue silk scarf"])

    assert found[0] @ found[1] > 0.3 > abs(found[0] @ found[2])


def test_a_text_without_words_is_a_vector_of_zeros() -> None:
    assert not load("text embedder", "ngrams").embed(["", "the of a"]).any()


@pytest.mark.parametrize("name", sorted(FAMILIES))
def test_a_saved_model_gives_what_a_direct_pass_through_it_gives(name: str, tmp_path: Path) -> None:
    choice = text_choice(name, tmp_path)

    found = load("text embedder", name, choice=choice, device="cpu").embed(TEXTS)

    assert found == pytest.approx(direct(name, choice.source), abs=1e-5)


def direct(name: str, folder: str) -> FloatArray:
    """Describe the texts by transformers alone, the whole model and one text at a time."""
    import torch
    from transformers import AutoModel, AutoTokenizer

    model: Any = AutoModel.from_pretrained(folder).eval()
    tokenizer, found = AutoTokenizer.from_pretrained(folder), []
    for text in TEXTS:
        with torch.no_grad():
            if name == "minilm":
                found.append(model(**tokenizer(text, return_tensors="pt")).last_hidden_state[0].mean(dim=0))
            elif name == "clip-text":
                found.append(model.get_text_features(**tokenizer(text, return_tensors="pt")).pooler_output[0])
            else:
                tokens = tokenizer(text.lower(), padding="max_length", max_length=64, return_tensors="pt")
                found.append(model.get_text_features(input_ids=tokens["input_ids"]).pooler_output[0])
    stacked = torch.stack(found)
    return np.asarray((stacked / stacked.norm(dim=1, keepdim=True)).numpy())


def test_a_model_that_is_not_here_is_refused_with_its_remedy() -> None:
    found = load("text embedder", "minilm", choice=ModelChoice(name="minilm", source="/no/such/folder"))

    with pytest.raises(MissingBackend, match=r"correct source under \[models.minilm\]"):
        found.embed(["a bag"])


def test_a_checkpoint_of_another_family_is_refused(tmp_path: Path) -> None:
    folder = text_folder("minilm", tmp_path)
    found = load("text embedder", "siglip2-text", choice=ModelChoice(name="siglip2-text", source=str(folder)), device="cpu")

    with pytest.raises(BackendFailed):
        found.embed(["a bag"])


@pytest.mark.parametrize("name", sorted(FAMILIES))
def test_what_it_needs_is_announced_before_it_is_fetched(name: str) -> None:
    needed = [model for model in needed_models(Backends(text_embedder=name)) if model.role == "text embedder"]

    assert [(model.engine, model.card.licence != "not known", model.card.download_mb > 0) for model in needed] == [
        (name, True, True)
    ]
