"""Who may ask, how often, and from where: rate limits, proxies, origins, slow senders."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.front import requests
from bot.front.web import create_app
from bot.storage import database

from .conftest import OFFICE, FakeSettings
from .fake_rasa import FakeRasa

FRIEND, STRANGER = "https://www.procura.esempio.it", "https://altrove.esempio.it"


@pytest.fixture
def make(rasa: FakeRasa, tmp_path: Path) -> Iterator[Callable[..., TestClient]]:
    def made(peer: str = "192.0.2.1", **options: Any) -> TestClient:
        settings = FakeSettings("http://127.0.0.1:5005", tmp_path / "conversazioni.db", **options)
        app = create_app(settings, office=OFFICE, rasa_transport=httpx.ASGITransport(app=rasa.app))
        return TestClient(app, client=(peer, 50_000))

    yield made
    database.engine.cache_clear()


def started(client: TestClient, **options: Any) -> str:
    return str(client.post("/api/conversazioni", **options).json()["token"])


# How often.


def test_a_conversation_may_send_so_many_messages_a_minute(make: Callable[..., TestClient], rasa: FakeRasa) -> None:
    client = make(richieste_sessione=2)
    token, other = started(client), started(client)
    sent = [client.post("/api/messaggi", json={"token": token, "testo": "ciao"}) for _ in range(3)]
    assert [s.status_code for s in sent] == [200, 200, 429]
    assert sent[2].json()["codice"] == "troppe_richieste" and "Riprovi tra" in sent[2].json()["errore"]
    assert 1 <= int(sent[2].headers["retry-after"]) <= 60
    assert client.post("/api/messaggi", json={"token": other, "testo": "ciao"}).status_code == 200
    assert len(rasa.received) == 3


def test_the_page_without_javascript_has_the_same_limit_and_keeps_what_was_typed(make: Callable[..., TestClient]) -> None:
    client = make(richieste_sessione=1)
    assert client.post("/", data={"testo": "prima"}).status_code == 200
    refused = client.post("/", data={"testo": "seconda domanda"})
    assert refused.status_code == 429 and "Riprovi tra" in refused.text and ">seconda domanda</textarea>" in refused.text


def test_an_address_may_ask_so_much_a_minute_whatever_its_conversations(make: Callable[..., TestClient]) -> None:
    client = make(richieste_indirizzo=3)
    assert [client.post("/api/conversazioni").status_code for _ in range(4)] == [201, 201, 201, 429]
    page = client.post("/", data={"testo": "ciao"})
    assert page.status_code == 429 and page.headers["content-type"].startswith("text/html") and page.headers["retry-after"]
    assert [client.get("/api/openapi.json").status_code for _ in range(16)] == [200] * 15 + [429]  # reading: five times as much
    for path in ("/salute", "/static/icona.svg"):
        assert client.get(path).status_code == 200


def test_addresses_do_not_disturb_each_other(make: Callable[..., TestClient]) -> None:
    app = make(richieste_indirizzo=1).app

    def status(peer: str) -> int:
        return TestClient(app, client=(peer, 1)).post("/api/conversazioni").status_code

    assert [status("192.0.2.1"), status("192.0.2.2"), status("192.0.2.1")] == [201, 201, 429]
    # the 2**64 addresses of an IPv6 network are one household's
    assert [status("2001:db8::1"), status("2001:db8::ffff:2"), status("2001:db8:0:1::1")] == [201, 429, 201]


def test_a_proxy_is_believed_only_when_it_is_named(make: Callable[..., TestClient]) -> None:
    def statuses(client: TestClient) -> list[int]:
        told = ("198.51.100.1", "198.51.100.2", "198.51.100.1")
        return [client.post("/api/conversazioni", headers={"X-Forwarded-For": address}).status_code for address in told]

    assert statuses(make("10.0.0.5", richieste_indirizzo=1)) == [201, 429, 429]
    assert statuses(make("10.0.0.5", richieste_indirizzo=1, proxy_fidati=("10.0.0.0/24",))) == [201, 201, 429]
    assert statuses(make("10.0.1.5", richieste_indirizzo=1, proxy_fidati=("10.0.0.0/24",))) == [201, 429, 429]


def test_a_forged_address_before_the_proxys_own_is_not_believed(make: Callable[..., TestClient]) -> None:
    client = make("10.0.0.5", richieste_indirizzo=1, proxy_fidati=("10.0.0.5",))
    told = ("1.1.1.1, 198.51.100.1", "2.2.2.2, 198.51.100.1")
    assert [client.post("/api/conversazioni", headers={"X-Forwarded-For": t}).status_code for t in told] == [201, 429]


def test_a_trusted_proxy_says_that_the_connection_is_secure(make: Callable[..., TestClient]) -> None:
    headers = {"X-Forwarded-Proto": "https"}
    for trusted, secure in (((), False), (("10.0.0.5",), True)):
        cookie = make("10.0.0.5", proxy_fidati=trusted).post("/", data={"testo": "ciao"}, headers=headers).headers["set-cookie"]
        assert ("Secure" in cookie) is secure


# From where.


@pytest.mark.parametrize("origin", [STRANGER, "null", "https://testserver.altrove.it", "http://www.procura.esempio.it"])
@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/api/conversazioni"), ("POST", "/api/messaggi"), ("DELETE", "/api/conversazioni")]
)
def test_pages_of_other_sites_are_refused(make: Callable[..., TestClient], method: str, path: str, origin: str) -> None:
    response = make(origini=(FRIEND,)).request(method, path, json={}, headers={"Origin": origin})
    assert response.status_code == 403 and response.json()["codice"] == "origine"
    assert "access-control-allow-origin" not in response.headers


@pytest.mark.parametrize("origin", [FRIEND, "http://testserver", "https://testserver", "https://assistente.esempio.it", None])
def test_this_site_the_named_ones_and_programs_are_not(make: Callable[..., TestClient], origin: str | None) -> None:
    client = make(origini=(FRIEND,))
    headers = {"Origin": origin} if origin else {}
    token = started(client, headers=headers)
    response = client.post("/api/messaggi", json={"token": token, "testo": "ciao"}, headers=headers)
    assert response.status_code == 200
    assert response.headers.get("access-control-allow-origin") == (FRIEND if origin == FRIEND else None)
    assert "access-control-allow-credentials" not in response.headers


def test_a_named_site_may_use_all_of_the_interface(make: Callable[..., TestClient]) -> None:
    client = make(origini=(FRIEND,), richieste_sessione=1)
    asked = {
        "Origin": FRIEND,
        "Access-Control-Request-Method": "DELETE",
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    allowed = client.options("/api/conversazioni", headers=asked)
    assert allowed.status_code == 200 and allowed.headers["access-control-allow-origin"] == FRIEND
    assert {"GET", "POST", "DELETE"} <= set(allowed.headers["access-control-allow-methods"].split(", "))
    assert "authorization" in allowed.headers["access-control-allow-headers"].lower()
    token = started(client, headers={"Origin": FRIEND})
    for _ in range(2):
        last = client.post("/api/messaggi", json={"token": token, "testo": "ciao"}, headers={"Origin": FRIEND})
    assert last.status_code == 429  # and its page may read why, and when to try again
    assert (
        last.headers["access-control-allow-origin"] == FRIEND and last.headers["access-control-expose-headers"] == "Retry-After"
    )
    refused = client.options("/api/conversazioni", headers={**asked, "Origin": STRANGER})
    assert refused.status_code == 400 and "access-control-allow-origin" not in refused.headers


def test_the_files_of_the_widget_can_be_loaded_elsewhere_and_nothing_else(make: Callable[..., TestClient]) -> None:
    client = make(origini=(FRIEND,))
    file = client.get("/static/icona.svg", headers={"Origin": FRIEND}).headers
    assert file["cross-origin-resource-policy"] == "cross-origin" and file["access-control-allow-origin"] == FRIEND
    assert "access-control-allow-origin" not in client.get("/static/icona.svg", headers={"Origin": STRANGER}).headers
    for path in ("/", "/bozze/" + "x" * 32, "/salute"):
        page = client.get(path, headers={"Origin": FRIEND}).headers
        assert page["cross-origin-resource-policy"] == "same-origin" and "access-control-allow-origin" not in page


def test_a_case_of_letters_makes_no_stranger(make: Callable[..., TestClient]) -> None:
    client = make(origini=("https://WWW.Procura.esempio.it",))
    assert client.post("/api/conversazioni", headers={"Origin": FRIEND}).headers["access-control-allow-origin"] == FRIEND


# How fast.


def test_who_sends_too_slowly_is_told(make: Callable[..., TestClient], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests, "BODY_SECONDS", 0.05)
    app: ASGIApp = make().app
    sent: list[Any] = []

    async def never() -> Any:
        await asyncio.sleep(30)

    async def collect(message: Any) -> None:
        sent.append(message)

    scope: Scope = {
        "type": "http",
        "method": "POST",
        "path": "/api/messaggi",
        "raw_path": b"/api/messaggi",
        "query_string": b"",
        "headers": [(b"host", b"testserver"), (b"content-length", b"10")],
        "client": ("192.0.2.1", 1),
        "server": ("testserver", 80),
        "scheme": "http",
        "http_version": "1.1",
        "root_path": "",
    }
    receive: Receive = never
    send: Send = collect
    asyncio.run(app(scope, receive, send))
    assert sent[0]["status"] == 408 and "Riprovi" in sent[1]["body"].decode()
