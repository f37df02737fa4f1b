"""The draft that an answer hands over, as a document: made at the moment, never kept, by the same means as on the website."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.front.bozze import AT_ONCE
from bot.front.config import FrontSettings
from bot.front.formats import FORMATS, Renderers, file_name
from bot.storage import bozze
from bot.storage.bozze import BozzaSalvata
from bot.storage.conversazioni import Messaggio

logger = logging.getLogger(__name__)

KIND = "pdf"


@dataclass(frozen=True)
class Document:
    """A file to send: its name, its caption, its bytes."""

    nome: str
    titolo: str
    contenuto: bytes


class DraftDocuments:
    """Finds the draft of an answer by its address, and makes the document."""

    def __init__(self, settings: FrontSettings, clock: Callable[[], datetime], renderers: Renderers | None = None) -> None:
        self._settings = settings
        self._clock = clock
        self._formats = renderers or FORMATS
        self._rendering = asyncio.Semaphore(AT_ONCE)
        self._address = bozze.address_in(settings.public_url)

    async def of(self, message: Messaggio) -> Document | None:
        """The document of the draft that a message gives the address of; None where there is none, or none can be made now.

        Raises ArchivioNonDisponibile.
        """
        found = self._address.search(message.testo)
        bozza = await self._find(found[1], message.conversazione) if found else None
        if bozza is None or bozza.richiesta is None:
            return None
        try:
            async with self._rendering:
                address = self._settings.public_url + bozza.percorso
                content = await asyncio.to_thread(self._formats[KIND].render, bozza.richiesta, address)
        except Exception as error:  # of whatever library; its message may quote the data. The address in the message remains
            logger.error("Telegram: documento non prodotto (%s)", type(error).__name__)
            return None
        title = f"{bozza.richiesta.titolo}. Riferimento {bozza.riferimento}. Da stampare e firmare."
        return Document(file_name(bozza, KIND), title, content)

    async def _find(self, token: str, conversazione: str) -> BozzaSalvata | None:
        bozza = await asyncio.to_thread(bozze.by_token, token, self._clock(), url=self._settings.database_url)
        return bozza if bozza is not None and bozza.conversazione == conversazione else None
