"""A Rasa for the tests: the REST channel with a few fixed answers, and a record of what it was sent."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

COST = (
    "Il certificato costa:\n- € 16,00 di bollo\n- € 3,87 di diritti\n"
    "Si paga come spiegato su www.procura.aosta.it, oppure scriva a casellario.procura.aosta@giustizia.it.\n"
    "Fonte: Carta dei servizi, 5.1 QUANTO COSTA"
)
HOSTILE = '<img src=x onerror="document.title=\'bucato\'"> <script>document.title="bucato"</script> &lt;b&gt; https://example.invalid/a?b="c'
MENU = [
    {"title": "Casellario giudiziale", "payload": '/scegli{"voce": "casellario"}'},
    {"title": "Carichi pendenti", "payload": '/scegli{"voce": "carichi_pendenti"}'},
    {"title": "Copie di atti e diritti di copia", "payload": '/scegli{"voce": "copie_atti"}'},
]


class FakeRasa:
    """Answers by keyword; `received` is what came in, `broken` and `delay` make it behave badly, `scripted` answers anything."""

    def __init__(self) -> None:
        self.app = Starlette(
            routes=[
                Route("/webhooks/rest/", self.health, methods=["GET"]),
                Route("/webhooks/rest/webhook", self.webhook, methods=["POST"]),
            ]
        )
        self.reset()

    def reset(self) -> None:
        self.received: list[dict[str, Any]] = []
        self.broken = False
        self.without_model = False
        self.delay = 0.0
        self.scripted: list[dict[str, Any]] | None = None

    @property
    def messages(self) -> list[str]:
        return [item["message"] for item in self.received]

    async def health(self, request: Request) -> Response:
        if self.broken:
            return PlainTextResponse("", status_code=500)
        return JSONResponse({"status": "senza_modello" if self.without_model else "ok"})

    async def webhook(self, request: Request) -> Response:
        body = await request.json()
        self.received.append(body)
        if self.delay:
            await asyncio.sleep(self.delay)
        if self.broken:
            return PlainTextResponse("guasto", status_code=500)
        return JSONResponse([{"recipient_id": body["sender"], **item} for item in self.scripted or answer(body["message"])])


def answer(message: str) -> list[dict[str, Any]]:
    """What the fake assistant says."""
    if message.startswith("/scegli"):
        return [{"text": "Ecco le informazioni su quello che ha scelto.\nFonte: Carta dei servizi, 5.2"}]
    if "cost" in message.lower():
        return [{"text": COST}]
    if "ostile" in message:
        return [{"text": HOSTILE}]
    if "cancella" in message:
        return [{"text": "Ho cancellato tutto.", "custom": {"cancella_conversazione": True}}]
    if "parti" in message:
        return [{"text": "Buongiorno! Sono l'assistente."}, {"text": "Seconda parte."}]
    if "argomento" in message:
        return [{"text": "Riassunto.\nFonte: Carta dei servizi, 5.1\nChe cosa vuole sapere?", "buttons": MENU}]
    if "menu" in message:
        return [{"text": "Di quale servizio si tratta?", "buttons": MENU}]
    return [{"text": "Non ho capito la domanda."}]
