"""The events of every kind in the columns of the history; those of a kind that may be many are never made into objects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from data.crops import Box
from data.events import AUTO_ACCEPT, CATALOGUE, Verdict
from data.store import Store


class EventKind(StrEnum):
    """What sort of thing was said or done."""

    VERDICT = "verdict"
    ACCEPTED = "auto-accept"
    REOPENED = "reopened"
    WORD = "word"
    CROP = "crop"
    RENDER = "render"
    ARTICLE = "same article"
    WEIGHTS = "weights"
    SWITCH = "auto-accept switch"
    GOLD = "gold"
    SHARE = "share"


REVIEWS = frozenset({EventKind.VERDICT, EventKind.ACCEPTED, EventKind.REOPENED})
"""Kinds whose events are reviews."""

FOR_THE_HOUSE = frozenset({EventKind.GOLD, EventKind.SHARE})
"""Kinds that would tell which photos are checks, or how many."""

TAKEN_BACK = Verdict.WITHDRAWN.value
ONE_ARTICLE, CROPPED = "one article", "cropped by hand"
SCHEMA = pa.schema(
    [
        ("kind", pa.string()),
        ("photo_id", pa.string()),
        ("verdict", pa.string()),
        ("reviewer", pa.string()),
        ("sku", pa.string()),
        ("event_id", pa.string()),
        ("at", pa.timestamp("us", tz="UTC")),
        ("note", pa.string()),
        ("suggestion_id", pa.string()),
        ("seconds", pa.float64()),
        ("withdraws", pa.string()),
        ("sequence", pa.int64()),
    ]
)
"""Named as an import of reviews reads them: `verdict` is whatever was said, `reviewer` whoever said it, `sequence` its place."""


def _reviews(store: Store) -> pa.Table:
    found = store.events.table.scan()
    kind = pa.scalar(EventKind.VERDICT.value)
    for program, named in ((AUTO_ACCEPT, EventKind.ACCEPTED), (CATALOGUE, EventKind.REOPENED)):
        kind = pc.if_else(pc.equal(found["reviewer"], program), named.value, kind)
    return _filled(found, kind=kind)


def _words(store: Store) -> pa.Table:
    found = store.corrections.table.scan()
    said = pc.binary_join_element_wise(found["attribute"], found["value"], ": ")
    verdict = pc.if_else(pc.is_valid(found["withdraws"]), TAKEN_BACK, said)
    return _filled(found, kind=pa.scalar(EventKind.WORD.value), verdict=verdict, reviewer=found["by"])


def _filled(found: pa.Table, **columns: pa.Scalar | pa.Array | pa.ChunkedArray) -> pa.Table:
    """Put columns in the order of the schema: those given, those found, and null for those that a kind does not have."""
    rows = found.num_rows
    given = {name: pa.repeat(said, rows) if isinstance(said, pa.Scalar) else said for name, said in columns.items()}
    known = {name: found[name] for name in found.column_names} | given
    return pa.table([known.get(field.name, pa.nulls(rows, field.type)) for field in SCHEMA], schema=SCHEMA)


def _crops(store: Store) -> pa.Table:
    return _rows(
        EventKind.CROP,
        (
            {"verdict": TAKEN_BACK if one.box is None else CROPPED, "reviewer": one.by, "photo_id": one.photo_id}
            | {"note": "" if one.box is None else _box_words(one.box), "at": one.at, "event_id": one.event_id}
            | {"withdraws": one.withdraws, "sequence": one.sequence}
            for one in store.crops.all()
        ),
    )


def _box_words(box: Box) -> str:
    return f"{box.left:.0%} to {box.right:.0%} across, {box.top:.0%} to {box.bottom:.0%} down"


def _renders(store: Store) -> pa.Table:
    return _rows(
        EventKind.RENDER,
        (
            {"verdict": one.verdict.value, "reviewer": one.by, "sku": one.sku, "event_id": one.event_id}
            | {"at": one.at, "withdraws": one.withdraws, "sequence": one.sequence}
            for one in store.render_remarks.all()
        ),
    )


def _articles(store: Store) -> pa.Table:
    events = store.equivalences.all()
    skus = {one.event_id: one.skus for one in events}
    return _rows(
        EventKind.ARTICLE,
        (
            {"verdict": TAKEN_BACK if one.withdraws else ONE_ARTICLE, "reviewer": one.by, "event_id": one.event_id}
            | {"sku": ", ".join(skus.get(one.withdraws, ()) if one.withdraws else one.skus), "at": one.at}
            | {"withdraws": one.withdraws, "sequence": one.sequence}
            for one in events
        ),
    )


def _weights(store: Store) -> pa.Table:
    return _rows(
        EventKind.WEIGHTS,
        (
            {"verdict": one.version, "reviewer": one.activated_by, "note": one.reason, "at": one.at}
            | {"event_id": f"activation {one.sequence}", "sequence": one.sequence}
            for one in store.activations.all()
        ),
    )


def _switches(store: Store) -> pa.Table:
    return _rows(
        EventKind.SWITCH,
        (
            {"verdict": "on" if one.on else "off", "reviewer": one.by, "note": one.reason, "at": one.at}
            | {"event_id": one.event_id, "sequence": one.sequence}
            for one in store.accept_switches.all()
        ),
    )


def _gold(store: Store) -> pa.Table:
    return _rows(
        EventKind.GOLD,
        (
            {"verdict": one.verdict.value if one.verdict else TAKEN_BACK, "reviewer": one.by, "photo_id": one.photo_id}
            | {"sku": one.sku, "at": one.at, "event_id": one.event_id, "withdraws": one.withdraws, "sequence": one.sequence}
            for one in store.gold_marks.all()
        ),
    )


def _shares(store: Store) -> pa.Table:
    return _rows(
        EventKind.SHARE,
        (
            {"verdict": f"{one.purpose.value}: {one.share:g}", "reviewer": one.by, "at": one.at}
            | {"event_id": one.event_id, "sequence": one.sequence}
            for one in store.draw_shares.all()
        ),
    )


def _rows(kind: EventKind, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist([{"kind": kind.value, **row} for row in rows], schema=SCHEMA)


READERS: Mapping[str, Callable[[Store], pa.Table]] = MappingProxyType(
    {
        "events": _reviews,
        "corrections": _words,
        "crops": _crops,
        "render_remarks": _renders,
        "equivalences": _articles,
        "activations": _weights,
        "accept_switches": _switches,
        "gold_marks": _gold,
        "draw_shares": _shares,
    }
)
"""By the name of the store's table."""
