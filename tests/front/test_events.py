"""The events of a conversation over a real connection: nothing is lost, nothing comes twice, and the end is said."""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Optional

import httpx
import pytest
from starlette.types import ASGIApp

from bot.front import events
from bot.front.sessions import Sessions
from bot.front.web import create_app
from bot.storage import conversazioni, database
from bot.storage.conversazioni import BOT, OPERATORE, PERSONA, Nuovo

from .conftest import OFFICE, FakeSettings
from .fake_rasa import FakeRasa
from .servers import free_port, serving

SECONDS = 10


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[FakeSettings]:
    yield FakeSettings(f"http://127.0.0.1:{free_port()}", tmp_path / "conversazioni.db")
    database.engine.cache_clear()


@pytest.fixture
def site(settings: FakeSettings, rasa: FakeRasa) -> Iterator[str]:
    app: ASGIApp = create_app(settings, office=OFFICE, rasa_transport=httpx.ASGITransport(app=rasa.app))
    with serving(app, free_port()) as address:
        yield address


@pytest.fixture
def token(site: str) -> str:
    return str(httpx.post(f"{site}/api/conversazioni").json()["token"])


@pytest.fixture
def id(settings: FakeSettings, token: str) -> str:
    return Sessions(settings.secret).read(token).id


class Stream:
    """What a browser reads of the stream, in a thread of its own."""

    def __init__(self, response: httpx.Response) -> None:
        self.events: queue.Queue[Optional[tuple[str, Any, str]]] = queue.Queue()
        self.comments = 0
        self._response = response
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        event: dict[str, str] = {}
        try:
            for line in self._response.iter_lines():
                if line.startswith(":"):
                    self.comments += 1
                elif line:
                    name, _, value = line.partition(": ")
                    event[name] = value
                elif event:
                    self.events.put((event["event"], json.loads(event["data"]), event.get("id", "")))
                    event = {}
        except httpx.HTTPError:
            pass
        self.events.put(None)

    def next(self) -> Any:
        """The next event, None at the end of the stream."""
        return self.events.get(timeout=SECONDS)

    def silent(self) -> bool:
        return self.events.empty()


@pytest.fixture
def listen(site: str, token: str) -> Iterator[Callable[..., Stream]]:
    with ExitStack() as opened:

        def start(path: str = "/api/eventi", headers: Optional[dict[str, str]] = None) -> Stream:
            sent = {"Authorization": f"Bearer {token}"} if headers is None else headers
            response = opened.enter_context(httpx.stream("GET", site + path, headers=sent, timeout=SECONDS))
            assert response.status_code == 200 and response.headers["content-type"].startswith("text/event-stream")
            assert response.headers["cache-control"] == "no-store"
            return Stream(response)

        yield start


def say(site: str, token: str, testo: str) -> Any:
    return httpx.post(f"{site}/api/messaggi", json={"token": token, "testo": testo}).json()


def test_the_state_and_then_every_message_once(site: str, token: str, listen: Callable[..., Stream]) -> None:
    stream = listen()
    assert stream.next() == ("stato", {"stato": "bot", "nome": None}, "")
    answer = say(site, token, "menu")
    for expected in (answer["mio"], *answer["messaggi"]):
        assert stream.next() == ("messaggio", expected, str(expected["id"]))
    second = say(site, token, "quanto costa?")
    assert stream.next()[1] == second["mio"] and stream.next()[1] == second["messaggi"][0]
    assert stream.silent()


def test_who_reconnects_gets_what_came_meanwhile(site: str, token: str, listen: Callable[..., Stream]) -> None:
    first, second = say(site, token, "menu"), say(site, token, "parti")
    known = str(first["messaggi"][-1]["id"])
    bearer = {"Authorization": f"Bearer {token}"}
    expected = [second["mio"], *second["messaggi"]]
    for path, headers in (
        ("/api/eventi", {**bearer, "Last-Event-ID": known}),
        (f"/api/eventi?dopo={known}", bearer),
        (f"/api/eventi?dopo=0&token={token}", {"Last-Event-ID": known}),  # a browser's EventSource that comes back
    ):
        stream = listen(path, headers)
        assert stream.next()[0] == "stato"
        assert [stream.next()[1] for _ in expected] == expected and stream.silent()


