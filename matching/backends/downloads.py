"""Fetching pretrained models, when a person has agreed to it."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

from data.errors import BackendFailed, CoutureError
from matching.backends import Backends, find
from matching.backends.chosen import Needed
from matching.backends.hub import ModelCard, is_folder
from matching.backends.model_faults import missing, untrusted

TAKEN = (".json", ".txt", ".model", ".py")
SAFE, OLD = ".safetensors", ".bin"


def is_offline() -> bool:
    """Tell whether the environment forbids asking the hub (HF_HUB_OFFLINE)."""
    from huggingface_hub import is_offline_mode  # noqa: PLC0415

    return is_offline_mode()


def check_fetchable(needed: Needed, backends: Backends) -> None:
    """See that fetching a model is of use, before hundreds of megabytes are.

    Raises:
        MissingBackend: settings name no source or a wrong folder, its code may not run or lacks packages, or the hub may not be
            asked.
    """
    card, table = needed.card, f"[models.{needed.card.name}] in settings.toml"
    if card.remote_code and not backends.choice(card.name).trust_remote_code:
        raise untrusted(card)
    lacking = [name for name in card.packages if find_spec(name) is None]
    if lacking:
        raise missing(
            card, f"its own code needs: pip install {' '.join(lacking)}, a torchvision that fits the torch that is here"
        )
    if hasattr(find(needed.role, backends.choice(needed.engine)), "fetch"):
        if card.hub_id:
            raise missing(card, f"{card.hub_id} does not have it: correct source under {table}")
    elif not card.hub_id:
        raise missing(card, f"set source under {table} to a folder, or to an id of the model hub")
    elif is_folder(card.hub_id):
        raise missing(card, f"the folder {card.hub_id} is not there or lacks files of it: correct source under {table}")
    if is_offline():
        way = f", got elsewhere with {card.fetch_command}" if card.hub_id else ""
        raise missing(card, f"HF_HUB_OFFLINE is set: put it into a folder{way}, and name that as source under {table}")


def fetch(needed: Needed, backends: Backends) -> None:
    """Download a model to where it is looked for.

    Raises:
        MissingBackend: the hub does not give it to this account, or does not have it.
        BackendFailed: the network or the disk failed; what was fetched so far is kept.
    """
    own = getattr(find(needed.role, backends.choice(needed.engine)), "fetch", None)
    if own:
        own()
    else:
        _fetch_snapshot(needed.card)


def _fetch_snapshot(card: ModelCard) -> None:
    from huggingface_hub import snapshot_download  # noqa: PLC0415
    from huggingface_hub.errors import DryRunError, HFValidationError  # noqa: PLC0415

    known: Any = {"revision": card.revision}
    try:
        listed = snapshot_download(card.hub_id, dry_run=True, **known)
        snapshot_download(card.hub_id, allow_patterns=_files([file.filename for file in listed], card.folders), **known)
    except DryRunError as error:  # it hides why
        raise _explained(card, error.__cause__ or error) from error
    except (OSError, HFValidationError) as error:
        raise _explained(card, error) from error


def _explained(card: ModelCard, error: BaseException) -> CoutureError:
    from huggingface_hub import constants  # noqa: PLC0415
    from huggingface_hub.errors import (  # noqa: PLC0415
        GatedRepoError,
        HFValidationError,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    table = f"[models.{card.name}] in settings.toml"
    if isinstance(error, GatedRepoError):
        page = f"{constants.ENDPOINT}/{card.hub_id}"
        return missing(
            card, f"the hub gives it only to accounts that accepted its licence: do so on {page}, then run hf auth login"
        )
    if isinstance(error, RepositoryNotFoundError | HFValidationError):
        remedy = f"the hub shows no {card.hub_id} to this account: correct source under {table}, or run hf auth login"
        return missing(card, remedy)
    if isinstance(error, RevisionNotFoundError):
        return missing(card, f"{card.hub_id} has no revision {card.revision}: correct revision under {table}")
    return BackendFailed(
        f"'{card.name}' could not be fetched ({' '.join(str(error).split())[:300]})",
        remedy=f"see to network and disk, then run the command again: what was fetched is kept. Or {card.fetch_command}",
    )


def _files(names: list[str], folders: Sequence[str]) -> list[str]:
    """Choose the files that loading reads: safetensors rather than pickled weights, no other framework's.

    Other formats of the same weights lie in folders of their own, so of folders only those that a card names are taken.
    """
    near = [name for name in names if "/" not in name or name.partition("/")[0] in folders]
    weights = SAFE if any(name.endswith(SAFE) for name in near) else OLD
    return [name for name in near if name.endswith((*TAKEN, weights))]
