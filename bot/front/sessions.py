"""Sessions of the website: ids made by the server, tokens signed by it, and what the front remembers of a conversation.

The token is all that a browser holds. What was said stays in memory, for the page to show it again, until the conversation is
deleted or has been idle for an hour; it is never written to disk here. After a restart of the front a token that is still
fresh goes on working, only the page begins empty.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from typing import Any, Callable

from itsdangerous import BadData, BadSignature, Signer, URLSafeTimedSerializer

IDLE_SECONDS = 60 * 60
MAX_AGE_SECONDS = 8 * 60 * 60  # even a busy kiosk starts anew: Rasa replays a conversation at each turn
MAX_SESSIONS = 5000
MAX_TURNS = 200
PREFIX = "web:"


class InvalidSession(Exception):
    """The token was not made by this server, or what it stands for is over."""


@dataclass
class Choice:
    """A button that was really offered; the payload for Rasa never leaves the server."""

    titolo: str
    token: str
    payload: str


@dataclass
class Turn:
    """One message of the conversation, of the person ("lei") or of the assistant ("assistente")."""

    chi: str
    testo: str
    fonte: str | None = None
    scelte: list[Choice] = field(default_factory=list)
    scelta: str | None = None

    def message(self) -> dict[str, Any]:
        """The turn as the API gives it to the page."""
        choices = [{"titolo": c.titolo, "token": c.token} for c in self.scelte]
        return {"testo": self.testo, "fonte": self.fonte, "scelte": choices}

    def record(self) -> dict[str, Any]:
        """The turn with who said it and which of its buttons was used: what a page needs to show a conversation again."""
        return {"chi": self.chi, **self.message(), "scelta": self.scelta}


@dataclass
class Session:
    """A conversation as the front remembers it. `lock` keeps its messages, and its deletion, one after the other."""

    id: str
    last_used: float
    deleted: bool = False
    turns: deque[Turn] = field(default_factory=lambda: deque(maxlen=MAX_TURNS))
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    def find(self, token: str) -> tuple[Turn, Choice] | None:
        """The offered button with this token and the message it belongs to."""
        for turn in self.turns:
            for choice in turn.scelte:
                if secrets.compare_digest(choice.token.encode(), token.encode()):
                    return turn, choice
        return None


class Sessions:
    """Makes, checks and forgets sessions."""

    def __init__(self, secret: str, clock: Callable[[], float] = time.time) -> None:
        self._secret = secret
        self._tokens = URLSafeTimedSerializer(secret, salt="bot.front.sessione")
        self._clock = clock
        self._sessions: OrderedDict[str, Session] = OrderedDict()
        self._forgotten: OrderedDict[str, float] = OrderedDict()

    def create(self) -> str:
        """The token of a new session. Nothing is kept of it until it is used."""
        return str(self._tokens.dumps(PREFIX + secrets.token_urlsafe(24)))

    def open(self, token: str) -> Session:
        """The session of a token, marked as used now. Raises InvalidSession for a foreign, expired or deleted one."""
        try:
            session_id, issued = self._tokens.loads(token, return_timestamp=True)
        except (BadData, UnicodeError) as error:
            raise InvalidSession("token non valido") from error
        now, session = self._clock(), self._sessions.get(session_id)
        last_used = max(issued.timestamp(), session.last_used if session else 0.0)
        self._prune(now)
        if session_id in self._forgotten or now - last_used > IDLE_SECONDS or now - issued.timestamp() > MAX_AGE_SECONDS:
            self._sessions.pop(session_id, None)
            raise InvalidSession("conversazione finita")
        session = session or Session(session_id, now)
        session.last_used = now
        self._sessions[session_id] = session
        self._sessions.move_to_end(session_id)
        return session

    def offer(self, session: Session, turn: Turn, buttons: list[tuple[str, str]]) -> None:
        """Give a turn its buttons (title, payload), each with a short token signed for this session only."""
        signer = self._choice_signer(session)
        turn.scelte = [Choice(title, signer.sign(secrets.token_urlsafe(6)).decode(), payload) for title, payload in buttons]

    def chosen(self, session: Session, token: str) -> tuple[Turn, Choice] | None:
        """The button with this token, None unless this server offered it in this session."""
        try:
            self._choice_signer(session).unsign(token)
        except (BadSignature, UnicodeError):
            return None
        return session.find(token)

    def forget(self, session: Session) -> None:
        """Drop everything held of a session; its token is refused from now on."""
        session.deleted = True
        session.turns.clear()
        self._sessions.pop(session.id, None)
        self._forgotten[session.id] = self._clock()

    def _choice_signer(self, session: Session) -> Signer:
        return Signer(self._secret, salt=f"bot.front.scelta.{session.id}")

    def _prune(self, now: float) -> None:
        while self._sessions:
            oldest = next(iter(self._sessions.values()))
            if now - oldest.last_used <= IDLE_SECONDS and len(self._sessions) < MAX_SESSIONS:
                break
            self._sessions.pop(oldest.id)
        while self._forgotten and now - next(iter(self._forgotten.values())) > MAX_AGE_SECONDS:
            self._forgotten.popitem(last=False)
