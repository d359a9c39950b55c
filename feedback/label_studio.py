"""Labels as Label Studio tasks: one per photo, an annotation for each standing review. `couture import reviews` reads them again.

A match is a choice of the control `sku`, every other verdict a choice of the control `verdict`; a note is a text of the control
`note`. The picture is the thumbnail, in the file itself, so that no server has to be set up. The labelling interface that shows
them is `INTERFACE`. Source: Label Studio's "Label Studio JSON format of annotated tasks".
"""

from __future__ import annotations

import base64
import json
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from data.domain import ImageId, PhotoId
from data.events import Review, Verdict
from data.store import Store
from feedback.labels import standing_reviews

EVENT_PREFIX = "couture:"
"""Stands before the event id in an annotation's `unique_id`, so that a reader tells it from one that Label Studio drew."""
PICTURE, SKU, VERDICT, NOTE = "photo", "sku", "verdict", "note"
INTERFACE = """<View>
  <Image name="photo" value="$image"/>
  <Choices name="verdict" toName="photo">
    <Choice value="not_in_dam"/><Choice value="not_listed"/><Choice value="unusable"/><Choice value="skip"/>
  </Choices>
  <Choices name="sku" toName="photo" value="$choices"/>
  <TextArea name="note" toName="photo"/>
</View>"""


def write_tasks(store: Store, labels: pa.Table, file: Path) -> None:
    """Write one task for each label."""
    reviews: dict[PhotoId, list[Review]] = defaultdict(list)
    for review in standing_reviews(store.events.all()):
        reviews[review.photo_id].append(review)
    tasks = [
        _task(store, number, label, reviews[PhotoId(label["photo_id"])])
        for number, label in enumerate(labels.to_pylist(), start=1)
    ]
    file.write_text(json.dumps(tasks, ensure_ascii=False, indent=1), encoding="utf-8")


def _task(store: Store, number: int, label: dict[str, Any], reviews: Sequence[Review]) -> dict[str, Any]:
    thumbnail = base64.b64encode(store.images.thumbnail(ImageId(label["image_id"]))).decode()
    chosen = sorted({review.sku for review in reviews if review.sku})
    return {
        "id": number,
        "data": {
            **label,
            "image": f"data:image/jpeg;base64,{thumbnail}",
            "choices": [{"value": sku} for sku in chosen],
        },
        "annotations": [_annotation(number, review) for review in reviews],
        "predictions": [],
    }


def _annotation(task: int, review: Review) -> dict[str, Any]:
    at = review.at.isoformat()
    control, choice = (SKU, review.sku) if review.verdict is Verdict.MATCH else (VERDICT, review.verdict.value)
    results = [_result(f"{control}-{review.sequence}", control, "choices", {"choices": [choice]})]
    if review.note:
        results.append(_result(f"{NOTE}-{review.sequence}", NOTE, "textarea", {"text": [review.note]}))
    return {
        "id": review.sequence + 1,
        "unique_id": f"{EVENT_PREFIX}{review.event_id}",
        "task": task,
        "completed_by": {"email": review.reviewer},
        "created_at": at,
        "updated_at": at,
        "lead_time": review.seconds,
        "was_cancelled": False,
        "ground_truth": False,
        "result_count": len(results),
        "result": results,
    }


def _result(name: str, control: str, kind: str, value: dict[str, list[Any]]) -> dict[str, Any]:
    return {"id": name, "from_name": control, "to_name": PICTURE, "type": kind, "value": value}
