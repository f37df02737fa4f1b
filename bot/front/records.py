"""Messages as the site's pages and its API give them out: the text made HTML, the card of a draft, never a payload."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Optional

from bot.front.config import FrontSettings
from bot.front.formats import Renderers, file_name
from bot.front.markdown import line_to_html, to_html
from bot.storage import bozze
from bot.storage.conversazioni import ASSISTENTE, LEI, PERSONA, Messaggio
from bot.storage.database import ArchivioNonDisponibile
from bot.storage.eventi import PRESENTAZIONE

logger = logging.getLogger(__name__)

Record = dict[str, Any]


class Records:
    """Makes the records; what they hold is described in openapi.yml (Messaggio)."""

    def __init__(self, settings: FrontSettings, clock: Callable[[], datetime], formats: Renderers) -> None:
        self._url = settings.database_url
        self._site = settings.public_url
        self._clock = clock
        self._formats = formats
        self._draft = bozze.address_in(settings.public_url)

    async def of(self, messages: Sequence[Messaggio]) -> list[Record]:
        """The records of messages, in order."""
        cards = await self._cards(messages)
        return [self._record(message, cards.get(message.id)) for message in messages]

    def _record(self, message: Messaggio, card: Optional[Record]) -> Record:
        spoken = message.chi != LEI  # what a person typed is never markup
        return {
            "id": message.id,
            "chi": message.chi,
            "nome": message.nome,
            "testo": message.testo,
            "html": to_html(message.testo) if spoken else "",
            "fonte": message.fonte,
            "fonte_html": line_to_html(message.fonte) if message.fonte else None,
            "scelte": [{"titolo": s.titolo, "token": s.token} for s in message.scelte],
            "scelta": message.scelta,
            "quando": message.quando.isoformat(timespec="seconds"),
            "valutabile": message.chi in (ASSISTENTE, PERSONA) and message.dettagli.get("esito") != PRESENTAZIONE,
            "utile": message.utile,
            "bozza": card,
        }

    async def _cards(self, messages: Sequence[Messaggio]) -> dict[int, Record]:
        """The card of every message that names a draft of its conversation. Without the database there is only the link."""
        named = {m.id: (m, found[1]) for m in messages if m.chi != LEI and (found := self._draft.search(m.testo))}
        if not named:
            return {}
        try:
            cards = {number: await asyncio.to_thread(self._card, m, token) for number, (m, token) in named.items()}
        except ArchivioNonDisponibile as error:
            logger.error("Bozze non leggibili: %s", error)
            return {}
        return {number: card for number, card in cards.items() if card}

    def _card(self, message: Messaggio, token: str) -> Optional[Record]:
        bozza = bozze.by_token(token, self._clock(), url=self._url)
        if bozza is None or bozza.richiesta is None or bozza.conversazione != message.conversazione:
            return None
        address = self._site + bozza.percorso
        return {
            "titolo": f"{bozza.codice} – {bozza.richiesta.titolo}",
            "riferimento": bozza.riferimento,
            "indirizzo": address,
            "scade": bozza.scade.isoformat(timespec="seconds"),
            "file": [
                {"titolo": made.titolo, "indirizzo": f"{address}/{file_name(bozza, extension)}"}
                for extension, made in self._formats.items()
            ],
        }
