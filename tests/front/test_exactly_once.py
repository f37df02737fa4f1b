"""A message is answered once, whatever breaks between the person and Rasa: the network, Rasa, the front itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Optional

import httpx
import pytest
from sqlalchemy import event
from starlette.testclient import TestClient
from starlette.types import ASGIApp

from bot.front import conversations as module
from bot.front.conversations import ABANDONED, Conversations, Nobody
from bot.front.rasa_client import Answer
from bot.front.sessions import Sessions
from bot.storage import conversazioni, database, eventi
from bot.storage.conversazioni import LEI, UFFICIO, Conversazione, Nuovo, Scelta

from . import fake_rasa
from .conftest import Clock
from .fake_rasa import FakeRasa

KEY = "chiave-di-prova-1"


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    yield f"sqlite:///{tmp_path / 'assistente.db'}"
    database.engine.cache_clear()


@pytest.fixture
def token(client: TestClient) -> str:
    return str(client.post("/api/conversazioni").json()["token"])


def sender(token: str) -> str:
    return Sessions("segreto di prova").read(token).id


def say(client: TestClient, token: str, testo: str, chiave: Optional[str] = KEY) -> Any:
    return client.post("/api/messaggi", json={"token": token, "testo": testo, "chiave": chiave})


def history(client: TestClient, token: str) -> list[str]:
    given = client.get("/api/messaggi", headers={"Authorization": f"Bearer {token}"}).json()
    return [m["testo"] for m in given["messaggi"]]


def test_the_same_key_gets_the_same_answers_and_rasa_hears_once(client: TestClient, token: str, rasa: FakeRasa) -> None:
    first = say(client, token, "parti")
    again = say(client, token, "parti")
    assert first.status_code == 200 and again.json() == first.json() and len(first.json()["messaggi"]) == 2
    assert len(rasa.received) == 1 and len(history(client, token)) == 3
    assert say(client, token, "parti", "chiave-di-prova-2").json()["mio"]["id"] != first.json()["mio"]["id"]
    assert len(rasa.received) == 2


def test_without_a_key_every_message_is_another_one(client: TestClient, token: str, rasa: FakeRasa) -> None:
    for _ in range(2):
        assert say(client, token, "menu", None).status_code == 200
    assert len(rasa.received) == 2


def test_a_choice_too(client: TestClient, token: str, rasa: FakeRasa) -> None:
    choice = say(client, token, "menu").json()["messaggi"][0]["scelte"][1]["token"]
    sent = {"token": token, "scelta": choice, "chiave": "chiave-di-prova-2"}
    first = client.post("/api/messaggi", json=sent).json()
    assert client.post("/api/messaggi", json=sent).json() == first
    assert len(rasa.received) == 2


def test_the_key_is_of_one_conversation(client: TestClient, token: str, rasa: FakeRasa) -> None:
    other = client.post("/api/conversazioni").json()["token"]
    assert say(client, token, "menu").status_code == say(client, other, "menu").status_code == 200
    assert len(rasa.received) == 2


@pytest.mark.parametrize("key", ["corta", "x" * 65, "con spazio!", "è" * 10, 12345678, ["a" * 8]])
def test_a_key_of_another_shape_is_refused(client: TestClient, token: str, rasa: FakeRasa, key: Any) -> None:
    response = client.post("/api/messaggi", json={"token": token, "testo": "menu", "chiave": key})
    assert response.status_code == 400 and "chiave" in response.json()["errore"] and rasa.received == []


def test_what_rasa_did_not_answer_is_asked_again_and_shown_once(client: TestClient, token: str, rasa: FakeRasa) -> None:
    rasa.broken = True
    assert say(client, token, "menu").status_code == 503
    assert history(client, token) == []
    rasa.broken = False
    assert say(client, token, "menu").status_code == 200
    assert history(client, token) == ["menu", "Di quale servizio si tratta?"]


def test_after_the_deletion_in_conversation_the_key_still_counts(
    client: TestClient, token: str, rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = [
        {"text": "Cancello?", "buttons": [{"title": "Sì", "payload": '/scegli{"voce": "x"}'}]},
    ]
    erased = [{"text": "Fatto."}, {"custom": {"cancella_conversazione": True}}]
    monkeypatch.setattr(fake_rasa, "answer", lambda m: erased if m.startswith("/scegli") else said)
    choice = say(client, token, "cancella i miei dati").json()["messaggi"][0]["scelte"][0]["token"]
    sent = {"token": token, "scelta": choice, "chiave": "chiave-di-prova-2"}
    first = client.post("/api/messaggi", json=sent).json()
    assert client.post("/api/messaggi", json=sent).json() == first
    assert history(client, token) == ["(messaggio cancellato)", "Fatto."] and len(rasa.received) == 2


# A process that died between storing the message and storing its answer.


def test_a_message_that_a_dead_process_left_is_answered(
    client: TestClient, token: str, rasa: FakeRasa, clock: Clock, url: str
) -> None:
    say(client, token, "menu", None)
    when = clock.moment() - ABANDONED - timedelta(seconds=1)
    [left] = conversazioni.add(sender(token), [Nuovo(LEI, "parti", chiave=KEY)], when, url=url)
    response = say(client, token, "parti").json()
    assert response["mio"]["id"] == left.id and len(response["messaggi"]) == 2
    assert say(client, token, "parti").json()["messaggi"] == response["messaggi"]
    assert rasa.messages == ["menu", "parti"]


def test_one_that_may_still_be_on_its_way_is_waited_for(
    client: TestClient, token: str, rasa: FakeRasa, clock: Clock, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rather than asked twice. Patience ends although this clock does not move on."""
    say(client, token, "menu", None)
    monkeypatch.setattr(module, "POLL_SECONDS", 0.001)
    monkeypatch.setattr(module, "ABANDONED", timedelta(seconds=0.02))
    stopped = clock.moment()
    conversazioni.add(sender(token), [Nuovo(LEI, "parti", chiave=KEY)], stopped + timedelta(hours=1), url=url)
    assert len(say(client, token, "parti").json()["messaggi"]) == 2
    assert rasa.messages == ["menu", "parti"]


