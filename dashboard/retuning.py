"""What the retune page shows and does: labels, proposals beside the active weights, activation and the way back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from dashboard.charts import Chart, weights_chart
from dashboard.markup import Picture
from dashboard.review_items import offer, picture_url
from dashboard.wiring import Services
from dashboard.wording import range_words
from data.domain import Activation, PhotoId, Reviewer, Side, Sku, WeightsVersion
from data.errors import NotAllowed
from feedback.comparison import Flip
from feedback.equivalence import read_labels
from feedback.evaluation import active_weights
from feedback.fitting import FEWEST_LABELS
from feedback.gate import Judgement, Outcome
from feedback.labels import LabelKind
from feedback.proposals import read_proposal, read_proposals
from feedback.retune import Proposal, retune, take_into_use
from feedback.versions import roll_back
from matching.weights import Weights, from_json

Progress = Callable[[str, int, int], None]
LEARNED_FROM = frozenset({LabelKind.MATCH, LabelKind.NOT_IN_DAM})


@dataclass(frozen=True, kw_only=True)
class LabelCounts:
    """How many labels may be fitted on, and how many are sealed; `needed` confirmed photos are the least that a fit takes."""

    calibration: int
    sealed: int
    quarantined: int
    needed: int


@dataclass(frozen=True, kw_only=True)
class FlipPictures:
    """A sealed photo whose first candidate changes, beside the asset that it shows."""

    photo: Picture
    asset: Picture


@dataclass(frozen=True, kw_only=True)
class ProposalView:
    """A proposal beside the active weights. `forbidden` says why it cannot be activated without force, empty where it can."""

    version: WeightsVersion
    parent: WeightsVersion
    outcome: Outcome
    reason: str
    difference: str
    facts: tuple[str, ...]
    forbidden: str
    is_active: bool
    charts: tuple[Chart, ...]
    gained: tuple[FlipPictures, ...]
    lost: tuple[FlipPictures, ...]


def count_labels(services: Services) -> LabelCounts:
    """Count the labels that say something of a photo, by side."""
    labels = read_labels(services.store)
    sides = [
        photo.side
        for photo in services.store.photos.all()
        if photo.photo_id in labels and labels[photo.photo_id].kind in LEARNED_FROM
    ]
    return LabelCounts(
        calibration=sides.count(Side.CALIBRATION),
        sealed=sides.count(Side.TEST),
        quarantined=sides.count(Side.QUARANTINED),
        needed=FEWEST_LABELS,
    )


def active_version(services: Services) -> WeightsVersion:
    """Say which version ranks now.

    Raises:
        NotEnoughEvidence: nothing is indexed yet.
    """
    return services.matcher.weights_version


def earlier_version(services: Services) -> WeightsVersion | None:
    """Say which version rolling back would bring; None where there is none."""
    history = services.store.activations.all()
    earlier = [step.version for step in history if step.version != history[-1].version]
    return earlier[-1] if earlier else None


def list_proposals(services: Services) -> list[WeightsVersion]:
    """List the proposals, newest first."""
    return [proposal.version for proposal in read_proposals(services.store)]


def fit_proposal(services: Services, by: Reviewer, on_progress: Progress) -> WeightsVersion:
    """Fit a proposal on the calibration side and compare it on the sealed side; nothing is taken into use.

    Raises:
        NotEnoughEvidence: too few labels, or nothing is indexed.
    """
    return retune(services.store, services.backends, by=by, on_progress=on_progress).version


def view_proposal(services: Services, version: WeightsVersion) -> ProposalView:
    """Lay a proposal beside the active weights.

    Raises:
        NotFound: there is no such proposal.
    """
    store = services.store
    proposal, present = read_proposal(store, version), active_weights(store)
    judgement = proposal.judgement
    looks = sum(
        other.judgement.difference is not None for other in read_proposals(store) if _number(other.version) <= _number(version)
    )
    return ProposalView(
        version=version,
        parent=proposal.parent,
        outcome=judgement.outcome,
        reason=judgement.reason,
        difference=range_words(judgement.difference, sign=True) if judgement.difference else "no sealed label yet",
        facts=_facts(proposal, looks),
        forbidden="" if judgement.allowed else _forbidden(judgement),
        is_active=version == present.version,
        charts=_charts(*(from_json(store.weights.get(name).parameters) for name in (proposal.parent, present.version, version))),
        gained=tuple(_pictures(services, flip) for flip in proposal.flips if flip.gained),
        lost=tuple(_pictures(services, flip) for flip in proposal.flips if not flip.gained),
    )


def activate_proposal(services: Services, version: WeightsVersion, by: Reviewer) -> None:
    """Take a proposal into use where the gate allows it.

    Raises:
        NotAllowed: the gate does not.
    """
    take_into_use(services.store, version, by=by)


def force_proposal(services: Services, version: WeightsVersion, by: Reviewer, why: str) -> None:
    """Take a proposal into use against the gate, with a person's reason on the record.

    Raises:
        NotAllowed: no reason is given.
    """
    if not why.strip():
        raise NotAllowed("forcing takes a reason", remedy="say why; it stands in the history of activations")
    take_into_use(services.store, version, by=by, force=True, why=why.strip())


def roll_back_weights(services: Services, by: Reviewer) -> Activation:
    """Make the version before the present one rank again.

    Raises:
        NotFound: there is none.
    """
    return roll_back(services.store, by=by, at=datetime.now(UTC))


def shares(weights: Weights, *, by_kind: bool) -> dict[str, float]:
    """Sum the channel weights by block of descriptors, or by view kind."""
    summed: dict[str, float] = {}
    for channel, value in zip(weights.channels, weights.values, strict=True):
        name = channel.split("/")[1 if by_kind else 0].replace("_", " ")
        summed[name] = summed.get(name, 0.0) + value
    return summed


def _charts(parent: Weights, present: Weights, proposed: Weights) -> tuple[Chart, ...]:
    """Draw the proposal beside the active weights, or beside its parent where it is active itself."""
    if proposed.version == present.version:
        drawn = {f"{parent.version} (before)": parent, f"{present.version} (active)": present}
    else:
        drawn = {f"{present.version} (active)": present, f"{proposed.version} (proposal)": proposed}
    return tuple(
        weights_chart(name, question, {label: shares(weights, by_kind=by_kind) for label, weights in drawn.items()})
        for name, question, by_kind in (
            ("weights-by-view-kind", "Which view kinds count?", True),
            ("weights-by-embedder", "Which embedders count?", False),
        )
    )


def _forbidden(judgement: Judgement) -> str:
    if judgement.suspicions:
        return "The gate does not allow it: its labels are under suspicion."
    if judgement.outcome is Outcome.WORSE:
        return "The gate does not allow it: it is worse on the sealed side."
    if judgement.vetoes:
        return f"The gate does not allow it: it is worse for {', '.join(judgement.vetoes)}."
    return "The gate does not allow it: the sealed side is undecided, and the calibration side shows no gain."


def _facts(proposal: Proposal, looks: int) -> tuple[str, ...]:
    judgement = proposal.judgement
    facts = [f"fitted on {proposal.labels} confirmed photos of the calibration side, compared with {proposal.parent}"]
    if proposal.strength is not None:
        facts.append(f"pull toward the house weights {proposal.strength:g}, chosen by cross-validation")
    else:
        facts.append("channel weights as they were before any label: cross-validation found none that do better")
    if judgement.difference is not None:
        looked = judgement.looks or looks
        facts.append(f"proposal no. {looked} that looked at the sealed side: each look makes it a little less of a secret")
    if judgement.p_value is not None:
        facts.append(f"McNemar's exact test: p = {judgement.p_value:.2f}")
    if judgement.labels_to_settle is not None:
        facts.append(f"about {judgement.labels_to_settle:,} sealed labels would settle it")
    if judgement.vetoes:
        facts.append(f"vetoed by {', '.join(judgement.vetoes)}")
    return tuple(facts)


def _pictures(services: Services, flip: Flip) -> FlipPictures:
    store = services.store
    asset = offer(services, store.assets.get(Sku(flip.sku)))
    title = str(asset["title"] or flip.sku)
    return FlipPictures(
        photo=Picture(
            url=picture_url(store.photos.get(PhotoId(flip.photo_id)).image_id, "thumb"),
            alt=f"photo {flip.photo_id}",
            caption=flip.photo_id,
        ),
        asset=Picture(url=str(asset["reference"]), alt=f"{title}, reference", caption=title),
    )


def _number(version: WeightsVersion) -> int:
    return int(version[1:])
