"""One turn of a conversation, the same for every channel: what is said is kept, and answered by whoever has the conversation."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Optional, Protocol, TypeVar
from weakref import WeakValueDictionary

from bot.front.bell import Bell
from bot.front.config import FrontSettings
from bot.front.incoming import InvalidMessage, neutralise, validate
from bot.front.rasa_client import Answer, RasaClient, RasaUnavailable
from bot.front.sessions import InvalidSession, Sessions
from bot.front.tracker import delete_events
from bot.privacy import redact
from bot.storage import bozze, conversazioni, eventi
from bot.storage.conversazioni import (
    ASSISTENTE,
    CANCELLATA,
    LEI,
    Conversazione,
    DoppioMessaggio,
    Messaggio,
    Nuovo,
    Scelta,
)
from bot.storage.database import ArchivioNonDisponibile

logger = logging.getLogger(__name__)
T = TypeVar("T")

CHOICE_LOST = "Questa scelta non è più disponibile: scriva la Sua domanda con parole Sue."
ERASED = "(messaggio cancellato)"
TOKEN_BYTES = 9


class HandOver(Protocol):
    """What takes a conversation from the assistant to a person of the office; its messages are shown as they are."""

    async def before(self, conversazione: Conversazione, testo: str) -> Optional[list[Nuovo]]:
        """A message has come: None lets the assistant answer; a list (also empty: a person will) is all the answer there is."""

    async def chosen(self, conversazione: Conversazione, payload: str) -> Optional[list[Nuovo]]:
        """A button was pressed: None when it is one for the assistant."""

    async def after(self, conversazione: Conversazione, testo: str, answers: list[Answer]) -> list[Nuovo]:
        """The assistant has answered: what to add to its answers (somebody wants a person, or was not understood again)."""


class Nobody:
    """An office without hand-over."""

    async def before(self, conversazione: Conversazione, testo: str) -> Optional[list[Nuovo]]:
        """The assistant answers everything."""
        return None

    async def chosen(self, conversazione: Conversazione, payload: str) -> Optional[list[Nuovo]]:
        """Every button is for the assistant."""
        return None

    async def after(self, conversazione: Conversazione, testo: str, answers: list[Answer]) -> list[Nuovo]:
        """Nothing to add."""
        return []


def offered(buttons: list[tuple[str, str]]) -> tuple[Scelta, ...]:
    """Buttons (title, payload) with a token each: only what a message offered can be chosen, and only in its conversation."""
    return tuple(Scelta(title, secrets.token_urlsafe(TOKEN_BYTES), payload) for title, payload in buttons)


class Conversations:
    """Takes messages and choices to the assistant or to a person, and keeps what was said."""

    def __init__(
        self,
        settings: FrontSettings,
        sessions: Sessions,
        rasa: RasaClient,
        clock: Callable[[], datetime],
        bell: Bell,
        handover: Optional[HandOver] = None,
    ) -> None:
        self.sessions = sessions
        self.bell = bell
        self.handover: HandOver = handover or Nobody()
        self._settings = settings
        self._rasa = rasa
        self._clock = clock
        self._url = settings.database_url
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def of_token(self, token: str) -> str:
        """The id of the open conversation of a token. Raises InvalidSession for a foreign, old, idle or deleted one."""
        session = self.sessions.read(token)
        found = await self._stored(conversazioni.get, session.id)
        last_used = max(session.issued, found.ultima) if found else session.issued
        idle = timedelta(minutes=self._settings.sessione_minuti)
        if (found and found.stato == CANCELLATA) or self._clock() - last_used > idle:
            raise InvalidSession("conversazione finita")
        return session.id

    async def say(self, id: str, text: str, *, chiave: Optional[str] = None) -> list[Messaggio]:
        """The answers to a typed text; with the key of a message already answered, the same answers again.

        Raises InvalidMessage, RasaUnavailable, InvalidSession (deleted meanwhile), ArchivioNonDisponibile.
        """
        text = validate(text, self._settings.max_chars)
        return await self._turn(id, text, neutralise(text), chiave)

    async def choose(self, id: str, token: str, *, chiave: Optional[str] = None) -> list[Messaggio]:
        """The answers to a button. Raises InvalidMessage when it was not offered in this conversation, and as `say` does."""
        found = await self._stored(conversazioni.choice, id, token)
        if found is None:
            raise InvalidMessage("scelta", CHOICE_LOST)
        message, scelta = found
        answers = await self._turn(id, scelta.titolo, scelta.payload, chiave, button=True)
        await self._stored(conversazioni.use_choice, message.id, token)
        return answers

    async def history(self, id: str, dopo: int = 0) -> list[Messaggio]:
        """What was said after that message. Raises ArchivioNonDisponibile."""
        return await self._stored(partial(conversazioni.history, dopo=dopo), id)

    async def state(self, id: str) -> Optional[Conversazione]:
        """Who has the conversation; None before its first message. Raises ArchivioNonDisponibile."""
        return await self._stored(conversazioni.get, id)

    async def post(self, id: str, message: Nuovo) -> Messaggio:
        """Add a message that answers nothing: of a person of the office, or of the office itself.

        Raises InvalidSession (deleted meanwhile), ArchivioNonDisponibile.
        """
        return (await self._add(id, [message]))[0]

    async def rate(self, id: str, message: int, utile: bool, motivo: Optional[str]) -> bool:
        """Keep what the person thinks of an answer; False when it is none of theirs. Raises ArchivioNonDisponibile."""
        reason = redact(motivo)[:500] if motivo else None
        kept = await self._stored(conversazioni.rate, id, message, utile, reason)
        if kept:
            rated = next((m for m in await self.history(id, message - 1) if m.id == message), None)
            await self._count("valutazione", id, (rated.dettagli if rated else {}) | {"esito": "utile" if utile else "non_utile"})
        return kept

    async def delete(self, id: str) -> None:
        """Forget a conversation: its drafts, what Rasa keeps of it, what is kept here.

        Raises ArchivioNonDisponibile and SQLAlchemyError; it then stays, so that one can try again.
        """
        async with self._lock(id):
            await self._stored(bozze.delete_all, id)
            await asyncio.to_thread(delete_events, self._settings.tracker_db, id)
            await self._stored(conversazioni.open, id, self._clock())  # a token that was never used is refused afterwards too
            await self._stored(conversazioni.delete, id, self._clock())
        self.bell.ring(id)

    async def _turn(self, id: str, said: str, message: str, chiave: Optional[str], button: bool = False) -> list[Messaggio]:
        async with self._lock(id):
            conversazione = await self._stored(conversazioni.open, id, self._clock())
            if conversazione.stato == CANCELLATA:
                raise InvalidSession("conversazione cancellata")
            mine, answered = await self._heard(id, said, chiave)
            if answered:
                return answered
            self.bell.ring(id)
            try:
                new = await self._answers(conversazione, said, message, button)
            except RasaUnavailable:
                await self._stored(conversazioni.remove, mine.id)  # it will be sent again
                self.bell.ring(id)
                raise
            return await self._add(id, [_answering(n, mine.id) for n in new])

    async def _heard(self, id: str, said: str, chiave: Optional[str]) -> tuple[Messaggio, list[Messaggio]]:
        """The message of the person, kept once however often it is sent, and what was answered to it already."""
        try:
            return (await self._add(id, [Nuovo(LEI, said, chiave=chiave)], ring=False))[0], []
        except DoppioMessaggio:
            mine = await self._stored(conversazioni.by_key, id, chiave)
            return mine, await self._stored(conversazioni.answers_to, id, mine.id)

    async def _answers(self, conversazione: Conversazione, said: str, message: str, button: bool) -> list[Nuovo]:
        taken = await (self.handover.chosen(conversazione, message) if button else self.handover.before(conversazione, said))
        if taken is not None:
            return taken
        answers = await self._rasa.send(conversazione.id, message)
        if any(answer.cancellata for answer in answers):  # "cancella i miei dati": only the answer that says so is shown again
            await self._stored(conversazioni.clear, conversazione.id)
            await self._add(conversazione.id, [Nuovo(LEI, ERASED)], ring=False)
        for answer in answers:
            await self._count("risposta", conversazione.id, answer.dettagli)
        new = [Nuovo(ASSISTENTE, a.testo, fonte=a.fonte, scelte=offered(a.pulsanti), dettagli=a.dettagli) for a in answers]
        return new + await self.handover.after(conversazione, said, answers)

    async def _add(self, id: str, messages: list[Nuovo], ring: bool = True) -> list[Messaggio]:
        at_once = conversazioni.canale_di(id) == "web"  # other channels are given their messages by somebody, who notes it
        try:
            added = await self._stored(partial(conversazioni.add, consegnato=at_once), id, messages, self._clock())
        except KeyError as error:
            raise InvalidSession("conversazione cancellata") from error
        if ring:
            self.bell.ring(id)
        return added

    async def _count(self, tipo: str, id: str, dettagli: dict[str, Any]) -> None:
        values = {name: dettagli.get(name) for name in ("argomento", "voce", "esito")}
        try:
            await self._stored(partial(eventi.record, **values), tipo, conversazioni.canale_di(id), self._clock())
        except ArchivioNonDisponibile as error:  # a count is missing: no reason to leave a person without an answer
            logger.error("Evento non contato: %s", error)

    def _stored(self, work: Callable[..., T], *arguments: Any) -> Coroutine[Any, Any, T]:
        """Work on the database, off the event loop."""
        return asyncio.to_thread(partial(work, url=self._url), *arguments)

    def _lock(self, id: str) -> asyncio.Lock:
        return self._locks.setdefault(id, asyncio.Lock())


def _answering(new: Nuovo, message: int) -> Nuovo:
    return Nuovo(new.chi, new.testo, new.nome, new.fonte, new.scelte, new.chiave, message, new.dettagli)
