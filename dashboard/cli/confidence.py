"""Commands on numbers that a manager decides with: agreement of reviewers, audited accuracy, what confidence is worth."""

from __future__ import annotations

from typing import Annotated

import typer

from dashboard.cli.output import AsJson, Home, app, percent, print_json, services, stdout, table
from feedback.agreement import Agreement, PairAgreement, ReviewerRecord, read_agreement
from feedback.audit import Accuracy, read_audit
from feedback.confidence import read_confidence
from feedback.metrics import Interval
from feedback.trust import Trust, read_trust


@app.command()
def agreement(home: Home = None, as_json: AsJson = False) -> None:
    """Say how far reviewers agree, each pair and each one with the others, and how fast each decides."""
    store = services().store
    found, trust = read_agreement(store), read_trust(store)
    if as_json:
        print_json({**vars(found), "drawn": trust.drawn, "gold": trust.gold})
        return
    if not found.photos:
        stdout.print("no photo has been decided by two reviewers: nothing to compare yet")
    else:
        stdout.print(f"on {found.photos:,} photos in {found.groups:,} groups that several reviewers decided, however they came:")
        stdout.print(f"Krippendorff's alpha {_plain(found.alpha)}, Gwet's AC1 {_plain(found.ac1)}")
    _print_pairs(found)
    _print_reviewers(found.reviewers)
    _print_trust(trust)


@app.command()
def audit(home: Home = None, as_json: AsJson = False) -> None:
    """Estimate Top-1 among all photos from those that were drawn with a known probability, beside the plain share."""
    found = read_audit(services().store)
    if as_json:
        print_json(found)
        return
    stdout.print(
        f"{found.decided:,} photos decided on a suggestion: {found.sampled:,} of the audit sample, {found.drawn:,} picked with a "
        "known probability"
    )
    stdout.print(f"{found.waiting:,} photos still wait beside those of the audit sample")
    if not found.drawn and not found.sampled:
        stdout.print(
            "nothing was drawn at random, so only the plain share is known, and it is that of what the queue preferred: "
            "set a share with 'couture draws set audit 0.05'"
        )
    if found.decided:
        everything = {"all": (found.overall,), "month": found.months, "category": found.categories}
        _print_accuracies({**everything, "reviewer": found.reviewers, "weights": found.weights})


@app.command()
def confidence(
    home: Home = None,
    coverage: Annotated[float, typer.Option(help="Share of photos whose candidate set shall hold the right answer.")] = 0.9,
    error: Annotated[float, typer.Option(help="Promised error rate of what could stand unseen.")] = 0.05,
    as_json: AsJson = False,
) -> None:
    """Say what confidence is worth on the sealed side: calibration, candidate sets, what could stand unseen. Accepts nothing."""
    opened = services()
    found = read_confidence(opened.store, opened.backends, coverage=coverage, promised=error)
    if as_json:
        print_json(found)
        return
    stdout.print(f"{found.photos:,} photos of the sealed side, weights {found.weights}")
    stdout.print(
        f"calibration error {found.ece:.3f}, debiased {found.debiased_ece:.3f} (root mean square {found.debiased_rms:.3f})"
    )
    curve = table("confidence", "accuracy", "photos")
    for one in found.curve:
        curve.add_row(f"{one.confidence:.1%}", percent(one.accuracy), f"{one.accuracy.n:,}")
    stdout.print(curve)
    own = f"; {len(found.sets.categories)} categories have a threshold of their own" if found.sets.categories else ""
    stdout.print(f"candidate sets that hold the answer in {coverage:.0%}: {found.set_size:.0f} answers in the median{own}")
    accepting = found.accepting
    if accepting.threshold is None:
        few = f"{accepting.needed:,} photos of different groups are needed at least, and there are {accepting.tested:,}"
        why = few if accepting.tested < accepting.needed else "too many of the most confident are wrong"
        stdout.print(f"no confidence can be shown to keep an error rate of {error:.1%}: {why}")
    else:
        tested = f"{accepting.wrong} wrong of {accepting.accepted:,}, at most {accepting.bound:.1%}"
        stdout.print(
            f"from confidence {accepting.threshold:.3f} on, {percent(found.saved)} of photos could stand unseen: {tested}"
        )


def _print_trust(trust: Trust) -> None:
    drawn = trust.drawn
    if drawn.photos:
        stdout.print(f"on {drawn.photos:,} of these photos in {drawn.groups:,} groups, drawn at random for a second opinion:")
        stdout.print(f"Krippendorff's alpha {_plain(drawn.alpha)}, Gwet's AC1 {_plain(drawn.ac1)}")
        _print_pairs(drawn)
    if trust.gold:
        rows = table("reviewer", "right on gold", "photos")
        for one in trust.gold:
            rows.add_row(one.reviewer, percent(one.right), f"{one.right.n:,}")
        stdout.print(rows)


def _print_accuracies(kinds: dict[str, tuple[Accuracy, ...]]) -> None:
    rows = table("of", "", "Top-1, audit sample", "photos", "weighted picks", "naive: of those decided", "photos")
    for kind, accuracies in kinds.items():
        for one in accuracies:
            plain = one.plain
            sampled = percent(one.sampled), f"{one.sampled.n if one.sampled else 0:,}"
            rows.add_row(kind, one.name, *sampled, percent(one.weighted), percent(plain), f"{plain.n if plain else 0:,}")
    stdout.print(rows)


def _print_pairs(found: Agreement) -> None:
    if not found.pairs:
        return
    pairs = table("pair", "photos", "the same", "Cohen's kappa")
    for pair in found.pairs:
        pairs.add_row(*_pair(pair))
    stdout.print(pairs)


def _pair(pair: PairAgreement) -> tuple[str, ...]:
    return f"{pair.first}, {pair.second}", f"{pair.agreed.n:,}", percent(pair.agreed), _plain(pair.kappa)


def _print_reviewers(records: tuple[ReviewerRecord, ...]) -> None:
    if not records:
        return
    rows = table("reviewer", "decided", "as most others", "of", "seconds, median", "an hour", "timed")
    for one in records:
        pace = one.pace
        met = (percent(one.agreed), f"{one.agreed.n:,}" if one.agreed else "0")
        timed = (
            ("–", "–", "0")
            if pace is None
            else (_plain(pace.median_seconds, 1), _plain(pace.per_hour, 0), f"{pace.per_hour.n:,}")
        )
        rows.add_row(one.reviewer, f"{one.decided:,}", *met, *timed)
    stdout.print(rows)


def _plain(interval: Interval | None, digits: int = 3) -> str:
    """Write a figure with its interval."""
    if interval is None:
        return "–"
    return f"{interval.value:,.{digits}f} ({interval.low:,.{digits}f} to {interval.high:,.{digits}f})"
