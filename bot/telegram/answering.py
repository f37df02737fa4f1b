"""Answers what came: everything that is said goes through Conversations, and from its outbox to Telegram."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from telegram import Bot
from telegram.constants import ChatAction
from telegram.error import TelegramError

from bot.front.config import FrontSettings
from bot.front.conversations import Conversations
from bot.front.incoming import InvalidMessage
from bot.front.office import Office
from bot.front.rasa_client import RasaUnavailable
from bot.passaggio.frasi import KEY
from bot.storage import conversazioni
from bot.storage import telegram as archivio
from bot.storage.conversazioni import ASSISTENTE, BOT, CANCELLATA, Conversazione, Nuovo
from bot.storage.database import ArchivioNonDisponibile
from bot.telegram import events, texts
from bot.telegram.calling import passing, seconds_of
from bot.telegram.events import Event
from bot.telegram.inbox import Later
from bot.telegram.keyboard import DONE, used
from bot.telegram.keys import Keys
from bot.telegram.outbox import Outbox

logger = logging.getLogger(__name__)

TYPING_SECONDS = 4.5  # Telegram shows it for five
TRIES = 6


class Answering:
    """Answers events of chats. Whatever goes wrong, the person is told in words; what was said is never logged."""

    def __init__(
        self,
        bot: Bot,
        settings: FrontSettings,
        conversations: Conversations,
        outbox: Outbox,
        office: Office,
        keys: Keys,
        clock: Callable[[], datetime],
    ) -> None:
        self._bot = bot
        self._settings = settings
        self._conversations = conversations
        self._outbox = outbox
        self._office = office
        self._keys = keys
        self._clock = clock
        self._url = settings.database_url

    async def answer(self, chiave: str, chi: str, event: Event, late: bool) -> None:
        """Answer an event of the chat with that pseudonym; `chiave` tells it from every other.

        Raises Later and ArchivioNonDisponibile when it is to be tried again, which is not done for one that is `late`.
        """
        try:
            await self._answer(chiave, chi, event)
        except ArchivioNonDisponibile:
            raise
        except RasaUnavailable as error:
            if not late:
                await self._say_once(chi, texts.unreachable(self._office))
                raise Later from error
            await self._say(chi, texts.failed(self._office))
        except Exception as error:  # of whatever library; the person is not left in silence, nor the chat stuck
            logger.error("Telegram: messaggio non elaborato (%s)", type(error).__name__)
            if event.tipo not in (events.GROUP, events.BLOCKED):
                await self._opened(chi, event.chat)  # it may have been deleted meanwhile, from the office
                await self._say(chi, texts.failed(self._office))

    async def _answer(self, chiave: str, chi: str, event: Event) -> None:
        if event.tipo == events.GROUP:
            await self._leave(event.chat)
        elif event.tipo == events.BLOCKED:
            await self._outbox.give_up(chi)
        elif event.erases:
            await self._delete(chi, event.chat)
        else:
            await self._reply(chiave, chi, event)

    async def _reply(self, chiave: str, chi: str, event: Event) -> None:
        conversazione, fresh = await self._opened(chi, event.chat)
        command = event.testo if event.tipo == events.COMMAND else ""
        if fresh and command != events.START:
            await self._say(chi, texts.notice(self._office))
        if command == events.START:
            await self._say(chi, texts.start(self._office))
        elif command == events.HELP:
            await self._say(chi, texts.help(self._office))
        elif command == events.PRIVACY:
            await self._say(chi, texts.privacy(self._settings.conversazioni_giorni, self._settings.bozze_ore))
        elif event.tipo == events.EDITED:
            await self._say_once(chi, texts.EDITED)
        elif event.tipo == events.CHOICE:
            await self._choose(chiave, conversazione, event)
        elif event.tipo == events.OTHER:
            await self._say_once(chi, texts.NOTES[event.testo])
            if event.didascalia.strip():
                await self._hear(chiave, conversazione, event.chat, event.didascalia)
        else:
            spoken = texts.WISH_FOR_A_PERSON if command == events.PERSON else event.testo
            await self._hear(chiave, conversazione, event.chat, spoken)

    async def _hear(self, chiave: str, conversazione: Conversazione, chat: int, text: str) -> None:
        async with self._typing(chat, conversazione):
            try:
                await self._conversations.say(conversazione.id, text, chiave=chiave)
            except InvalidMessage as error:
                await self._say(conversazione.id, texts.EMPTY if error.codice == "vuoto" else str(error))

    async def _choose(self, chiave: str, conversazione: Conversazione, event: Event) -> None:
        if event.testo == DONE:
            return
        offered = await self._stored(conversazioni.choice, conversazione.id, event.testo)
        if offered is not None and offered[0].scelta == event.testo:
            return  # pressed twice
        async with self._typing(event.chat, conversazione):
            try:
                await self._conversations.choose(conversazione.id, event.testo, chiave=chiave)
            except InvalidMessage as error:
                await self._say(conversazione.id, str(error))
        marked = used(offered[1].titolo) if offered is not None else None
        with suppress(TelegramError):  # the buttons stay as they were: no harm
            await self._bot.edit_message_reply_markup(event.chat, event.messaggio, reply_markup=marked)

    async def _delete(self, chi: str, chat: int) -> None:
        try:
            await self._conversations.delete(chi)
            await self._stored(archivio.forget, chi)
        except (ArchivioNonDisponibile, SQLAlchemyError) as error:
            logger.error("Telegram: conversazione non cancellata (%s)", type(error).__name__)
            await self._at_once(chat, texts.NOT_DELETED)
            return
        await self._at_once(chat, texts.DELETED)

    async def _leave(self, chat: int) -> None:
        with suppress(TelegramError):  # a channel, or no right to speak there
            await self._bot.send_message(chat, texts.GROUP)
        with suppress(TelegramError):
            await self._bot.leave_chat(chat)

    async def _opened(self, chi: str, chat: int) -> tuple[Conversazione, bool]:
        """The conversation of a chat, made or begun anew if it must be, and whether nothing was said in it yet."""
        conversazione = await self._stored(conversazioni.open, chi, self._clock())
        if conversazione.stato == CANCELLATA:
            await self._stored(conversazioni.revive, chi, self._clock())
            conversazione = await self._stored(conversazioni.open, chi, self._clock())
        if await self._stored(archivio.contact, chi) is None:
            await self._stored(archivio.know, chi, self._keys.lock(chat))
        return conversazione, not await self._stored(partial(conversazioni.history, limite=1), chi)

    async def _say(self, chi: str, text: str) -> None:
        """Let the outbox say something. What the hand-over asked stays asked, by buttons too: it looks at the last thing said."""
        last = await self._stored(conversazioni.last_said, chi)
        asked = last if last is not None and KEY in last.dettagli else None
        new = Nuovo(ASSISTENTE, text, scelte=asked.scelte, dettagli=asked.dettagli) if asked else Nuovo(ASSISTENTE, text)
        await self._conversations.post(chi, new)

    async def _say_once(self, chi: str, text: str) -> None:
        """Say it unless it was the last thing said: an album is many pictures."""
        last = await self._stored(partial(conversazioni.history, limite=1), chi)
        if not last or last[0].testo != text:
            await self._say(chi, text)

    async def _at_once(self, chat: int, text: str) -> None:
        """Say something of which nothing is kept, trying for a while."""
        for attempt in range(TRIES):
            try:
                await self._bot.send_message(chat, text)
                return
            except TelegramError as error:
                if not passing(error):
                    return
                await asyncio.sleep(seconds_of(error, attempt))

    @asynccontextmanager
    async def _typing(self, chat: int, conversazione: Conversazione) -> AsyncIterator[None]:
        """Shows that an answer is coming, where the assistant is the one who answers."""
        task = asyncio.create_task(self._keep_typing(chat)) if conversazione.stato == BOT else None
        try:
            yield
        finally:
            if task is not None:
                task.cancel()

    async def _keep_typing(self, chat: int) -> None:
        with suppress(TelegramError):
            while True:
                await self._bot.send_chat_action(chat, ChatAction.TYPING)
                await asyncio.sleep(TYPING_SECONDS)

    async def _stored(self, work: Callable[..., Any], *arguments: Any) -> Any:
        return await asyncio.to_thread(partial(work, url=self._url), *arguments)
