"""Who has a conversation: the assistant, the queue, a person of the office. Implements HandOver of bot/front/conversations.py.

The state stands in the table of the conversations and changes by compare-and-set; everything that was said or offered stands in
the messages. So a process may end between any two steps: who sends the same message again finds what was missing.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Optional, Protocol, TypeVar

from bot import sportello
from bot.front.rasa_client import Answer
from bot.passaggio import contatto, parole
from bot.passaggio.foglie import Esito, leaf
from bot.passaggio.frasi import ANNULLA, ASPETTA, DOMANDA, KEY, NO, OPERATORE, PREFIX, SALTA, TORNA, Frasi, action_of
from bot.storage import contatti, conversazioni, eventi, note, presenze
from bot.storage.conversazioni import ATTESA, BOT, CHIUSA, Conversazione, Messaggio, Nuovo
from bot.storage.conversazioni import OPERATORE as CON_OPERATORE
from bot.storage.database import ArchivioNonDisponibile
from knowledge import Conoscenza

logger = logging.getLogger(__name__)
T = TypeVar("T")

EVENT, LEFT_EVENT = "passaggio", "contatto"
WANTS_A_PERSON = ("operatore", "non_aiuta")  # how turns of the assistant end after which a person is offered
STEPS_BEFORE_OFFER = 3  # messages in a row not understood, and again after as many
AT_DESK = timedelta(seconds=90)  # how long after a sign of life somebody counts as present
NOTICE_AGAIN = timedelta(minutes=2)  # who writes while waiting is not told the same thing each time
STAFF_CHANNEL = "int"


class PassaggioSettings(Protocol):
    """The part of the settings that the hand-over reads."""

    @property
    def database_url(self) -> str:
        """The project's own database."""

    @property
    def passaggio_minuti(self) -> int:
        """Minutes of waiting, or of silence of who answers, after which the assistant is back."""

    @property
    def contatti_giorni(self) -> int:
        """Days a question left with a contact lives."""

    @property
    def sessione_minuti(self) -> int:
        """Minutes without a message after which a conversation of the website is over."""


