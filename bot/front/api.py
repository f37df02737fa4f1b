"""The JSON interface, used by the page's own script.

Errors are {"errore": <Italian text for the person>, "codice": <for the script>}.
"""

from __future__ import annotations

import logging
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse

from bot.front.conversations import Conversations
from bot.front.incoming import InvalidMessage
from bot.front.office import Office
from bot.front.rasa_client import RasaClient, RasaUnavailable
from bot.front.requests import BadRequest, read_json
from bot.front.sessions import InvalidSession, Session
from bot.storage.database import ArchivioNonDisponibile

logger = logging.getLogger(__name__)

COOKIE = "conversazione"
SESSION_OVER = "La conversazione è scaduta o è stata cancellata: ne può cominciare subito un'altra."
NOT_DELETED = "La conversazione non è stata cancellata del tutto: riprovi tra qualche istante."
WANTED = "Servono «token» e uno solo tra «testo» e «scelta», tutti testi."


def failure(status: int, codice: str, message: str) -> JSONResponse:
    """An error of the JSON interface."""
    return JSONResponse({"errore": message, "codice": codice}, status_code=status)


class Api:
    """Handlers of /api/ and /salute."""

    def __init__(self, conversations: Conversations, rasa: RasaClient, office: Office) -> None:
        self._conversations = conversations
        self._rasa = rasa
        self._office = office

    async def start(self, request: Request) -> JSONResponse:
        """POST /api/conversazioni: a new session; with {"token"} of one still open, that one and its turns again."""
        try:
            token = (await read_json(request)).get("token")
        except BadRequest as error:
            return failure(error.status, "richiesta", str(error))
        sessions = self._conversations.sessions
        if isinstance(token, str):
            try:
                session = sessions.open(token)
                return JSONResponse({"token": token, "turni": [turn.record() for turn in session.turns]})
            except InvalidSession:
                pass  # the page asks for its old conversation and gets a new one, empty
        return JSONResponse({"token": sessions.create(), "turni": []}, status_code=201)

    async def message(self, request: Request) -> JSONResponse:
        """POST /api/messaggi: a text or a choice, and its answers."""
        try:
            body = await read_json(request)
            session = self._session(body)
            turns = await self._answer(session, body)
        except BadRequest as error:
            return failure(error.status, "richiesta", str(error))
        except InvalidSession:
            return failure(401, "sessione", SESSION_OVER)
        except InvalidMessage as error:
            return failure(403 if error.codice == "scelta" else 422, error.codice, str(error))
        except RasaUnavailable:
            return failure(503, "non_disponibile", self._office.unreachable)
        return JSONResponse({"messaggi": [turn.message() for turn in turns]})

    async def delete(self, request: Request) -> JSONResponse:
        """DELETE /api/conversazioni: forget the session here and in Rasa."""
        try:
            session = self._session(await read_json(request))
            await self._conversations.delete(session)
        except BadRequest as error:
            return failure(error.status, "richiesta", str(error))
        except InvalidSession:
            return failure(401, "sessione", SESSION_OVER)
        except (SQLAlchemyError, ArchivioNonDisponibile) as error:
            logger.error("Cancellazione non riuscita: %s", type(error).__name__)
            return failure(503, "non_cancellata", NOT_DELETED)
        response = JSONResponse({"cancellata": True})
        response.delete_cookie(COOKIE, httponly=True, samesite="strict")
        return response

    async def health(self, request: Request) -> JSONResponse:
        """GET /salute."""
        return JSONResponse({"front": "ok", "rasa": "ok" if await self._rasa.alive() else "giu"})

    def _session(self, body: dict[str, Any]) -> Session:
        token = body.get("token")
        if not isinstance(token, str):
            raise BadRequest(400, WANTED)
        return self._conversations.sessions.open(token)

    async def _answer(self, session: Session, body: dict[str, Any]) -> list[Any]:
        text, choice = body.get("testo"), body.get("scelta")
        if isinstance(text, str) and choice is None:
            return await self._conversations.say(session, text)
        if isinstance(choice, str) and text is None:
            return await self._conversations.choose(session, choice)
        raise BadRequest(400, WANTED)
