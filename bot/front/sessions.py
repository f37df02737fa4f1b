"""Sessions of the website: ids made by the server, in tokens that it signs. The token is all that a browser holds."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from itsdangerous import BadData, URLSafeTimedSerializer

MAX_AGE_SECONDS = 8 * 60 * 60  # even a busy kiosk starts anew: Rasa replays a conversation at each turn
PREFIX = "web:"


class InvalidSession(Exception):
    """The token was not made by this server, or what it stands for is over."""


@dataclass(frozen=True)
class Session:
    """What a token says: the conversation's id and when the token was made (UTC)."""

    id: str
    issued: datetime


class Sessions:
    """Makes and checks tokens. Whether a conversation is still open is known to Conversations."""

    def __init__(self, secret: str, clock: Callable[[], float] = time.time) -> None:
        self._tokens = URLSafeTimedSerializer(secret, salt="bot.front.sessione")
        self._clock = clock

    def create(self) -> str:
        """The token of a new conversation. Nothing is kept of it until it is used."""
        return str(self._tokens.dumps(PREFIX + secrets.token_urlsafe(24)))

    def read(self, token: str) -> Session:
        """What a token says. Raises InvalidSession for a foreign or too old one."""
        try:
            session_id, issued = self._tokens.loads(token, return_timestamp=True)
        except (BadData, UnicodeError) as error:
            raise InvalidSession("token non valido") from error
        if not isinstance(session_id, str) or not session_id.startswith(PREFIX):
            raise InvalidSession("token non valido")
        if self._clock() - issued.timestamp() > MAX_AGE_SECONDS:
            raise InvalidSession("conversazione finita")
        return Session(session_id, issued)
