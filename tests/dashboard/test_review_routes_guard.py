"""Who may ask the review screen's routes, and from where."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dashboard.request_guard import MOST_BYTES, page_token
from dashboard.seals import FILE, seal_of
from dashboard.wiring import Services
from data.domain import Reviewer
from tests.dashboard.screens import Screen, decision, screen_of

READS = ("items", "find", "last", "geometry")
WRITES = ("painted", "decisions", "leases", "release", "rerank")
DECISION = decision("e1", "bag-blue/0", sku="bag-blue")


@pytest.fixture
def anna(services: Services) -> Screen:
    """Anna's screen on the small catalogue."""
    return screen_of(services, "anna", "t1")


@pytest.mark.parametrize("name", READS)
@pytest.mark.parametrize("token", ["", "wrong", "YW5uYQ==.00"])
def test_reading_without_the_right_token_is_refused(anna: Screen, name: str, token: str) -> None:
    assert replace(anna, token=token).get(name).status_code == 403


@pytest.mark.parametrize("name", WRITES)
@pytest.mark.parametrize("token", ["", "wrong", "YW5uYQ==.00"])
def test_writing_without_the_right_token_is_refused(anna: Screen, name: str, token: str) -> None:
    assert replace(anna, token=token).post(name, DECISION).status_code == 403


def test_a_refused_decision_is_not_stored(anna: Screen, services: Services) -> None:
    replace(anna, token="").post("decisions", DECISION)

    assert services.store.events.count() == 0


def test_a_refusal_says_to_reload_the_page(anna: Screen) -> None:
    assert "reload the page" in replace(anna, token="wrong").post("decisions", DECISION).json()["error"]


def test_another_reviewers_token_is_refused(anna: Screen, services: Services) -> None:
    assert replace(anna, token=page_token(services.home, Reviewer("ben"))).post("decisions", DECISION).status_code == 403


def test_another_installations_token_is_refused(anna: Screen, empty: Services) -> None:
    assert replace(anna, token=page_token(empty.home, Reviewer("anna"))).post("decisions", DECISION).status_code == 403


def test_a_name_that_is_not_ascii_has_a_token_too(services: Services) -> None:
    assert screen_of(services, "Åsa Žižek", "t1").get("last").status_code == 200


def test_a_token_outlives_a_restart(services: Services) -> None:
    before = page_token(services.home, Reviewer("anna"))
    seal_of.cache_clear()

    assert page_token(services.home, Reviewer("anna")) == before


def test_only_the_owner_can_read_the_secret(services: Services) -> None:
    page_token(services.home, Reviewer("anna"))

    assert (services.home / FILE).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", WRITES)
@pytest.mark.parametrize("origin", ["http://evil.example", "null"])
def test_a_page_of_another_site_is_refused(anna: Screen, name: str, origin: str) -> None:
    assert replace(anna, origin=origin).post(name, DECISION).status_code == 403


def test_a_form_is_refused(anna: Screen) -> None:
    assert anna.post_bytes("decisions", b"{}", content_type="text/plain").status_code == 403


@pytest.mark.parametrize("body", [b"", b"[1]", b"{", b'"text"', b"[" * 20_000, b'{"note": "' + b"x" * MOST_BYTES + b'"}'])
def test_a_body_that_is_no_object_of_a_sensible_size_is_refused(anna: Screen, body: bytes) -> None:
    assert anna.post_bytes("decisions", body).status_code == 400


def test_answers_about_the_catalogue_are_kept_nowhere(anna: Screen) -> None:
    assert anna.get("last").headers["cache-control"] == "no-store"
