"""The Starlette application of the front, put together."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, cast

import httpx
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from bot.didattica import Didattica
from bot.front import openapi, words
from bot.front.api import Api, failure
from bot.front.bell import Bell
from bot.front.bozze import DraftHandlers
from bot.front.config import FrontSettings
from bot.front.conversations import Conversations
from bot.front.desk import Desk
from bot.front.events import Events
from bot.front.formats import FORMATS, Renderers
from bot.front.headers import SecurityHeaders
from bot.front.limits import Limits, RateLimit, TooMany
from bot.front.live import LiveOffice
from bot.front.office import Office
from bot.front.origins import Origins
from bot.front.pages import PageHandlers
from bot.front.pulizia import Purge
from bot.front.rasa_client import RasaClient
from bot.front.records import Records
from bot.front.rendering import Pages
from bot.front.sessions import Sessions
from bot.front.status import Status
from bot.passaggio import Attese, Passaggio, SportelloOperatori
from bot.staff import routes as staff
from bot.telegram.service import Telegram
from knowledge import Conoscenza

logger = logging.getLogger(__name__)

CODES = {404: "non_trovato", 405: "metodo"}
STATIC = Path(__file__).parent / "static"


def now() -> datetime:
    """The moment, with its zone."""
    return datetime.now(timezone.utc)


def create_app(
    settings: FrontSettings,
    office: Office | None = None,
    sessions: Sessions | None = None,
    rasa_transport: httpx.AsyncBaseTransport | None = None,
    renderers: Renderers | None = None,
    clock: Callable[[], datetime] = now,
    conoscenza: Conoscenza | None = None,
) -> ASGIApp:
    """The front for these settings; the other arguments are for the tests."""
    live: LiveOffice | None = None
    if office is None:
        live = LiveOffice(settings.data_dir)
        office, conoscenza = live.office, live.conoscenza
    rasa = RasaClient(settings.rasa_url, rasa_transport)
    bell = Bell()
    conversations = Conversations(settings, sessions or Sessions(settings.secret), rasa, clock, bell)
    desk = Desk(clock, lambda: conoscenza)
    records = Records(settings, clock, renderers or FORMATS)
    pages = Pages(office, settings, desk)
    limits = Limits(settings.richieste_sessione, settings.richieste_indirizzo)
    api = Api(conversations, records, office, clock, limits)
    events = Events(conversations, records)
    status = Status(conversations, rasa, office, desk, settings)
    handlers = PageHandlers(conversations, records, pages, office, clock, settings.sessione_minuti * 60, limits)
    drafts = DraftHandlers(settings, pages, office, clock, renderers)
    purge = Purge(settings, clock)
    waits: Attese | None = None
    inbox: SportelloOperatori | None = None
    teaching: Didattica | None = None
    if conoscenza is not None:
        conversations.handover = passaggio = Passaggio(settings, conoscenza, clock)
        waits = Attese(passaggio, conversations)
        inbox = SportelloOperatori(passaggio, conversations)
        teaching = Didattica(settings.data_dir, settings.database_url, clock)

    telegram = Telegram(settings, conversations, office, clock, renderers)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as running:
            running.push_async_callback(rasa.close)
            await running.enter_async_context(purge.running())
            if waits is not None:
                await running.enter_async_context(waits.running())
            await running.enter_async_context(telegram.running())
            if live is not None:
                await running.enter_async_context(live.running())
            yield

    async def http_error(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        title, message = {
            404: ("Pagina non trovata", "L'indirizzo non esiste in questo sito."),
            405: ("Richiesta non possibile", "Questa pagina non accetta questo tipo di richiesta."),
        }.get(status, ("Problema tecnico", f"Qualcosa non ha funzionato. Può riprovare oppure contattare {office.contacts}."))
        headers = error.headers if isinstance(error, HTTPException) else None
        return answer(request, status, CODES.get(status, "errore"), title, message, headers)

    def answer(
        request: Request, status: int, codice: str, title: str, message: str, headers: Mapping[str, str] | None
    ) -> Response:
        """An error, for a person or for a program."""
        if request.url.path.startswith("/api/"):
            response: Response = failure(status, codice, message)
        else:
            response = HTMLResponse(pages.problem(title, message), status_code=status)
        response.headers.update(headers or {})
        return response

    async def widget(request: Request) -> Response:
        return FileResponse(STATIC / "widget.js")  # a short address for the tag that other sites put on their pages

    def refuse(request: Request, error: TooMany) -> Response:
        message = words.too_many(error.seconds)
        return answer(request, 429, "troppe_richieste", "Troppe richieste", message, {"Retry-After": str(error.seconds)})

    app = Starlette(
        routes=[
            Route("/", handlers.show, methods=["GET"]),
            Route("/", handlers.submit, methods=["POST"]),
            Route("/api/conversazioni", api.explained(api.start), methods=["POST"]),
            Route("/api/conversazioni", api.explained(api.delete), methods=["DELETE"]),
            Route("/api/messaggi", api.explained(api.message), methods=["POST"]),
            Route("/api/messaggi", api.explained(api.history), methods=["GET"]),
            Route("/api/eventi", api.explained(events.stream), methods=["GET"]),
            Route("/api/valutazioni", api.explained(api.rate), methods=["POST"]),
            Route("/api/stato", status.show, methods=["GET"]),
            Route("/api/openapi.json", openapi.show, methods=["GET"]),
            Route("/bozze/{token}", drafts.show, methods=["GET"]),
            Route("/bozze/{token}", drafts.delete, methods=["POST"]),
            Route("/bozze/{token}/{name}", drafts.download, methods=["GET"]),
            Route("/salute", status.health, methods=["GET"]),
            *telegram.routes,
            Route("/widget.js", widget, methods=["GET"]),
            *staff.routes(settings, office, conversations, lambda: conoscenza, clock, inbox, teaching),
            Mount("/static", GZipMiddleware(StaticFiles(directory=STATIC)), name="static"),
        ],
        exception_handlers={HTTPException: http_error, Exception: http_error},
        lifespan=lifespan,
    )
    guarded: ASGIApp = RateLimit(app, limits, refuse)
    guarded = Origins(guarded, settings.origini, settings.public_url, failure(403, "origine", words.OTHER_SITE))
    if settings.proxy_fidati:
        guarded = cast(ASGIApp, ProxyHeadersMiddleware(cast(Any, guarded), list(settings.proxy_fidati)))
    return SecurityHeaders(guarded)  # outside of everything, so that error pages have the headers too
