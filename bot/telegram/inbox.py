"""What came from Telegram: kept first, answered afterwards, in the order of each chat, once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from functools import partial

from telegram import Update

from bot.storage import telegram as archivio
from bot.storage.database import ArchivioNonDisponibile
from bot.storage.telegram import Aggiornamento
from bot.telegram.events import Event, event_of
from bot.telegram.keys import Keys, Unreadable
from bot.telegram.lanes import Lanes

logger = logging.getLogger(__name__)

CHATS_TOGETHER = 8


class Inbox:
    """Keeps updates and gives them to `answer` (the key of the message, the pseudonym, the event), one at a time for a chat."""

    def __init__(
        self,
        keys: Keys,
        clock: Callable[[], datetime],
        url: str,
        answer: Callable[[str, str, Event], Awaitable[None]],
    ) -> None:
        self._keys = keys
        self._clock = clock
        self._url = url
        self._answer = answer
        self._lanes = Lanes(self._work, CHATS_TOGETHER)

    async def take(self, updates: Iterable[Update]) -> list[int]:
        """Keep what is to be answered and begin to; the numbers of the updates that are new. Raises ArchivioNonDisponibile."""
        events = [(update.update_id, event) for update in updates if (event := event_of(update)) is not None]
        rows = [
            Aggiornamento(number, self._keys.pseudonym(event.chat), self._keys.lock(event.as_dict())) for number, event in events
        ]
        if not rows:
            return []
        new = await asyncio.to_thread(partial(archivio.keep, url=self._url), rows, self._clock())
        for chi in dict.fromkeys(row.chi for row in new):
            self._lanes.wake(chi)
        return [row.id for row in new]

    async def resume(self) -> None:
        """Answer what was kept and not answered yet: after a restart, or a fault."""
        try:
            for chi in await asyncio.to_thread(partial(archivio.waiting, url=self._url)):
                self._lanes.wake(chi)
        except ArchivioNonDisponibile as error:
            logger.error("Telegram: messaggi non leggibili (%s)", error)

    async def close(self) -> None:
        """Stop; what is not answered yet is at the next start."""
        await self._lanes.close()

    async def _work(self, chi: str) -> None:
        for row in await asyncio.to_thread(partial(archivio.pending, url=self._url), chi):
            try:
                event = Event(**self._keys.unlock(row.corpo))
            except Unreadable:
                logger.error("Telegram: un messaggio è cifrato con un'altra chiave e non si può leggere")
            else:
                await self._answer(f"telegram-{row.id}", chi, event)
            await asyncio.to_thread(partial(archivio.answered, url=self._url), row.id)
