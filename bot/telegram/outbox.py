"""Delivers what was said in conversations of Telegram, in order, and notes it: what is not noted is sent at the next attempt.

After a network fault in the very moment of sending nobody can know whether a message arrived: it is sent again. None is lost.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial
from time import monotonic
from typing import Any

from telegram import Bot, InlineKeyboardMarkup, InputFile, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.front.office import Office
from bot.storage import conversazioni
from bot.storage import telegram as archivio
from bot.storage.conversazioni import PERSONA, UFFICIO, Messaggio
from bot.storage.database import ArchivioNonDisponibile
from bot.telegram import texts
from bot.telegram.calling import passing, seconds_of
from bot.telegram.drafts import Document, DraftDocuments
from bot.telegram.formatting import bold, italic, lines, parts, plain
from bot.telegram.keyboard import keyboard, written_out
from bot.telegram.keys import PREFIX, Keys, Unreadable
from bot.telegram.lanes import Lanes

logger = logging.getLogger(__name__)

CHANNEL = PREFIX.rstrip(":")
CHATS_TOGETHER = 8
CAPTION = 1000  # characters; Telegram takes 1024
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)  # Telegram would read the page of a draft to show a piece of it
PERSON, OFFICE = "Una persona dell'ufficio", "Ufficio"


def shown(message: Messaggio, office: Office) -> list[str]:
    """A message of a conversation as the parts that are sent: who speaks, if not the assistant, the text, its source."""
    text = []
    if message.chi == PERSONA:
        text.append(bold(f"{message.nome or PERSON} ({office.breve})"))
    elif message.chi == UFFICIO:
        text.append(bold(office.breve or OFFICE))
    text += lines(message.testo)
    if message.dettagli.get("esito") == "privacy":
        text += lines(texts.PASSES_THROUGH)
    text += written_out(message.scelte)
    if message.fonte:
        text += [[], italic(f"Fonte: {message.fonte}")]
    return parts(text)


class Outbox:
    """Sends what is still to be delivered. A limit of Telegram or a fault of the network holds everything up for a while."""

    def __init__(
        self, bot: Bot, keys: Keys, clock: Callable[[], datetime], url: str, office: Office, documents: DraftDocuments
    ) -> None:
        self._bot = bot
        self._keys = keys
        self._clock = clock
        self._url = url
        self._office = office
        self._documents = documents
        self._lanes = Lanes(self._deliver, CHATS_TOGETHER)
        self._not_before = 0.0
        self._faults = 0

    async def round(self) -> float | None:
        """Begin to deliver what there is; the seconds to wait when it is too early, None otherwise."""
        early = self._not_before - monotonic()
        if early > 0:
            return early
        try:
            for id in dict.fromkeys(m.conversazione for m in await self._stored(conversazioni.undelivered, CHANNEL)):
                self._lanes.wake(id)
        except ArchivioNonDisponibile as error:
            logger.error("Telegram: messaggi da consegnare non leggibili (%s)", error)
        return None

    async def give_up(self, id: str) -> None:
        """Nothing more can be delivered to a person, who has blocked the assistant: what there was counts as delivered."""
        for message in await self._messages(id):
            await self._stored(conversazioni.delivered, message.id, self._clock())

    async def close(self) -> None:
        """Stop; what is not delivered is at the next start."""
        await self._lanes.close()

    async def _messages(self, id: str) -> list[Messaggio]:
        found: list[Messaggio] = await self._stored(partial(conversazioni.undelivered, conversazione=id), CHANNEL)
        return found

    async def _deliver(self, id: str) -> None:
        contact = await self._stored(archivio.contact, id)
        try:
            chat = self._keys.unlock(contact or "")
        except Unreadable:
            logger.error("Telegram: messaggi che non si sa più a chi consegnare")
            await self.give_up(id)
            return
        for message in await self._messages(id):
            if monotonic() < self._not_before:
                return
            try:
                await self._send(chat, message)
            except Forbidden:
                await self.give_up(id)
                return
            except TelegramError as error:
                if passing(error):
                    self._hold(error)
                    return
                logger.error("Telegram: messaggio rifiutato (%s)", type(error).__name__)  # for ever: the next ones must not wait
            else:
                self._faults = 0
            await self._stored(conversazioni.delivered, message.id, self._clock())

    async def _send(self, chat: int, message: Messaggio) -> None:
        """Send the parts of a message that were not sent yet, then the document of its draft."""
        pieces: list[str | Document] = [*shown(message, self._office)]
        buttons = keyboard(message.scelte)
        last = len(pieces) - 1
        document = await self._documents.of(message)
        if document is not None:
            pieces.append(document)
        done = await self._stored(archivio.parts_sent, message.id) if len(pieces) > 1 else 0
        for number, piece in enumerate(pieces):
            if number < done:
                continue
            if isinstance(piece, Document):
                await self._send_document(chat, piece)
            else:
                await self._send_text(chat, piece, buttons if number == last else None)
            if len(pieces) > 1:
                await self._stored(archivio.sent, message.id, number + 1, self._clock())

    async def _send_text(self, chat: int, html: str, buttons: InlineKeyboardMarkup | None) -> None:
        send = partial(self._bot.send_message, chat, reply_markup=buttons, link_preview_options=NO_PREVIEW)
        try:
            await send(text=html, parse_mode=ParseMode.HTML)
        except BadRequest as error:
            logger.error("Telegram: messaggio rifiutato (%s), lo mando senza stile", type(error).__name__)
            await send(text=plain(html))

    async def _send_document(self, chat: int, document: Document) -> None:
        file = InputFile(document.contenuto, filename=document.nome)
        await self._bot.send_document(chat, file, caption=document.titolo[:CAPTION], disable_content_type_detection=True)

    def _hold(self, error: TelegramError) -> None:
        """Send nothing for a while, nor to others: they would meet the same."""
        first = monotonic() >= self._not_before  # others were being sent when the first one failed: that is one fault
        self._not_before = max(self._not_before, monotonic() + seconds_of(error, self._faults))
        if first:
            if self._faults == 0:
                logger.warning("Telegram: consegna rimandata (%s)", type(error).__name__)
            self._faults += 1

    async def _stored(self, work: Callable[..., Any], *arguments: Any) -> Any:
        return await asyncio.to_thread(partial(work, url=self._url), *arguments)
