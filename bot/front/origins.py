"""Whose pages may talk to the assistant: this site's, and those of the sites that the office names (setting ORIGINI)."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

SHARED = ("/api/", "/static/", "/widget.js")  # what the widget on another site needs; pages, drafts and the staff's desk are not
REMEMBERED_SECONDS = 600


class Origins:
    """Middleware: the CORS headers for the named sites, and the refusal of what the pages of all others send.

    refused: what they get. Programs that are no browsers send no Origin, and need none. Without cookies there is nothing that a
    foreign page could misuse; it is refused so that nobody puts the office's assistant on a page that the office does not know.
    """

    def __init__(self, app: ASGIApp, allowed: Sequence[str], public_url: str, refused: Response) -> None:
        self._app = app
        self._allowed = {origin.lower() for origin in allowed}
        self._own = _origin(public_url)
        self._refused = refused
        self._shared = CORSMiddleware(
            app,
            allow_origins=sorted(self._allowed),
            allow_methods=["GET", "POST", "DELETE"],
            allow_headers=["Authorization", "Content-Type", "Last-Event-ID"],
            expose_headers=["Retry-After"],
            max_age=REMEMBERED_SECONDS,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] != "http" or not scope["path"].startswith(SHARED):
            await self._app(scope, receive, send)
        elif self._foreign(Request(scope)):
            await self._refused(scope, receive, send)
        else:
            await self._shared(scope, receive, send)

    def _foreign(self, request: Request) -> bool:
        origin = request.headers.get("origin", "").lower()
        if not origin or request.method in ("GET", "HEAD", "OPTIONS") or origin in self._allowed or origin == self._own:
            return False
        return urlsplit(origin).netloc != request.headers.get("host", "").lower()


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()
