"""The page without JavaScript: a plain form whose answer is the whole page with the conversation so far."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from bot.front import words
from bot.front.conversations import Conversations
from bot.front.incoming import InvalidMessage
from bot.front.limits import Limits, TooMany
from bot.front.office import Office
from bot.front.rasa_client import RasaUnavailable
from bot.front.records import Record, Records
from bot.front.rendering import Pages, transcript
from bot.front.requests import BadRequest, read_form
from bot.front.sessions import InvalidSession
from bot.storage.database import ArchivioNonDisponibile

logger = logging.getLogger(__name__)

COOKIE = "conversazione"


class PageHandlers:
    """GET / and POST /."""

    def __init__(
        self,
        conversations: Conversations,
        records: Records,
        pages: Pages,
        office: Office,
        clock: Callable[[], datetime],
        cookie_seconds: int,
        limits: Limits,
    ) -> None:
        self._limits = limits
        self._conversations = conversations
        self._records = records
        self._pages = pages
        self._office = office
        self._clock = clock
        self._cookie_seconds = cookie_seconds

    async def show(self, request: Request) -> Response:
        """The page, with the conversation of the cookie if there is one."""
        try:
            token, id = await self._current(request)
            return HTMLResponse(self._pages.conversation(await self._said(id), token=token))
        except ArchivioNonDisponibile as error:
            logger.error("Banca dati non disponibile: %s", error)
            return HTMLResponse(self._pages.conversation(error=self._office.unreachable), status_code=503)

    async def submit(self, request: Request) -> Response:
        """A message, a choice, a rating or one of the page's tools, sent as a form."""
        if request.headers.get("sec-fetch-site") == "cross-site":
            return HTMLResponse(self._pages.problem("Messaggio non accettato", words.FOREIGN), status_code=403)
        form: dict[str, str] = {}
        try:
            form = await read_form(request)
            token, id = await self._current(request)
            return await self._done(request, form, token, id)
        except BadRequest as error:
            return await self._again(request, error.status, str(error))
        except (ArchivioNonDisponibile, SQLAlchemyError) as error:
            logger.error("Banca dati non disponibile: %s", type(error).__name__)
            page = self._pages.conversation(typed=form.get("testo", ""), error=self._office.unreachable)
            return HTMLResponse(page, status_code=503)

    async def _done(self, request: Request, form: dict[str, str], token: str, id: str) -> Response:
        if form.get("azione") == "cancella":
            return await self._delete(token, id)
        if form.get("azione") == "scarica":
            text = transcript(self._office, await self._said(id), self._clock())
            return PlainTextResponse(text, headers={"Content-Disposition": 'attachment; filename="conversazione.txt"'})
        if "utile" in form:
            return await self._rate(form, token, id)
        return await self._say(request, form, token, id)

    async def _say(self, request: Request, form: dict[str, str], token: str, id: str) -> Response:
        status = error = ""
        if not id:
            status = words.NEW_SESSION if request.cookies.get(COOKIE) else ""
            token = self._conversations.sessions.create()
            id = await self._conversations.of_token(token)
        typed, code = form.get("testo", ""), 200
        key = _key(form.get("chiave", ""), form.get("scelta", typed))
        try:
            self._limits.message(id)
            if "scelta" in form:
                await self._conversations.choose(id, form["scelta"], chiave=key)
            else:
                await self._conversations.say(id, typed, chiave=key)
                typed = ""
        except InvalidMessage as invalid:
            code, error = 403 if invalid.codice == "scelta" else 422, str(invalid)
        except TooMany as many:
            code, error = 429, words.too_many(many.seconds)
        except RasaUnavailable:
            code, error = 503, self._office.unreachable
        except InvalidSession:
            return self._forgotten()
        page = self._pages.conversation(await self._said(id), token=token, typed=typed, error=error, status=status)
        response = HTMLResponse(page, status_code=code)
        secure = request.url.scheme == "https"
        response.set_cookie(COOKIE, token, max_age=self._cookie_seconds, httponly=True, samesite="strict", secure=secure)
        return response

    async def _rate(self, form: dict[str, str], token: str, id: str) -> Response:
        message, reason = form.get("messaggio", ""), form.get("motivo", "").strip() or None
        number = int(message) if message.isascii() and message.isdigit() and len(message) < 10 else 0
        kept = bool(id) and await self._conversations.rate(id, number, form["utile"] == "si", reason)
        status, error = (words.RATED, "") if kept else ("", words.NOT_RATED)
        page = self._pages.conversation(
            await self._said(id), token=token, typed=form.get("testo", ""), status=status, error=error
        )
        return HTMLResponse(page, status_code=200 if kept else 404)

    async def _delete(self, token: str, id: str) -> Response:
        if id:
            try:
                await self._conversations.delete(id)
            except (SQLAlchemyError, ArchivioNonDisponibile) as error:
                logger.error("Cancellazione non riuscita: %s", type(error).__name__)
                page = self._pages.conversation(await self._said(id), token=token, error=words.NOT_DELETED)
                return HTMLResponse(page, status_code=503)
        return self._forgotten()

    def _forgotten(self) -> Response:
        response = HTMLResponse(self._pages.conversation(status=words.DELETED))
        response.delete_cookie(COOKIE, httponly=True, samesite="strict")
        return response

    async def _again(self, request: Request, status: int, error: str) -> Response:
        """The page as it was, with what went wrong."""
        token, id = await self._current(request)
        return HTMLResponse(self._pages.conversation(await self._said(id), token=token, error=error), status_code=status)

    async def _said(self, id: str) -> list[Record]:
        return await self._records.of(await self._conversations.history(id)) if id else []

    async def _current(self, request: Request) -> tuple[str, str]:
        """The cookie's token and the conversation's id; two empty strings without a valid one."""
        token = request.cookies.get(COOKIE, "")
        try:
            return token, await self._conversations.of_token(token)
        except InvalidSession:
            return "", ""


def _key(page: str, said: str) -> str | None:
    """What makes a message the same one when its page is sent again (loaded again, pressed twice): the page's key and the words.

    Of the words too, because who goes back to an old page writes something else in it.
    """
    return hashlib.sha256(f"{page}\n{said}".encode("utf-8", "replace")).hexdigest() if page else None
