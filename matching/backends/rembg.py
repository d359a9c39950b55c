"""Background removal by rembg's ONNX sessions: U²-Net, IS-Net and BiRefNet, without torch and without code from the hub.

rembg would download a missing model by itself; here the file is looked for first, and only `fetch` downloads.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from threading import RLock
from typing import Any, ClassVar

import numpy as np
import PIL.Image

from data.domain import ByteArray, FloatArray
from data.errors import BackendFailed, MissingBackend
from matching.backends import ModelChoice
from matching.backends.hub import ModelCard
from matching.backends.soft_masks import SoftMaskRemover

ROLE = "background remover"
CUDA, CPU = "CUDAExecutionProvider", "CPUExecutionProvider"
INSTALL = "pip install 'couture-match[rembg]', or: pip install rembg onnxruntime"


class RembgRemover(SoftMaskRemover):
    """Cuts pictures out with one of rembg's sessions."""

    name: str
    session: ClassVar[str]

    def __init__(self, *, choice: ModelChoice | None = None, device: str = "auto") -> None:
        self._choice = choice
        self._device = device
        self._loading = RLock()

    def ready(self) -> None:
        """Load the model, so that what is wrong with it is said before any picture is cut out.

        Raises:
            MissingBackend: the model or a package is not here.
            BackendFailed: the file is damaged.
        """
        with self._explained(), self._loading:
            _ = self._opened

    def probability(self, pixels: ByteArray) -> FloatArray:
        """Say for each pixel how likely it is the article's, stretched by rembg so that the surest has 1 and the least sure 0.

        Args:
            pixels: (height, width, 3) RGB.

        Returns:
            (height, width), 0 to 1; all zero where the model thinks the same of every pixel.
        """
        self.ready()
        with self._explained(), np.errstate(invalid="ignore", divide="ignore"):
            [grey] = self._opened.predict(PIL.Image.fromarray(pixels))
        return np.asarray(grey, dtype=np.float32) / np.float32(255)

    @property
    def device(self) -> str:
        """Where the session really computes: onnxruntime may have no use for the card."""
        return "cuda" if CUDA in self._opened.inner_session.get_providers() else "cpu"

    @classmethod
    def model_file(cls, choice: ModelChoice | None = None) -> Path | None:
        """Find the model: the file or folder that settings name, else where rembg keeps it (U2NET_HOME, ~/.rembg, ~/.u2net).

        Raises:
            MissingBackend: rembg is not installed.
        """
        wanted = f"{cls.session}.onnx"
        if choice and choice.source:
            source = Path(choice.source).expanduser()
            found = source / wanted if source.is_dir() else source
            return found if found.is_file() else None
        kept = _session_class(cls.name, cls.session).resolve_existing(wanted)
        return Path(kept) if kept else None

    @classmethod
    def is_present(cls, choice: ModelChoice | None = None) -> bool:
        """Tell whether the model can be loaded without a download."""
        return cls.model_file(choice) is not None

    @classmethod
    def fetch(cls) -> None:
        """Download the model to where rembg keeps it, its checksum checked.

        Raises:
            MissingBackend: rembg is not installed.
            BackendFailed: the download failed.
        """
        from requests import RequestException  # noqa: PLC0415

        session = _session_class(cls.name, cls.session)
        try:
            session.download_models()
        except (RequestException, OSError, ValueError) as error:
            remedy = f"see to the network, or set source under [models.{cls.name}] in settings.toml to {cls.session}.onnx"
            raise BackendFailed(f"'{cls.name}' could not be fetched ({error})", remedy=remedy) from error

    @cached_property
    def _opened(self) -> Any:  # noqa: ANN401  # rembg has no types
        session = _session_class(self.name, self.session)
        import onnxruntime  # noqa: PLC0415

        file = self.model_file(self._choice)
        if file is None:
            raise _missing(self.name, self.session, self._choice)
        own = type(session.__name__, (session,), {"download_models": classmethod(lambda _, *__, **___: str(file))})
        return own(self.session, onnxruntime.SessionOptions(), **self._providers())

    def _providers(self) -> dict[str, list[str]]:
        import onnxruntime  # noqa: PLC0415

        there = onnxruntime.get_available_providers()
        if self._device == "cuda" and CUDA not in there:
            remedy = "pip install onnxruntime-gpu in the place of onnxruntime, or set device = 'cpu' in settings.toml"
            raise MissingBackend(role=ROLE, name=self.name, remedy=f"onnxruntime has no CUDA here: {remedy}")
        return {} if self._device in {"auto", "cuda"} else {"providers": [CPU]}

    @contextmanager
    def _explained(self) -> Iterator[None]:
        failures = _failures(self.name)
        try:
            yield
        except failures as error:
            what = f"'{self.name}' cannot be used from {self.model_file(self._choice)} ({' '.join(str(error).split())[:300]})"
            remedy = f"delete the file and fetch it again, or name another as source under [models.{self.name}] in settings.toml"
            raise BackendFailed(what, remedy=remedy) from error


class U2NetRemover(RembgRemover):
    """Cuts pictures out with U²-Net, as the original system did first."""

    name = "rembg-u2net"
    session = "u2net"
    card = ModelCard(name="rembg-u2net", licence="Apache-2.0, of U-2-Net", download_mb=176)


class IsNetRemover(RembgRemover):
    """Cuts pictures out with IS-Net."""

    name = "rembg-isnet"
    session = "isnet-general-use"
    card = ModelCard(name="rembg-isnet", licence="Apache-2.0, of DIS", download_mb=179)


class BiRefNetOnnxRemover(RembgRemover):
    """Cuts pictures out with BiRefNet, without code from the hub."""

    name = "rembg-birefnet"
    session = "birefnet-general"
    card = ModelCard(name="rembg-birefnet", licence="MIT, of BiRefNet", download_mb=973)


def _session_class(name: str, session: str) -> Any:  # noqa: ANN401  # rembg has no types
    # rembg imports pymatting, of which nothing is used here, and which numba would compile for a minute at the first import
    os.environ.setdefault("NUMBA_DISABLE_JIT", "1")
    try:
        import onnxruntime  # noqa: F401, PLC0415  # rembg ends the program where it is missing
        from rembg.sessions import sessions  # noqa: PLC0415
    except ImportError as error:
        raise MissingBackend(role=ROLE, name=name, remedy=f"install what it needs ({error}): {INSTALL}") from error
    return sessions[session]


def _missing(name: str, session: str, choice: ModelChoice | None) -> MissingBackend:
    table = f"[models.{name}] in settings.toml"
    if choice and choice.source:
        return MissingBackend(role=ROLE, name=name, remedy=f"{choice.source} has no {session}.onnx: correct source under {table}")
    remedy = f"its file {session}.onnx is not here: fetch it with couture index, or set source under {table} to that file"
    return MissingBackend(role=ROLE, name=name, remedy=remedy)


def _failures(name: str) -> tuple[type[Exception], ...]:
    """List what onnxruntime raises: its classes share no base but Exception."""
    try:
        from onnxruntime.capi import onnxruntime_pybind11_state as theirs  # noqa: PLC0415
    except ImportError as error:
        raise MissingBackend(role=ROLE, name=name, remedy=f"install what it needs ({error}): {INSTALL}") from error
    found = (made for made in vars(theirs).values() if isinstance(made, type) and issubclass(made, Exception))
    return (*found, RuntimeError, ValueError, IndexError)
