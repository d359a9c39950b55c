"""Commands on numbers that a manager decides with: how far reviewers agree."""

from __future__ import annotations

from dashboard.cli.output import AsJson, Home, app, percent, print_json, services, stdout, table
from feedback.agreement import Agreement, PairAgreement, ReviewerRecord, read_agreement
from feedback.metrics import Interval


@app.command()
def agreement(home: Home = None, as_json: AsJson = False) -> None:
    """Say how far reviewers agree, each pair and each one with the others, and how fast each decides."""
    found = read_agreement(services().store)
    if as_json:
        print_json(found)
        return
    if not found.photos:
        stdout.print("no photo has been decided by two reviewers: nothing to compare yet")
    else:
        stdout.print(f"on {found.photos:,} photos in {found.groups:,} groups that several reviewers decided, however they came:")
        stdout.print(f"Krippendorff's alpha {_plain(found.alpha)}, Gwet's AC1 {_plain(found.ac1)}")
    _print_pairs(found)
    _print_reviewers(found.reviewers)


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
