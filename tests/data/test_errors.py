from __future__ import annotations

import pickle

import pytest

from data.errors import BackendFailed, CoutureError, MissingBackend


@pytest.mark.parametrize(
    "error",
    [MissingBackend(role="embedder", name="clip", remedy="fetch it"), BackendFailed("the model failed", remedy="use another")],
)
def test_an_error_comes_back_from_a_worker_process_as_it_was(error: CoutureError) -> None:
    back = pickle.loads(pickle.dumps(error))

    assert (type(back), str(back), vars(back)) == (type(error), str(error), vars(error))
