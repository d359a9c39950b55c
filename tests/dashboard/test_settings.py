from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.settings import FILE, PROFILES, Settings, read_settings
from data.errors import BadSettings
from matching.backends import ModelChoice


def written(folder: Path, text: str) -> Path:
    (folder / FILE).write_text(text)
    return folder


def test_a_home_without_settings_has_the_defaults(tmp_path: Path) -> None:
    assert read_settings(tmp_path) == Settings()


def test_what_is_set_wins_and_the_rest_stays(tmp_path: Path) -> None:
    found = read_settings(written(tmp_path, 'renderer = "none"\nport = 9000\n'))

    assert (found.renderer, found.port, found.embedders) == ("none", 9000, Settings().embedders)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("port = 'high'\n", "port"),
        ("colour = 'red'\n", "colour"),
        ("port = \n", "settings.toml"),
        ("profile = 'fruit'\n", "fruit"),
        ("device = 'tpu'\n", "tpu"),
        ("embedders = 'descriptors'\n", "embedders"),
        ("embedders = []\n", "embedders"),
        ("embedders = ['clip', 'clip']\n", "embedders"),
        ("embedders = ['clip', 3]\n", "embedders"),
        ("managers = 'Ada'\n", "managers"),
        ("managers = ['Ada', 'Ada']\n", "managers"),
        ("[models]\nclip = 'a/folder'\n", "models.clip"),
        ("[models.clip]\nsauce = 'a/folder'\n", "sauce"),
        ("[models.clip]\ntrust_remote_code = 'yes'\n", "trust_remote_code"),
    ],
)
def test_a_setting_that_is_not_understood_is_named(tmp_path: Path, text: str, what: str) -> None:
    with pytest.raises(BadSettings, match=what):
        read_settings(written(tmp_path, text))


def test_a_profile_names_an_engine_for_every_role(tmp_path: Path) -> None:
    assert read_settings(written(tmp_path, "profile = 'seed'\n")) == PROFILES["seed"]


def test_a_role_that_is_set_wins_over_the_profile(tmp_path: Path) -> None:
    found = read_settings(written(tmp_path, "profile = 'seed'\nembedders = ['clip', 'descriptors']\n"))

    assert (found.embedders, found.remover) == (("clip", "descriptors"), "rmbg-2")


def test_the_embedded_profile_is_what_a_home_without_settings_has() -> None:
    assert PROFILES["embedded"] == Settings()


def test_the_old_setting_of_one_embedder_is_answered_with_the_new_one(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match=r'write embedders = \["descriptors"\]'):
        read_settings(written(tmp_path, 'embedder = "descriptors"\n'))


def test_what_is_said_of_a_model_travels_with_the_backends(tmp_path: Path) -> None:
    home = written(tmp_path, '[models.clip]\nsource = "/models/clip"\nrevision = "abc"\ntrust_remote_code = true\n')

    found = read_settings(home).backends.choice("clip")

    assert found == ModelChoice(name="clip", source="/models/clip", revision="abc", trust_remote_code=True)


def test_of_a_model_that_settings_do_not_name_only_the_name_is_known() -> None:
    assert Settings().backends.choice("clip") == ModelChoice(name="clip")


def test_those_who_answer_for_decisions_are_named(tmp_path: Path) -> None:
    assert read_settings(written(tmp_path, "managers = ['Ada', 'Ben']\n")).managers == ("Ada", "Ben")
