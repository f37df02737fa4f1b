"""A local server that speaks the Bot API, as strict as Telegram is about what it takes, and that can misbehave on demand."""

from __future__ import annotations

import asyncio
import json
import re
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable
from email import message_from_bytes
from email.policy import HTTP
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

TOKEN = "123456789:prova-prova-prova-prova-prova"
BOT = {"id": 123456789, "is_bot": True, "first_name": "Assistente", "username": "assistente_prova_bot"}
TAGS = {"b", "i", "a", "blockquote", "code", "u", "s"}
ENTITY = re.compile(r"&(?:lt|gt|amp|quot);")
PATIENCE = 15.0


class _Strict(HTMLParser):
    """Telegram's parser: known tags only, closed in order, no naked signs."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=False)
        self.visible, self.open, self.wrong = "", list[str](), False
        self.feed(text)
        self.close()
        self.wrong = self.wrong or bool(self.open)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.open.append(tag)
        self.wrong = self.wrong or tag not in TAGS

    def handle_endtag(self, tag: str) -> None:
        self.wrong = self.wrong or not self.open or self.open.pop() != tag

    def handle_data(self, data: str) -> None:
        self.wrong = self.wrong or "<" in data
        self.visible += data

    def handle_entityref(self, name: str) -> None:
        self.wrong = self.wrong or name not in ("lt", "gt", "amp", "quot")
        self.visible += {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}.get(name, "")

    def handle_charref(self, name: str) -> None:
        self.visible += chr(int(name[1:], 16) if name.startswith("x") else int(name))


def refusal(params: dict[str, Any]) -> str | None:
    """Why Telegram would refuse a message."""
    text = params.get("text", "")
    if params.get("parse_mode") == "HTML":
        parsed = _Strict(text)
        if parsed.wrong:
            return "Bad Request: can't parse entities"
        text = parsed.visible
    if not text.strip():
        return "Bad Request: message text is empty"
    if len(text.encode("utf-16-le")) // 2 > 4096:
        return "Bad Request: message is too long"
    for row in (params.get("reply_markup") or {}).get("inline_keyboard", []):
        for button in row:
            if not button["text"].strip() or not 1 <= len(button["callback_data"].encode()) <= 64:
                return "Bad Request: BUTTON_DATA_INVALID"
    return None


class FakeTelegram:
    """The server. `calls` is everything it was asked, `messages` what each chat shows."""

    def __init__(self) -> None:
        routes = [Route("/bot{token}/{method}", self.call, methods=["POST"])]
        self.app = Starlette(routes=routes)
        self.lock = threading.Lock()
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.messages: dict[int, list[dict[str, Any]]] = defaultdict(list)
        self.files: list[tuple[int, str, bytes]] = []
        self.answered: list[dict[str, Any]] = []
        self.webhook: dict[str, Any] | None = None
        self.faults: dict[str, deque[Callable[[], Response | None]]] = defaultdict(deque)
        self.updates: list[dict[str, Any]] = []
        self.confirmed: list[dict[str, Any]] = []
        self.slow = 0.0
        self.patience = PATIENCE
        self.blocked_by: set[int] = set()
        self._number = 100

    # ---- what the world does

    def number(self) -> int:
        with self.lock:
            self._number += 1
            return self._number

    def push(self, kind: str, body: dict[str, Any], number: int | None = None) -> dict[str, Any]:
        """An update that the bot is going to get, by webhook if one is set."""
        update = {"update_id": number or self.number(), kind: body}
        if self.webhook:
            self.deliver(update)
        else:
            with self.lock:
                self.updates.append(update)
        return update

    def deliver(self, update: dict[str, Any], secret: str | None = None, path: str | None = None) -> httpx.Response:
        assert self.webhook
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.webhook["secret_token"] if secret is None else secret}
        return httpx.post(path or self.webhook["url"], json=update, headers=headers, trust_env=False)

    def message(self, chat: int = 7, kind: str = "private", **content: Any) -> dict[str, Any]:
        who = {"id": chat, "is_bot": False, "first_name": "Mario", "last_name": "Rossi", "username": "mariorossi"}
        place = {"id": chat, "type": kind} | ({"first_name": "Mario"} if kind == "private" else {"title": "Gruppo"})
        sent = {"message_id": self.number(), "date": int(time.time()), "chat": place, **content}
        return sent if kind == "channel" else {**sent, "from": who}

    def writes(self, text: str, chat: int = 7, **more: Any) -> dict[str, Any]:
        return self.push("message", self.message(chat, text=text, **more))

    def presses(self, title: str, chat: int = 7) -> dict[str, Any]:
        """Press the newest button with that title."""
        for shown in reversed(self.messages[chat]):
            for row in (shown.get("reply_markup") or {}).get("inline_keyboard", []):
                if row[0]["text"] == title:
                    return self.push("callback_query", self.query(row[0]["callback_data"], shown["message_id"], chat))
        raise AssertionError(f"nessun pulsante «{title}»")

    def query(self, data: str, message: int, chat: int = 7) -> dict[str, Any]:
        who = {"id": chat, "is_bot": False, "first_name": "Mario"}
        about = {"message_id": message, "date": 1, "chat": {"id": chat, "type": "private"}, "from": BOT, "text": "x"}
        return {"id": str(self.number()), "from": who, "chat_instance": "1", "message": about, "data": data}

    # ---- what a test sees

    def texts(self, chat: int = 7) -> list[str]:
        return [m["text"] for m in self.messages[chat]]

    def buttons(self, chat: int = 7) -> list[str]:
        """The titles of the buttons of the last message."""
        return [
            row[0]["text"] for row in ((self.messages[chat] or [{}])[-1].get("reply_markup") or {}).get("inline_keyboard", [])
        ]

    def called(self, method: str) -> list[dict[str, Any]]:
        return [params for name, params in list(self.calls) if name == method]

    def until(self, what: Callable[[], Any]) -> Any:
        deadline = time.monotonic() + self.patience
        while not (found := what()):
            assert time.monotonic() < deadline, f"non è successo; nelle chat: {dict(self.messages)}"
            time.sleep(0.02)
        return found

    def hears(self, *pieces: str, chat: int = 7) -> str:
        """Wait for a message that contains all the pieces; its text."""

        def found() -> str:
            return next((t for t in self.texts(chat) if all(p in t for p in pieces)), "")

        return str(self.until(found))

    # ---- how it behaves badly

    def fails(self, method: str, *answers: Callable[[], Response | None]) -> None:
        self.faults[method].extend(answers)

    # ---- the server

    async def call(self, request: Request) -> Response:
        method = request.path_params["method"]
        params, files = await _parameters(request)
        if method.lower() == "getupdates":
            method = "getUpdates"  # the Bot API does not tell capital letters
        else:
            self.calls.append((method, params))
        if request.path_params["token"] != TOKEN:
            return error(401, "Unauthorized")
        if self.faults[method]:
            fault = self.faults[method].popleft()()
            if fault is not None:
                return fault
        if self.slow:
            await asyncio.sleep(self.slow)
        return await getattr(self, f"on_{method}")(params, files)

    async def on_getMe(self, params: dict[str, Any], files: Any) -> Response:
        return result(BOT)

    async def on_getUpdates(self, params: dict[str, Any], files: Any) -> Response:
        if self.webhook:
            return error(409, "Conflict: can't use getUpdates method while webhook is active")
        offset = int(params.get("offset", 0))
        deadline = time.monotonic() + min(float(params.get("timeout", 0)), 2.0)
        while True:
            with self.lock:
                gone = [u for u in self.updates if u["update_id"] < offset]
                self.confirmed += gone
                self.updates = [u for u in self.updates if u["update_id"] >= offset]
                if self.updates or time.monotonic() > deadline:
                    return result(self.updates[:100])
            await asyncio.sleep(0.02)

    async def on_sendMessage(self, params: dict[str, Any], files: Any) -> Response:
        if int(params["chat_id"]) in self.blocked_by:
            return error(403, "Forbidden: bot was blocked by the user")
        if wrong := refusal(params):
            return error(400, wrong)
        return self._show(params)

    async def on_sendDocument(self, params: dict[str, Any], files: Any) -> Response:
        ((name, content),) = files
        self.files.append((int(params["chat_id"]), name, content))
        return self._show({**params, "text": params.get("caption", "")})

    async def on_editMessageReplyMarkup(self, params: dict[str, Any], files: Any) -> Response:
        for shown in self.messages[int(params["chat_id"])]:
            if shown["message_id"] == int(params["message_id"]):
                shown["reply_markup"] = params.get("reply_markup")
        return result(True)

    async def on_answerCallbackQuery(self, params: dict[str, Any], files: Any) -> Response:
        self.answered.append(params)
        return result(True)

    async def on_setWebhook(self, params: dict[str, Any], files: Any) -> Response:
        self.webhook = params
        return result(True)

    async def on_deleteWebhook(self, params: dict[str, Any], files: Any) -> Response:
        self.webhook = None
        return result(True)

    async def _true(self, params: dict[str, Any], files: Any) -> Response:
        return result(True)

    on_sendChatAction = on_setMyCommands = on_leaveChat = _true

    def _show(self, params: dict[str, Any]) -> Response:
        chat = int(params["chat_id"])
        shown = {**params, "message_id": self.number()}
        self.messages[chat].append(shown)
        body = {"message_id": shown["message_id"], "date": 1, "chat": {"id": chat, "type": "private"}, "text": "x"}
        return result(body)


def result(value: Any) -> Response:
    return JSONResponse({"ok": True, "result": value})


def error(status: int, description: str, **parameters: Any) -> Response:
    body = {"ok": False, "error_code": status, "description": description}
    return JSONResponse(body | ({"parameters": parameters} if parameters else {}), status_code=status)


def too_many(seconds: int) -> Callable[[], Response]:
    return lambda: error(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def broken() -> Response:
    return Response("<html>guasto</html>", status_code=502)


async def _parameters(request: Request) -> tuple[dict[str, Any], list[tuple[str, bytes]]]:
    body, kind = await request.body(), request.headers.get("content-type", "")
    if kind.startswith("multipart/"):
        parsed = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + body, policy=HTTP)
        fields, files = {}, []
        for part in parsed.iter_parts():
            content = part.get_payload(decode=True)
            if part.get_filename():
                files.append((part.get_filename(), content))
            else:
                fields[part.get_param("name", header="content-disposition")] = content.decode()
        return _read(fields), files
    return _read(dict(parse_qsl(body.decode(), keep_blank_values=True))), []


def _read(fields: dict[str, str]) -> dict[str, Any]:
    read = dict[str, Any](fields)
    for name in ("reply_markup", "commands", "allowed_updates", "link_preview_options"):
        if name in read:
            read[name] = json.loads(read[name])
    return read
