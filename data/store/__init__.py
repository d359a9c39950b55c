"""The store: one LanceDB database, spoken to in the words of `data.domain`."""

from data.store.connection import Store, open_store
from data.store.evidence import VectorRows, VectorTable

__all__ = ["Store", "VectorRows", "VectorTable", "open_store"]
