"""GET /api/eventi: what happens in a conversation, as server-sent events."""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import Request
from starlette.responses import Response

from bot.front.api import after_of, failure, token_of
from bot.front.conversations import Conversations
from bot.front.records import Records
from bot.front.sessions import InvalidSession
from bot.storage.database import ArchivioNonDisponibile

logger = logging.getLogger(__name__)

PING_SECONDS = 15
LOOK_SECONDS = 15.0  # without news, how often to see whether the conversation is over
OPEN_PER_CONVERSATION, OPEN_IN_ALL = 6, 500
FULL = "Ci sono troppe finestre aperte: ne chiuda qualcuna, oppure riprovi tra un minuto."
RETRY_SECONDS = 60


class Events:
    """The handler. It sends nothing that the database does not hold: who reconnects with Last-Event-ID misses nothing."""

    def __init__(self, conversations: Conversations, records: Records) -> None:
        self._conversations = conversations
        self._records = records
        self._open: Counter[str] = Counter()

    async def stream(self, request: Request) -> Response:
        """Events `messaggio` (what GET /api/messaggi gives), `stato` (who has the conversation), `fine` (it is over)."""
        token = token_of(request)
        id = await self._conversations.of_token(token)
        last = after_of(request, request.headers.get("last-event-id"))
        if self._open[id] >= OPEN_PER_CONVERSATION or self._open.total() >= OPEN_IN_ALL:
            full = failure(429, "troppe_richieste", FULL)
            full.headers["Retry-After"] = str(RETRY_SECONDS)
            return full
        return EventSourceResponse(self._counted(token, id, last), ping=PING_SECONDS)

    async def _counted(self, token: str, id: str, last: int) -> AsyncIterator[ServerSentEvent]:
        with self._one_more(id):
            async for event in self._news(token, id, last):
                yield event

    async def _news(self, token: str, id: str, last: int) -> AsyncIterator[ServerSentEvent]:
        told = None
        with self._conversations.bell.listening(id) as listener:
            while True:
                try:
                    opened = await self._conversations.opened(token)
                    records = await self._records.of(await self._conversations.history(id, last))
                except InvalidSession:
                    yield ServerSentEvent(data="{}", event="fine")
                    return
                except ArchivioNonDisponibile as error:
                    logger.error("Banca dati non disponibile: %s", error)
                    records = []
                else:
                    state = {"stato": opened.stato, "nome": opened.nome}
                    if state != told:
                        told = state
                        yield ServerSentEvent(data=_json(state), event="stato")
                for record in records:
                    last = record["id"]
                    yield ServerSentEvent(data=_json(record), event="messaggio", id=str(last))
                await listener.wait(LOOK_SECONDS)

    @contextmanager
    def _one_more(self, id: str) -> Iterator[None]:
        self._open[id] += 1
        try:
            yield
        finally:
            self._open[id] -= 1
            if not self._open[id]:
                del self._open[id]


def _json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False)
