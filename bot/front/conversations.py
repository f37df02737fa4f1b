"""One turn of a conversation, the same for every channel: what is said is kept, and answered by whoever has the conversation."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Optional, Protocol, TypeVar
from weakref import WeakValueDictionary

from bot.front.bell import Bell
from bot.front.config import FrontSettings
from bot.front.incoming import InvalidMessage, neutralise, validate
from bot.front.rasa_client import Answer, RasaClient
from bot.front.sessions import MAX_AGE_SECONDS, InvalidSession, Sessions
from bot.front.tracker import delete_events
from bot.privacy import redact
from bot.storage import bozze, conversazioni, eventi
from bot.storage.conversazioni import (
    ASSISTENTE,
    BOT,
    CANCELLATA,
    LEI,
    OPERATORE,
    Conversazione,
    DoppioMessaggio,
    Messaggio,
    Nuovo,
    Scelta,
)
from bot.storage.database import ArchivioNonDisponibile
from bot.storage.eventi import Conteggio

T = TypeVar("T")

CHOICE_LOST = "Questa scelta non è più disponibile: scriva la Sua domanda con parole Sue."
ERASED = "(messaggio cancellato)"
TOKEN_BYTES = 9
ABANDONED = timedelta(seconds=15)  # Rasa has ten: a message still without an answer then was lost by a process that died
POLL_SECONDS = 0.25


class HandOver(Protocol):
    """What takes a conversation from the assistant to a person of the office; its messages are shown as they are."""

    @property
    def attivo(self) -> bool:
        """Whether the office uses hand-over at all."""

    async def before(self, conversazione: Conversazione, testo: str) -> Optional[list[Nuovo]]:
        """A message has come: None lets the assistant answer; a list (also empty: a person will) is all the answer there is."""

    async def chosen(self, conversazione: Conversazione, payload: str) -> Optional[list[Nuovo]]:
        """A button was pressed: None when it is one for the assistant."""

    async def after(self, conversazione: Conversazione, testo: str, answers: list[Answer]) -> list[Nuovo]:
        """The assistant has answered: what to add to its answers (somebody wants a person, or was not understood again)."""

    async def forget(self, id: str) -> None:
        """The conversation is being deleted: delete what is kept of it elsewhere."""


class Nobody:
    """An office without hand-over."""

    attivo = False

    async def before(self, conversazione: Conversazione, testo: str) -> Optional[list[Nuovo]]:
        """The assistant answers everything."""
        return None

    async def chosen(self, conversazione: Conversazione, payload: str) -> Optional[list[Nuovo]]:
        """Every button is for the assistant."""
        return None

    async def after(self, conversazione: Conversazione, testo: str, answers: list[Answer]) -> list[Nuovo]:
        """Nothing to add."""
        return []

    async def forget(self, id: str) -> None:
        """Nothing is kept."""


@dataclass(frozen=True)
class Opened:
    """An open conversation of the site: its id, who has it (and the name shown of them), and when it is over if nobody writes."""

    id: str
    stato: str
    nome: Optional[str]
    scade: datetime


@dataclass(frozen=True)
class Exchange:
    """What the person said, as it is kept, and what was answered."""

    mio: Messaggio
    risposte: list[Messaggio]


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
        return (await self.opened(token)).id

    async def opened(self, token: str) -> Opened:
        """The open conversation of a token. Raises InvalidSession for a foreign, old, idle or deleted one."""
        session = self.sessions.read(token)
        found = await self._stored(conversazioni.get, session.id)
        last_used = max(session.issued, found.ultima) if found else session.issued
        over = min(
            last_used + timedelta(minutes=self._settings.sessione_minuti), session.issued + timedelta(seconds=MAX_AGE_SECONDS)
        )
        if (found and found.stato == CANCELLATA) or self._clock() > over:
            raise InvalidSession("conversazione finita")
        name = await self._stored(conversazioni.last_name, session.id) if found and found.stato == OPERATORE else None
        return Opened(session.id, found.stato if found else BOT, name, over)

    async def resumed(self, token: str) -> Opened:
        """As `opened`; somebody is at it (a page was loaded again, "continua"), so that its time begins anew."""
        opened = await self.opened(token)
        await self._stored(conversazioni.touch, opened.id, self._clock())
        return await self.opened(token)

    async def say(self, id: str, text: str, *, chiave: Optional[str] = None) -> list[Messaggio]:
        """The answers to a typed text; with the key of a message already answered, the same answers again.

        Raises InvalidMessage, RasaUnavailable, InvalidSession (deleted meanwhile), ArchivioNonDisponibile.
        """
        return (await self.exchange(id, text, chiave=chiave)).risposte

    async def choose(self, id: str, token: str, *, chiave: Optional[str] = None) -> list[Messaggio]:
        """The answers to a button. Raises InvalidMessage when it was not offered in this conversation, and as `say` does."""
        return (await self.exchange_choice(id, token, chiave=chiave)).risposte

    async def exchange(self, id: str, text: str, *, chiave: Optional[str] = None) -> Exchange:
        """As `say`, with the message of the person as it is kept."""
        text = validate(text, self._settings.max_chars)
        return await self._turn(id, text, neutralise(text), chiave)

    async def exchange_choice(self, id: str, token: str, *, chiave: Optional[str] = None) -> Exchange:
        """As `choose`, with the message of the person as it is kept."""
        found = await self._stored(conversazioni.choice, id, token)
        if found is None:
            mine = await self._stored(conversazioni.by_key, id, chiave) if chiave else None
            if mine is None or mine.consegnato is None:
                raise InvalidMessage("scelta", CHOICE_LOST)
            return await self._again(mine)  # its button has been deleted with the rest of the conversation
        message, scelta = found
        return await self._turn(id, scelta.titolo, scelta.payload, chiave, button=(message.id, token))

    async def history(self, id: str, dopo: int = 0) -> list[Messaggio]:
        """What was said after that message, up to one that is being answered right now. Raises ArchivioNonDisponibile."""
        said = await self._stored(partial(conversazioni.history, dopo=dopo), id)
        soon = self._clock() - ABANDONED
        waits = (n for n, m in enumerate(said) if m.chi == LEI and m.consegnato is None and m.quando > soon)
        return said[: next(waits, None)]

    async def state(self, id: str) -> Optional[Conversazione]:
        """Who has the conversation; None before its first message. Raises ArchivioNonDisponibile."""
        return await self._stored(conversazioni.get, id)

    async def command(self, id: str, said: str, payload: str, *, chiave: Optional[str] = None) -> list[Messaggio]:
        """The answers to what a button with this payload would do, said in other words: a channel's command ("/operatore").

        The payload is the program's own, never the public's. Raises as `say` does.
        """
        return (await self._turn(id, said, payload, chiave, command=True)).risposte

    async def post(self, id: str, message: Nuovo, *, di: Optional[str] = None) -> Messaggio:
        """Add a message that answers nothing: of a person of the office, or of the office itself.

        di: only while that account has the conversation. Raises InvalidSession (it does not, or the conversation was deleted
        meanwhile), DoppioMessaggio when its key is taken, ArchivioNonDisponibile.
        """
        return (await self._add(id, [message], di=di))[0]

    def held(self, id: str) -> asyncio.Lock:
        """To be used with `async with`: nobody else speaks in the conversation meanwhile. Not around say, choose or delete."""
        return self._lock(id)

    async def change_state(
        self,
        id: str,
        da: Sequence[str],
        a: str,
        *,
        operatore: Optional[str] = None,
        di: Optional[str] = None,
        messaggi: Sequence[Nuovo] = (),
    ) -> bool:
        """Change who has a conversation and say so, both or neither; wake who waits for news (see storage)."""
        change = partial(conversazioni.change_state, operatore=operatore, di=di, messaggi=messaggi)
        changed = await self._stored(change, id, da, a, self._clock())
        if changed:
            self.bell.ring(id)
        return changed

    async def rate(self, id: str, message: int, utile: bool, motivo: Optional[str]) -> bool:
        """Keep what the person thinks of an answer; False when it is none of theirs. Raises ArchivioNonDisponibile."""
        reason = redact(motivo)[:500] if motivo else None
        return await self._stored(conversazioni.rate, id, message, utile, reason, self._clock())

    async def delete(self, id: str) -> None:
        """Forget a conversation: its drafts, what Rasa keeps of it, what is kept here.

        Raises ArchivioNonDisponibile and SQLAlchemyError; it then stays, so that one can try again.
        """
        async with self._lock(id):
            await self._stored(bozze.delete_all, id)
            await asyncio.to_thread(delete_events, self._settings.tracker_db, id)
            await self._stored(conversazioni.open, id, self._clock())  # a token that was never used is refused afterwards too
            await self.handover.forget(id)
            await self._stored(conversazioni.delete, id, self._clock())
        self.bell.ring(id)

    async def _turn(
        self,
        id: str,
        said: str,
        message: str,
        chiave: Optional[str],
        button: Optional[tuple[int, str]] = None,
        command: bool = False,
    ) -> Exchange:
        async with self._lock(id):
            conversazione = await self._stored(conversazioni.open, id, self._clock())
            if conversazione.stato == CANCELLATA:
                raise InvalidSession("conversazione cancellata")
            mine = await self._heard(id, said, chiave)
            if mine.consegnato is not None:
                return await self._again(mine)
            try:
                return await self._answered(conversazione, mine, message, button, command)
            except Exception:
                with suppress(ArchivioNonDisponibile):  # if it stays, it is taken up again when it is sent again
                    await self._stored(conversazioni.remove, mine.id)
                raise

    async def _heard(self, id: str, said: str, chiave: Optional[str]) -> Messaggio:
        """The message of the person, kept once however often it is sent; `consegnato` says whether it is answered already.

        One that another process is answering is waited for; one that nobody has answered in time is taken up.
        """
        patience = int(ABANDONED.total_seconds() / POLL_SECONDS)
        while True:
            try:
                return (await self._add(id, [Nuovo(LEI, said, chiave=chiave)], ring=False))[0]
            except DoppioMessaggio:
                mine: Optional[Messaggio] = await self._stored(conversazioni.by_key, id, chiave)
            if mine is None:
                continue  # taken back a moment ago, because Rasa did not answer
            if mine.consegnato is not None:
                return mine
            now = self._clock()
            late = patience == 0 or now - mine.quando >= ABANDONED
            if late and await self._stored(conversazioni.take_up, mine, now):
                return replace(mine, quando=now)
            patience = max(patience - 1, 0)
            await asyncio.sleep(POLL_SECONDS)

    async def _again(self, mine: Messaggio) -> Exchange:
        return Exchange(mine, await self._stored(conversazioni.answers_to, mine.conversazione, mine.id))

    async def _answered(
        self, conversazione: Conversazione, mine: Messaggio, message: str, button: Optional[tuple[int, str]], command: bool
    ) -> Exchange:
        id, said = conversazione.id, mine.testo
        chosen = command or button is not None
        new = await (self.handover.chosen(conversazione, message) if chosen else self.handover.before(conversazione, said))
        counts: list[Conteggio] = []
        if new is None:
            answers = await self._rasa.send(id, message)
            if any(answer.cancellata for answer in answers):  # "cancella i miei dati": only that it was done is shown again
                await self._stored(conversazioni.clear, id)
                mine = (await self._add(id, [Nuovo(LEI, ERASED, chiave=mine.chiave)], ring=False))[0]
                button = None
            counts = [count for answer in answers for count in eventi.of_turn(answer.dettagli)]
            new = [Nuovo(ASSISTENTE, a.testo, fonte=a.fonte, scelte=offered(a.pulsanti), dettagli=a.dettagli) for a in answers]
            new += await self.handover.after(conversazione, said, answers)
        new = [replace(n, risponde_a=mine.id) for n in new]
        return Exchange(mine, await self._add(id, new, risposto=mine.id, usata=button, conteggi=counts))

    async def _add(self, id: str, messages: list[Nuovo], ring: bool = True, **with_them: Any) -> list[Messaggio]:
        at_once = conversazioni.at_once(id)  # other channels are given their messages by somebody, who notes it
        try:
            added = await self._stored(partial(conversazioni.add, consegnato=at_once, **with_them), id, messages, self._clock())
        except KeyError as error:
            raise InvalidSession("conversazione cancellata") from error
        if ring:
            self.bell.ring(id)
        return added

    def _stored(self, work: Callable[..., T], *arguments: Any) -> Coroutine[Any, Any, T]:
        """Work on the database, off the event loop."""
        return asyncio.to_thread(partial(work, url=self._url), *arguments)

    def _lock(self, id: str) -> asyncio.Lock:
        return self._locks.setdefault(id, asyncio.Lock())
