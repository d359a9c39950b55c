"""Weights of the network as a file: safetensors in half precision, its shape beside the numbers, its bytes known by checksum."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import cast

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from data.errors import BackendFailed, StoreError
from matching.backends.cutout_network.network import CutoutNetwork

SHAPE = "shape"
WEIGHTS = "cutout-net.safetensors"


def write_weights(network: CutoutNetwork, file: Path) -> str:
    """Write a network's weights, and give their SHA-256.

    Raises:
        StoreError: the file cannot be written.
    """
    values = {name: value.to(torch.float16).contiguous() for name, value in network.state_dict().items() if value.ndim}
    shape = json.dumps({"widths": network.widths, "blocks": network.blocks})
    content = save(values, metadata={SHAPE: shape})  # one entry: several would come in any order
    beside = file.with_suffix(".part")
    try:
        beside.write_bytes(content)
        beside.replace(file)
    except OSError as error:
        raise StoreError(f"{file} cannot be written: {error.strerror}", remedy="choose another folder") from error
    return hashlib.sha256(content).hexdigest()


def read_weights(file: Path, *, checksum: str = "") -> CutoutNetwork:
    """Read a network, ready to look at pictures.

    Args:
        file: as `write_weights` made it.
        checksum: SHA-256 that its bytes must have; empty: any.

    Raises:
        BackendFailed: the file cannot be read, is no such network, or has other bytes.
    """
    remedy = "train again with couture train cutout, or restore the file"
    try:
        if checksum and hashlib.sha256(file.read_bytes()).hexdigest() != checksum:
            raise BackendFailed(f"{file} is not the file that its checksum was taken of", remedy="restore the file")
        with safe_open(file, framework="pt") as opened:
            said = json.loads((opened.metadata() or {})[SHAPE])
            network = CutoutNetwork(tuple(said["widths"]), tuple(said["blocks"]))
            values = {name: opened.get_tensor(name).to(torch.float32) for name in opened.keys()}  # noqa: SIM118  # no mapping
        counters = {name: value for name, value in network.state_dict().items() if not value.ndim}
        network.load_state_dict({**values, **counters})
    except (OSError, SafetensorError) as error:
        raise BackendFailed(f"{file} cannot be read ({error})", remedy=remedy) from error
    except (KeyError, ValueError, TypeError, RuntimeError) as error:
        raise BackendFailed(f"{file} has no weights of a cut-out network ({error})"[:300], remedy=remedy) from error
    made = network.eval().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return cast("CutoutNetwork", made)
