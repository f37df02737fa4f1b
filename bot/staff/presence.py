"""Whether a colleague takes conversations now, and the stream that tells the pages of the desk what is new.

A colleague counts as present while a page of the desk is open (its stream lives) and for a minute and a half after the last page
that was asked for; the stream ends with the session, and is no use of it: an abandoned screen goes to sleep like any other.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import Request
from starlette.responses import Response

from bot.front.bell import Bell
from bot.front.sessions import InvalidSession
from bot.passaggio import SportelloOperatori, Trascrizione
from bot.staff.accounts import Presente
from bot.staff.visits import Doors, Visit
from bot.storage.database import ArchivioNonDisponibile

logger = logging.getLogger(__name__)

LOOK_SECONDS = 20.0  # without news; well under the time for which a sign of life counts
PAUSE_SECONDS = 0.5  # between two looks, however often the bell rings
PING_SECONDS = 15


@dataclass(frozen=True)
class News:
    """What a page of the desk wants to know: how many wait for a person, how many wait for this colleague's answer, what changed.

    segno: changes whenever a list would look different; conversazione: the same for the conversation that is open.
    """

    attesa: int
    da_rispondere: int
    disponibile: bool
    segno: str
    conversazione: str


class Presence:
    """GET of /staff/novita (the stream), POST of /staff/presenza."""

    def __init__(self, inbox: SportelloOperatori, doors: Doors, bell: Bell) -> None:
        self._inbox = inbox
        self._doors = doors
        self._bell = bell

    async def available(self, nome: str) -> bool:
        """Whether this colleague is present and takes conversations."""
        return any(p.account == nome and p.disponibile for p in await self._inbox.colleagues())

    async def touch(self, presente: Presente) -> None:
        """A page was asked for: who was available still is."""
        if await self.available(presente.nome):
            await self._inbox.present(presente.nome, presente.collega.mostrato)

    async def change(self, visit: Visit) -> Response:
        """Available from now on, or away."""
        if visit.form.get("azione") == "disponibile":
            await self._inbox.present(visit.presente.nome, visit.presente.collega.mostrato)
        else:
            await self._inbox.absent(visit.presente.nome)
        return visit.done("/staff/posta")

    async def stream(self, visit: Visit) -> Response:
        """Events `novita` (News as JSON) and, when the session is over, `fine`."""
        return EventSourceResponse(self._events(visit.request, visit.request.query_params.get("id", "")), ping=PING_SECONDS)

    async def _events(self, request: Request, id: str) -> AsyncIterator[ServerSentEvent]:
        told: News | None = None
        with self._bell.listening() as listener:
            while True:
                try:
                    presente = await self._doors.present(request, usata=False)
                    if presente is None:
                        yield ServerSentEvent(data="{}", event="fine")
                        return
                    news = await self.news(presente, id)
                except ArchivioNonDisponibile as error:
                    logger.error("Sportello: banca dati non disponibile (%s)", error)
                else:
                    if news != told:
                        told = news
                        yield ServerSentEvent(data=json.dumps(news.__dict__), event="novita")
                await asyncio.sleep(PAUSE_SECONDS)
                await listener.wait(LOOK_SECONDS)

    async def news(self, presente: Presente, id: str = "") -> News:
        """What is new for a colleague who looks at this conversation; a sign of life of who is available."""
        available = await self.available(presente.nome)
        if available:
            await self._inbox.present(presente.nome, presente.collega.mostrato)
        waiting, mine = await self._inbox.waiting(), await self._inbox.mine(presente.nome)
        others = [p for p in await self._inbox.held() if p.conversazione.operatore != presente.nome]
        parts: list[Any] = [[(p.conversazione.id, p.posto, _last(p.ultimo)) for p in cases] for cases in (waiting, mine, others)]
        parts += [[(p.account, p.disponibile) for p in await self._inbox.colleagues()]]
        parts += [[(r.id, r.stato, r.operatore) for r in await self._inbox.requests()]]
        return News(
            len(waiting), sum(p.da_rispondere for p in mine), available, json.dumps(parts), await self._of_conversation(id)
        )

    async def _of_conversation(self, id: str) -> str:
        if not id:
            return ""
        try:
            found = await self._inbox.transcript(id)
        except InvalidSession:
            return "cancellata"
        return sign(found)


def sign(found: Trascrizione) -> str:
    """Something that changes whenever a conversation would look different."""
    last = found.messaggi[-1].id if found.messaggi else 0
    return f"{found.conversazione.stato} {found.conversazione.operatore} {last} {len(found.note)}"


def _last(message: Any) -> int:
    return message.id if message else 0
