from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from data.domain import PhotoId, Side, WeightsVersion
from data.errors import NotAllowed, NotEnoughEvidence, NotFound
from data.events import Verdict
from data.store import Store
from feedback.evaluation import active_weights
from feedback.gate import Outcome
from feedback.retune import retune
from feedback.versions import activate, roll_back, take_into_use
from matching.preparation import record_of
from matching.weights import Weights, from_json, to_json
from tests.builders import NOON, match_all, review_of, right_matches
from tests.small_catalogue import BACKENDS, matcher_of

PHOTO = PhotoId("ball-red/1")


def shown(store: Store) -> str:
    """Write out what is suggested now, to the last digit."""
    return repr(matcher_of(store).suggest(PHOTO, top=8).candidates)


def store_proposal(store: Store, number: int, *, outcome: Outcome, allowed: bool) -> WeightsVersion:
    """Store weights that listen to colour alone, as a proposal that was judged so."""
    parent = active_weights(store)
    values = np.array([1.0 if channel == "colour/reference" else 1e-3 for channel in parent.channels])
    weights = replace(parent, version=WeightsVersion(f"v{number}"), values=tuple((values / values.sum()).tolist()))
    metrics = {"outcome": outcome.value, "reason": f"it is {outcome.value}", "judgement": {"allowed": allowed}}
    store.weights.put([record_of(weights, parent=parent.version, created_by="anna", at=NOON, metrics=metrics)])
    return weights.version


def test_a_version_that_is_activated_ranks_at_once(small_store: Store) -> None:
    matcher = matcher_of(small_store)
    matcher.suggest(PHOTO)
    version = store_proposal(small_store, 2, outcome=Outcome.BETTER, allowed=True)
    take_into_use(small_store, version, by="anna", at=NOON)

    assert matcher.suggest(PHOTO).weights == version


def test_another_version_ranks_otherwise(small_store: Store) -> None:
    before = shown(small_store)
    take_into_use(small_store, store_proposal(small_store, 2, outcome=Outcome.BETTER, allowed=True), by="anna", at=NOON)

    assert shown(small_store) != before


def test_rolling_back_restores_the_very_same_ranking(small_store: Store) -> None:
    before = shown(small_store)
    take_into_use(small_store, store_proposal(small_store, 2, outcome=Outcome.BETTER, allowed=True), by="anna", at=NOON)
    roll_back(small_store, by="anna", at=NOON)

    assert shown(small_store) == before


def test_rolling_back_is_one_more_activation_on_the_record(small_store: Store) -> None:
    take_into_use(small_store, store_proposal(small_store, 2, outcome=Outcome.BETTER, allowed=True), by="anna", at=NOON)

    step = roll_back(small_store, by="ben", at=NOON)

    assert (step.version, step.activated_by, step.reason, step.sequence) == ("v1", "ben", "rolled back from v2", 2)


def test_with_one_version_there_is_nothing_to_roll_back_to(small_store: Store) -> None:
    with pytest.raises(NotFound, match="no version to go back to"):
        roll_back(small_store, by="anna", at=NOON)


def test_an_unknown_version_cannot_be_activated(small_store: Store) -> None:
    with pytest.raises(NotFound, match="v9"):
        activate(small_store, WeightsVersion("v9"), by="anna", reason="", at=NOON)


@pytest.mark.parametrize("outcome", [Outcome.WORSE, Outcome.UNDECIDED])
def test_what_the_gate_did_not_allow_is_refused(small_store: Store, outcome: Outcome) -> None:
    version = store_proposal(small_store, 2, outcome=outcome, allowed=False)

    with pytest.raises(NotAllowed, match=f"v2 is not activated: it is {outcome.value}"):
        take_into_use(small_store, version, by="anna", at=NOON)


def test_what_was_refused_does_not_rank(small_store: Store) -> None:
    version = store_proposal(small_store, 2, outcome=Outcome.WORSE, allowed=False)

    with pytest.raises(NotAllowed):
        take_into_use(small_store, version, by="anna", at=NOON)
    assert small_store.activations.active() == "v1"


