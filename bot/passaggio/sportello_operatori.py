"""What the staff's desk does with conversations and with the questions left: whoever draws the pages calls this, nothing else.

Every method may raise ArchivioNonDisponibile. `account` is the name of a colleague's account; whether that colleague may do
something at all is the desk's business.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Optional

from bot.front.conversations import Conversations
from bot.front.incoming import InvalidMessage, clean
from bot.front.sessions import InvalidSession
from bot.passaggio.macchina import AT_DESK, WANTS_A_PERSON, Passaggio
from bot.storage import contatti, conversazioni, note, presenze
from bot.storage.contatti import IN_CARICO, NUOVA, Contatto
from bot.storage.conversazioni import ATTESA, BOT, CHIUSA, LEI, PERSONA, Conversazione, DoppioMessaggio, Messaggio, Nuovo
from bot.storage.conversazioni import OPERATORE as CON_OPERATORE
from bot.storage.note import Nota
from bot.storage.presenze import Presenza

MAX_CHARACTERS = 4000
ANYBODY = "presenze"  # what the bell rings for when somebody comes or goes, or a question left changes: no conversation


class NonSua(Exception):
    """The conversation is not in the hands of this account (any longer)."""


@dataclass(frozen=True)
class Pratica:
    """A conversation as the inbox lists it.

    secondi: since when it is in its state. posto: the place in the queue (None when it does not wait). ultimo: the last message;
    domanda: what it is about, in the words of the public; da_rispondere: whether the public spoke last.
    """

    conversazione: Conversazione
    secondi: int
    posto: Optional[int]
    ultimo: Optional[Messaggio]
    domanda: Optional[Messaggio]
    da_rispondere: bool


@dataclass(frozen=True)
class Trascrizione:
    """All that was said in a conversation, and the notes that only colleagues read, each oldest first."""

    conversazione: Conversazione
    messaggi: list[Messaggio]
    note: list[Nota]


class SportelloOperatori:
    """The desk's side of the hand-over."""

    def __init__(self, passaggio: Passaggio, conversations: Conversations) -> None:
        self._passaggio = passaggio
        self._conversations = conversations
        self._stored = passaggio.stored

    # ---- Who is there

    async def present(self, account: str, nome: str, disponibile: bool = True) -> None:
        """A sign of life of somebody at the desk, at least every AT_DESK; disponibile: whether conversations may come."""
        before = {p.account: p.disponibile for p in await self.colleagues()}
        await self._stored(presenze.beat, account, nome, disponibile, self._now())
        if before.get(account) != disponibile:
            self._conversations.bell.ring(ANYBODY)

    async def absent(self, account: str) -> None:
        """Somebody has left the desk."""
        await self._stored(presenze.leave, account)
        self._conversations.bell.ring(ANYBODY)

    async def colleagues(self) -> list[Presenza]:
        """Who is at the desk now."""
        return await self._stored(presenze.present, self._now() - AT_DESK)

    # ---- The inbox

    async def waiting(self) -> list[Pratica]:
        """The conversations that wait for a person, the first of the queue first."""
        return await self._cases(await self._stored(conversazioni.in_state, (ATTESA,)))

    async def mine(self, account: str) -> list[Pratica]:
        """The conversations that an account has, the oldest first."""
        return await self._cases(
            [c for c in await self._stored(conversazioni.in_state, (CON_OPERATORE,)) if c.operatore == account]
        )

    async def held(self) -> list[Pratica]:
        """All conversations that somebody of the office has."""
        return await self._cases(await self._stored(conversazioni.in_state, (CON_OPERATORE,)))

    async def with_assistant(self, minuti: int = 30) -> list[Pratica]:
        """The public's conversations with the assistant used in the last minutes, the newest first: one may be taken over."""
        since = self._now() - timedelta(minutes=minuti)
        found = [c for c in await self._stored(conversazioni.in_state, (BOT,)) if c.ultima >= since and c.canale != "int"]
        return await self._cases(sorted(found, key=lambda c: c.ultima, reverse=True))

    async def transcript(self, id: str) -> Trascrizione:
        """What was said and noted. Raises InvalidSession when the conversation is not there or was deleted."""
        conversazione = await self._existing(id)
        messages = await self._stored(conversazioni.history, id)
        return Trascrizione(conversazione, messages, await self._stored(note.of, id))

    # ---- A conversation in hand

    async def take(self, id: str, account: str, nome: Optional[str] = None) -> bool:
        """Take a conversation from the queue, or from the assistant; False when a colleague was quicker.

        nome: the colleague's, as far as the public may know it; by default the one told to `present`. Raises InvalidSession.
        """
        async with self._conversations.held(id):
            conversazione = await self._existing(id)
            if conversazione.stato == CON_OPERATORE:
                return conversazione.operatore == account
            frasi = self._passaggio.frasi
            shown = frasi.shown_name(nome or await self._stored(presenze.name_of, account))
            notice = replace(frasi.message("preso", nome=shown), nome=shown)
            da = (ATTESA, BOT, CHIUSA)
            taken = await self._conversations.change_state(id, da, CON_OPERATORE, operatore=account, messaggi=[notice])
        if taken:
            waited = conversazione.stato == ATTESA
            await self._passaggio.count("preso" if waited else "iniziativa", id, self._seconds(conversazione) if waited else None)
        return taken

    async def say(self, id: str, account: str, nome: str, testo: str, chiave: Optional[str] = None) -> Messaggio:
        """Say something to the public; with the key of a message already said, that message again.

        Raises InvalidMessage (nothing, or too much), NonSua, InvalidSession.
        """
        text = clean(testo)
        if not text or len(text) > MAX_CHARACTERS:
            raise InvalidMessage("testo", f"Scriva un messaggio, al massimo di {MAX_CHARACTERS} caratteri.")
        new = Nuovo(PERSONA, text, nome=self._passaggio.frasi.shown_name(nome), chiave=chiave)
        async with self._conversations.held(id):
            try:
                return await self._conversations.post(id, new, di=account)
            except InvalidSession:
                await self._existing(id)
                raise NonSua(id) from None
            except DoppioMessaggio:
                said = await self._stored(conversazioni.by_key, id, chiave)
                if said is None or said.chi != PERSONA:
                    raise InvalidMessage("chiave", "Questo messaggio non si può mandare: lo riscriva.") from None
                return said

    async def note(self, id: str, account: str, testo: str) -> None:
        """Write a note that only colleagues read. Raises InvalidMessage, InvalidSession."""
        text = clean(testo)
        if not text or len(text) > MAX_CHARACTERS:
            raise InvalidMessage("testo", f"Scriva una nota, al massimo di {MAX_CHARACTERS} caratteri.")
        await self._existing(id)
        await self._stored(note.add, id, account, text, self._now())
        self._conversations.bell.ring(id)

    async def give_back(self, id: str, account: Optional[str] = None) -> bool:
        """Give a conversation back to the assistant; False when the account (None: anybody) does not have it."""
        return await self._release(id, account, BOT, "restituito", (CON_OPERATORE,))

    async def close(self, id: str, account: Optional[str] = None) -> bool:
        """End a conversation; False when the account (None: anybody) does not have it. Who writes again has the assistant."""
        return await self._release(id, account, CHIUSA, "chiuso", (CON_OPERATORE,))

    async def shown_name(self, conversazione: Conversazione) -> Optional[str]:
        """Who the public is told to be talking to; None when nobody of the office has the conversation."""
        if conversazione.stato != CON_OPERATORE or not conversazione.operatore:
            return None
        return self._passaggio.frasi.shown_name(await self._stored(presenze.name_of, conversazione.operatore))

    # ---- Questions left to the office

    async def requests(self, stati: Sequence[str] = (NUOVA, IN_CARICO)) -> list[Contatto]:
        """The questions left, oldest first."""
        return await self._stored(contatti.listed, stati)

    async def request(self, contatto: int) -> Optional[Contatto]:
        """One of them."""
        return await self._stored(contatti.get, contatto)

    async def take_request(self, contatto: int, account: str) -> bool:
        """Take a question; False when a colleague has it, or it is closed."""
        return self._rung(await self._stored(contatti.take, contatto, account, self._now()))

    async def release_request(self, contatto: int, account: str) -> bool:
        """Put a question back for the colleagues; False when the account does not have it."""
        return self._rung(await self._stored(contatti.release, contatto, account, self._now()))

    async def note_request(self, contatto: int, testo: str) -> bool:
        """Write the note of a question, in the place of the former one; False when it is not there."""
        text = clean(testo)[:MAX_CHARACTERS] or None
        return self._rung(await self._stored(contatti.annotate, contatto, text, self._now()))

    async def close_request(self, contatto: int, account: str) -> bool:
        """The question has its answer; False when a colleague has it, or it was closed before."""
        return self._rung(await self._stored(contatti.close, contatto, account, self._now()))

    async def delete_request(self, contatto: int) -> bool:
        """Delete a question, as its person asked."""
        return self._rung(bool(await self._stored(contatti.delete, contatto)))

    # ----

    async def _release(self, id: str, account: Optional[str], a: str, esito: str, da: tuple[str, ...]) -> bool:
        async with self._conversations.held(id):
            conversazione = await self._existing(id)
            notice = self._passaggio.frasi.message(esito)
            done = await self._conversations.change_state(id, da, a, di=account, messaggi=[notice])
        if done:
            await self._passaggio.count(esito, id, self._seconds(conversazione))
        return done

    async def _existing(self, id: str) -> Conversazione:
        found = await self._stored(conversazioni.get, id)
        if found is None or found.stato == conversazioni.CANCELLATA:
            raise InvalidSession("conversazione cancellata")
        return found

    async def _cases(self, found: Sequence[Conversazione]) -> list[Pratica]:
        queue = [c.id for c in await self._stored(conversazioni.in_state, (ATTESA,))]
        cases = []
        for conversazione in found:
            spoken = await self._stored(partial(conversazioni.history, limite=20), conversazione.id)
            talk = [m for m in spoken if m.chi in (LEI, PERSONA)]
            cases.append(
                Pratica(
                    conversazione,
                    self._seconds(conversazione),
                    queue.index(conversazione.id) + 1 if conversazione.id in queue else None,
                    spoken[-1] if spoken else None,
                    _about(spoken),
                    bool(talk) and talk[-1].chi == LEI,
                )
            )
        return cases

    def _rung(self, done: bool) -> bool:
        if done:
            self._conversations.bell.ring(ANYBODY)
        return done

    def _seconds(self, conversazione: Conversazione) -> int:
        return int((self._now() - conversazione.dal).total_seconds())

    def _now(self) -> datetime:
        return self._passaggio.clock()


def _about(spoken: Sequence[Messaggio]) -> Optional[Messaggio]:
    """The last message of the public that says what it wants: not a button, nor only that it wants a person."""
    offered = {scelta.titolo for m in spoken for scelta in m.scelte}
    calls = {m.risponde_a for m in spoken if m.dettagli.get("esito") in WANTS_A_PERSON}
    own = [m for m in spoken if m.chi == LEI and m.testo not in offered]
    return next((m for m in reversed(own) if m.id not in calls), own[-1] if own else None)
