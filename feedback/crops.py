"""Crops by hand: stored as events; the newest that stands bounds what of a photo is looked at."""

from __future__ import annotations

from datetime import datetime

from data.crops import Box, Crop, standing_crops
from data.domain import EventId, PhotoId
from data.errors import NotFound
from data.store import Store
from feedback.recording import new_event_id


def record_crop(store: Store, said: Crop) -> Crop:
    """Store a crop durably and exactly once; give it back with its sequence.

    Raises:
        NotFound: the photo, or the event to be taken back, is not there; nothing is stored.
        ConflictingEvent: the event id is stored already with other content.
    """
    if store.photos.get(said.photo_id).image_id != said.image_id:
        raise NotFound(f"photo '{said.photo_id}' is another picture", remedy="reload the page")
    if said.withdraws is not None:
        known = {(event.event_id, event.image_id) for event in store.crops.all()}
        if (said.withdraws, said.image_id) not in known:
            raise NotFound(f"no crop '{said.withdraws}' of photo '{said.photo_id}'", remedy="reload the page")
    [stored] = store.crops.append([said])
    return stored


def crop_photo(store: Store, photo_id: PhotoId, box: Box, *, by: str, at: datetime) -> Crop:
    """Say where in a photo the article is; where that stands already, nothing is added.

    Raises:
        NotFound: there is no such photo.
    """
    standing = crop_of(store, photo_id)
    if standing is not None and standing.box == box:
        return standing
    image_id = store.photos.get(photo_id).image_id
    return record_crop(store, Crop(event_id=new_event_id(), photo_id=photo_id, image_id=image_id, by=by, at=at, box=box))


def crop_of(store: Store, photo_id: PhotoId) -> Crop | None:
    """Give the crop of a photo that stands; None where it is cut automatically.

    Raises:
        NotFound: there is no such photo.
    """
    return standing_crops(store.crops.all()).get(store.photos.get(photo_id).image_id)


def uncrop_photo(store: Store, photo_id: PhotoId, *, by: str, at: datetime) -> list[Crop]:
    """Take every crop of a photo back, as events, so that the automatic cut-out counts again. Anybody may.

    Raises:
        NotFound: there is no such photo.
    """
    taken = list[Crop]()
    while (standing := crop_of(store, photo_id)) is not None:
        taken.append(withdraw_crop(store, standing.event_id, by=by, at=at))
    return taken


def withdraw_crop(store: Store, withdraws: EventId, *, by: str, at: datetime) -> Crop:
    """Take a standing crop back, as one more event: the one before it stands again, or the automatic cut-out.

    Raises:
        NotFound: no such crop stands.
    """
    standing = {event.event_id: event for event in standing_crops(store.crops.all()).values()}
    if withdraws not in standing:
        raise NotFound(f"no crop '{withdraws}' stands", remedy="reload the page")
    target = standing[withdraws]
    return record_crop(
        store,
        Crop(
            event_id=new_event_id(),
            photo_id=target.photo_id,
            image_id=target.image_id,
            by=by,
            at=at,
            withdraws=withdraws,
        ),
    )
