"""Reading requests with a limit: the front never takes more of a body than a message can need."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

MAX_BODY = 64 * 1024
BODY_SECONDS = 20.0


class BadRequest(Exception):
    """The request cannot be read; `str(error)` says why in Italian."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


async def _body(request: Request) -> bytes:
    try:
        return await asyncio.wait_for(_received(request), BODY_SECONDS)
    except asyncio.TimeoutError as error:
        raise BadRequest(408, "La richiesta non è arrivata per intero in tempo: la connessione è lenta. Riprovi.") from error
    except ClientDisconnect as error:
        raise BadRequest(400, "La connessione si è interrotta.") from error


async def _received(request: Request) -> bytes:
    received = bytearray()
    async for chunk in request.stream():
        received += chunk
        if len(received) > MAX_BODY:
            raise BadRequest(413, "Il messaggio è troppo lungo.")
    return bytes(received)


async def read_json(request: Request) -> dict[str, Any]:
    """The JSON object of a request, {} for an empty body. Raises BadRequest."""
    received = await _body(request)
    try:
        content = json.loads(received) if received else {}
    except (ValueError, RecursionError) as error:
        raise BadRequest(400, "La richiesta non è JSON valido.") from error
    if not isinstance(content, dict):
        raise BadRequest(400, "La richiesta deve essere un oggetto JSON.")
    return content


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a plain HTML form. Raises BadRequest."""
    return dict(await read_fields(request, 20))


async def read_fields(request: Request, most: int) -> list[tuple[str, str]]:
    """The fields of a plain HTML form in order, so many at most; a name may come several times. Raises BadRequest."""
    received = await _body(request)
    try:
        return parse_qsl(received.decode(), keep_blank_values=True, max_num_fields=most)
    except ValueError as error:
        raise BadRequest(400, "Il modulo inviato non è leggibile.") from error
