"""What one visitor has on the search page: the picture that came last, what was said of it, and since when it is there."""

from __future__ import annotations

import time
from typing import Any, ClassVar

import streamlit as st

from dashboard.search_review import Picked, SearchDecision, Ticket, keep_crop, new_ticket
from dashboard.wiring import services
from data.crops import Box
from data.domain import PhotoId, Sku
from data.events import Verdict

SOURCE, SAID, SENT, SINCE, CROPS, TICKETS = (f"search {name}" for name in ("source", "said", "sent", "since", "crops", "tickets"))


class SearchVisit:
    """One visitor's search, kept as long as the page is open."""

    FILE: ClassVar[str] = "search file"
    CAMERA: ClassVar[str] = "search camera"

    def came_by_file(self) -> None:
        """Let the file count, since it came last."""
        st.session_state[SOURCE] = self.FILE

    def came_by_camera(self) -> None:
        """Let what the camera took count, since it came last."""
        st.session_state[SOURCE] = self.CAMERA

    @property
    def has_picture(self) -> bool:
        """Tell whether there is a picture to search with."""
        return any(st.session_state.get(name) is not None for name in (self.FILE, self.CAMERA))

    def picked(self) -> Picked | None:
        """Give the picture that came last and is still there; None where none is."""
        order = sorted((self.FILE, self.CAMERA), key=lambda name: name != st.session_state.get(SOURCE, self.FILE))
        upload = next((st.session_state[name] for name in order if st.session_state.get(name) is not None), None)
        return None if upload is None else Picked(content=upload.getvalue(), name=upload.name)

    def cropped(self, picked: Picked, box: Box | None) -> Picked:
        """Give the picture with a box. Where it is a photo already, a changed box is an event at once."""
        crops, sent = self._of(CROPS), self.sent(picked)
        before = crops.get(picked.digest)
        if before != box:
            if sent is not None:
                photo_id, by = sent
                keep_crop(services(), photo_id, box, by=by)
            crops[picked.digest] = box
            self.forget_time(picked)
        return Picked(content=picked.content, name=picked.name, box=box)

    def seconds(self, picked: Picked) -> float:
        """Say since when the candidates of a picture are on the screen; the first time, they come now."""
        return time.monotonic() - float(self._of(SINCE).setdefault(picked.digest, time.monotonic()))

    def forget_time(self, picked: Picked) -> None:
        """Begin to count anew, since other candidates come."""
        self._of(SINCE).pop(picked.digest, None)

    def said(self, picked: Picked) -> SearchDecision | None:
        """Give what was said of a picture and stands; None where nothing was."""
        found = self._of(SAID).get(picked.digest)
        return found if isinstance(found, SearchDecision) else None

    def remember(self, picked: Picked, decision: SearchDecision | None) -> None:
        """Keep what was said of a picture; None where it is taken back."""
        self._of(SAID)[picked.digest] = decision
        if decision is None:
            self._of(TICKETS).clear()

    def ticket(self, picked: Picked, verdict: Verdict, sku: Sku | None) -> Ticket:
        """Give what a decision is stored under: the same until it is taken back, however often it is pressed."""
        named = f"{picked.digest} {picked.box.name if picked.box else ''} {verdict} {sku or ''}"
        found: Ticket = self._of(TICKETS).setdefault(named, new_ticket(self.seconds(picked)))
        return found

    def sent(self, picked: Picked) -> tuple[PhotoId, str] | None:
        """Give the photo that a picture became here, and who sent it; None where it is stored nowhere."""
        found = self._of(SENT).get(picked.digest)
        return found if isinstance(found, tuple) else None

    def remember_sent(self, picked: Picked, photo_id: PhotoId, by: str) -> None:
        """Keep that a picture became a photo."""
        self._of(SENT)[picked.digest] = (photo_id, by)

    @staticmethod
    def _of(name: str) -> dict[str, Any]:
        found: dict[str, Any] = st.session_state.setdefault(name, {})
        return found
