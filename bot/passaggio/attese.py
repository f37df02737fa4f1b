"""What has lasted too long: a queue nobody serves, a person of the office who no longer answers, a public that has gone.

A loop in the front looks at the conversations that are not the assistant's; it keeps nothing of its own: a restart loses nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from typing import Optional

from bot.background import in_background
from bot.front.conversations import Conversations
from bot.passaggio.frasi import ASPETTA, DOMANDA, KEY, NO, TORNA
from bot.passaggio.macchina import Passaggio
from bot.storage import conversazioni
from bot.storage.conversazioni import ATTESA, BOT, CHIUSA, LEI, PERSONA, Conversazione, Messaggio, Nuovo
from bot.storage.conversazioni import OPERATORE as CON_OPERATORE
from bot.storage.database import ArchivioNonDisponibile

logger = logging.getLogger(__name__)

EVERY_SECONDS = 15.0
# what is to be done; also the texts that say so
LONG_WAIT, WAIT_OVER, SILENT, ABANDONED = "attesa_lunga", "attesa_scaduta", "operatore_muto", "abbandonata"


def due(
    conversazione: Conversazione, messages: Sequence[Messaggio], adesso: datetime, pazienza: timedelta, sessione: timedelta
) -> Optional[str]:
    """What is due to a conversation at that moment, None if nothing.

    pazienza: how long one waits for a person, or for that person's next word; a notice that nobody reacts to is waited for as
    long again. sessione: how long a person of the office waits for the public.
    """
    since = [m for m in messages if m.quando >= conversazione.dal]
    if conversazione.stato == ATTESA:
        notices = [m for m in since if m.dettagli.get(KEY) == LONG_WAIT]
        if adesso - (notices[-1].quando if notices else conversazione.dal) < pazienza:
            return None
        ignored = bool(notices) and not any(m.chi == LEI and m.id > notices[-1].id for m in since)
        return WAIT_OVER if ignored else LONG_WAIT
    if conversazione.stato == CON_OPERATORE:
        mine = [m for m in messages if m.chi == LEI]
        answered = [m for m in since if m.chi == PERSONA]
        owed = not answered or bool(mine and mine[-1].id > answered[-1].id)
        if owed:
            first_owed = max(conversazione.dal, mine[-1].quando) if mine else conversazione.dal
            return SILENT if adesso - first_owed >= pazienza else None
        return ABANDONED if adesso - answered[-1].quando >= max(sessione, pazienza) else None
    return None


class Attese:
    """Gives conversations what is due to them."""

    def __init__(self, passaggio: Passaggio, conversations: Conversations, every: float = EVERY_SECONDS) -> None:
        self._passaggio = passaggio
        self._conversations = conversations
        self._every = every

    async def once(self) -> None:
        """Look at all of them now. Raises ArchivioNonDisponibile."""
        for conversazione in await self._passaggio.stored(conversazioni.in_state, (ATTESA, CON_OPERATORE)):
            await self._look(conversazione.id)

    def running(self) -> AbstractAsyncContextManager[None]:
        """Looks in the background for as long as the context lasts."""
        return in_background(self._forever)

    async def _forever(self) -> None:
        while True:
            try:
                await self.once()
            except ArchivioNonDisponibile as error:
                logger.error("Attese non controllate: %s", error)
            except Exception as error:  # nothing may stop the next look
                logger.error("Controllo delle attese interrotto: %s", type(error).__name__)
            await asyncio.sleep(self._every)

    async def _look(self, id: str) -> None:
        """What is due to one conversation, while nobody else speaks in it."""
        async with self._conversations.held(id):
            stored, settings = self._passaggio.stored, self._passaggio.settings
            conversazione = await stored(conversazioni.get, id)
            if conversazione is None or conversazione.stato not in (ATTESA, CON_OPERATORE):
                return
            messages = await stored(conversazioni.history, id)
            patience, session = timedelta(minutes=settings.passaggio_minuti), timedelta(minutes=settings.sessione_minuti)
            what = due(conversazione, messages, self._passaggio.clock(), patience, session)
            if what is not None:
                await self._do(what, conversazione)

    async def _do(self, what: str, conversazione: Conversazione) -> None:
        frasi, id = self._passaggio.frasi, conversazione.id
        if what == ABANDONED:
            await self._leave(conversazione, CHIUSA, frasi.message(what), "abbandonato")
        elif what == SILENT:
            await self._leave(conversazione, BOT, frasi.message(what, DOMANDA, NO, motivo=what), "scaduto")
        elif what == WAIT_OVER:
            await self._leave(conversazione, BOT, frasi.message(what, DOMANDA, NO, motivo=what), "attesa_scaduta")
        else:
            esito = await self._passaggio.leaf()
            if not esito.si_aspetta:  # nobody is left to wait for
                await self._leave(conversazione, BOT, self._passaggio.unavailable(esito), "attesa_scaduta")
                return
            place = await self._passaggio.place(id)
            await self._conversations.post(id, frasi.message(what, ASPETTA, DOMANDA, TORNA, motivo=what, posto=place))

    async def _leave(self, conversazione: Conversazione, a: str, message: Nuovo, esito: str) -> None:
        seconds = int((self._passaggio.clock() - conversazione.dal).total_seconds())
        if await self._conversations.change_state(conversazione.id, (conversazione.stato,), a, messaggi=[message]):
            await self._passaggio.count(esito, conversazione.id, seconds)
