"""Where a model computes: the graphics card where there is one, else the processor."""

from __future__ import annotations

from data.errors import BadSettings

AUTO = "auto"
DEVICES = ("cuda", "mps", "cpu")
"""The fastest first; `auto` takes the first that is there."""


def choose_device(wanted: str = AUTO) -> str:
    """Choose the device that models compute on.

    Args:
        wanted: `auto`, `cuda`, `mps` or `cpu`, as settings say.

    Raises:
        BadSettings: there is no such device, or this computer does not have it.
    """
    if wanted not in {AUTO, *DEVICES}:
        raise BadSettings(f"there is no device '{wanted}'", remedy=f"set device to one of: {AUTO}, {', '.join(DEVICES)}")
    here = [name for name in DEVICES if is_there(name)]
    if wanted == AUTO:
        return here[0]
    if wanted not in here:
        raise BadSettings(
            f"settings ask for the device '{wanted}', and torch finds none here",
            remedy=f"set device = '{AUTO}' in settings.toml, or install a torch that knows the card; found: {', '.join(here)}",
        )
    return wanted


def is_there(device: str) -> bool:
    """Tell whether torch can compute on a device here."""
    import torch  # noqa: PLC0415

    if device == "cuda":
        return torch.cuda.is_available()
    return device == "cpu" or torch.backends.mps.is_available()


def is_out_of_memory(error: BaseException) -> bool:
    """Tell whether a device's memory ran out: torch says so in one class for cards, and in words elsewhere."""
    import torch  # noqa: PLC0415

    said = str(error).lower()
    in_words = isinstance(error, RuntimeError) and ("out of memory" in said or "can't allocate memory" in said)
    return isinstance(error, torch.OutOfMemoryError | MemoryError) or in_words
