"""What came from Telegram: kept first, answered afterwards, in the order of each chat, once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from telegram import Update

from bot.storage import telegram as archivio
from bot.storage.database import ArchivioNonDisponibile
from bot.storage.telegram import Aggiornamento
from bot.telegram.events import Event, event_of
from bot.telegram.keys import Keys, Unreadable
from bot.telegram.lanes import Lanes

logger = logging.getLogger(__name__)

CHATS_TOGETHER = 8
PATIENCE = timedelta(minutes=10)  # how long an answer is worth waiting for

Answer = Callable[[str, str, Event, bool], Awaitable[None]]


class Later(Exception):
    """It cannot be answered now, and is to be tried again."""


class Inbox:
    """Keeps updates and gives them to `answer`, one at a time for a chat.

    `answer` is told the key of the message, the pseudonym of the chat, the event, and whether it has waited too long to be tried
    again; it raises Later. What was written before a wish to have everything deleted is not answered any more.
    """

    def __init__(
        self,
        keys: Keys,
        clock: Callable[[], datetime],
        url: str,
        answer: Answer,
    ) -> None:
        self._keys = keys
        self._clock = clock
        self._url = url
        self._answer = answer
        self._lanes = Lanes(self._work, CHATS_TOGETHER)

    async def take(self, updates: Iterable[Update]) -> list[int]:
        """Keep what is to be answered and begin to; the numbers of the updates that are new. Raises ArchivioNonDisponibile."""
        events = [(update.update_id, event) for update in updates if (event := event_of(update)) is not None]
        now, keys = self._clock(), self._keys
        rows = [Aggiornamento(number, keys.pseudonym(event.chat), keys.lock(event.as_dict()), now) for number, event in events]
        if not rows:
            return []
        new: list[Aggiornamento] = await self._stored(archivio.keep, rows)
        for chi in dict.fromkeys(row.chi for row in new):
            self._lanes.wake(chi)
        return [row.id for row in new]

    async def resume(self) -> None:
        """Answer what was kept and not answered yet: after a restart, or a fault."""
        try:
            for chi in await self._stored(archivio.waiting):
                self._lanes.wake(chi)
        except ArchivioNonDisponibile as error:
            logger.error("Telegram: messaggi non leggibili (%s)", error)

    async def close(self) -> None:
        """Stop; what is not answered yet is at the next start."""
        await self._lanes.close()

    async def _work(self, chi: str) -> None:
        rows = await self._stored(archivio.pending, chi)
        events = [self._read(row) for row in rows]
        overtaken = max((n for n, event in enumerate(events) if event is not None and event.erases), default=0)
        for number, (row, event) in enumerate(zip(rows, events, strict=True)):
            if event is not None and number >= overtaken:
                late = self._clock() - row.quando > PATIENCE
                try:
                    await self._answer(f"telegram-{row.id}", chi, event, late)
                except Later:
                    return  # `resume` comes back to it; the next ones wait for it
            await self._stored(archivio.answered, row.id)

    def _read(self, row: Aggiornamento) -> Event | None:
        try:
            return Event(**self._keys.unlock(row.corpo))
        except Unreadable:
            logger.error("Telegram: un messaggio è cifrato con un'altra chiave e non si può leggere")
            return None

    async def _stored(self, work: Callable[..., Any], *arguments: Any) -> Any:
        return await asyncio.to_thread(partial(work, url=self._url), *arguments)
