"""What the review screen asks for and says: photos with candidates, leases, decisions, and why two pictures agree."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from dashboard.background import indexing_running
from dashboard.burst_strip import burst_strips
from dashboard.catalogue_cache import catalogue_of
from dashboard.last_acts import last_aside
from dashboard.own_week import week_json
from dashboard.picked import seal_pick, unseal_pick
from dashboard.render_states import render_states_of
from dashboard.review_crops import keep_crop
from dashboard.review_items import build_item, find_assets, picture_url, render_json
from dashboard.review_requests import (
    read_attribute,
    read_choice,
    read_correction,
    read_count,
    read_holder,
    read_photo_ids,
    read_render_word,
    read_review,
)
from dashboard.review_words import answer_overlaps, answer_standing, answer_vocabulary
from dashboard.unpainted import Unpainted
from dashboard.wiring import Services
from data.domain import PhotoId, Reviewer, Sku, SuggestionId
from data.errors import CoutureError, NotEnoughEvidence, StoreError
from data.events import Review, Verdict
from feedback.bursts import decided_together
from feedback.corrections import record_correction
from feedback.exposure import SHOWN
from feedback.labels import standing_reviews
from feedback.leases import Clock, HeldByOthers, Holder, Leases
from feedback.queue import Pick, ranked_count, reviewer_counts
from feedback.recording import record
from feedback.render_remarks import record_remark
from matching.correspondences import find_correspondences
from matching.indexing import pending

PLACES = 4
Said = dict[str, Any]
"""A JSON object from the browser, or on its way to it."""

_log = logging.getLogger(__name__)


class ReviewDesk:
    """Answers the review screen; every method is given what a browser said, and gives what it is answered."""

    def __init__(self, services: Callable[[], Services], clock: Clock = lambda: datetime.now(UTC)) -> None:
        self._services, self._clock = services, clock
        self._unpainted = Unpainted()

    def items(self, said: Said) -> Said:
        """Lease the next photos and send them with their candidates."""
        services, holder, leases = self._services(), read_holder(said), self._leases()
        count, held = read_count(said, SHOWN), read_photo_ids(said, "held")
        title, advice = "All done", "No photo waits for a decision. Import more with: couture import photos FILE.csv"
        picks, found = leases.take(holder, count, held=held, choice=read_choice(said)), list[Said]()
        taken = [pick.photo_id for pick in picks]
        try:
            found = self._items(services, holder, {pick.photo_id: pick for pick in picks})
        except NotEnoughEvidence as error:
            leases.release(holder, taken)
            title, advice = unready(services, error)
        except CoutureError:
            leases.release(holder, taken)
            raise
        others = leases.held_by_others(holder)
        if not taken and others.until is not None:
            title, advice = "All that waits is being reviewed", held_advice(others)
        return {
            "items": found,
            "counts": asdict(reviewer_counts(services.store, holder.reviewer)),
            "held_by_others": {
                "count": others.count,
                "until": others.until.isoformat() if others.until else None,
                "own": others.own,
            },
            "title": title,
            "advice": advice,
        }

    def choices(self, said: Said) -> Said:
        """Send the categories that may come first, and how many waiting photos are ranked where the chosen order goes by that."""
        store, choice = self._services().store, read_choice(said)
        ranked = ranked_count(store) if choice.by_outlook else None
        return {"categories": catalogue_of(store).categories(), "ranked": ranked}

    def rerank(self, said: Said) -> Said:
        """Send photos again, ranked by what is known now; each is still of the pick that the page names."""
        services, photo_ids = self._services(), read_photo_ids(said, "photo_ids")
        sealed = said.get("picked")
        kept = sealed if isinstance(sealed, dict) else {}
        picks = {photo_id: unseal_pick(services, photo_id, kept.get(photo_id)) for photo_id in photo_ids}
        return {"items": self._items(services, read_holder(said), picks)}

    def renew(self, said: Said) -> Said:
        """Lease photos of a screen, or extend their leases; say which it has."""
        return {"held": self._leases().renew(read_holder(said), read_photo_ids(said, "photo_ids"))}

    def release(self, said: Said) -> Said:
        """Give photos back: those named, or all that a screen has where none are named."""
        named = read_photo_ids(said, "photo_ids") if "photo_ids" in said else None
        self._leases().release(read_holder(said), named)
        return {}

    def find(self, said: Said) -> Said:
        """Send assets that have some words."""
        return {"assets": find_assets(self._services(), str(said.get("words", "")))}

    def week(self, said: Said) -> Said:
        """Send what a reviewer is told of their own work."""
        return week_json(self._services(), Reviewer(said["reviewer"]))

    def last(self, said: Said) -> Said:
        """Send what a reviewer did last, to be undone: a crop, a word, or a decision; of a burst with one key, all of it."""
        services, reviewer = self._services(), Reviewer(said["reviewer"])
        own = [review for review in standing_reviews(services.store.events.all()) if review.reviewer == reviewer]
        aside = last_aside(services.store, reviewer, after=own[-1].at if own else None)
        if aside is not None or not own:
            return {"event": aside}
        first, *more = decided_together(own, own[-1])
        [item] = self._items(services, read_holder(said), {first.photo_id: None}, also=[review.photo_id for review in more])
        return {"event": _undoable(first), "more": [_undoable(review) for review in more], "item": item}

    def painted(self, said: Said) -> Said:
        """Store a suggestion as shown."""
        suggestion_id, sealed = SuggestionId(str(said.get("suggestion_id"))), str(said.get("exposure") or "")
        return {"stored": self._unpainted.store_painted(self._services(), suggestion_id, sealed)}

    def decide(self, said: Said) -> Said:
        """Store a decision; the answer means that it is durable. It counts whoever holds the photo."""
        services = self._services()
        stored = record(services.store, read_review(said))
        return {"sequence": stored.sequence, "counts": asdict(reviewer_counts(services.store, stored.reviewer))}

    def correct(self, said: Said) -> Said:
        """Store a person's word for an attribute; the answer means that it is durable, and names the word that stands now."""
        services = self._services()
        stored = record_correction(services.store, read_correction(said))
        return {"sequence": stored.sequence, **answer_standing(services, stored, read_attribute(said))}

    def crop(self, said: Said) -> Said:
        """Store where in a photo the article is, or that this is taken back; the answer means that it is durable."""
        return keep_crop(self._services(), said)

    def look_at_crop(self, said: Said) -> None:
        """Describe a photo as it is cropped now, after the answer: else a decided one would be no view, and no label of a fit."""
        try:
            self._services().matcher.rank(PhotoId(str(said["photo_id"])), top=1)
        except CoutureError:
            _log.warning("a cropped photo could not be described; the next ranking does", exc_info=True)

    def overlaps(self, said: Said) -> Said:
        """Say which of the words on the screen differ."""
        return answer_overlaps(self._services(), said)

    def vocabulary(self, said: Said) -> Said:  # noqa: ARG002  # every answer is given what was said
        """Send the words that an attribute may have."""
        return answer_vocabulary(self._services())

    def let_go(self, said: Said) -> None:
        """Give the photo of a decision back, after the answer. An undone one is on the screen again and stays held."""
        if said.get("verdict") == Verdict.WITHDRAWN:
            return
        try:
            self._leases().release(read_holder(said), [PhotoId(str(said["photo_id"]))])
        except StoreError:
            _log.warning("a lease could not be given back; it runs out by itself", exc_info=True)

    def judge_renders(self, said: Said) -> Said:
        """Store that an asset's renders are wrong, or take that back; send what its card says of them from now on."""
        store, word = self._services().store, read_render_word(said)
        record_remark(store, word)
        return render_json(render_states_of(store).of(word.sku))

    def geometry(self, said: Said) -> Said:
        """Send the local features that agree between a photo and an asset, in fractions of their pictures."""
        services = self._services()
        photo_id, sku = PhotoId(str(said.get("photo_id", ""))), Sku(str(said.get("sku", "")))
        found = find_correspondences(services.store, services.backends, photo_id, sku)
        return {
            "photo": picture_url(found.photo),
            "view": picture_url(found.view) if found.view else "",
            "pairs": [[round(float(place), PLACES) for place in pair] for pair in found.pairs],
        }

    def _items(
        self, services: Services, holder: Holder, picks: Mapping[PhotoId, Pick | None], also: Collection[PhotoId] = ()
    ) -> list[Said]:
        """Build what the screen paints of photos, each with its pick and the burst that it is of."""
        built = [(*build_item(services, photo_id, holder.reviewer, pick), pick) for photo_id, pick in picks.items()]
        strips = burst_strips(services, self._leases(), holder, list(picks), also)
        return [
            {
                **item,
                "exposure": self._unpainted.send(services, suggestion),
                "picked": seal_pick(services, pick) if pick is not None else "",
                "burst": strips[suggestion.photo_id],
            }
            for item, suggestion, pick in built
        ]

    def _leases(self) -> Leases:
        return Leases(self._services().store, self._clock)


def _undoable(review: Review) -> Said:
    return {"event_id": review.event_id, "photo_id": review.photo_id, "verdict": review.verdict, "sku": review.sku}


def held_advice(others: HeldByOthers) -> str:
    """Say who holds what, until when, by the clock of this machine."""
    photos = "1 photo is" if others.count == 1 else f"{others.count} photos are"
    whom = "another tab of yours" if others.own else "another reviewer"
    return f"{photos} held by {whom} until {others.until.astimezone():%H:%M}." if others.until else ""


def unready(services: Services, error: NotEnoughEvidence) -> tuple[str, str]:
    """Say why no photo can be shown yet, and what happens or is to be done: a title and a sentence."""
    if indexing_running(services):
        views = services.store.views.image_ids()
        left = len(pending(services.store, services.backends, photos=False).views)
        done = f"{len(views) - left} of {len(views)} catalogue pictures are described."
        return "Getting the catalogue ready", f"{done} The first photo comes by itself."
    if not services.store.assets.count():
        return "The catalogue is empty", "Fill it with: couture import catalogue FILE.csv, or on the page Catalogue."
    return "Nothing to compare with yet", f"{error}. The first photo then comes by itself."
