"""What goes wrong with a pretrained model, said so that one knows what to do."""

from __future__ import annotations

import pickle
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from data.errors import BackendFailed, CoutureError, MissingBackend
from matching.backends.devices import is_out_of_memory

if TYPE_CHECKING:
    from matching.backends.hub import ModelCard

ROLE = "pretrained model"
SHOWN = 5


@contextmanager
def explained(card: ModelCard, where: str) -> Iterator[None]:
    """Turn what torch, transformers and safetensors raise into errors that say what to do.

    Args:
        card: which model.
        where: the folder that it is loaded from.

    Raises:
        MissingBackend: the model's own code needs a package that is not installed, or may not run.
        BackendFailed: anything else.
    """
    from safetensors import SafetensorError  # noqa: PLC0415

    try:
        yield
    except CoutureError:
        raise
    except ImportError as error:
        raise missing(card, f"install what it needs ({_one_line(error)})") from error
    except (SafetensorError, pickle.UnpicklingError, EOFError) as error:
        raise corrupt(card, where, error) from error
    except (RuntimeError, MemoryError) as error:
        if is_out_of_memory(error):
            raise too_large(card) from error
        raise unusable(card, where, error) from error
    except ValueError as error:
        raise (untrusted(card) if "trust_remote_code" in str(error) else unusable(card, where, error)) from error
    except (OSError, LookupError, AttributeError, TypeError) as error:
        raise unusable(card, where, error) from error


def missing(card: ModelCard, remedy: str) -> MissingBackend:
    """Say that a model does not work here, and what to do."""
    return MissingBackend(role=ROLE, name=card.name, remedy=remedy)


def untrusted(card: ModelCard) -> MissingBackend:
    """Say that a model brings code which settings do not allow to run."""
    return missing(
        card,
        "it brings Python code of its own, which runs only where settings allow it: "
        f"add trust_remote_code = true under [models.{card.name}] in settings.toml",
    )


def corrupt(card: ModelCard, where: str, error: BaseException) -> BackendFailed:
    """Say that a file of a model is damaged."""
    return BackendFailed(
        f"the weights of '{card.name}' in {where} are damaged ({_one_line(error)})",
        remedy=f"delete them and fetch them again{_fetching(card)}",
    )


def too_large(card: ModelCard) -> BackendFailed:
    """Say that a model does not fit into memory."""
    return BackendFailed(
        f"memory ran out while '{card.name}' was at work",
        remedy="what was done is kept: close other programs, set device = 'cpu' in settings.toml, or choose a smaller model",
    )


def incomplete(card: ModelCard, where: str, keys: Collection[str], *, kind: str) -> BackendFailed:
    """Say that a checkpoint lacks weights: the model would answer at random.

    Args:
        card: which model.
        where: the folder that it was loaded from.
        keys: names of the weights that it lacks.
        kind: what is to be said of the folder's type of model; may be empty.
    """
    named = ", ".join(sorted(keys)[:SHOWN]) + (f" and {len(keys) - SHOWN} more" if len(keys) > SHOWN else "")
    return BackendFailed(
        f"the checkpoint of '{card.name}' in {where} lacks {len(keys)} weights or has them in another shape: "
        f"they would be random ({named}){kind}",
        remedy=f"name a folder or revision that has them under [models.{card.name}] in settings.toml",
    )


def unusable(card: ModelCard, where: str, error: BaseException) -> BackendFailed:
    """Say that a model can not be loaded from a folder."""
    return BackendFailed(
        f"'{card.name}' cannot be used from {where}: {_one_line(error)}",
        remedy=f"see that source under [models.{card.name}] in settings.toml names this very model{_fetching(card)}",
    )


def _fetching(card: ModelCard) -> str:
    return f", as with: {card.fetch_command}" if card.hub_id else ""


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())[:500] or type(error).__name__
