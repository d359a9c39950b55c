"""What a home is set to: `settings.toml` in its folder, all of it optional.

A profile names an engine for every role; a role that is set beside it wins.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from data.errors import BadSettings
from matching.backends import Backends, ModelChoice

FILE = "settings.toml"
DEFAULT_HOME = Path("var")
HOME_VARIABLE = "COUTURE_HOME"
EVERYBODY = "*"
"""Among the managers: whoever looks is one."""

DEVICES = ("auto", "cpu", "cuda", "mps")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Which engine serves which role, what is said of models, and how the dashboard is reached."""

    profile: str = "embedded"
    remover: str = "grabcut"
    embedders: tuple[str, ...] = ("descriptors",)
    describer: str = "measured"
    text_embedder: str = "ngrams"
    renderer: str = "vtk"
    mesh_generator: str = "none"
    device: str = "auto"
    port: int = 8501
    models: tuple[ModelChoice, ...] = ()
    managers: tuple[str, ...] = ()
    """Who answers for decisions: they mark gold, and see what would take a reviewer's blindness away; `*` is everybody."""

    @property
    def backends(self) -> Backends:
        """The engines by role, as they travel to worker processes."""
        return Backends(**{field.name: getattr(self, field.name) for field in fields(Backends)})


PROFILES: Mapping[str, Settings] = {
    "embedded": Settings(),
    "seed": Settings(
        profile="seed",
        remover="rmbg-2",
        embedders=("resnet50", "vit", "clip", "dinov2", "vit-msn"),
        describer="blip",
        text_embedder="minilm",
        renderer="blender",
        mesh_generator="trellis",
    ),
    "best": Settings(
        profile="best",
        remover="birefnet",
        embedders=("dinov2-registers", "dinov3", "siglip2", "fashion-siglip"),
        describer="florence-2",
        text_embedder="siglip2-text",
        renderer="blender",
        mesh_generator="trellis-2",
    ),
}
"""`embedded` downloads nothing, `seed` is what the original system ran, `best` what serves better today."""


def read_settings(home: Path) -> Settings:
    """Read a home's settings; the defaults where it has none.

    Raises:
        BadSettings: the file is not TOML, or names or types a setting that is not there.
    """
    file = home / FILE
    if not file.is_file():
        return Settings()
    try:
        said = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSettings(f"{file} cannot be read: {error}", remedy="mend it, or delete it for the defaults") from error
    profile = said.get("profile", "embedded")
    if profile not in PROFILES:
        raise BadSettings(f"{file}: there is no profile '{profile}'", remedy=f"set profile to one of: {', '.join(PROFILES)}")
    if "embedder" in said:
        remedy = f"write embedders = [{said['embedder']!r}]: there may be several now"
        raise BadSettings(f"{file} has the old setting 'embedder'", remedy=remedy.replace("'", '"'))
    known = {field.name: getattr(PROFILES[profile], field.name) for field in fields(Settings)}
    return Settings(**{**known, **{name: _understood(file, name, value, known) for name, value in said.items()}})


def _understood(file: Path, name: str, value: object, known: Mapping[str, object]) -> object:
    """Bring one setting into its type.

    Raises:
        BadSettings: there is none of that name, or its value cannot be meant.
    """
    if name not in known:
        raise BadSettings(f"{file} has a setting '{name}'", remedy=f"the settings are: {', '.join(known)}")
    if name == "models":
        return _models(file, value)
    if name in {"embedders", "managers"}:
        return _names(file, name, value)
    wanted = type(known[name])
    if not isinstance(value, wanted) or isinstance(value, bool):
        raise BadSettings(f"{file}: {name} is {value!r}", remedy=f"give a {wanted.__name__}")
    if name == "device" and value not in DEVICES:
        raise BadSettings(f"{file}: there is no device '{value}'", remedy=f"set device to one of: {', '.join(DEVICES)}")
    return value


def _names(file: Path, setting: str, value: object) -> tuple[str, ...]:
    names = [name for name in value if isinstance(name, str)] if isinstance(value, list) else []
    missing = not names and setting == "embedders"
    if missing or not isinstance(value, list) or len(set(names)) < len(value):
        example = {"embedders": "descriptors", "managers": "Ada"}[setting]
        raise BadSettings(f"{file}: {setting} is {value!r}", remedy=f'give a list of names, each once, such as ["{example}"]')
    return tuple(names)


def _models(file: Path, value: object) -> tuple[ModelChoice, ...]:
    if not isinstance(value, dict):
        raise BadSettings(f"{file}: models is {value!r}", remedy='write a table for each: [models.clip], source = "a/folder"')
    return tuple(_model(file, name, said) for name, said in value.items())


def _model(file: Path, name: str, said: Any) -> ModelChoice:  # noqa: ANN401  # whatever the file says
    types = {field.name: type(field.default) for field in fields(ModelChoice) if field.name != "name"}
    if not isinstance(said, dict):
        raise BadSettings(f"{file}: models.{name} is {said!r}", remedy=f"write a table [models.{name}]")
    for key, value in said.items():
        if key not in types:
            raise BadSettings(f"{file}: models.{name} has a setting '{key}'", remedy=f"the settings are: {', '.join(types)}")
        if not isinstance(value, types[key]):
            raise BadSettings(f"{file}: models.{name}.{key} is {value!r}", remedy=f"give a {types[key].__name__}")
    return ModelChoice(name=name, **said)
