"""TRELLIS and TRELLIS.2 as a process of their own, in their own Python environment: many jobs per load of the model.

Xiang et al., "Structured 3D latents for scalable and versatile 3D generation", CVPR 2025, and "Native and compact structured
latents for 3D generation", 2025. Both need CUDA. Tests run it against stand-in packages with the real call signatures: the real
weights have not been run by us. The process runs `trellis_worker.py`, which says what it reads and writes.
"""

from __future__ import annotations

import hashlib
import json
import queue
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np
import PIL.Image

from data.errors import BackendFailed, MissingBackend
from matching.backends import ModelChoice
from matching.mesh_ports import MeshJob, MeshOutcome

WORKER = Path(__file__).with_name("trellis_worker.py")
LOAD_LIMIT_S, JOB_LIMIT_S = 1800.0, 600.0
END_LIMIT_S = 30.0
SEED = 1
TAIL = 2_000
REMEDIES = {
    "no CUDA": "run the indexing where an NVIDIA GPU is, or set mesh_generator = 'relief' or 'none' in settings.toml",
    "memory": "TRELLIS needs 16 GB of GPU memory and TRELLIS.2 needs 24 GB: free the GPU, or use another",
    "package": "install it into the environment that models.{name}.python names, or name its cloned repository as "
    "models.{name}.package in settings.toml",
    "gated": "ask for access to its gated parts on the hub, log in there, and download them; or name a folder as "
    "models.{name}.source in settings.toml",
    "weights": "download them once with the environment's own huggingface_hub, or name a folder as models.{name}.source in "
    "settings.toml",
    "other": "look at what it wrote, and try its own example in its environment",
    "empty": "crop the picture by hand",
}
Event = dict[str, Any]


class TrellisGenerator:
    """TRELLIS (image-large)."""

    name = "trellis"
    alone = True

    def __init__(self, *, choice: ModelChoice | None = None) -> None:
        self._choice = choice or ModelChoice(name=self.name)
        self.job_limit_s = JOB_LIMIT_S
        said = f"{self.name} 1 {self._choice.source} {self._choice.revision} {SEED}"
        self.settings_hash = hashlib.sha256(said.encode()).hexdigest()[:16]

    def generate(self, jobs: Sequence[MeshJob]) -> Iterator[MeshOutcome]:
        """Make one mesh per job: see `MeshGenerator`. A job that hangs or crashes the process is its own failure."""
        filled = [job for job in jobs if all(cutout.mask.any() for cutout in job.cutouts) and job.cutouts]
        python = self._python() if filled else ""
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            lines = dict(zip(map(_job_name, filled), (_write_job(job, folder) for job in filled), strict=True))
            answers = self._answers(python, lines, folder)
            for job in jobs:
                if _job_name(job) not in lines:
                    yield MeshOutcome(sku=job.sku, failure=f"the cut-out is empty; {REMEDIES['empty']}")
                    continue
                report = next(answers)
                yield self._outcome(job, report, folder / f"{report['job']}.glb")

    def _python(self) -> str:
        python = self._choice.python
        if not python or not Path(python).is_file():
            said = f"'{python}' is no file" if python else f"set models.{self.name}.python in settings.toml"
            raise MissingBackend(
                role="mesh generator",
                name=self.name,
                remedy=f"{said}: it names the Python of the environment that has the model, such as /opt/trellis/bin/python",
            )
        return python

    def _answers(self, python: str, lines: dict[str, str], folder: Path) -> Iterator[Event]:
        """Give one report per job, in order, starting the process anew after a job that ended it."""
        left = list(lines)
        while left:
            jobs = folder / "jobs.jsonl"
            jobs.write_text("".join(lines[name] for name in left), encoding="utf-8")
            for report in self._run(python, jobs, list(left)):
                left.remove(report["job"])
                yield report

    def _run(self, python: str, jobs: Path, names: Sequence[str]) -> Iterator[Event]:
        """Run the process until it is over, or until one job has ended it.

        Raises:
            MissingBackend: it cannot start here.
        """
        with (jobs.parent / "log").open("w+b") as log:
            process = subprocess.Popen(self._command(python, jobs), stdout=subprocess.PIPE, stderr=log, stdin=subprocess.DEVNULL)  # noqa: S603  # what settings name
            try:
                events = _listen(process.stdout)
                self._await_ready(events, log)
                for name in names:
                    report = _await_job(events, self.job_limit_s)
                    if report["event"] != "done":
                        yield {"job": name, "made": False, "kind": "", "detail": self._why_none(report, process, log)}
                        return
                    yield report
            finally:
                process.kill()
                process.wait(END_LIMIT_S)

    def _command(self, python: str, jobs: Path) -> list[str]:
        choice = self._choice
        given = {"--source": choice.source, "--revision": choice.revision, "--package": choice.package}
        options = [word for key, value in given.items() if value for word in (key, value)]
        return [python, "-E", str(WORKER), "--family", self.name, "--jobs", str(jobs), "--out", str(jobs.parent),
                "--seed", str(SEED), "--offline", *options]  # fmt: skip

    def _await_ready(self, events: queue.Queue[Event | None], log: IO[bytes]) -> None:
        try:
            event = events.get(timeout=LOAD_LIMIT_S)
        except queue.Empty:
            event = {"kind": "other", "detail": f"it was not ready after {LOAD_LIMIT_S:.0f} s"}
        if event is None or event.get("event") != "ready":
            kind, detail = (event["kind"], event["detail"]) if event else ("other", f"it ended: {_tail(log)}")
            remedy = f"{detail}; {REMEDIES[kind].format(name=self.name)}"
            raise MissingBackend(role="mesh generator", name=self.name, remedy=remedy)

    def _why_none(self, event: Event, process: subprocess.Popen[bytes], log: IO[bytes]) -> str:
        if event["event"] == "late":
            return f"it took more than {self.job_limit_s:.0f} s, and was stopped"
        return f"the process ended with {process.wait(END_LIMIT_S)}: {_tail(log)}"

    def _outcome(self, job: MeshJob, report: Event, glb: Path) -> MeshOutcome:
        seconds = float(report.get("seconds", 0.0))
        if report["made"]:
            content = glb.read_bytes()
            glb.unlink()
            return MeshOutcome(sku=job.sku, glb=content, seconds=seconds)
        remedy = REMEDIES[report["kind"] or "other"].format(name=self.name)
        return MeshOutcome(sku=job.sku, failure=str(BackendFailed(report["detail"], remedy=remedy)), seconds=seconds)


