"""At the door of the routes: who asks, from which page, and what an error is called over HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from dashboard.seals import seal_of
from data.domain import Reviewer
from data.errors import ConflictingEvent, CoutureError, MissingBackend, NotFound, StoreError

TOKEN_HEADER = "X-Couture-Token"  # noqa: S105  # a header's name
PAGE = "page"
MOST_BYTES = 40_000
FOR_EVER = {"Cache-Control": "private, max-age=31536000, immutable"}
NEVER = {"Cache-Control": "no-store"}
Said = dict[str, Any]
"""A JSON object from the browser, or on its way to it."""

Work = Callable[[Said], Said]


def page_token(home: Path, reviewer: Reviewer) -> str:
    """Give the token that binds a page to this installation and to a reviewer; it stays good as long as the home's secret."""
    return seal_of(home).close(PAGE, reviewer.encode())


async def answer_read(request: Request, home: Path, work: Work) -> Response:
    """Answer a reviewer's page that reads; `work` is given the query, with the reviewer."""
    return await _answer(request, home, dict(request.query_params), work, unknown=404)


async def answer_write(request: Request, home: Path, work: Work, after: Callable[[Said], None] | None = None) -> Response:
    """Answer a reviewer's page that writes; `work` is given the body, with the reviewer. `after` runs when it is answered."""
    if refusal := foreign(request):
        return _error(refusal, 403)
    said = read_object(await _body(request))
    if said is None:
        return _error("the body is no JSON object, or too long", 400)
    return await _answer(request, home, said, work, unknown=422, after=after)


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A picture on its way to the browser. `lasts`: its address will never give another."""

    content: bytes
    lasts: bool = True


async def answer_picture(read: Callable[[], Sent], media_type: str) -> Response:
    """Answer with a picture, which a browser may keep for ever where it lasts."""
    try:
        sent = await run_in_threadpool(read)
    except CoutureError as error:
        return _error(str(error), status_of(error, unknown=404))
    return Response(sent.content, media_type=media_type, headers=FOR_EVER if sent.lasts else NEVER)


def foreign(request: Request) -> str:
    """Say why a request is not from our own page; empty where it is."""
    if request.headers.get("content-type", "").partition(";")[0] != "application/json":
        return "send application/json"
    origin = request.headers.get("origin")
    if origin is None or urlsplit(origin).netloc != request.headers.get("host"):
        return "the request comes from another site"
    return ""


def strange(request: Request, home: Path, said: Said) -> str:
    """Say why a request is not of the reviewer whom it names; empty where it is. Adds the reviewer where none is named."""
    bearer = seal_of(home).open(PAGE, request.headers.get(TOKEN_HEADER, ""))
    if bearer is None:
        return "this page is not known here any more; reload the page"
    if said.setdefault("reviewer", bearer.decode()) != bearer.decode():
        return f"this page is {bearer.decode()}'s, not {said['reviewer']}'s; reload the page"
    return ""


def read_object(body: bytes | None) -> Said | None:
    """Read a JSON object; None where it is none, or has text that cannot be stored."""
    try:
        said = json.loads(body or b"")
        json.dumps(said, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None


def status_of(error: CoutureError, *, unknown: int) -> int:
    """Name an error over HTTP: from 500 on it is worth sending the same again, below it is not."""
    if isinstance(error, StoreError | MissingBackend):
        return 503
    if isinstance(error, ConflictingEvent):
        return 409
    return unknown if isinstance(error, NotFound) else 422


async def _body(request: Request) -> bytes | None:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            return None
    return body


async def _answer(
    request: Request, home: Path, said: Said, work: Work, *, unknown: int, after: Callable[[Said], None] | None = None
) -> Response:
    try:
        if refusal := await run_in_threadpool(strange, request, home, said):
            return _error(refusal, 403)
        found = await run_in_threadpool(work, said)
    except CoutureError as error:
        return _error(str(error), status_of(error, unknown=unknown))
    return JSONResponse(found, headers=NEVER, background=BackgroundTask(after, said) if after else None)


def _error(text: str, status: int) -> Response:
    return JSONResponse({"error": text}, status_code=status, headers=NEVER)