def test_force_takes_it_all_the_same_and_says_so(small_store: Store) -> None:
    version = store_proposal(small_store, 2, outcome=Outcome.WORSE, allowed=False)
    take_into_use(small_store, version, by="anna", force=True, at=NOON)

    last = small_store.activations.all()[-1]
    assert (last.version, last.reason.startswith("forced")) == (version, True)


def test_retuning_without_labels_says_how_many_there_are(small_store: Store) -> None:
    with pytest.raises(NotEnoughEvidence, match="0 confirmed photos of 0 assets"):
        retune(small_store, BACKENDS, by="anna")


def test_retuning_with_too_few_labels_stores_no_version(small_store: Store) -> None:
    match_all(small_store, {"ball-red/1": "ball-red"})

    with pytest.raises(NotEnoughEvidence):
        retune(small_store, BACKENDS, by="anna")
    assert small_store.weights.count() == 1


def test_sealed_labels_are_not_counted_as_labels_to_fit_on(small_store: Store) -> None:
    match_all(small_store, right_matches(small_store.photos.all(), Side.TEST))

    with pytest.raises(NotEnoughEvidence, match="0 confirmed photos"):
        retune(small_store, BACKENDS, by="anna")


@pytest.mark.slow
def test_a_proposal_is_stored_with_its_lineage_and_does_not_rank_yet(small_store: Store) -> None:
    matches = right_matches(small_store.photos.all(), Side.CALIBRATION)
    match_all(small_store, matches)

    proposal = retune(small_store, BACKENDS, by="anna", seed=7)

    record = small_store.weights.get(proposal.version)
    assert (record.parent, record.created_by, record.watermark, record.seed) == ("v1", "anna", len(matches) - 1, 7)
    assert (proposal.labels, small_store.activations.active()) == (len(matches), "v1")


@pytest.mark.slow
def test_retuning_twice_on_the_same_labels_gives_the_same_weights(small_store: Store) -> None:
    match_all(small_store, right_matches(small_store.photos.all(), Side.CALIBRATION))
    small_store.events.append([review_of(f"stranger/{number}", Verdict.NOT_IN_DAM) for number in range(2, 7)])
    versions = [retune(small_store, BACKENDS, by="anna").version for _ in range(2)]

    one, other = (from_json(small_store.weights.get(version).parameters) for version in versions)
    assert to_json(replace(one, version=other.version)) == to_json(other)


@pytest.mark.slow
def test_force_on_retuning_takes_the_proposal_and_says_so(small_store: Store) -> None:
    match_all(small_store, right_matches(small_store.photos.all(), Side.CALIBRATION))

    proposal = retune(small_store, BACKENDS, by="anna", take=True, force=True)

    assert (proposal.activated, matcher_of(small_store).suggest(PHOTO).weights) == (True, proposal.version)


def test_weights_in_use_are_read_from_the_store(small_store: Store) -> None:
    found: Weights = active_weights(small_store)

    assert json.loads(small_store.weights.get(found.version).parameters)["version"] == "v1"


def test_the_same_labels_give_the_same_weights_however_often_one_retunes(small_store: Store) -> None:
    match_all(small_store, right_matches(small_store.photos.all(), Side.CALIBRATION))

    once = retune(small_store, BACKENDS, by="mia", take=True, force=True)
    again = retune(small_store, BACKENDS, by="mia")

    first, second = (from_json(small_store.weights.get(proposal.version).parameters) for proposal in (once, again))
    assert replace(second, version=first.version) == first


def test_rolling_back_twice_goes_back_two_versions(small_store: Store) -> None:
    first = active_weights(small_store).version
    for number in (2, 3):
        activate(
            small_store, store_proposal(small_store, number, outcome=Outcome.BETTER, allowed=True), by="mia", reason="", at=NOON
        )

    assert [roll_back(small_store, by="mia", at=NOON).version for _ in range(2)] == ["v2", first]
