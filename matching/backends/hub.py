"""The one way in which pretrained models are found and loaded: from a folder, or from the cache of the model hub.

Nothing here downloads: `matching.backends.downloads` does, when a person has agreed. A model that is not here is an error that
says how to get it. What a row of `ENGINES` names may have `cards`, the models that it needs, so that they are announced before
they are fetched: a tuple of `ModelCard`, or a function that gives one for a `ModelChoice`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from data.errors import BadSettings
from matching.backends import ModelChoice
from matching.backends.devices import choose_device
from matching.backends.model_faults import explained, incomplete, missing, untrusted
from matching.backends.model_files import digest_of, has_config, has_weights

__all__ = ["ModelCard", "choose_device", "digest_of", "is_present", "load_model", "load_processor", "locate", "revision_of"]

COMMIT = re.compile(r"[0-9a-f]{40}")
SHORT = 12


@dataclass(frozen=True, kw_only=True)
class ModelCard:
    """What a user should know of a pretrained model before it is fetched.

    Attributes:
        name: as settings call it.
        hub_id: its repository on the hub; empty: settings must name a source.
        revision: the commit that is pinned; `main`: not pinned.
        licence: of the weights.
        non_commercial: the licence forbids commercial use.
        gated: the hub wants an account that has accepted the licence.
        download_mb: about how much is fetched; 0: not known.
        remote_code: its repository brings Python code of its own.
        packages: what that code imports beside torch and transformers.
        folders: of its repository that loading reads too.
    """

    name: str
    hub_id: str = ""
    revision: str = "main"
    licence: str = "not known"
    non_commercial: bool = False
    gated: bool = False
    download_mb: int = 0
    remote_code: bool = False
    packages: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()

    @property
    def pinned(self) -> bool:
        """Whether the revision is a commit, which cannot change."""
        return bool(COMMIT.fullmatch(self.revision))

    @property
    def fetch_command(self) -> str:
        """The command that fetches the model without this program."""
        return f"hf download {self.hub_id} --revision {self.revision}"


def chosen(card: ModelCard, choice: ModelChoice | None) -> ModelCard:
    """Give the card of what is really used: settings win over the card."""
    source = choice.source if choice and choice.source else card.hub_id
    revision = choice.revision if choice and choice.revision else card.revision if source == card.hub_id else "main"
    packages = card.packages if source == card.hub_id else ()
    return replace(card, hub_id=source, revision=revision, packages=packages)


def is_folder(source: str) -> bool:
    """Tell whether a source is a path rather than an id of the hub: it exists, or no id is written like it."""
    return Path(source).expanduser().is_dir() or source.startswith(("/", ".", "~", "\\")) or source.count("/") > 1


def locate(card: ModelCard, choice: ModelChoice | None = None) -> str:
    """Find a model: the folder that settings name, else its snapshot in the hub's cache, else the id that it has on the hub."""
    used = chosen(card, choice)
    if not used.hub_id:
        return ""
    if is_folder(used.hub_id):
        return str(Path(used.hub_id).expanduser())
    return str(_snapshot(used) or used.hub_id)


def is_present(card: ModelCard, choice: ModelChoice | None = None) -> bool:
    """Tell whether a model can be loaded without a download; asks no network."""
    found = locate(card, choice)
    folder = Path(found)
    return bool(found) and folder.is_dir() and has_config(folder) and has_weights(folder)


def revision_of(card: ModelCard, choice: ModelChoice | None = None) -> str:
    """Name the exact weights in short: the hub's commit, or for a folder of one's own the digest of its files.

    Raises:
        MissingBackend: the model is not here.
    """
    folder = _folder(card, choice)
    return folder.name[:SHORT] if folder.parent.name == "snapshots" and COMMIT.fullmatch(folder.name) else digest_of(folder)


