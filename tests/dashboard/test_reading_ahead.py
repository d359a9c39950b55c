from __future__ import annotations

import pytest

from dashboard.catalogue_cache import catalogue_of
from dashboard.measured_figures import figures_of
from dashboard.reading_ahead import read_ahead, read_ahead_beside
from dashboard.wiring import Services
from data.domain import PhotoId, Sku, SuggestionId
from data.errors import BadSettings, MissingBackend
from data.ranking import Suggestion
from matching import snapshot

PHOTO = PhotoId("ball-red/0")


def forbid(monkeypatch: pytest.MonkeyPatch, where: object, name: str) -> None:
    def refused(*_: object) -> None:
        pytest.fail(f"{name} is called again")

    monkeypatch.setattr(where, name, refused)


def test_the_first_photo_does_not_wait_for_the_catalogue(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    read_ahead(services)
    forbid(monkeypatch, snapshot, "load_catalogue")

    assert services.matcher.suggest(PHOTO).candidates


def test_the_first_look_at_an_asset_reads_no_views(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    read_ahead(services)
    forbid(monkeypatch, type(services.store.views), "columns")

    [view] = catalogue_of(services.store).views_of(Sku("ball-red"))

    assert view.sku == "ball-red"


def test_what_was_decided_is_measured_before_anybody_asks(reviewed: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    read_ahead(reviewed)
    forbid(monkeypatch, type(reviewed.store.suggestions), "lists_of")

    assert figures_of(reviewed).audits() is not None
    assert figures_of(reviewed).absences() is not None


def test_a_home_with_nothing_in_it_is_read_ahead_without_a_word(empty: Services) -> None:
    read_ahead(empty)

    assert catalogue_of(empty.store).categories() == []


def test_a_home_that_cannot_be_opened_does_not_keep_the_server_from_starting() -> None:
    def refuse() -> Services:
        raise BadSettings("a fault", remedy="none")

    read_ahead_beside(refuse)


def test_figures_of_what_was_decided_read_it_once(reviewed: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    times, own = list[int](), reviewed.store.suggestions.lists_of

    def counted(_table: object, wanted: list[SuggestionId]) -> list[Suggestion]:
        times.append(1)
        return own(wanted)

    monkeypatch.setattr(type(reviewed.store.suggestions), "lists_of", counted)
    figures = figures_of(reviewed)

    assert (figures.audits(), figures.absences(), figures.people()).count(None) == 0
    assert len(times) == 1


def test_what_is_not_indexed_is_indexed_beside_the_server(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = list[Services]()
    monkeypatch.setattr("dashboard.reading_ahead.start_indexing", begun.append)

    read_ahead(services)

    assert begun == [services]


def test_an_engine_that_is_not_here_is_said_and_the_pages_open(
    services: Services, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(_: Services) -> None:
        raise MissingBackend(role="embedder", name="vit", remedy="fetch it")

    monkeypatch.setattr("dashboard.reading_ahead.start_indexing", refuse)

    read_ahead(services)

    assert "vit" in caplog.text
    assert services.matcher.suggest(PHOTO).candidates