class Passaggio:
    """The hand-over. All methods may raise ArchivioNonDisponibile."""

    def __init__(self, settings: PassaggioSettings, conoscenza: Conoscenza, clock: Callable[[], datetime]) -> None:
        self.settings = settings
        self.conoscenza = conoscenza
        self.clock = clock

    @property
    def frasi(self) -> Frasi:
        """The office's words, of the knowledge of this moment."""
        return Frasi(self.conoscenza.passaggio)

    @property
    def attivo(self) -> bool:
        """Whether the office answers in person here."""
        return self.conoscenza.passaggio.attivo

    # ---- What Conversations asks (HandOver)

    async def before(self, conversazione: Conversazione, testo: str) -> Optional[list[Nuovo]]:
        """A message has come: None lets the assistant answer; a list (also empty: a person will) is all the answer there is."""
        if conversazione.canale == STAFF_CHANNEL or parole.erases(testo):
            return None
        if conversazione.stato == CON_OPERATORE:
            return await self._end(conversazione) if parole.stops(testo) else []
        said = await self.stored(conversazioni.last_said, conversazione.id)
        choice = parole.chosen(testo, said.scelte) if said and KEY in said.dettagli else None
        if conversazione.stato == ATTESA:
            if choice is None and (parole.stops(testo) or parole.cancels(testo)):
                return await self._end(conversazione)
            if choice is None:
                return await self._waiting(conversazione, said)
            return await self._act(conversazione, choice.payload)
        await self._reopen(conversazione)
        if said is None or KEY not in said.dettagli:
            return None
        if contatto.STEP in said.dettagli:
            return await self._leaving(conversazione, said, testo)
        return None if choice is None else await self._act(conversazione, choice.payload)

    async def chosen(self, conversazione: Conversazione, payload: str) -> Optional[list[Nuovo]]:
        """A button was pressed: None when it is one for the assistant."""
        if payload.startswith(PREFIX):
            return await self._act(conversazione, payload)
        if conversazione.stato == CON_OPERATORE:
            return []  # the person reads which button it was
        if conversazione.stato == ATTESA:
            return await self._waiting(conversazione, await self.stored(conversazioni.last_said, conversazione.id))
        await self._reopen(conversazione)
        return None

    async def after(self, conversazione: Conversazione, testo: str, answers: list[Answer]) -> list[Nuovo]:
        """The assistant has answered: the offer of a person where somebody wants one, or was not understood again and again."""
        if any(answer.cancellata for answer in answers):
            await self.forget(conversazione.id)
            await self._change(conversazione.id, (ATTESA, CON_OPERATORE, CHIUSA), BOT)
            return []
        if conversazione.canale == STAFF_CHANNEL or conversazione.stato in (ATTESA, CON_OPERATORE):
            return []
        if not any(_wants_a_person(answer.dettagli) for answer in answers):
            return []
        esito = await self.leaf()
        if esito.si_aspetta:
            await self.count("offerto", conversazione.id)
            return [self.frasi.message("offerta", OPERATORE, DOMANDA, NO, motivo="offerta")]
        return await self._unavailable(conversazione, esito)

    async def forget(self, id: str) -> None:
        """Delete what the hand-over keeps of a conversation: the questions left in it, the notes on it."""
        await self.stored(contatti.delete_of, id)
        await self.stored(note.delete_of, id)

    # ---- What buttons do, pressed or typed

    async def _act(self, conversazione: Conversazione, payload: str) -> list[Nuovo]:
        action, motivo = action_of(payload)
        if conversazione.stato == CON_OPERATORE:
            return await self._end(conversazione) if action == TORNA else []
        if action in (OPERATORE, ASPETTA):
            return await self._queue(conversazione)
        if action == DOMANDA:
            if await self._change(conversazione.id, (ATTESA, CHIUSA), BOT) and conversazione.stato == ATTESA:
                await self.count("rinunciato", conversazione.id, self._seconds(conversazione))
            return [contatto.begin(self.frasi, motivo)]
        if action == TORNA:
            return await self._end(conversazione)
        if action in (SALTA, ANNULLA):
            said = await self.stored(conversazioni.last_said, conversazione.id)
            if said is None or contatto.STEP not in said.dettagli:
                return [self.frasi.message("gia_assistente")]
            return await self._leaving(conversazione, said, getattr(self.frasi.regole.pulsanti, action))
        return [self.frasi.message("rifiutata")]

    async def _queue(self, conversazione: Conversazione) -> list[Nuovo]:
        """Somebody wants a person now."""
        if conversazione.stato == ATTESA:
            return [self.frasi.message("in_attesa", DOMANDA, TORNA, motivo="attesa", posto=await self._place(conversazione.id))]
        esito = await self.leaf()
        if not esito.si_aspetta:
            return await self._unavailable(conversazione, esito)
        if await self._change(conversazione.id, (BOT, CHIUSA), ATTESA):
            await self.count("richiesto", conversazione.id)
        buttons = (DOMANDA, TORNA) if esito.foglia.lascia_domanda else (TORNA,)
        place = await self._place(conversazione.id)
        minutes = str(self.settings.passaggio_minuti)
        return [self.frasi.message(esito.nome, *buttons, motivo=esito.nome, posto=place, minuti=minutes)]

    async def _unavailable(self, conversazione: Conversazione, esito: Esito) -> list[Nuovo]:
        await self.count(esito.nome, conversazione.id)
        return [self.unavailable(esito)]

    def unavailable(self, esito: Esito) -> Nuovo:
        """The message of a leaf on which nobody can answer."""
        buttons = (DOMANDA, NO) if esito.foglia.lascia_domanda else ()
        opening = sportello.frase(self.conoscenza, self.clock(), self.conoscenza.passaggio.ufficio)
        return self.frasi.message(esito.nome, *buttons, motivo=esito.nome, apertura=opening)

    async def _waiting(self, conversazione: Conversazione, said: Optional[Messaggio]) -> list[Nuovo]:
        """Somebody writes while they wait: it is kept for who answers, and every now and then they are told so."""
        told = said if said is not None and KEY in said.dettagli and said.quando >= conversazione.dal else None
        if told is not None and self.clock() - told.quando < NOTICE_AGAIN:
            return []
        return [self.frasi.message("in_attesa", DOMANDA, TORNA, motivo="attesa", posto=await self._place(conversazione.id))]

    async def _end(self, conversazione: Conversazione) -> list[Nuovo]:
        """The person wants the assistant back."""
        seconds = self._seconds(conversazione)
        if await self._change(conversazione.id, (CON_OPERATORE,), BOT):
            await self.count("terminato", conversazione.id, seconds)
            return [self.frasi.message("tornato")]
        if await self._change(conversazione.id, (ATTESA,), BOT):
            await self.count("rinunciato", conversazione.id, seconds)
            return [self.frasi.message("coda_lasciata")]
        return [self.frasi.message("gia_assistente")]

    async def _reopen(self, conversazione: Conversazione) -> None:
        """Who writes after a person of the office has closed the conversation talks to the assistant."""
        if conversazione.stato == CHIUSA:
            await self._change(conversazione.id, (CHIUSA,), BOT)

    async def _leaving(self, conversazione: Conversazione, asked: Messaggio, testo: str) -> list[Nuovo]:
        """An answer while a question is being left."""
        history = await self.stored(conversazioni.history, conversazione.id)
        message, left = contatto.heard(self.frasi, asked, testo, history)
        if left is None:
            return [message]
        keep = partial(
            contatti.add, domanda=left.domanda, nome=left.nome, tipo=left.tipo, recapito=left.recapito, motivo=left.motivo
        )
        if await self.stored(keep, conversazione.id, left.messaggio, self.clock()):
            await self.count(left.motivo or "scelta", conversazione.id, tipo=LEFT_EVENT)
        days = str(self.settings.contatti_giorni)
        return [self.frasi.message("registrata", contatto=contatto.written(left.tipo, left.recapito), giorni=days)]

    # ---- For the whole package

    async def leaf(self) -> Esito:
        """Whether a person can answer at this moment."""
        now, rules = self.clock(), self.conoscenza.passaggio
        opening = sportello.apertura(self.conoscenza, now, rules.ufficio)
        there = await self.stored(presenze.present, now - AT_DESK)
        busy = await self.stored(conversazioni.in_state, (ATTESA, CON_OPERATORE))
        load = Counter(c.operatore for c in busy if c.stato == CON_OPERATORE and c.operatore)
        return leaf(rules, opening, there, load, sum(c.stato == ATTESA for c in busy))

    async def _place(self, id: str) -> str:
        queue = [c.id for c in await self.stored(conversazioni.in_state, (ATTESA,))]
        return str(queue.index(id) + 1 if id in queue else len(queue) + 1)

    async def place(self, id: str) -> str:
        """The place of a conversation in the queue, as people count."""
        return await self._place(id)

    async def _change(self, id: str, da: tuple[str, ...], a: str) -> bool:
        return await self.stored(conversazioni.change_state, id, da, a, self.clock())

    def _seconds(self, conversazione: Conversazione) -> int:
        return int((self.clock() - conversazione.dal).total_seconds())

    async def count(self, esito: str, id: str, valore: Optional[int] = None, tipo: str = EVENT) -> None:
        """Count one thing that happened, for the office's figures."""
        record = partial(eventi.record, esito=esito, valore=valore)
        try:
            await self.stored(record, tipo, conversazioni.canale_di(id), self.clock())
        except ArchivioNonDisponibile as error:  # a count is missing: no reason to leave a person without an answer
            logger.error("Evento non contato: %s", error)

    def stored(self, work: Callable[..., T], *arguments: Any) -> Coroutine[Any, Any, T]:
        """Work on the database, off the event loop."""
        return asyncio.to_thread(partial(work, url=self.settings.database_url), *arguments)


def _wants_a_person(dettagli: dict[str, Any]) -> bool:
    steps = dettagli.get("gradino") or 0
    lost = dettagli.get("esito") == "non_capito" and steps >= STEPS_BEFORE_OFFER and steps % STEPS_BEFORE_OFFER == 0
    return lost or dettagli.get("esito") in WANTS_A_PERSON
