"""What the command line says of pretrained models: which are missing, what fetching them would mean, and a person's consent."""

from __future__ import annotations

import sys

import typer

from dashboard.cli.output import stderr
from data.errors import NotAllowed
from matching.backends import Backends
from matching.backends.chosen import Needed, needed_models
from matching.backends.downloads import check_fetchable, fetch

MB_PER_GB = 1000


def ensure_models(backends: Backends, *, agreed: bool) -> None:
    """Fetch the models that are missing, once a person has seen which and agreed; tell licences that forbid commercial use.

    Args:
        backends: which engines.
        agreed: the person agreed beforehand, with --yes.

    Raises:
        NotAllowed: nobody agreed.
        MissingBackend: a model cannot be fetched here; nothing was.
        BackendFailed: a download failed.
    """
    needed = needed_models(backends)
    for model in needed:
        if model.card.non_commercial:
            stderr.print(f"note: the licence of {model.card.name} forbids commercial use ({model.card.licence})")
    missing = [model for model in needed if not model.present]
    if not missing:
        return
    stderr.print(f"{len(missing)} of {len(needed)} models that settings name are not here:")
    for model in missing:
        stderr.print(f"  {describe(model)}")
    for model in missing:
        check_fetchable(model, backends)
    if not agreed and not _agrees(missing):
        raise NotAllowed(
            f"{len(missing)} models are not here, and nobody agreed to their download",
            remedy="run again with --yes, or name folders that have them under [models.NAME] in settings.toml",
        )
    for model in missing:
        stderr.print(f"fetching {model.card.name}")
        fetch(model, backends)


def missing_models(backends: Backends) -> list[str]:
    """Say of each model that is missing what it is; empty where nothing is."""
    return [describe(model) for model in needed_models(backends) if not model.present]


def describe(model: Needed) -> str:
    """Say in one line what fetching a model would mean."""
    card = model.card
    facts = [
        f"{model.role} {card.name}" + (f" ({card.hub_id} at {card.revision[:12]})" if card.hub_id else ""),
        f"about {size(card.download_mb)}" if card.download_mb else "size not known",
        f"licence {card.licence}",
        *(["not for commercial use"] if card.non_commercial else []),
        *(["gated: needs an account that accepted its licence"] if card.gated else []),
        *(["runs code of its own"] if card.remote_code else []),
        *(["revision not pinned"] if card.hub_id and not card.pinned else []),
    ]
    return "; ".join(facts)


def size(megabytes: int) -> str:
    """Write a size for people."""
    return f"{megabytes / MB_PER_GB:.1f} GB" if megabytes >= MB_PER_GB else f"{megabytes} MB"


def _agrees(missing: list[Needed]) -> bool:
    if not sys.stdin.isatty():
        return False
    total = sum(model.card.download_mb for model in missing)
    return typer.confirm(f"Download about {size(total)} now?", err=True)
