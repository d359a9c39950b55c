"""The command on confusion: which assets are taken for each other, and what would tell them apart."""

from __future__ import annotations

from dashboard.cli.output import AsJson, Home, app, percent, print_json, services, stdout, table
from feedback.confusion import read_confusion


@app.command()
def confusion(home: Home = None, as_json: AsJson = False) -> None:
    """List groups of assets that the ranking or reviewers confuse, Top-1 inside of them, and what would tell them apart."""
    found = read_confusion(services().store)
    if as_json:
        print_json(found)
        return
    if not found.groups:
        stdout.print(f"on {found.photos:,} photos matched after a ranking was painted no two assets were confused twice")
        return
    rows = table("assets", "by the ranking", "by reviewers", "Top-1 inside", "photos", "told apart by")
    for one in found.groups:
        best = one.told_apart_by
        said = "nothing we measure" if best is None else f"{best.channel}: {percent(best.right)}, p = {best.p_value:.1g}"
        inside = percent(one.top1), f"{one.top1.n if one.top1 else 0:,}"
        rows.add_row(", ".join(one.skus), str(one.ranked), str(one.reviewed), *inside, said)
    stdout.print(rows)
    stdout.print(f"Top-1 of the photos of these assets {percent(found.inside)}, of all others {percent(found.outside)}")
