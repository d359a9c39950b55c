"""Makes GLBs of cut-outs with TRELLIS or TRELLIS.2, in the Python environment that has it. Imports nothing of this project.

    /opt/trellis/bin/python trellis_worker.py --family trellis --jobs jobs.jsonl --out meshes/

A line of the job file is `{"job": "a1", "key": "…", "images": ["a1-0.png", …]}`: RGBA, transparent outside of the article.
`out/a1.glb` and the report `out/a1.json` are written when a job is done; one whose report has the same key is not done again.
Each event is a JSON line on standard output; what the model's own code prints goes to standard error.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Optional, TextIO, Tuple  # noqa: UP035  # Python 3.8 reads this too

FAMILIES = {
    "trellis": ("trellis.pipelines", "TrellisImageTo3DPipeline", "microsoft/TRELLIS-image-large", 15e9),
    "trellis-2": ("trellis2.pipelines", "Trellis2ImageTo3DPipeline", "microsoft/TRELLIS.2-4B", 22e9),
}
"""Module, class, weights, and bytes of GPU memory at least: 16 and 24 GB as their makers say, with a little slack."""

FAULTS = (RuntimeError, ValueError, TypeError, LookupError, AssertionError, ArithmeticError, AttributeError, OSError)
"""What a model may raise on one picture; anything else ends the process, and whoever started it goes on with the next job."""

OPAQUE = 128
SIMPLIFY, TEXTURE_PX, FACES = 0.95, 1024, 100_000
CUBE = [[-0.5, -0.5, -0.5], [0.5, 0.5, 0.5]]
Say = Callable[..., None]
Job = Dict[str, Any]  # noqa: UP006
Loaded = Tuple[Any, str]  # noqa: UP006


class CannotStart(Exception):
    """Nothing can be made here: `kind` says why."""

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(detail)
        self.kind = kind


def main() -> int:
    """Do every job of a file that is not done yet."""
    said = _arguments()
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    say = _teller(channel)
    os.environ.setdefault("SPCONV_ALGO", "native")
    if said.offline:
        os.environ["HF_HUB_OFFLINE"] = "1"
    if said.package:
        sys.path.insert(0, said.package)
    said.out.mkdir(parents=True, exist_ok=True)
    waiting = [job for job in _read(said.jobs) if not _is_done(said.out, job)]
    if not waiting:
        return 0
    started = time.monotonic()
    try:
        pipeline = load(said.family, said.source, said.revision)
    except CannotStart as error:
        say(event="cannot start", kind=error.kind, detail=str(error))
        return 1
    say(event="ready", seconds=time.monotonic() - started)
    for job in waiting:
        say(event="begun", job=job["job"])
        report = make(said.family, pipeline, job, said.out, said.seed)
        _write(said.out / (job["job"] + ".json"), json.dumps(report).encode())
        say(event="done", **report)
    return 0


def load(family: str, source: str, revision: str) -> Any:  # noqa: ANN401  # of a package that is not here
    """Load the model onto the GPU.

    Raises:
        CannotStart: no CUDA, too little memory, a package or the weights missing, or parts of them gated.
    """
    module, made, weights, least_bytes = FAMILIES[family]
    try:
        torch = import_module("torch")
        if not torch.cuda.is_available():
            raise CannotStart("no CUDA", "torch sees no CUDA device")
        there = torch.cuda.get_device_properties(0).total_memory
        if there < least_bytes:
            raise CannotStart("memory", f"the GPU has {there / 1e9:.0f} GB")
        pipelines = import_module(module)
        path = source or weights
        if revision:
            path = import_module("huggingface_hub").snapshot_download(path, revision=revision)
        pipeline = getattr(pipelines, made).from_pretrained(path)
        pipeline.cuda()
    except ImportError as error:
        raise CannotStart("package", str(error)) from error
    except FAULTS as error:
        raise CannotStart(_kind(error), f"{type(error).__name__}: {error}") from error
    return pipeline


def make(family: str, pipeline: Any, job: Job, out: Path, seed: int) -> Dict[str, Any]:  # noqa: ANN401, UP006
    """Make one GLB; the report says whether it worked, of how many pictures, and how long it took."""
    started = time.monotonic()
    report = {"job": job["job"], "key": job.get("key", ""), "made": False, "kind": "", "detail": ""}
    try:
        pictures = [_picture(Path(name)) for name in job["images"]]
        used = pictures if hasattr(pipeline, "run_multi_image") else pictures[:1]
        mesh = (_run_trellis if family == "trellis" else _run_trellis_2)(pipeline, used, seed)
        partial = out / (job["job"] + ".partial.glb")
        mesh.export(str(partial))
        partial.replace(out / (job["job"] + ".glb"))
        report.update(made=True, pictures=len(used))
    except FAULTS as error:
        report.update(kind=_kind(error), detail=f"{type(error).__name__}: {error}"[:2000])
        _free_memory()
    report["seconds"] = time.monotonic() - started
    return report


def _run_trellis(pipeline: Any, pictures: List[Any], seed: int) -> Any:  # noqa: ANN401, UP006
    formats = ["mesh", "gaussian"]  # the radiance field would cost time and memory, and nothing reads it
    if len(pictures) > 1:
        found = pipeline.run_multi_image(pictures, seed=seed, formats=formats)
    else:
        found = pipeline.run(pictures[0], seed=seed, formats=formats)
    baking = import_module("trellis.utils.postprocessing_utils")
    return baking.to_glb(found["gaussian"][0], found["mesh"][0], simplify=SIMPLIFY, texture_size=TEXTURE_PX, verbose=False)


def _run_trellis_2(pipeline: Any, pictures: List[Any], seed: int) -> Any:  # noqa: ANN401, UP006
    if len(pictures) > 1:
        mesh = pipeline.run_multi_image(pictures, seed=seed, pipeline_type="512")[0]
    else:
        mesh = pipeline.run(pictures[0], seed=seed, pipeline_type="512")[0]
    return import_module("o_voxel.postprocess").to_glb(
        vertices=mesh.vertices,
        faces=mesh.faces,
        attr_volume=mesh.attrs,
        coords=mesh.coords,
        attr_layout=mesh.layout,
        voxel_size=mesh.voxel_size,
        aabb=CUBE,
        decimation_target=FACES,
        texture_size=TEXTURE_PX,
        remesh=True,
        remesh_band=1,
        remesh_project=0,
        verbose=False,
    )


def _picture(path: Path) -> Any:  # noqa: ANN401  # a PIL image, of the other environment
    """Read a cut-out, its alpha made 0 or 255: the model looks for alpha above 204, and crops to nothing where there is none.

    Raises:
        ValueError: nothing of it is opaque.
    """
    pil = import_module("PIL.Image")
    picture = pil.open(path).convert("RGBA")
    alpha = picture.getchannel("A").point(lambda value: 255 if value >= OPAQUE else 0)
    if alpha.getbbox() is None:
        raise ValueError("empty cut-out: " + path.name)
    picture.putalpha(alpha)
    if alpha.getextrema()[0] == 0:
        return picture
    framed = pil.new("RGBA", (picture.width + 2, picture.height + 2))  # all opaque: it would be cut out once more
    framed.paste(picture, (1, 1))
    return framed


def _kind(error: BaseException) -> str:
    """Say what sort of failure it is, by class names: the classes live in packages that may not be here."""
    names = {kind.__name__ for kind in type(error).__mro__}
    text = str(error).lower()
    if "empty cut-out" in text:
        return "empty"
    if "OutOfMemoryError" in names or "out of memory" in text:
        return "memory"
    if "GatedRepoError" in names or "gated" in text:
        return "gated"
    if names & {"LocalEntryNotFoundError", "OfflineModeIsEnabled", "RepositoryNotFoundError", "EntryNotFoundError"}:
        return "weights"
    return "other"


def _free_memory() -> None:
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.cuda.empty_cache()


def _read(jobs: Path) -> Iterator[Job]:
    for number, line in enumerate(jobs.read_text(encoding="utf-8").splitlines(), start=1):
        if line.strip():
            job = json.loads(line)
            if not job["job"] or Path(job["job"]).name != job["job"]:
                raise SystemExit(f"{jobs}, line {number}: '{job['job']}' cannot be a file name")
            yield job


def _is_done(out: Path, job: Job) -> bool:
    report = _report(out / (job["job"] + ".json"))
    return bool(
        report and report.get("made") and report.get("key") == job.get("key", "") and (out / (job["job"] + ".glb")).is_file()
    )


def _report(path: Path) -> Optional[Dict[str, Any]]:  # noqa: UP006, UP045
    try:
        found: Dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))  # noqa: UP006
    except (OSError, ValueError):
        return None
    return found


def _write(path: Path, content: bytes) -> None:
    partial = path.with_suffix(".partial")
    partial.write_bytes(content)
    partial.replace(path)


def _teller(channel: TextIO) -> Say:
    def say(**event: object) -> None:
        channel.write(json.dumps(event) + "\n")
        channel.flush()

    return say


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--family", choices=sorted(FAMILIES), required=True)
    parser.add_argument("--jobs", type=Path, required=True, help="one JSON object per line")
    parser.add_argument("--out", type=Path, required=True, help="folder of GLBs and reports")
    parser.add_argument("--source", default="", help="hub id or folder of the weights")
    parser.add_argument("--revision", default="", help="of the weights on the hub")
    parser.add_argument(
        "--package", default="", help="folder that holds the model's Python package, such as the cloned repository"
    )
    parser.add_argument("--offline", action="store_true", help="download nothing from the hub")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
