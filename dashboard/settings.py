"""What a home is set to: `settings.toml` in its folder, all of it optional."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path

from data.errors import BadSettings

FILE = "settings.toml"
DEFAULT_HOME = Path("var")
HOME_VARIABLE = "COUTURE_HOME"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Which engine serves which role, and how the dashboard is reached."""

    profile: str = "embedded"
    remover: str = "grabcut"
    embedder: str = "descriptors"
    describer: str = "measured"
    renderer: str = "vtk"
    port: int = 8501


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
    known = {field.name: type(field.default) for field in fields(Settings)}
    for name, value in said.items():
        if name not in known:
            raise BadSettings(f"{file} has a setting '{name}'", remedy=f"the settings are: {', '.join(known)}")
        if not isinstance(value, known[name]):
            raise BadSettings(f"{file}: {name} is {value!r}", remedy=f"give a {known[name].__name__}")
    if said.get("profile", "embedded") != "embedded":
        raise BadSettings(f"{file}: there is no profile '{said['profile']}'", remedy="set profile = 'embedded'")
    return Settings(**said)
