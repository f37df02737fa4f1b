"""Another site, of some public office, with our tag on its pages: plain, hostile to everything on it, or with a strict policy."""

from __future__ import annotations

from html import escape
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

TEXT = "<p>Un testo della pagina che ospita, lungo abbastanza da far scorrere.</p>" * 30
HOSTILE = """
body * { all: unset !important; display: none !important; visibility: hidden !important; opacity: 0 !important;
    transform: scale(3) !important; color: red !important; font-size: 3px !important; }
html { font-size: 5px !important; }
button, textarea, section, ol, li, p, h2 { position: absolute !important; left: -9999px !important; }
"""


class HostSite:
    """`url` is its own address, `assistant` that of the assistant; both are known once the servers run."""

    def __init__(self) -> None:
        self.url = self.assistant = ""
        self.app = Starlette(routes=[Route("/favicon.ico", self.icon), Route("/{kind}", self.page)])

    async def icon(self, request: Request) -> Response:
        return PlainTextResponse("")

    async def page(self, request: Request) -> Response:
        """GET /{kind}?data-…: kind is "semplice", "ostile", "severa" (policy), "dentro" (in an element), "doppia" (the tag twice)."""
        kind = request.path_params["kind"]
        given = dict(parse_qsl(request.url.query))
        attributes = "".join(f' {name}="{escape(value)}"' for name, value in given.items())
        tag = f'<script src="{self.assistant}/widget.js" defer{attributes}></script>'
        style = f"<style>{HOSTILE}</style>" if kind == "ostile" else ""
        body = f'<h1>Comune di Esempio</h1><p><a href="#assistente">Chieda all\'assistente</a></p><div id="qui"></div>{TEXT}'
        page = (
            f'<!doctype html><html lang="it"><head><meta charset="utf-8"><title>Comune di Esempio</title>'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"{style}{tag * (2 if kind == 'doppia' else 1)}</head><body><main>{body}</main></body></html>"
        )
        return HTMLResponse(page, headers={"Content-Security-Policy": self.policy()} if kind == "severa" else {})

    def policy(self) -> str:
        """What docs/sito.md tells a webmaster, and nothing more; with trusted types besides."""
        return (
            f"default-src 'none'; script-src {self.assistant}; connect-src {self.assistant}; "
            "require-trusted-types-for 'script'; trusted-types assistente-procura"
        )
