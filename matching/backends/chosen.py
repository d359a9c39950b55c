"""Which engines settings have chosen, which pretrained models these need, and whether they work here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from data.errors import MissingBackend
from matching.backends import NONE, SETTING, Backends, find
from matching.backends.hub import ModelCard, chosen, is_present


@dataclass(frozen=True, kw_only=True)
class Needed:
    """A pretrained model that a chosen engine needs.

    Attributes:
        role: of the engine.
        engine: its name.
        card: of what is really used: settings win over the engine's own card.
        present: it can be loaded without a download.
    """

    role: str
    engine: str
    card: ModelCard
    present: bool


def chosen_engines(backends: Backends) -> Iterator[tuple[str, str]]:
    """List role and name of every engine that settings have chosen; a role without an engine is left out."""
    for role, setting in SETTING.items():
        said = getattr(backends, setting)
        for name in (said,) if isinstance(said, str) else said:
            if name != NONE:
                yield role, name


def needed_models(backends: Backends) -> list[Needed]:
    """List the pretrained models of the chosen engines, each once; asks no network.

    An engine that nobody knows, or whose package is not installed, needs none: using it is what fails, with its own remedy.
    """
    found: dict[tuple[str, str], Needed] = {}
    for role, name in chosen_engines(backends):
        for needed in _models(backends, role, name):
            found.setdefault((needed.card.hub_id or needed.card.name, needed.card.revision), needed)
    return list(found.values())


def _models(backends: Backends, role: str, name: str) -> Iterator[Needed]:
    try:
        engine = find(role, backends.choice(name))
        named = getattr(engine, "cards", ())
        for card in named(backends.choice(name)) if callable(named) else named:
            choice = backends.choice(card.name)
            own = getattr(engine, "is_present", None)
            present = own(choice) if own else is_present(card, choice)
            yield Needed(role=role, engine=name, card=chosen(card, choice), present=present)
    except MissingBackend:
        return
