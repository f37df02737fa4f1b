"""Is the assistant up, is the office open, what does it announce: what a page needs before the first message."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse

from bot.front.config import FrontSettings
from bot.front.conversations import Conversations
from bot.front.desk import Desk
from bot.front.notice import notice
from bot.front.office import Office
from bot.front.rasa_client import RasaClient


class Status:
    """Handlers of /api/stato and /salute."""

    def __init__(
        self, conversations: Conversations, rasa: RasaClient, office: Office, desk: Desk, settings: FrontSettings
    ) -> None:
        self._conversations = conversations
        self._rasa = rasa
        self._desk = desk
        self._office, self._settings = office, settings

    def _told(self) -> dict[str, Any]:
        """What changes only when the office changes it."""
        office, settings = self._office, self._settings
        return {
            "ufficio": {
                "nome": office.nome,
                "breve": office.breve,
                "sportello": office.sportello,
                "dove": office.dove,
                "orari": office.orari,
                "telefono": office.telefono,
                "mail": office.mail,
                "indirizzo": f"{office.sede}, {office.indirizzo}",
                "contatti": office.contacts,
                "emergenza": office.emergenza,
            },
            "massimo": settings.max_chars,
            "sessione_minuti": settings.sessione_minuti,
            "informativa": notice(office, settings),
        }

    async def show(self, request: Request) -> JSONResponse:
        """GET /api/stato."""
        today = self._desk.today()
        return JSONResponse(
            {
                "assistente": "ok" if await self._rasa.health() == "ok" else "giu",
                "aperto": today.aperto,
                "apertura": today.apertura,
                "avvisi": today.avvisi,
                "passaggio": self._conversations.handover.attivo,
                **self._told(),
            }
        )

    async def health(self, request: Request) -> JSONResponse:
        """GET /salute."""
        return JSONResponse({"front": "ok", "rasa": await self._rasa.health()})
