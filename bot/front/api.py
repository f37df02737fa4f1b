"""The JSON interface: the widget's, and any other program's. Described in openapi.yml, which is also what it gives out.

Errors are {"errore": <Italian text for the person>, "codice": <for the program>}.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.front import words
from bot.front.conversations import Conversations, Opened
from bot.front.incoming import InvalidMessage
from bot.front.limits import Limits, TooMany
from bot.front.office import Office
from bot.front.rasa_client import RasaUnavailable
from bot.front.records import Record, Records
from bot.front.requests import BadRequest, read_json
from bot.front.sessions import InvalidSession
from bot.storage.database import ArchivioNonDisponibile

logger = logging.getLogger(__name__)

WANTED = "Servono «token» e uno solo tra «testo» e «scelta», tutti testi."
WANTED_RATING = "Servono «token», «messaggio» (un numero) e «utile» (sì o no); «motivo», se c'è, è un testo."
WANTED_TOKEN = "Serve il token della conversazione."
WANTED_KEY = "«chiave» deve avere da 8 a 64 caratteri tra lettere senza accento, cifre, «-» e «_»."
WANTED_NUMBER = "«dopo» deve essere il numero di un messaggio."
MAX_REASON = 500
MAX_ID = 2**31 - 1
_KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")
_NUMBER = re.compile(r"[0-9]{1,10}")

Handler = Callable[[Request], Awaitable[Response]]


def failure(status: int, codice: str, message: str, **more: Any) -> JSONResponse:
    """An error of the JSON interface."""
    return JSONResponse({"errore": message, "codice": codice, **more}, status_code=status)


def too_many(error: TooMany) -> JSONResponse:
    """The answer to those who ask too much."""
    response = failure(429, "troppe_richieste", words.too_many(error.seconds))
    response.headers["Retry-After"] = str(error.seconds)
    return response


def token_of(request: Request, body: dict[str, Any] | None = None) -> str:
    """The token of a request: in its body, its header or (a browser's EventSource has neither) its address. Raises BadRequest."""
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    found = (body or {}).get("token")
    if found is None and scheme.lower() == "bearer":
        found = bearer.strip()
    if found is None and body is None:
        found = request.query_params.get("token")
    if not isinstance(found, str):
        raise BadRequest(400, WANTED_TOKEN)
    return found


def after_of(request: Request, resumed: str | None = None) -> int:
    """The last message that the program has; of an event stream that is taken up again, `resumed`. Raises BadRequest."""
    given = resumed or request.query_params.get("dopo", "0")
    if not _NUMBER.fullmatch(given):
        raise BadRequest(400, WANTED_NUMBER)
    return min(int(given), MAX_ID)


class Api:
    """Handlers of /api/conversazioni, /api/messaggi, /api/valutazioni."""

    def __init__(
        self, conversations: Conversations, records: Records, office: Office, clock: Callable[[], datetime], limits: Limits
    ) -> None:
        self._limits = limits
        self._conversations = conversations
        self._records = records
        self._office = office
        self._clock = clock

    def explained(self, handler: Handler) -> Handler:
        """The handler with every expected fault turned into an error that says what to do."""

        async def handle(request: Request) -> Response:
            try:
                return await handler(request)
            except TooMany as error:
                return too_many(error)
            except BadRequest as error:
                return failure(error.status, "troppo_lungo" if error.status == 413 else "richiesta", str(error))
            except InvalidSession:
                return failure(401, "sessione", words.SESSION_OVER)
            except InvalidMessage as error:
                return failure(403 if error.codice == "scelta" else 422, error.codice, str(error))
            except RasaUnavailable:
                return self._unavailable(self._office.unreachable)
            except (ArchivioNonDisponibile, SQLAlchemyError) as error:
                logger.error(
                    "Banca dati non disponibile: %s", error if isinstance(error, ArchivioNonDisponibile) else type(error)
                )
                return self._unavailable(self._office.unreachable)

        return handle

    async def start(self, request: Request) -> Response:
        """POST /api/conversazioni: a new conversation; with the token of one still open, that one and its messages again."""
        body = await read_json(request)
        if body.get("token") is not None or "authorization" in request.headers:
            try:
                token = token_of(request, body)
                opened = await self._conversations.resumed(token)
                return JSONResponse(await self._state(opened, token, await self._conversations.history(opened.id)))
            except InvalidSession:
                pass  # the page asks for its old conversation and gets a new one, empty
        token = self._conversations.sessions.create()
        return JSONResponse(await self._state(await self._conversations.opened(token), token, []), status_code=201)

    async def message(self, request: Request) -> Response:
        """POST /api/messaggi: a text or a choice, and its answers."""
        body = await read_json(request)
        opened = await self._conversations.opened(token_of(request, body))
        text, choice, key = body.get("testo"), body.get("scelta"), body.get("chiave")
        if key is not None and not (isinstance(key, str) and _KEY.fullmatch(key)):
            raise BadRequest(400, WANTED_KEY)
        self._limits.message(opened.id)
        if isinstance(text, str) and choice is None:
            exchange = await self._conversations.exchange(opened.id, text, chiave=key)
        elif isinstance(choice, str) and text is None:
            exchange = await self._conversations.exchange_choice(opened.id, choice, chiave=key)
        else:
            raise BadRequest(400, WANTED)
        mine, *answers = await self._records.of([exchange.mio, *exchange.risposte])
        now = await self._conversations.state(opened.id)
        return JSONResponse({"messaggi": answers, "mio": mine, "stato": now.stato if now else opened.stato})

    async def history(self, request: Request) -> Response:
        """GET /api/messaggi: what was said after a message."""
        opened = await self._conversations.opened(token_of(request))
        return JSONResponse(await self._state(opened, None, await self._conversations.history(opened.id, after_of(request))))

    async def rate(self, request: Request) -> Response:
        """POST /api/valutazioni: whether an answer was useful, and why."""
        body = await read_json(request)
        opened = await self._conversations.opened(token_of(request, body))
        message, useful, reason = body.get("messaggio"), body.get("utile"), body.get("motivo")
        if type(message) is not int or not isinstance(useful, bool) or not isinstance(reason, str | None):
            raise BadRequest(400, WANTED_RATING)
        if reason and len(reason) > MAX_REASON:
            raise InvalidMessage("troppo_lungo", f"Il motivo può avere al massimo {MAX_REASON} caratteri.")
        if not 0 < message <= MAX_ID or not await self._conversations.rate(opened.id, message, useful, reason):
            return failure(404, "non_trovato", words.NOT_RATED)
        return JSONResponse({"registrata": True})

    async def delete(self, request: Request) -> Response:
        """DELETE /api/conversazioni: forget the conversation here and in Rasa."""
        body = await read_json(request)
        opened = await self._conversations.opened(token_of(request, body))
        try:
            await self._conversations.delete(opened.id)
        except (SQLAlchemyError, ArchivioNonDisponibile) as error:
            logger.error("Cancellazione non riuscita: %s", type(error).__name__)
            return self._unavailable(words.NOT_DELETED)
        return JSONResponse({"cancellata": True})

    async def _state(self, opened: Opened, token: str | None, messages: list[Any]) -> Record:
        left = max(0, int((opened.scade - self._clock()).total_seconds()))
        record = {"messaggi": await self._records.of(messages), "stato": opened.stato, "scade_secondi": left}
        return record if token is None else {"token": token, **record}

    def _unavailable(self, message: str) -> Response:
        return failure(503, "non_disponibile", message, contatti=self._office.contacts)