class Trellis2Generator(TrellisGenerator):
    """TRELLIS.2 (4B), at 512³."""

    name = "trellis-2"


def _job_name(job: MeshJob) -> str:
    return hashlib.sha256(job.sku.encode()).hexdigest()[:24]


def _write_job(job: MeshJob, folder: Path) -> str:
    """Write the cut-outs of a job as RGBA; give its line of the job file."""
    paths = [folder / f"{_job_name(job)}-{number}.png" for number in range(len(job.cutouts))]
    for path, cutout in zip(paths, job.cutouts, strict=True):
        alpha = np.where(cutout.mask, 255, 0).astype(np.uint8)
        PIL.Image.fromarray(np.dstack([cutout.pixels, alpha])).save(path, compress_level=1)
    return json.dumps({"job": _job_name(job), "key": "", "images": [str(path) for path in paths]}) + "\n"


def _listen(stream: IO[bytes] | None) -> queue.Queue[Event | None]:
    """Read events as they come, in a thread of their own; None stands for the end."""
    events = queue.Queue[Event | None]()

    def read() -> None:
        for line in stream or ():
            events.put(json.loads(line))
        events.put(None)

    threading.Thread(target=read, daemon=True).start()
    return events


def _await_job(events: queue.Queue[Event | None], limit_s: float) -> Event:
    """Wait for the report of the job that is being done; or say that the process has ended, or takes too long."""
    try:
        while (event := events.get(timeout=limit_s)) is not None:
            if event["event"] == "done":
                return event
    except queue.Empty:
        return {"event": "late"}
    return {"event": "ended"}


def _tail(log: IO[bytes]) -> str:
    log.seek(0)
    return log.read()[-TAIL:].decode(errors="replace").strip()
