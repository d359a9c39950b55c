from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.settings import FILE, Settings, read_settings
from data.errors import BadSettings


def written(folder: Path, text: str) -> Path:
    (folder / FILE).write_text(text)
    return folder


def test_a_home_without_settings_has_the_defaults(tmp_path: Path) -> None:
    assert read_settings(tmp_path) == Settings()


def test_what_is_set_wins_and_the_rest_stays(tmp_path: Path) -> None:
    found = read_settings(written(tmp_path, 'renderer = "none"\nport = 9000\n'))

    assert (found.renderer, found.port, found.embedder) == ("none", 9000, Settings().embedder)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("port = 'high'\n", "port"),
        ("colour = 'red'\n", "colour"),
        ("port = \n", "settings.toml"),
        ("profile = 'seed'\n", "seed"),
    ],
)
def test_a_setting_that_is_not_understood_is_named(tmp_path: Path, text: str, what: str) -> None:
    with pytest.raises(BadSettings, match=what):
        read_settings(written(tmp_path, text))
