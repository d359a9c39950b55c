"""Commands on what stands without a reviewer, and on what waits again because assets have arrived."""

from __future__ import annotations

from typing import Annotated

import typer

from dashboard.cli.output import AsJson, Home, Who, app, percent, print_json, progress, services, stdout, table
from dashboard.wiring import Services
from data.domain import Reviewer
from data.errors import NotEnoughEvidence
from feedback.accepting import AUDIT_SHARE, MOST_AT_ONCE, AcceptReport, accept_state, accept_waiting, turn_off, turn_on
from feedback.reopening import LEAST_CONFIDENCE, find_reopenings, reopen

accepting = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
app.add_typer(accepting, name="auto-accept", help="Let confident photos stand without a reviewer: on, off, status, run.")
Threshold = Annotated[float, typer.Option(min=0, max=1, help="The least confidence of the asset that has arrived.")]


@accepting.command()
def on(
    error: Annotated[float, typer.Option(help="Promised share of wrong ones among those accepted.", show_default=False)],
    home: Home = None,
    audit_share: Annotated[float, typer.Option(help="Of what could be accepted, the share left to people.")] = AUDIT_SHARE,
    by: Who = "",
    as_json: AsJson = False,
) -> None:
    """Set the threshold on the sealed side, and accept above it from then on: at each 'index', and by 'auto-accept run'."""
    opened = services()
    switch = turn_on(opened.store, opened.backends, by=Reviewer(by), promised=error, audit_share=audit_share)
    if as_json:
        print_json(switch)
        return
    stdout.print(f"on: photos from confidence {switch.threshold:.3f} on are accepted, by weights {switch.weights}")
    stdout.print(f"{switch.reason}; {audit_share:.0%} of them, and the sealed side, are left to people")
    stdout.print("next: couture auto-accept run")


@accepting.command()
def off(
    home: Home = None,
    reason: Annotated[str, typer.Option(help="For the record.")] = "asked for",
    by: Who = "",
    as_json: AsJson = False,
) -> None:
    """Accept nothing more. What was accepted stands until somebody undoes it."""
    switch = turn_off(services().store, by=Reviewer(by), reason=reason)
    if as_json:
        print_json(switch)
    else:
        stdout.print(f"off, by {by}: {reason}")


@accepting.command()
def status(home: Home = None, as_json: AsJson = False) -> None:
    """Say whether auto-accept is at work, what it did, and what its audit says; where that breaks the promise, it is off."""
    state = accept_state(services().store)
    audit = state.audit
    if as_json:
        print_json(
            {"works": state.works, "why": state.why, "switch": state.switch, "audit": audit, "error": audit and audit.error}
        )
        return
    stdout.print(f"{'at work' if state.works else 'not at work'}: {state.why}")
    if audit is not None:
        stdout.print(f"{audit.accepted:,} photos stand without a reviewer, {audit.held:,} were left to people for the audit")
        stdout.print(f"wrong, as people say: {percent(audit.error)} of {audit.judged:,} groups; promised {audit.promised:.1%}")


@accepting.command()
def run(
    home: Home = None,
    limit: Annotated[int, typer.Option(min=1, help="Photos to look at, at most.")] = MOST_AT_ONCE,
    as_json: AsJson = False,
) -> None:
    """Accept what waits and is confident enough, the oldest first. Each is an event of 'auto-accept', to be undone like any."""
    opened = services()
    with progress() as report:
        found = accept_waiting(opened.store, opened.backends, report, most=limit)
    if as_json:
        print_json(found)
    else:
        stdout.print(accepted_words(found))


@app.command("reopen")
def reopen_(
    home: Home = None,
    threshold: Threshold = LEAST_CONFIDENCE,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would wait again, no more.")] = False,
    as_json: AsJson = False,
) -> None:
    """Have photos wait again that were not in the DAM, where an asset that came later is first for them now."""
    opened = services()
    with progress() as report:
        found = find_reopenings(opened.store, opened.backends, report, threshold=threshold)
    done = 0 if dry_run else reopen(opened.store, found)
    if as_json:
        print_json({"reopened": done, "found": found})
        return
    if found:
        rows = table("photo", "asset that has arrived", "confidence", "decided")
        for one in found:
            rows.add_row(one.photo_id, one.sku, f"{one.confidence:.0%}", f"{one.decided_at:%Y-%m-%d %H:%M}")
        stdout.print(rows)
    stdout.print(f"{len(found)} would wait again" if dry_run else f"{done} wait again")


def accepted_words(found: AcceptReport) -> str:
    """Say what a run of auto-accept did."""
    done = f"{found.accepted} of {found.looked_at} photos accepted, {found.held} left to people for the audit"
    return f"{done}; {found.left} not looked at" + (f"; stopped: {found.stopped}" if found.stopped else "")


def after_indexing(opened: Services, *, quiet: bool) -> None:
    """Have photos wait again for which an asset has arrived, and accept what is confident enough where that is turned on."""
    try:
        with progress() as report:
            again = reopen(opened.store, find_reopenings(opened.store, opened.backends, report))
            accepted = None
            if accept_state(opened.store).works:
                accepted = accept_waiting(opened.store, opened.backends, report)
    except NotEnoughEvidence:
        return
    if not quiet and again:
        stdout.print(f"{again} photos that were not in the DAM wait again: assets have arrived (History says which)")
    if not quiet and accepted is not None:
        stdout.print(accepted_words(accepted))
