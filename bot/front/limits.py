"""How much one may ask: messages of a conversation in a minute, requests of an address in a minute (moving windows).

In memory, of this process alone; addresses are kept as keyed digests that nobody can turn back, and only for their minute.
"""

from __future__ import annotations

import hashlib
import ipaddress
import math
import secrets
import time
from collections.abc import Callable

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

READS = 5  # a page that cannot be told of news asks for them: so many times more requests that only read
MOST_KEYS = 10_000
LIMITED = ("/api/", "/bozze/")  # and the page itself; not the files, nor what Telegram, the staff and the launcher use


class TooMany(Exception):
    """Too much in too little time; `seconds` says how long to wait."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Limits:
    """Counts requests. per_session: messages of a conversation a minute; per_address: writing requests of an address a minute."""

    def __init__(self, per_session: int, per_address: int) -> None:
        self._session = RateLimitItemPerMinute(per_session)
        self._writing = RateLimitItemPerMinute(per_address)
        self._reading = RateLimitItemPerMinute(per_address * READS)
        self._storage = MemoryStorage()
        self._window = MovingWindowRateLimiter(self._storage)
        self._key = secrets.token_bytes(32)

    def message(self, conversazione: str) -> None:
        """A message of this conversation. Raises TooMany."""
        self._hit(self._session, "conversazione", conversazione)

    def request(self, request: Request) -> None:
        """A request of whatever kind. Raises TooMany."""
        reads = request.method in ("GET", "HEAD", "OPTIONS")
        self._hit(self._reading if reads else self._writing, "legge" if reads else "scrive", network_of(request))

    def _hit(self, limit: RateLimitItemPerMinute, kind: str, who: str) -> None:
        digest = hashlib.blake2b(who.encode(), key=self._key, digest_size=16).hexdigest()
        if self._window.hit(limit, kind, digest):
            self._forget()
            return
        free_again, _ = self._window.get_window_stats(limit, kind, digest)
        raise TooMany(max(1, math.ceil(free_again - time.time())))

    def _forget(self) -> None:
        """The library empties what is past, and keeps the empty lists."""
        if len(self._storage.events) > MOST_KEYS:
            for key in [key for key, events in list(self._storage.events.items()) if not events]:
                self._storage.events.pop(key, None)


class RateLimit:
    """Middleware: what the public can reach counts for its address; `refuse` makes the answer to those who ask too much."""

    def __init__(self, app: ASGIApp, limits: Limits, refuse: Callable[[Request, TooMany], Response]) -> None:
        self._app = app
        self._limits = limits
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] == "http" and (scope["path"].startswith(LIMITED) or scope["path"] == "/"):
            request = Request(scope)
            try:
                self._limits.request(request)
            except TooMany as error:
                await self._refuse(request, error)(scope, receive, send)
                return
        await self._app(scope, receive, send)


def network_of(request: Request) -> str:
    """Whose request it is: an IPv4 address, or the network of an IPv6 one (a household has 2**64 of them)."""
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    return str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else host
