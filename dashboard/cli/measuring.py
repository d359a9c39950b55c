"""Commands of the manager: evaluate and retune."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dashboard.cli.output import AsJson, Home, Who, app, both, figure, percent, print_json, progress, services, stdout, table
from dashboard.runs import RunKind, RunState, recorded_run
from data.domain import Reviewer
from feedback.evaluation import Evaluation, Step, evaluate
from feedback.metrics import Interval
from feedback.proposals import Proposal

INTERVALS = "95 % intervals of 10,000 bootstrap draws of whole skus, seed 0"


@app.command("evaluate")
def evaluate_(
    home: Home = None,
    photos: Annotated[Path | None, typer.Option(help="Photos with truth; without, the sealed side.", show_default=False)] = None,
    ladder: Annotated[bool, typer.Option("--ladder", help="Also each of the original's steps, in order.")] = False,
    as_json: AsJson = False,
) -> None:
    """Measure the active weights: Top-1, Top-3, Top-5 and MRR with their 95 % intervals. Nothing is learned from the photos."""
    opened = services()
    with progress() as report:
        found = evaluate(opened.store, opened.backends, file=photos, ladder=ladder, on_progress=report)
    if as_json:
        print_json(evaluation_json(found))
        return
    stdout.print(f"{found.photos} photos of {found.measured_on}, weights {found.weights}; {INTERVALS}")
    figures: tuple[tuple[str, Interval], ...] = (
        ("Top-1", found.top1),
        ("Top-3", found.top3),
        ("Top-5", found.top5),
        ("MRR", found.mrr),
    )
    rows = table("", "value (95 % interval)", "n")
    if found.confusable is not None:
        figures = (*figures, ("Top-1, assets taken for others", found.confusable))
    for name, interval in (*figures, ("no-match AUROC", found.no_match_auroc)):
        rows.add_row(name, percent(interval), str(interval.n) if interval else "both kinds of photo are needed")
    rows.add_row("ECE", f"{found.ece:.3f}", str(found.photos))
    stdout.print(rows)
    if len(found.by_category) > 1:
        categories = table("category", "Top-1", "n")
        for name, interval in found.by_category:
            categories.add_row(name, percent(interval), str(interval.n))
        stdout.print(categories)
    if found.steps:
        steps = table("step", "Top-1", "Top-3", "Top-5", "Top-1 against the row before")
        for step in found.steps:
            steps.add_row(step.step, percent(step.top1), percent(step.top3), percent(step.top5), percent(step.difference))
        stdout.print(steps)


@app.command("retune")
def retune_(
    home: Home = None,
    activate: Annotated[bool, typer.Option("--activate", help="Take it into use where the gate allows.")] = False,
    force: Annotated[bool, typer.Option("--force", help="With --activate: in any case, on the record.")] = False,
    without: Annotated[
        list[str] | None, typer.Option(help="Leave out a reviewer's labels; may be said often.", show_default=False)
    ] = None,
    by: Who = "",
    seed: Annotated[int, typer.Option(help="Kept with the version.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Fit weights on the calibration set and compare them with the active ones on the sealed side."""
    from feedback.retune import retune  # noqa: PLC0415  # torch takes seconds to import, and other commands fit nothing

    opened = services()
    with recorded_run(opened.home, RunKind.RETUNE, by) as run, progress() as report:
        found = retune(
            opened.store,
            opened.backends,
            by=by,
            take=activate,
            force=force,
            without=[Reviewer(name) for name in without or []],
            seed=seed,
            on_progress=both(run.progress, report),
        )
        run.end(RunState.DONE, found.version)
    if as_json:
        print_json(proposal_json(found))
        return
    stdout.print(f"{found.version}, fitted on {found.labels} labels, from {found.parent}: {found.judgement.reason}")
    for flip in found.flips:
        stdout.print(
            f"  {flip.side.value} {flip.photo_id}: {'wrong → right' if flip.gained else 'right → wrong'} ({flip.sku})",
        )
    stdout.print("activated" if found.activated else f"not in use; take it with: couture weights activate {found.version}")


def evaluation_json(found: Evaluation) -> dict[str, object]:
    """Give figures in the form that `evaluate --json` promises."""
    return {
        "photos": found.photos,
        "measured_on": found.measured_on,
        "weights": found.weights,
        "top1": figure(found.top1),
        "top3": figure(found.top3),
        "top5": figure(found.top5),
        "mrr": figure(found.mrr),
        "no_match_auroc": figure(found.no_match_auroc),
        "ece": found.ece,
        "intervals": INTERVALS,
        "confusable": figure(found.confusable),
        "by_category": {name: figure(interval) for name, interval in found.by_category},
        "steps": [_step_json(step) for step in found.steps],
    }


def proposal_json(found: Proposal) -> dict[str, object]:
    """Give a proposal in the form that `retune --json` promises."""
    judged = found.judgement
    return {
        "version": found.version,
        "parent": found.parent,
        "labels": found.labels,
        "outcome": judged.outcome,
        "allowed": judged.allowed,
        "activated": found.activated,
        "reason": judged.reason,
        "difference": figure(judged.difference),
        "mcnemar_p": judged.p_value,
        "vetoes": judged.vetoes,
        "labels_to_settle": judged.labels_to_settle,
        "suspicions": judged.suspicions,
        "looks": judged.looks,
        "flips": found.flips,
    }


def _step_json(step: Step) -> dict[str, object]:
    tops = {"top1": figure(step.top1), "top3": figure(step.top3), "top5": figure(step.top5)}
    return {"step": step.step, **tops, "difference": figure(step.difference)}