def test_the_history_stops_before_what_is_being_answered(client: TestClient, token: str, clock: Clock, url: str) -> None:
    say(client, token, "menu")
    id, now = sender(token), clock.moment()
    conversazioni.add(id, [Nuovo(LEI, "in sospeso", chiave="chiave-di-prova-3")], now, url=url)
    conversazioni.add(id, [Nuovo(UFFICIO, "dopo")], now, url=url)
    assert history(client, token) == ["menu", "Di quale servizio si tratta?"]
    clock.ahead = ABANDONED.total_seconds() + 1
    assert history(client, token)[2:] == ["in sospeso", "dopo"]


# Two processes on one database.


@asynccontextmanager
async def two(
    make_app: Callable[..., ASGIApp], handler: Callable[[httpx.Request], Any]
) -> AsyncIterator[list[httpx.AsyncClient]]:
    apps = [make_app(httpx.MockTransport(handler)) for _ in range(2)]
    clients = [httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://prova", timeout=30) for app in apps]
    yield clients
    for one in clients:
        await one.aclose()


def test_two_processes_do_not_ask_twice(make_app: Callable[..., ASGIApp]) -> None:
    heard = 0

    async def slow(request: httpx.Request) -> httpx.Response:
        nonlocal heard
        heard += 1
        await asyncio.sleep(0.3)
        return httpx.Response(200, json=[{"text": f"risposta {heard}"}])

    async def run() -> None:
        async with two(make_app, slow) as clients:
            token = (await clients[0].post("/api/conversazioni")).json()["token"]
            sent = {"token": token, "testo": "ciao", "chiave": KEY}
            given = await asyncio.gather(*(client.post("/api/messaggi", json=sent) for client in clients * 3))
            assert {g.status_code for g in given} == {200}
            assert all(g.json() == given[0].json() for g in given)
            assert [m["testo"] for m in given[0].json()["messaggi"]] == ["risposta 1"]

    asyncio.run(run())
    assert heard == 1


def test_when_the_other_process_gives_up_this_one_asks(make_app: Callable[..., ASGIApp]) -> None:
    heard = 0

    async def first_time_broken(request: httpx.Request) -> httpx.Response:
        nonlocal heard
        heard += 1
        await asyncio.sleep(0.2)
        return httpx.Response(500) if heard == 1 else httpx.Response(200, json=[{"text": "eccomi"}])

    async def run() -> list[int]:
        async with two(make_app, first_time_broken) as clients:
            token = (await clients[0].post("/api/conversazioni")).json()["token"]
            sent = {"token": token, "testo": "ciao", "chiave": KEY}
            given = await asyncio.gather(*(client.post("/api/messaggi", json=sent) for client in clients))
            return sorted(g.status_code for g in given)

    assert asyncio.run(run()) == [200, 503]
    assert heard == 2


# A restart.


def test_a_conversation_survives_a_restart(make_app: Callable[..., ASGIApp], rasa: FakeRasa) -> None:
    with TestClient(make_app()) as before:
        token = before.post("/api/conversazioni").json()["token"]
        answer = say(before, token, "menu").json()
    database.engine.cache_clear()
    with TestClient(make_app()) as after:
        resumed = after.post("/api/conversazioni", json={"token": token})
        assert resumed.status_code == 200
        assert [m["id"] for m in resumed.json()["messaggi"]] == [answer["mio"]["id"], answer["messaggi"][0]["id"]]
        assert say(after, token, "menu").json() == answer
        choice = {"token": token, "scelta": answer["messaggi"][0]["scelte"][0]["token"]}
        assert after.post("/api/messaggi", json=choice).status_code == 200
    assert rasa.messages == ["menu", '/scegli{"voce": "casellario"}']


def test_a_deletion_survives_a_restart(make_app: Callable[..., ASGIApp]) -> None:
    with TestClient(make_app()) as before:
        token = before.post("/api/conversazioni").json()["token"]
        assert before.request("DELETE", "/api/conversazioni", json={"token": token}).status_code == 200  # never even used
    with TestClient(make_app()) as after:
        assert say(after, token, "ciao").status_code == 401


# A person of the office, and the hot path.


class Desk(Nobody):
    """A hand-over that answers some words by itself."""

    attivo = True

    def __init__(self) -> None:
        self.heard: list[str] = []

    async def before(self, conversazione: Conversazione, testo: str) -> Optional[list[Nuovo]]:
        self.heard.append(testo)
        return [] if testo == "c'è qualcuno?" else None

    async def chosen(self, conversazione: Conversazione, payload: str) -> Optional[list[Nuovo]]:
        return [Nuovo(UFFICIO, "In coda.")] if payload == "passaggio:chiedi" else None

    async def after(self, conversazione: Conversazione, testo: str, answers: list[Answer]) -> list[Nuovo]:
        offer = (Scelta("Sì", "tokentokento", "passaggio:chiedi"),)
        return [Nuovo(UFFICIO, "Vuole una persona?", scelte=offer)] if testo == "aiuto" else []


@pytest.fixture
def desk(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> Desk:
    made = Desk()
    app: Any = client.app
    while not hasattr(app, "routes"):
        app = app._app
    made_by = next(r.endpoint for r in app.routes if getattr(r, "path", "") == "/").__self__
    core: Conversations = made_by._conversations
    monkeypatch.setattr(core, "handover", made)
    return made


def test_what_a_person_will_answer_has_no_answer_and_is_heard_once(
    client: TestClient, token: str, rasa: FakeRasa, desk: Desk
) -> None:
    for _ in range(2):
        response = say(client, token, "c'è qualcuno?")
        assert response.status_code == 200 and response.json()["messaggi"] == []
        assert response.json()["mio"]["testo"] == "c'è qualcuno?"
    assert desk.heard == ["c'è qualcuno?"] and rasa.received == []
    assert client.get("/api/stato").json()["passaggio"] is True


def test_the_office_adds_its_offer_and_takes_its_own_buttons(client: TestClient, token: str, rasa: FakeRasa, desk: Desk) -> None:
    answers = say(client, token, "aiuto").json()["messaggi"]
    assert [m["chi"] for m in answers] == ["assistente", "ufficio"]
    chosen = client.post("/api/messaggi", json={"token": token, "scelta": answers[1]["scelte"][0]["token"]}).json()
    assert [m["testo"] for m in chosen["messaggi"]] == ["In coda."] and rasa.messages == ["aiuto"]


def test_a_message_costs_few_transactions(make_app: Callable[..., ASGIApp], url: str) -> None:
    client = TestClient(make_app())  # without what works in the background
    token = client.post("/api/conversazioni").json()["token"]
    choice = say(client, token, "menu").json()["messaggi"][0]["scelte"][0]["token"]
    begun: list[object] = []
    event.listen(database.engine(url), "begin", begun.append)
    say(client, token, "quanto costa?", "chiave-di-prova-2")
    assert len(begun) <= 5
    begun.clear()
    client.post("/api/messaggi", json={"token": token, "scelta": choice})
    assert len(begun) <= 6


def test_an_answer_is_counted_with_it(
    client: TestClient, token: str, clock: Clock, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    details = {"argomento": "a" * 100, "voce": "casellario.costo", "esito": "risposta", "gradino": 0}
    monkeypatch.setattr(fake_rasa, "answer", lambda m: [{"text": "Ecco.", "metadata": details}])
    for _ in range(2):
        say(client, token, "quanto costa?")
    now = clock.moment()
    [counted] = eventi.between(now - timedelta(hours=1), now + timedelta(hours=1), url=url)
    assert (counted.tipo, counted.canale, counted.voce, counted.esito) == ("risposta", "web", "casellario.costo", "risposta")
    assert counted.argomento == "a" * 80