def load_model(
    model_class: Any,  # noqa: ANN401  # any class of transformers
    card: ModelCard,
    choice: ModelChoice | None = None,
    *,
    device: str,
    dtype: Any = None,  # noqa: ANN401  # torch is imported late
    may_lack: Sequence[str] = (),
    **options: Any,  # noqa: ANN401  # as transformers takes them
) -> Any:  # noqa: ANN401
    """Load a model for use, never with random weights.

    Args:
        model_class: a class of transformers with `from_pretrained`.
        card: which model.
        choice: what settings say of it.
        device: as `choose_device` gives it.
        dtype: of the weights; None: float32, whatever they were stored in.
        may_lack: beginnings of names of weights that the checkpoint may lack, since nobody reads what they compute.
        options: for `from_pretrained`.

    Raises:
        MissingBackend: it is not here, its own code may not run, or needs a package that is not installed.
        BackendFailed: its files are damaged, incomplete or of another model, or memory ran out.
        BadSettings: settings trust code of the hub without a pinned revision.
    """
    import torch  # noqa: PLC0415

    folder = _folder(card, choice)
    trust = _trusts(card, choice)
    with explained(card, str(folder)), _quiet():
        model, info = model_class.from_pretrained(
            folder,
            local_files_only=True,
            output_loading_info=True,
            trust_remote_code=trust,
            dtype=dtype or torch.float32,
            ignore_mismatched_sizes=True,  # so that they can be named below; they are an error too
            **options,
        )
        reshaped = {key for key, *_ in info["mismatched_keys"]}
        lacking = {key for key in info["missing_keys"] | reshaped if not key.startswith(tuple(may_lack))}
        if lacking:
            raise incomplete(card, str(folder), lacking, kind=_kind(folder, model_class))
        return model.to(device).eval()


def load_processor(
    processor_class: Any,  # noqa: ANN401  # any class of transformers
    card: ModelCard,
    choice: ModelChoice | None = None,
    **options: Any,  # noqa: ANN401
) -> Any:  # noqa: ANN401
    """Load what prepares a model's input: an image processor, a tokenizer, or both.

    Raises:
        MissingBackend, BackendFailed, BadSettings: as `load_model`.
    """
    folder = _folder(card, choice)
    with explained(card, str(folder)), _quiet():
        return processor_class.from_pretrained(folder, local_files_only=True, trust_remote_code=_trusts(card, choice), **options)


def _folder(card: ModelCard, choice: ModelChoice | None) -> Path:
    used, table = chosen(card, choice), f"[models.{card.name}] in settings.toml"
    if not used.hub_id:
        raise missing(card, f"set source under {table} to a folder, or to an id of the model hub")
    found = Path(locate(card, choice))
    if is_folder(used.hub_id):
        if not has_config(found):
            what = "has no config.json" if found.is_dir() else "is not there"
            raise missing(card, f"the folder {found} {what}: correct source under {table}")
        return found
    if not found.is_dir():
        raise missing(
            card,
            f"{used.hub_id} is not in the model cache: fetch it with couture index, or where there is a network with "
            f"{used.fetch_command}; or set source under {table} to a folder that has it",
        )
    return found


def _snapshot(used: ModelCard) -> Path | None:
    from huggingface_hub import try_to_load_from_cache  # noqa: PLC0415
    from huggingface_hub.errors import HFValidationError  # noqa: PLC0415

    try:
        found = try_to_load_from_cache(used.hub_id, "config.json", revision=used.revision)
    except HFValidationError:
        return None
    return Path(found).parent if isinstance(found, str) else None


def _trusts(card: ModelCard, choice: ModelChoice | None) -> bool:
    trust = bool(choice and choice.trust_remote_code)
    if card.remote_code and not trust:
        raise untrusted(card)
    used = chosen(card, choice)
    if trust and not is_folder(used.hub_id) and not used.pinned:
        raise BadSettings(
            f"settings trust the code of {used.hub_id}, whose revision '{used.revision}' may change under it",
            remedy=f"set revision under [models.{card.name}] in settings.toml to a commit of 40 digits, which you have read",
        )
    return trust


def _kind(folder: Path, model_class: Any) -> str:  # noqa: ANN401
    said = json.loads((folder / "config.json").read_text(encoding="utf-8")).get("model_type", "")
    wanted = getattr(getattr(model_class, "config_class", None), "model_type", "")
    return f"; the folder has a model of type '{said}', '{wanted}' was wanted" if wanted and said != wanted else ""


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep transformers' own bars and tables off the screen: what matters of them becomes an error."""
    from transformers.utils import logging as theirs  # noqa: PLC0415

    logging = cast("Any", theirs)  # its functions have no types
    level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()