def test_a_deletion_ends_the_stream_at_once(site: str, token: str, listen: Callable[..., Stream]) -> None:
    say(site, token, "menu")
    streams = [listen(), listen()]
    for stream in streams:
        assert [stream.next()[0] for _ in range(3)] == ["stato", "messaggio", "messaggio"]
    assert httpx.request("DELETE", f"{site}/api/conversazioni", json={"token": token}).status_code == 200
    for stream in streams:
        assert stream.next() == ("fine", {}, "") and stream.next() is None
    assert httpx.get(f"{site}/api/eventi", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_a_person_of_the_office_is_announced_by_name(
    site: str, token: str, id: str, settings: FakeSettings, listen: Callable[..., Stream], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when nobody rings: what another process wrote is seen at the next look."""
    monkeypatch.setattr(events, "LOOK_SECONDS", 0.1)
    say(site, token, "menu")
    stream = listen()
    assert [stream.next()[0] for _ in range(3)] == ["stato", "messaggio", "messaggio"]
    now, url = datetime.now(timezone.utc), settings.database_url
    [posted] = conversazioni.add(id, [Nuovo(PERSONA, "Buongiorno, sono Anna.", nome="Anna")], now, url=url)
    kind, message, number = stream.next()
    assert (kind, message["chi"], message["nome"], number) == ("messaggio", "operatore", "Anna", str(posted.id))
    conversazioni.change_state(id, (BOT,), OPERATORE, now, operatore="anna.rossi", url=url)
    assert stream.next() == ("stato", {"stato": "operatore", "nome": "Anna"}, "")


def test_a_conversation_that_expires_ends_the_stream(
    settings: FakeSettings, rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "LOOK_SECONDS", 0.05)
    hours = 0.0

    def clock() -> datetime:
        return datetime.fromtimestamp(datetime.now().timestamp() + hours * 3600, timezone.utc)

    transport = httpx.ASGITransport(app=rasa.app)
    with serving(create_app(settings, office=OFFICE, rasa_transport=transport, clock=clock), free_port()) as site:
        token = httpx.post(f"{site}/api/conversazioni").json()["token"]
        with httpx.stream("GET", f"{site}/api/eventi?token={token}", timeout=SECONDS) as response:
            stream = Stream(response)
            assert stream.next()[0] == "stato"
            hours = 1.1
            assert stream.next() == ("fine", {}, "") and stream.next() is None


def test_a_silent_stream_has_comments(listen: Callable[..., Stream], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "PING_SECONDS", 1)
    stream = listen()
    assert stream.next()[0] == "stato"
    deadline = threading.Event()
    for _ in range(SECONDS * 10):
        if stream.comments:
            break
        deadline.wait(0.1)
    assert stream.comments and stream.silent()


def test_there_is_an_end_to_open_streams(
    site: str, token: str, listen: Callable[..., Stream], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "OPEN_PER_CONVERSATION", 2)
    for stream in (listen(), listen()):
        assert stream.next()[0] == "stato"
    refused = httpx.get(f"{site}/api/eventi", headers={"Authorization": f"Bearer {token}"})
    assert refused.status_code == 429 and refused.json()["codice"] == "troppe_richieste" and refused.headers["retry-after"]


@pytest.mark.parametrize(
    ("query", "headers", "status"),
    [
        ("", {}, 400),
        ("?token=", {}, 401),
        ("?token=web:indovinato", {}, 401),
        ("", {"Authorization": "Bearer altro"}, 401),
        ("", {"Authorization": "Basic altro"}, 400),
    ],
)
def test_nobody_listens_without_a_token(site: str, query: str, headers: dict[str, str], status: int) -> None:
    response = httpx.get(f"{site}/api/eventi{query}", headers=headers)
    assert response.status_code == status and response.headers["content-type"] == "application/json"


@pytest.mark.parametrize("given", ["-1", "x", "1e3", "99999999999", "1;2"])
def test_a_number_is_a_number(site: str, token: str, given: str) -> None:
    bearer = {"Authorization": f"Bearer {token}"}
    for response in (
        httpx.get(f"{site}/api/eventi", params={"dopo": given}, headers=bearer),
        httpx.get(f"{site}/api/eventi", headers={**bearer, "Last-Event-ID": given}),
        httpx.get(f"{site}/api/messaggi", params={"dopo": given}, headers=bearer),
    ):
        assert response.status_code == 400 and "dopo" in response.json()["errore"]
