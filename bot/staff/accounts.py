"""Who may enter the desk: login with lock-out, sessions, passwords. What it decides, the database keeps."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.staff.passwords import Passwords, problem
from bot.storage import colleghi, registro
from bot.storage.colleghi import Collega

WRONG_MAX = 5
SUSPENDED = timedelta(minutes=15)
SESSION_MAX = timedelta(hours=8)
NAME = re.compile(r"[a-z][a-z0-9._-]{1,29}")
TOKEN_BYTES = 32


class Refused(Exception):
    """It cannot be done; `str(error)` says why, in Italian."""


@dataclass(frozen=True)
class Presente:
    """Who is at the desk, for one request: the account, its token's proof for forms (csrf), seconds until the session ends."""

    collega: Collega
    impronta: str
    csrf: str
    resta: int

    @property
    def nome(self) -> str:
        """The account's name."""
        return self.collega.nome

    @property
    def conversazione(self) -> str:
        """The id of the colleague's own conversation with the assistant."""
        return f"int:{self.collega.nome}"


def fingerprint(token: str) -> str:
    """What is kept of a token: who reads the database cannot enter with it. The token is random, so that no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest() if token else ""


class Accounts:
    """Login, sessions and passwords. All methods work on the database: call them off the event loop."""

    def __init__(self, url: str, secret: str, idle: timedelta, clock: Callable[[], datetime], passwords: Passwords) -> None:
        self.idle = idle
        self._url = url
        self._secret = secret.encode()
        self._clock = clock
        self._passwords = passwords

    def login(self, nome: str, parola: str, vecchio: str = "") -> str | None:
        """The token of a new session, None when the account or the password is not right, or the account is suspended or blocked.

        Every refusal does the same work, so that nothing tells which of these it was. `vecchio` is the token that the browser
        had: its session ends, and is never taken over.
        """
        nome, now = nome.strip().lower(), self._clock()
        collega = colleghi.get(nome, url=self._url) if NAME.fullmatch(nome) else None
        right = self._passwords.right(collega.impronta if collega else None, parola)
        suspended = collega is not None and collega.sospeso_fino is not None and collega.sospeso_fino > now
        if collega is None or collega.bloccato or suspended or not right:
            counted = "" if suspended else nome  # otherwise who keeps trying would keep the owner out for ever
            colleghi.wrong_password(counted, now, WRONG_MAX, SUSPENDED, url=self._url)
            registro.record(collega.nome if collega else "", "accesso rifiutato", "", now, url=self._url)
            return None
        if self._passwords.outdated(collega.impronta):
            colleghi.change(nome, impronta=self._passwords.hash(parola), url=self._url)
        token = secrets.token_urlsafe(TOKEN_BYTES)
        colleghi.open_session(nome, fingerprint(token), now, vecchia=fingerprint(vecchio), url=self._url)
        registro.record(nome, "accesso", "", now, url=self._url)
        return token

    def present(self, token: str, *, usata: bool = True) -> Presente | None:
        """Whose token that is, None when its session is over. usata: whether this is a use that keeps the session open."""
        now = self._clock()
        found = (
            colleghi.session_of(fingerprint(token), now, self.idle, SESSION_MAX, usata=usata, url=self._url) if token else None
        )
        if found is None:
            return None
        ends = min(found.ultima + self.idle, found.creata + SESSION_MAX)
        return Presente(found.collega, found.impronta, self._proof(token), int((ends - now).total_seconds()))

    def logout(self, presente: Presente) -> None:
        """End the session."""
        colleghi.close_session(presente.impronta, url=self._url)
        registro.record(presente.nome, "uscita", "", self._clock(), url=self._url)

    def change_password(self, presente: Presente, attuale: str, nuova: str, ripetuta: str) -> None:
        """Give the account another password; its other sessions end. Raises Refused. A wrong present one counts as in login."""
        now, collega = self._clock(), presente.collega
        if collega.sospeso_fino is not None and collega.sospeso_fino > now:
            raise Refused("Troppi tentativi sbagliati: riprovi tra 15 minuti.")
        if not self._passwords.right(collega.impronta, attuale):
            colleghi.wrong_password(collega.nome, now, WRONG_MAX, SUSPENDED, url=self._url)
            raise Refused("La parola d'accesso attuale non è quella.")
        if nuova != ripetuta:
            raise Refused("Le due parole nuove non sono uguali.")
        if fault := problem(collega.nome, nuova):
            raise Refused(fault)
        colleghi.set_password(collega.nome, self._passwords.hash(nuova), now, keep=presente.impronta, url=self._url)
        registro.record(collega.nome, "parola cambiata", collega.nome, now, url=self._url)

    def proves(self, presente: Presente, given: str) -> bool:
        """Whether a form was made by us for this very session."""
        return hmac.compare_digest(presente.csrf.encode(), given.encode())

    def _proof(self, token: str) -> str:
        return hmac.new(self._secret, b"bot.staff.csrf:" + token.encode(), hashlib.sha256).hexdigest()
