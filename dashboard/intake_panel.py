"""The tab of imports: what to take, what would be taken, how far it is, and what became of each row."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

import streamlit as st

from dashboard.identity import known_reviewer
from dashboard.intake import begin_again, begin_check, begin_import, discard, prepare_upload, read_imports
from dashboard.intake_record import Intake, IntakeRecord, Stage, read_rows, rows_path
from dashboard.markup import plain
from dashboard.panels import refusal_shown
from dashboard.safe_text import told
from dashboard.tables import table
from dashboard.wiring import Services, services
from dashboard.wording import moment_words
from data.archives import keep, unpack
from data.tabular import Outcome

EVERY_S = 1
MOST_SHOWN = 200
"""Rows in the table; the CSV has all."""

MOST_MIB = 200
"""Of an upload, which the server keeps in memory, as its configuration says too; more is read from a folder."""

EARLIER = 10
WORDS = {Outcome.TAKEN: "taken", Outcome.SKIPPED: "skipped", Outcome.REFUSED: "refused"}
COLUMNS = (
    (Intake.CATALOGUE, "sku", "one word for an asset; needed"),
    (Intake.CATALOGUE, "image", "a path beside the table; needed for a new asset"),
    (Intake.CATALOGUE, "title, category, description", "words of the asset; the last ones count"),
    (Intake.CATALOGUE, "mesh", "a GLB, or an OBJ with its files"),
    (Intake.CATALOGUE, "kind, yaw_deg", "reference, or render with its angle"),
    (Intake.PHOTOS, "photo_id", "one word for a photo; needed"),
    (Intake.PHOTOS, "image", "a path beside the table; needed"),
    (Intake.PHOTOS, "sku, in_dam", "what it truly shows: only ever measured with"),
    (Intake.PHOTOS, "group, taken_at", "which photos belong to one burst"),
)
"""What a table may have."""


def draw_intake() -> None:
    """Draw the newest import as it stands, or what to begin one with; and the earlier ones."""
    imports = read_imports(services().home)
    newest = imports[0] if imports else None
    if newest is None or (newest.stage is Stage.DONE and newest.name == st.session_state.get("import put aside")):
        _draw_form()
    elif newest.stage in {Stage.CHECKING, Stage.IMPORTING}:
        _draw_progress(newest.name)
    elif newest.stage in {Stage.CHECKED, Stage.DONE}:
        _draw_result(newest)
    else:
        _draw_stopped(newest)
    _draw_earlier(imports)


def _draw_form() -> None:
    left, right = st.columns([3, 2], gap="large")
    with right:
        st.subheader("What the table has", anchor=False)
        st.html(table(("of", "column", "says"), [(what.value, column, said) for what, column, said in COLUMNS]))
        st.caption("Without a table, pictures are named by sku or photo id: the name of the file, or of its folder.")
    with left, st.form("import", border=True):
        st.segmented_control("What", list(Intake), default=Intake.CATALOGUE, required=True, key="import what")
        st.file_uploader(
            "A ZIP of a CSV with its pictures, or of pictures alone",
            type=["zip"],
            key="import upload",
            max_upload_size=MOST_MIB,
        )
        st.text_input("Or a path on this server, of a CSV file or a folder", placeholder="/data/catalogue.csv", key="import path")
        st.caption("Nothing is stored before you have seen what would be taken, row by row.")
        asked = st.form_submit_button("Check what would be taken", type="primary", icon=":material/fact_check:")
    if asked:
        with refusal_shown():
            state = st.session_state
            intake, by = Intake(state["import what"]), known_reviewer() or "import"
            check_upload(services(), intake, by=by, upload=state["import upload"], path=state["import path"])
            st.rerun()


def check_upload(opened: Services, intake: Intake, *, by: str, upload: BinaryIO | None, path: str = "") -> IntakeRecord:
    """Begin to check what an upload holds, or where none is given a path on this machine; what is refused leaves nothing behind.

    Raises:
        BadTable: it cannot be unpacked, or there is nothing.
        NotAllowed: another import is under way.
    """
    if upload is None:
        return begin_check(opened, intake, by=by, path=path)
    files = prepare_upload(opened.home)
    packed = files.parent / "upload.zip"
    with ExitStack() as refused:
        refused.callback(shutil.rmtree, files.parent, ignore_errors=True)
        keep(upload, packed)
        unpack(packed, files)
        packed.unlink()
        begun = begin_check(opened, intake, by=by, files=files)
        refused.pop_all()
    return begun


@st.fragment(run_every=EVERY_S)
def _draw_progress(name: str) -> None:
    record = next((one for one in read_imports(services().home) if one.name == name), None)
    if record is None or record.stage not in {Stage.CHECKING, Stage.IMPORTING}:
        st.rerun()
    doing = "Reading what would be taken" if record.stage is Stage.CHECKING else "Importing"
    share = record.done / record.total if record.total else 0.0
    said = f"{record.done:,} of {record.total:,} rows" if record.total else "beginning …"
    st.progress(share, text=f"{doing}: {said}")
    st.caption(f"{_source(record)} It goes on while this page is closed; open the tab again to see how far it is.")


def _draw_result(record: IntakeRecord) -> None:
    checked = record.stage is Stage.CHECKED
    st.subheader("This would be taken" if checked else "This was taken", anchor=False)
    st.caption(_source(record))
    for column, outcome in zip(st.columns(len(Outcome)), Outcome, strict=True):
        column.metric(f"rows {WORDS[outcome]}", f"{record.outcomes.get(outcome, 0):,}", border=True)
    if record.counts:
        made = ", ".join(f"{name}: {number:,}" for name, number in record.counts.items())
        st.caption(plain(f"New, of these rows: {made}."))
    for note in record.notes[:EARLIER]:
        st.caption(plain(told(note)))
    with st.container(horizontal=True):
        _draw_steps(record, checked=checked)
    _draw_rows(record)


def _draw_steps(record: IntakeRecord, *, checked: bool) -> None:
    taken, skipped = (record.outcomes.get(outcome, 0) for outcome in (Outcome.TAKEN, Outcome.SKIPPED))
    label = f"Import {taken:,} rows" if taken else "Import changed words alone"
    if checked and taken + skipped and st.button(label, type="primary", icon=":material/download_done:"):
        with refusal_shown():
            begin_import(services(), record.name)
            st.rerun()
    if checked and st.button("Discard", icon=":material/close:"):
        with refusal_shown():
            discard(services(), record.name)
            st.rerun()
    if not checked and st.button("Import something else", type="primary", icon=":material/add:"):
        st.session_state["import put aside"] = record.name
        st.rerun()
    st.download_button(
        "Every row as CSV",
        rows_path(services().home, record.name).read_bytes,
        file_name=f"import-{'preview' if checked else 'report'}.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
    )


def _draw_rows(record: IntakeRecord) -> None:
    rows = read_rows(services().home, record.name, MOST_SHOWN)
    if record.total > len(rows):
        st.caption(f"The first {len(rows):,} of {record.total:,} rows, those that were refused before all others.")
    listed = [(row.number, WORDS[row.outcome], row.subject, row.what, row.remedy) for row in rows]
    st.html(table(("line", "row", "of", "why", "what to do"), listed))


def _draw_stopped(record: IntakeRecord) -> None:
    if record.stage is Stage.REFUSED:
        st.error(f"**{plain(told(record.what, 400))}**\n\n{plain(told(record.remedy, 400))}", icon=":material/error:")
    else:
        st.warning(
            "This import was interrupted. What it has stored stays; begun again, it skips that.", icon=":material/sync_problem:"
        )
    st.caption(_source(record))
    with st.container(horizontal=True):
        if record.stage is Stage.INTERRUPTED and st.button("Begin again", type="primary", icon=":material/replay:"):
            with refusal_shown():
                begin_again(services(), record.name)
                st.rerun()
        if st.button("Discard", icon=":material/close:"):
            with refusal_shown():
                discard(services(), record.name)
                st.rerun()


def _source(record: IntakeRecord) -> str:
    return plain(f"{record.intake.capitalize()} of {told(Path(record.source).name, 80)}, asked for by {told(record.by, 60)}.")


def _draw_earlier(imports: Sequence[IntakeRecord]) -> None:
    done = [one for one in imports if one.stage is Stage.DONE][:EARLIER]
    if not done:
        return
    with st.expander("Earlier imports"):
        listed = [
            (moment_words(one.at), one.by, one.intake.value, Path(one.source).name, *(one.outcomes.get(of, 0) for of in Outcome))
            for one in done
        ]
        st.html(table(("when", "by", "what", "of", *WORDS.values()), listed, longest=80))
