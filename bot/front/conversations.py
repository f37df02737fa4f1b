"""One turn of a conversation on the website, the same for the page with JavaScript and for the one without."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

from bot.front.incoming import InvalidMessage, neutralise, validate
from bot.front.rasa_client import RasaClient
from bot.front.sessions import InvalidSession, Session, Sessions, Turn
from bot.front.tracker import delete_events
from bot.storage import bozze

logger = logging.getLogger(__name__)

CHOICE_LOST = "Questa scelta non è più disponibile: scriva la Sua domanda con parole Sue."
ERASED = "(messaggio cancellato)"


class Conversations:
    """Takes messages and choices of a session to Rasa, and remembers what was said."""

    def __init__(self, sessions: Sessions, rasa: RasaClient, tracker_db: Path, max_chars: int, database_url: str) -> None:
        self.sessions = sessions
        self._rasa = rasa
        self._tracker_db = tracker_db
        self._max_chars = max_chars
        self._database_url = database_url

    async def say(self, session: Session, text: str) -> list[Turn]:
        """The answers to a typed text. Raises InvalidMessage, RasaUnavailable, InvalidSession (deleted meanwhile)."""
        text = validate(text, self._max_chars)
        return await self._exchange(session, Turn("lei", text), neutralise(text))

    async def choose(self, session: Session, token: str) -> list[Turn]:
        """The answers to a button. Raises InvalidMessage when it was not offered in this session, and as `say` does."""
        found = self.sessions.chosen(session, token)
        if found is None:
            raise InvalidMessage("scelta", CHOICE_LOST)
        turn, choice = found
        answers = await self._exchange(session, Turn("lei", choice.titolo), choice.payload)
        turn.scelta = choice.token
        return answers

    async def delete(self, session: Session) -> None:
        """Forget the session: its drafts, what Rasa keeps of it, what is kept here.

        Raises ArchivioNonDisponibile and SQLAlchemyError; the session then stays, so that one can try again.
        """
        async with session.lock:
            await asyncio.to_thread(bozze.delete_all, session.id, url=self._database_url)
            await asyncio.to_thread(delete_events, self._tracker_db, session.id)
            self.sessions.forget(session)

    async def _exchange(self, session: Session, said: Turn, message: str) -> list[Turn]:
        async with session.lock:
            if session.deleted:
                raise InvalidSession("conversazione cancellata")
            answers = await self._rasa.send(session.id, message)
            if any(
                answer.cancellata for answer in answers
            ):  # "cancella i miei dati": only the answer that says so is shown again
                session.turns.clear()
                said = Turn("lei", ERASED)
            turns = []
            for answer in answers:
                turn = Turn("assistente", answer.testo, answer.fonte)
                self.sessions.offer(session, turn, answer.pulsanti)
                turns.append(turn)
            session.turns.extend([said, *turns])
            return turns
