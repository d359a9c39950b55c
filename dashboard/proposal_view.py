"""A proposal as the retune page shows it: what the gate said, what it stands on, and what would change, in pictures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dashboard.catalogue_cache import catalogue_of
from dashboard.charts import Chart
from dashboard.markup import Picture
from dashboard.review_items import offer, picture_url
from dashboard.row_charts import weights_chart
from dashboard.wiring import Services
from dashboard.wording import percent, range_words
from data.domain import Side, WeightsVersion
from data.store import Store
from feedback.comparison import Flip
from feedback.evaluation import active_weights
from feedback.gate import Judgement, Outcome
from feedback.proposals import FitRecord, Proposal, read_fit_record, read_proposal, read_proposals
from matching.weights import Weights, from_json

MOST_FLIPS = 24
"""Pictures in one list; how many there are beyond is told."""


@dataclass(frozen=True, kw_only=True)
class FlipPictures:
    """A photo whose first candidate changes, beside the asset that it shows."""

    photo: Picture
    asset: Picture


@dataclass(frozen=True, kw_only=True)
class FlipList:
    """How many photos change one way, and the first of them in pictures."""

    total: int
    shown: tuple[FlipPictures, ...]


@dataclass(frozen=True, kw_only=True)
class SideFlips:
    """What changes on one side: right before and wrong by the proposal, and the other way round."""

    lost: FlipList
    gained: FlipList


@dataclass(frozen=True, kw_only=True)
class ProposalView:
    """A proposal beside the active weights.

    Attributes:
        version: of the weights.
        outcome: of the Top-1 difference on the sealed side.
        reason: one sentence of the gate; the suspicions are left to `suspicions`.
        suspicions: what stood against the labels when it was fitted, one sentence each.
        facts: what it stands on, one line each.
        forbidden: why it cannot be activated without force; empty where it can.
        is_active: whether it ranks now.
        charts: its channel weights beside the active ones.
        sealed: what changes on the sealed side.
        calibration: what changes on the calibration side, each photo ranked by weights that did not see it.
    """

    version: WeightsVersion
    outcome: Outcome
    reason: str
    suspicions: tuple[str, ...]
    facts: tuple[str, ...]
    forbidden: str
    is_active: bool
    charts: tuple[Chart, ...]
    sealed: SideFlips
    calibration: SideFlips


def view_proposal(services: Services, version: WeightsVersion) -> ProposalView:
    """Lay a proposal beside the active weights.

    Raises:
        NotFound: there is no such proposal.
    """
    store = services.store
    proposal, present = read_proposal(store, version), active_weights(store)
    judgement = proposal.judgement
    return ProposalView(
        version=version,
        outcome=judgement.outcome,
        reason=_reason(judgement),
        suspicions=judgement.suspicions,
        facts=tuple(_facts(proposal, read_fit_record(store, version), _looks(store, proposal))),
        forbidden="" if judgement.allowed else _forbidden(judgement),
        is_active=version == present.version,
        charts=_charts(*(from_json(store.weights.get(name).parameters) for name in (proposal.parent, present.version, version))),
        sealed=_flips(services, proposal.flips, Side.TEST),
        calibration=_flips(services, proposal.flips, Side.CALIBRATION),
    )


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


def _reason(judgement: Judgement) -> str:
    """Leave the suspicions out, which are listed by themselves."""
    return judgement.reason.replace(f": {' '.join(judgement.suspicions)}", "") if judgement.suspicions else judgement.reason


def _forbidden(judgement: Judgement) -> str:
    if judgement.suspicions:
        return "The gate does not allow it: its labels are under suspicion."
    if judgement.outcome is Outcome.WORSE:
        return "The gate does not allow it: it is worse on the sealed side."
    if judgement.vetoes:
        return f"The gate does not allow it: it is worse for {', '.join(judgement.vetoes)}."
    return "The gate does not allow it: the sealed side is undecided, and the calibration side shows no gain."


def _facts(proposal: Proposal, fit: FitRecord, looks: int) -> Iterator[str]:
    judgement = proposal.judgement
    yield f"fitted on {proposal.labels:,} confirmed photos of the calibration side, compared with {proposal.parent}"
    if fit.without:
        yield f"without the labels of {', '.join(fit.without)}"
    if proposal.strength is not None:
        yield f"pull toward the house weights {proposal.strength:g}, chosen by cross-validation"
    else:
        yield "channel weights as they were before any label: cross-validation found none that do better"
    if fit.first_photos is not None:
        yield f"{percent(fit.first_photos)} of coming photos are expected to show an asset that nobody has confirmed"
    if fit.top1 is not None:
        yield f"cross-fitted Top-1 on the calibration side {percent(fit.top1.value)} ({range_words(fit.top1)})"
    if fit.gain is not None:
        gained = f"{percent(fit.gain.value, sign=True)} ({range_words(fit.gain, sign=True)})"
        yield f"cross-fitted gain over {proposal.parent} {gained}"
    if judgement.difference is not None:
        yield f"proposal no. {looks} that looked at the sealed side: each look makes it a little less of a secret"
    if judgement.p_value is not None:
        yield f"McNemar's exact test: p = {judgement.p_value:.2f}"
    if judgement.labels_to_settle is not None:
        yield f"about {judgement.labels_to_settle:,} sealed labels would settle it"
    if judgement.vetoes:
        yield f"vetoed by {', '.join(judgement.vetoes)}"
    if fit.repeatable:
        yield f"can be made again bit for bit while the catalogue stays as it is: couture weights rebuild {proposal.version}"


def _looks(store: Store, proposal: Proposal) -> int:
    """Say which look at the sealed side it was; older proposals did not count them."""
    number = _number(proposal.version)
    earlier = [other for other in read_proposals(store) if _number(other.version) <= number]
    return proposal.judgement.looks or sum(other.judgement.difference is not None for other in earlier)


def _flips(services: Services, flips: Sequence[Flip], side: Side) -> SideFlips:
    own = [flip for flip in flips if flip.side is side]
    lost, gained = ([flip for flip in own if flip.gained is way] for way in (False, True))
    return SideFlips(lost=_flip_list(services, lost), gained=_flip_list(services, gained))


def _flip_list(services: Services, flips: Sequence[Flip]) -> FlipList:
    wanted = flips[:MOST_FLIPS]
    images = {photo.photo_id: photo.image_id for photo in services.store.photos.of([flip.photo_id for flip in wanted])}
    shown = []
    for flip in wanted:
        asset = offer(services, catalogue_of(services.store).asset(flip.sku))
        title = str(asset["title"] or flip.sku)
        photo = Picture(url=picture_url(images[flip.photo_id], "thumb"), alt=f"photo {flip.photo_id}", caption=flip.photo_id)
        reference = Picture(url=str(asset["reference"]), alt=f"{title}, reference", caption=title)
        shown.append(FlipPictures(photo=photo, asset=reference))
    return FlipList(total=len(flips), shown=tuple(shown))


def _number(version: WeightsVersion) -> int:
    return int(version[1:])
