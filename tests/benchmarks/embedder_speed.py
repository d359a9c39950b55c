"""How fast pretrained embedders run: real architectures with random weights, which compute what trained ones would.

python -m tests.benchmarks.embedder_speed --device cuda --peak-tflops 989

On prepared cut-outs against the bare forward pass of the same model, in turns; end to end from the demo's photo files; and the
plain loop over transformers' own pipeline for image features.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Annotated, Any, cast

import numpy as np
import PIL.Image
import torch
import typer

from data.demo import demo_folder
from data.domain import ImageId
from data.pictures import ingest_picture
from matching.backends import Backends, ModelChoice
from matching.backends.transformers_embedder import FEW_AT_ONCE, MOST_AT_ONCE, TransformersEmbedder
from matching.describing import PictureEvidence
from matching.ports import CutOut
from matching.workers import Job, describe_all, start_pool

Pixels = torch.Tensor


def _vit() -> tuple[Any, Any]:
    from transformers import ViTConfig, ViTImageProcessorPil, ViTModel

    return ViTModel(ViTConfig(), add_pooling_layer=False), ViTImageProcessorPil()


def _dinov2() -> tuple[Any, Any]:
    from transformers import BitImageProcessorPil, Dinov2Config, Dinov2Model

    size = {"shortest_edge": 256}
    return Dinov2Model(Dinov2Config(image_size=518, patch_size=14)), BitImageProcessorPil(size=size)


def _resnet() -> tuple[Any, Any]:
    from transformers import ConvNextImageProcessorPil, ResNetConfig, ResNetModel

    return ResNetModel(ResNetConfig()), ConvNextImageProcessorPil(size={"shortest_edge": 224})


MODELS: dict[str, Callable[[], tuple[Any, Any]]] = {"resnet50": _resnet, "vit": _vit, "dinov2": _dinov2}


def main(  # noqa: PLR0917  # Typer names all of them
    models: Annotated[list[str] | None, typer.Argument(help="Of resnet50, vit, dinov2; all unless some are named.")] = None,
    device: str = "auto",
    cutouts: int = 64,
    pictures: int = 32,
    rounds: int = 5,
    peak_tflops: Annotated[float, typer.Option(help="Of the card in the precision that is used; 0: not known.")] = 0.0,
) -> None:
    """Measure each model, and print one row of a table for each."""
    print("| model | on | bare forward, images/s | prepared cut-outs | share | end to end | pipeline | TFLOP/s |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for name in models or list(MODELS):
        with tempfile.TemporaryDirectory() as folder:
            choice = _saved(name, Path(folder))
            print(_row(name, choice, device, cutouts, pictures, rounds, peak_tflops), flush=True)


def _saved(name: str, folder: Path) -> ModelChoice:
    torch.manual_seed(0)
    model, processor = MODELS[name]()
    model.save_pretrained(folder)
    processor.save_pretrained(folder)
    return ModelChoice(name=name, source=str(folder))


def _row(  # noqa: PLR0917
    name: str, choice: ModelChoice, device: str, cutouts: int, pictures: int, rounds: int, peak_tflops: float
) -> str:
    embedder = TransformersEmbedder(choice=choice, device=device)
    shown = _cutouts(cutouts, embedder.cutout_px)
    prepared = embedder.prepare(shown)
    model, pixels = _bare(embedder, prepared)
    at_once = MOST_AT_ONCE if pixels.is_cuda else FEW_AT_ONCE
    turns = [
        (_seconds(lambda: _forward(model, pixels, at_once)), _seconds(lambda: embedder.embed_prepared(prepared)))
        for _ in range(rounds + 1)
    ][1:]
    bare, ours = (cutouts / median(column) for column in zip(*turns, strict=True))
    share = median(first / second for first, second in turns)
    flops = _flops(model, pixels[:1]) * ours / 1e12
    peak = f" ({flops / peak_tflops:.0%} of the peak)" if peak_tflops else ""
    where = torch.cuda.get_device_name() if pixels.is_cuda else f"{pixels.device.type}, {torch.get_num_threads()} threads"
    whole = _end_to_end(choice, device, pictures)
    plain = _pipeline(choice, pixels.device.type, shown)
    return (
        f"| {name} | {where}, {str(pixels.dtype).removeprefix('torch.')} | {bare:.1f} | {ours:.1f} | {share:.0%} | "
        f"{whole} | {plain:.1f} | {flops:.2f}{peak} |"
    )


def _cutouts(count: int, size_px: int) -> list[CutOut]:
    random = np.random.default_rng(0)
    mask = np.ones((size_px, size_px), dtype=np.bool_)
    return [CutOut(pixels=random.integers(0, 256, (size_px, size_px, 3)).astype(np.uint8), mask=mask) for _ in range(count)]


def _bare(embedder: TransformersEmbedder, prepared: Any) -> tuple[Any, Pixels]:
    """Give the embedder's own model, and its input as it is when the model begins."""
    embedder.embed_prepared(prepared[:1])
    model = embedder._loaded  # the same weights on the same device, so that only the way there differs
    like = next(model.parameters())
    pixels = embedder._preparation.scale(torch.from_numpy(prepared).to(like.device))
    return model, pixels.to(like.dtype)


def _forward(model: Any, pixels: Pixels, at_once: int) -> None:
    with torch.inference_mode():
        for at in range(0, len(pixels), at_once):
            model(pixel_values=pixels[at : at + at_once])
    if pixels.is_cuda:
        torch.cuda.synchronize()


def _seconds(run: Callable[[], object]) -> float:
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def _flops(model: Any, pixels: Pixels) -> int:
    from torch.utils.flop_counter import FlopCounterMode

    with FlopCounterMode(display=False) as counted, torch.inference_mode():
        model(pixel_values=pixels)
    return int(counted.get_total_flops())


def _end_to_end(choice: ModelChoice, device: str, count: int) -> str:
    """Describe photo files as indexing does, without the store: decode, cut out, prepare, run; cut-outs and pictures a second."""
    backends = Backends(embedders=(choice.name,), renderer="none", device=device, models=(choice,))
    files = sorted((demo_folder() / "photos").iterdir())
    images = [ingest_picture(file.read_bytes(), name=file.name) for file in files]
    jobs = [Job(image_id=ImageId(str(at)), content=images[at % len(images)].content, studio=False) for at in range(count)]
    with start_pool() as pool:
        _described(jobs[:4], backends, pool)  # workers import, the model loads
        began = time.perf_counter()
        found = _described(jobs, backends, pool)
        took = time.perf_counter() - began
    return f"{sum(found) / took:.1f} cut-outs/s of {len(found) / took:.1f} photos/s"


def _described(jobs: Sequence[Job], backends: Backends, pool: Any) -> list[int]:
    outcomes = [outcome for batch in describe_all(iter(jobs), backends, pool) for _, outcome in batch]
    return [len(outcome.names) for outcome in outcomes if isinstance(outcome, PictureEvidence)]


def _pipeline(choice: ModelChoice, device: str, cutouts: Sequence[CutOut]) -> float:
    """Run the plain loop: one picture after the other through transformers' pipeline."""
    from transformers import AutoImageProcessor, pipeline

    processor = cast("Any", AutoImageProcessor).from_pretrained(choice.source, backend="pil")
    extract = pipeline("image-feature-extraction", model=choice.source, image_processor=processor, device=device)
    pictures = [PIL.Image.fromarray(cutout.pixels) for cutout in cutouts]
    extract(pictures[0], return_tensors=True)
    return len(pictures) / _seconds(lambda: [extract(picture, return_tensors=True) for picture in pictures])


if __name__ == "__main__":
    typer.run(main)
