"""The page, which works without JavaScript: a plain form whose answer is the whole page with the conversation so far."""

from __future__ import annotations

import logging

from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from bot.front.api import COOKIE, NOT_DELETED
from bot.front.conversations import Conversations
from bot.front.incoming import InvalidMessage
from bot.front.office import Office
from bot.front.rasa_client import RasaUnavailable
from bot.front.rendering import Pages, transcript
from bot.front.requests import BadRequest, read_form
from bot.front.sessions import IDLE_SECONDS, InvalidSession, Session
from bot.storage.database import ArchivioNonDisponibile

logger = logging.getLogger(__name__)

DELETED = "La conversazione è stata cancellata."
NEW_SESSION = "La conversazione precedente era scaduta: ne è cominciata una nuova."
FOREIGN = "Il messaggio è arrivato da un'altra pagina e non è stato accettato."


class PageHandlers:
    """GET / and POST /."""

    def __init__(self, conversations: Conversations, pages: Pages, office: Office) -> None:
        self._conversations = conversations
        self._pages = pages
        self._office = office

    async def show(self, request: Request) -> Response:
        """The page, with the conversation of the cookie if there is one."""
        token, session = self._current(request)
        return HTMLResponse(self._pages.conversation(session.turns if session else (), token=token))

    async def submit(self, request: Request) -> Response:
        """A message, a choice, or one of the page's tools, sent as a form."""
        if request.headers.get("sec-fetch-site") == "cross-site":
            return HTMLResponse(self._pages.problem("Messaggio non accettato", FOREIGN), status_code=403)
        token, session = self._current(request)
        try:
            form = await read_form(request)
        except BadRequest as error:
            page = self._pages.conversation(session.turns if session else (), token=token, error=str(error))
            return HTMLResponse(page, status_code=error.status)
        if form.get("azione") == "cancella":
            return await self._delete(request, token, session)
        if form.get("azione") == "scarica":
            return self._download(session)
        return await self._say(request, token, session, form)

    async def _say(self, request: Request, token: str, session: Session | None, form: dict[str, str]) -> Response:
        status = error = ""
        if session is None:
            status = NEW_SESSION if request.cookies.get(COOKIE) else ""
            token = self._conversations.sessions.create()
            session = self._conversations.sessions.open(token)
        typed, code = form.get("testo", ""), 200
        try:
            if "scelta" in form:
                await self._conversations.choose(session, form["scelta"])
            else:
                await self._conversations.say(session, typed)
                typed = ""
        except InvalidMessage as invalid:
            code, error = 403 if invalid.codice == "scelta" else 422, str(invalid)
        except RasaUnavailable:
            code, error = 503, self._office.unreachable
        except InvalidSession:
            return self._after_delete(DELETED)
        page = self._pages.conversation(session.turns, token=token, typed=typed, error=error, status=status)
        response = HTMLResponse(page, status_code=code)
        response.set_cookie(
            COOKIE, token, max_age=IDLE_SECONDS, httponly=True, samesite="strict", secure=request.url.scheme == "https"
        )
        return response

    async def _delete(self, request: Request, token: str, session: Session | None) -> Response:
        if session is not None:
            try:
                await self._conversations.delete(session)
            except (SQLAlchemyError, ArchivioNonDisponibile) as error:
                logger.error("Cancellazione non riuscita: %s", type(error).__name__)
                return HTMLResponse(self._pages.conversation(session.turns, token=token, error=NOT_DELETED), status_code=503)
        return self._after_delete(DELETED)

    def _after_delete(self, status: str) -> Response:
        response = HTMLResponse(self._pages.conversation(status=status))
        response.delete_cookie(COOKIE, httponly=True, samesite="strict")
        return response

    def _download(self, session: Session | None) -> Response:
        text = transcript(self._office, session.turns if session else ())
        return PlainTextResponse(text, headers={"Content-Disposition": 'attachment; filename="conversazione.txt"'})

    def _current(self, request: Request) -> tuple[str, Session | None]:
        """The cookie's token and session; ("", None) without a valid one."""
        token = request.cookies.get(COOKIE, "")
        try:
            return token, self._conversations.sessions.open(token)
        except InvalidSession:
            return "", None
