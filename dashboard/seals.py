"""Seals: what this installation has said, it knows again when it comes back."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import secrets
from functools import lru_cache
from pathlib import Path

from filelock import FileLock, Timeout

from data.errors import StoreError

FILE, LOCK = "secret.key", "secret.lock"
SECRET_BYTES = 32
PATIENCE_S = 10.0


class Seal:
    """Signs bytes with HMAC-SHA256: they can be read by anybody, and made by nobody else."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def close(self, purpose: str, content: bytes) -> str:
        """Sign bytes for one purpose: text that may stand in a header or in JSON."""
        return f"{base64.urlsafe_b64encode(content).decode()}.{self._signature(purpose, content)}"

    def open(self, purpose: str, sealed: str) -> bytes | None:
        """Give signed bytes back; None where they were not signed here, or for another purpose."""
        text, _, signature = sealed.partition(".")
        try:
            content = base64.b64decode(text, altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            return None
        right = self._signature(purpose, content)
        return content if hmac.compare_digest(right.encode(), signature.encode()) else None

    def _signature(self, purpose: str, content: bytes) -> str:
        return hmac.new(self._secret, purpose.encode() + b"\0" + content, hashlib.sha256).hexdigest()


@lru_cache(maxsize=8)
def seal_of(home: Path) -> Seal:
    """Give a home its seal; its secret is made on first use, and only the owner of the files can read it.

    Raises:
        StoreError: the secret can be neither read nor made.
    """
    file = home / FILE
    try:
        with FileLock(home / LOCK, timeout=PATIENCE_S):
            if not file.is_file() or file.stat().st_size != SECRET_BYTES:
                _write(file)
            return Seal(file.read_bytes())
    except (OSError, Timeout) as error:
        raise StoreError(f"the secret {file} cannot be used: {error}", remedy="make the folder writable") from error


def _write(file: Path) -> None:
    """Write beside and rename, so that a killed process leaves no half of a secret."""
    fresh = file.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as opened:
        opened.write(secrets.token_bytes(SECRET_BYTES))
    fresh.replace(file)
