from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient
from starlette.types import ASGIApp

from bot.front.headers import CSP
from bot.front.requests import MAX_BODY
from bot.front.sessions import Sessions

from .conftest import OFFICE, Clock
from .fake_rasa import FakeRasa
from .test_tracker import make_store, senders


@pytest.fixture
def token(client: TestClient) -> str:
    response = client.post("/api/conversazioni")
    assert response.status_code == 201
    return str(response.json()["token"])


def say(client: TestClient, token: str, testo: str) -> Any:
    return client.post("/api/messaggi", json={"token": token, "testo": testo})


def test_a_question_and_its_answer(client: TestClient, token: str, rasa: FakeRasa) -> None:
    response = say(client, token, "Quanto costa?")
    assert response.status_code == 200
    [message] = response.json()["messaggi"]
    assert message["testo"].startswith("Il certificato costa:\n- € 16,00")
    assert message["fonte"] == "Carta dei servizi, 5.1 QUANTO COSTA"
    assert message["scelte"] == []
    assert rasa.received[0]["message"] == "Quanto costa?"


def test_the_sender_is_made_by_the_server(client: TestClient, token: str, rasa: FakeRasa) -> None:
    client.post("/api/messaggi", json={"token": token, "testo": "ciao", "sender": "tg:42", "session_id": "tg:42"})
    say(client, token, "ciao di nuovo")
    sent = {item["sender"] for item in rasa.received}
    assert len(sent) == 1 and sent.pop().startswith("web:")
    assert all(set(item) == {"sender", "message"} for item in rasa.received)


def test_foreign_and_expired_tokens_are_refused(client: TestClient, token: str, rasa: FakeRasa, clock: Clock) -> None:
    for wrong in (Sessions("altro segreto").create(), token + "x", "web:indovinato", ""):
        response = say(client, wrong, "ciao")
        assert response.status_code == 401 and response.json()["codice"] == "sessione"
    clock.ahead = 3610
    assert say(client, token, "ciao").status_code == 401
    assert rasa.received == []


def test_a_choice_offered_here_reaches_rasa_with_its_payload(client: TestClient, token: str, rasa: FakeRasa) -> None:
    choices = say(client, token, "menu").json()["messaggi"][0]["scelte"]
    assert [c["titolo"] for c in choices][:2] == ["Casellario giudiziale", "Carichi pendenti"]
    assert all(set(c) == {"titolo", "token"} and "scegli" not in c["token"] for c in choices)
    response = client.post("/api/messaggi", json={"token": token, "scelta": choices[1]["token"]})
    assert response.status_code == 200
    assert rasa.messages[-1] == '/scegli{"voce": "carichi_pendenti"}'


def test_choices_not_offered_in_this_conversation_are_refused(client: TestClient, token: str, rasa: FakeRasa) -> None:
    stolen = say(client, token, "menu").json()["messaggi"][0]["scelte"][0]["token"]
    other = client.post("/api/conversazioni").json()["token"]
    before = len(rasa.received)
    for who, choice in [(other, stolen), (token, stolen[:-1]), (token, '/scegli{"voce": "casellario"}'), (token, "/restart")]:
        response = client.post("/api/messaggi", json={"token": who, "scelta": choice})
        assert response.status_code == 403 and response.json()["codice"] == "scelta"
    assert len(rasa.received) == before


SLASHES = ["/restart", "//restart", "/ /restart", '/scegli{"voce": "casellario"}', "\u200b/restart", " \n/x"]


@pytest.mark.parametrize("typed", SLASHES)
def test_a_slash_is_text(client: TestClient, token: str, rasa: FakeRasa, typed: str) -> None:
    assert say(client, token, typed).status_code == 200
    assert not rasa.messages[0].strip().startswith("/")
    assert "restart" in rasa.messages[0] or "scegli" in rasa.messages[0] or rasa.messages[0].strip() == "x"


def test_length_is_checked_and_explained(client: TestClient, token: str, rasa: FakeRasa) -> None:
    assert say(client, token, "è" * 1000).status_code == 200
    response = say(client, token, "è" * 1001)
    assert response.status_code == 422
    assert response.json() == {
        "errore": "Il messaggio ha 1001 caratteri e il massimo è 1000: tolga almeno un carattere e lo mandi di nuovo.",
        "codice": "troppo_lungo",
    }
    assert say(client, token, " \n ").json()["codice"] == "vuoto"
    assert len(rasa.received) == 1


def test_length_is_that_of_characters_not_of_their_bytes_or_halves(client: TestClient, token: str, rasa: FakeRasa) -> None:
    assert say(client, token, "😀" * 1000).status_code == 200
    assert say(client, token, "😀" * 1001).json()["codice"] == "troppo_lungo"
    assert say(client, token, "e\u0300" * 1000).status_code == 200  # composed, they are as many as one sees
    assert [len(m) for m in rasa.messages] == [1000, 1000]


def test_control_characters_do_not_reach_rasa(client: TestClient, token: str, rasa: FakeRasa) -> None:
    body = '{"token": "%s", "testo": "ci\\u0000ao\\u001b \\ud800qui"}' % token  # noqa: UP031 braces
    assert client.post("/api/messaggi", content=body).status_code == 200
    assert rasa.messages == ["ciao qui"]


@pytest.mark.parametrize(
    "extra", [{}, {"testo": "a", "scelta": "b"}, {"testo": 3}, {"scelta": ["x"]}, {"testo": None}, {"testo": {"$ne": 1}}]
)
def test_other_shapes_are_refused(client: TestClient, token: str, extra: dict[str, Any]) -> None:
    response = client.post("/api/messaggi", json={"token": token, **extra})
    assert response.status_code == 400 and "Servono" in response.json()["errore"]


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff\xfe", b'"x"', b"[" * 10_000])
def test_what_is_not_a_json_object_is_refused(client: TestClient, body: bytes) -> None:
    for method, path in (("POST", "/api/messaggi"), ("POST", "/api/conversazioni"), ("DELETE", "/api/conversazioni")):
        assert client.request(method, path, content=body).status_code == 400


def test_bodies_are_limited(client: TestClient, token: str) -> None:
    response = say(client, token, "a" * (MAX_BODY + 1))
    assert response.status_code == 413 and "troppo lungo" in response.json()["errore"]


def test_rasa_down_gives_the_desk(client: TestClient, token: str, rasa: FakeRasa) -> None:
    rasa.broken = True
    response = say(client, token, "ciao")
    assert response.status_code == 503 and response.json()["codice"] == "non_disponibile"
    assert OFFICE.telefono in response.json()["errore"] and OFFICE.mail in response.json()["errore"]
    assert response.json()["contatti"] == OFFICE.contacts
    rasa.broken = False
    assert say(client, token, "ciao").status_code == 200


def test_a_choice_can_be_sent_again_after_a_fault(client: TestClient, token: str, rasa: FakeRasa) -> None:
    choice = say(client, token, "menu").json()["messaggi"][0]["scelte"][0]["token"]
    rasa.broken = True
    assert client.post("/api/messaggi", json={"token": token, "scelta": choice}).status_code == 503
    rasa.broken = False
    assert client.post("/api/messaggi", json={"token": token, "scelta": choice}).status_code == 200


def test_no_text_of_people_in_the_log(client: TestClient, token: str, rasa: FakeRasa, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        say(client, token, "mi chiamo Rossi")
        rasa.broken = True
        say(client, token, "mi chiamo Rossi")
    assert "Rossi" not in caplog.text


def test_a_conversation_can_be_resumed(client: TestClient, token: str) -> None:
    choices = say(client, token, "menu").json()["messaggi"][0]["scelte"]
    client.post("/api/messaggi", json={"token": token, "scelta": choices[0]["token"]})
    response = client.post("/api/conversazioni", json={"token": token})
    assert response.status_code == 200 and response.json()["token"] == token
    turns = response.json()["messaggi"]
    assert [t["chi"] for t in turns] == ["lei", "assistente", "lei", "assistente"]
    assert turns[1]["scelta"] == choices[0]["token"] and turns[2]["testo"] == "Casellario giudiziale"
    stale = client.post("/api/conversazioni", json={"token": "vecchio"})
    assert stale.status_code == 201 and stale.json()["messaggi"] == [] and stale.json()["token"] != token


def test_deleting_forgets_here_and_in_rasas_store(client: TestClient, token: str, rasa: FakeRasa, tmp_path: Path) -> None:
    say(client, token, "ciao")
    sender = rasa.received[0]["sender"]
    store = tmp_path / "conversazioni.db"
    make_store(store, sender, "web:altro", sender)
    response = client.request("DELETE", "/api/conversazioni", json={"token": token})
    assert response.status_code == 200 and response.json() == {"cancellata": True}
    assert senders(store) == ["web:altro"]
    assert say(client, token, "ancora?").status_code == 401
    assert client.post("/api/conversazioni", json={"token": token}).json()["messaggi"] == []
    assert client.request("DELETE", "/api/conversazioni", json={"token": token}).status_code == 401


def test_a_deletion_that_fails_says_so_and_can_be_tried_again(client: TestClient, token: str, tmp_path: Path) -> None:
    say(client, token, "ciao")
    store = tmp_path / "conversazioni.db"
    store.write_bytes(b"non e' una banca dati, ma un file di altro genere" * 50)
    response = client.request("DELETE", "/api/conversazioni", json={"token": token})
    assert response.status_code == 503 and "riprovi" in response.json()["errore"]
    store.unlink()
    assert client.request("DELETE", "/api/conversazioni", json={"token": token}).status_code == 200


def test_nobody_deletes_with_a_foreign_token(client: TestClient) -> None:
    foreign = Sessions("altro").create()
    assert client.request("DELETE", "/api/conversazioni", json={"token": foreign}).status_code == 401
    assert client.request("DELETE", "/api/conversazioni").status_code == 400


def test_health(client: TestClient, rasa: FakeRasa, make_app: Callable[..., ASGIApp]) -> None:
    assert client.get("/salute").json() == {"front": "ok", "rasa": "ok"}
    rasa.without_model = True
    assert client.get("/salute").json() == {"front": "ok", "rasa": "senza_modello"}
    rasa.broken = True
    assert client.get("/salute").json() == {"front": "ok", "rasa": "giu"}

    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("rifiutata")

    with TestClient(make_app(httpx.MockTransport(refuse))) as lonely:
        assert lonely.get("/salute").json() == {"front": "ok", "rasa": "giu"}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("GET", "/static/pagina.css", 200),
        ("GET", "/salute", 200),
        ("GET", "/api/stato", 200),
        ("GET", "/api/messaggi", 400),
        ("GET", "/api/eventi", 400),
        ("POST", "/api/conversazioni", 201),
        ("POST", "/api/messaggi", 400),
        ("GET", "/non-esiste", 404),
        ("PUT", "/api/messaggi", 405),
    ],
)
def test_security_headers_everywhere(client: TestClient, method: str, path: str, status: int) -> None:
    response = client.request(method, path)
    assert response.status_code == status
    assert response.headers["content-security-policy"] == CSP
    assert "unsafe" not in CSP and "http" not in CSP and "default-src 'none'" in CSP and "frame-ancestors 'none'" in CSP
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "no-referrer"
    assert "microphone=()" in response.headers["permissions-policy"]
    static = path.startswith("/static/")
    assert response.headers["cache-control"] == ("no-cache" if static else "no-store")
    assert response.headers["cross-origin-resource-policy"] == ("cross-origin" if static else "same-origin")
    assert response.headers["x-frame-options"] == "DENY"
    assert "access-control-allow-origin" not in response.headers


def test_a_bug_is_answered_in_italian_with_the_headers(make_app: Callable[..., ASGIApp]) -> None:
    def bug(request: httpx.Request) -> httpx.Response:
        raise RuntimeError("dettaglio interno")

    with TestClient(make_app(httpx.MockTransport(bug)), raise_server_exceptions=False) as client:
        token = client.post("/api/conversazioni").json()["token"]
        response = say(client, token, "ciao")
        page = client.post("/", data={"testo": "ciao"})
    assert response.status_code == page.status_code == 500
    assert OFFICE.telefono in response.json()["errore"] and OFFICE.telefono in page.text
    assert "dettaglio" not in response.text + page.text and 'lang="it"' in page.text
    assert response.headers["content-security-policy"] == page.headers["content-security-policy"] == CSP


def test_one_message_of_a_session_at_a_time(make_app: Callable[..., ASGIApp], rasa: FakeRasa) -> None:
    running = most = 0

    async def slow(request: httpx.Request) -> httpx.Response:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.02)
        running -= 1
        return httpx.Response(200, json=[{"text": "ok"}])

    async def run() -> None:
        transport = httpx.ASGITransport(app=make_app(httpx.MockTransport(slow)))
        async with httpx.AsyncClient(transport=transport, base_url="http://prova") as client:
            token = (await client.post("/api/conversazioni")).json()["token"]
            await asyncio.gather(*(client.post("/api/messaggi", json={"token": token, "testo": "ciao"}) for _ in range(4)))

    asyncio.run(run())
    assert most == 1


def test_a_deletion_waits_for_the_answer_on_its_way(make_app: Callable[..., ASGIApp], tmp_path: Path) -> None:
    """Rasa writes its events when it has answered: a deletion that overtook it would leave them there."""
    store = tmp_path / "conversazioni.db"

    async def run() -> None:
        heard, answer = asyncio.Event(), asyncio.Event()

        async def slow(request: httpx.Request) -> httpx.Response:
            heard.set()
            await answer.wait()
            make_store(store, json.loads(request.read())["sender"])
            return httpx.Response(200, json=[{"text": "ok"}])

        transport = httpx.ASGITransport(app=make_app(httpx.MockTransport(slow)))
        async with httpx.AsyncClient(transport=transport, base_url="http://prova") as client:
            token = (await client.post("/api/conversazioni")).json()["token"]
            message = asyncio.create_task(client.post("/api/messaggi", json={"token": token, "testo": "ciao"}))
            await heard.wait()
            late = asyncio.create_task(client.request("DELETE", "/api/conversazioni", json={"token": token}))
            done, _ = await asyncio.wait([late], timeout=0.5)
            assert not done
            answer.set()
            assert [(await task).status_code for task in (message, late)] == [200, 200]
            assert (await client.post("/api/messaggi", json={"token": token, "testo": "ancora"})).status_code == 401

    asyncio.run(run())
    assert senders(store) == []


# The token in the header, the history, the state of the session, ratings.


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_the_token_may_come_in_the_header(client: TestClient, token: str, rasa: FakeRasa) -> None:
    sent = client.post("/api/messaggi", json={"testo": "menu"}, headers=bearer(token))
    assert sent.status_code == 200 and len(rasa.received) == 1
    assert client.post("/api/conversazioni", headers=bearer(token)).json()["token"] == token
    rating = {"messaggio": sent.json()["messaggi"][0]["id"], "utile": True}
    assert client.post("/api/valutazioni", json=rating, headers=bearer(token)).status_code == 200
    assert len(client.get("/api/messaggi", headers=bearer(token)).json()["messaggi"]) == 2
    assert client.delete("/api/conversazioni", headers=bearer(token)).json() == {"cancellata": True}
    assert client.get("/api/messaggi", headers=bearer(token)).status_code == 401


def test_of_two_tokens_that_of_the_body_counts(client: TestClient, token: str, rasa: FakeRasa) -> None:
    body = {"token": "altro", "testo": "ciao"}
    assert client.post("/api/messaggi", json=body, headers=bearer(token)).status_code == 401


def test_the_history_after_a_message(client: TestClient, token: str) -> None:
    first, second = say(client, token, "menu").json(), say(client, token, "parti").json()
    everything = client.get("/api/messaggi", params={"token": token}).json()
    assert everything["messaggi"] == [first["mio"], *first["messaggi"], second["mio"], *second["messaggi"]]
    assert everything["stato"] == "bot" and 3500 < everything["scade_secondi"] <= 3600
    later = client.get("/api/messaggi", params={"token": token, "dopo": first["messaggi"][0]["id"]}).json()
    assert later["messaggi"] == [second["mio"], *second["messaggi"]]


def test_the_session_says_when_it_ends(client: TestClient, token: str, clock: Clock) -> None:
    """It lasts an hour from the last message, and eight hours at most; looking at it does not make it last."""

    def left() -> int:
        return int(client.get("/api/messaggi", params={"token": token}).json()["scade_secondi"])

    clock.ahead = 1800
    assert 1790 <= left() <= 1800
    say(client, token, "ciao")
    assert 3590 <= left() <= 3600
    for half_hour in range(2, 15):
        clock.ahead = half_hour * 1800
        assert say(client, token, "ciao").status_code == 200
    clock.ahead = 7.5 * 3600
    say(client, token, "ciao")
    assert 1790 <= left() <= 1800
    clock.ahead = 8 * 3600 + 10
    assert say(client, token, "ciao").status_code == 401


def test_messages_are_html_made_by_the_server(client: TestClient, token: str) -> None:
    typed = "<b>quanto</b> costa? **tanto**"
    answer = say(client, token, typed).json()
    assert answer["mio"]["testo"] == typed and answer["mio"]["html"] == ""
    [message] = answer["messaggi"]
    assert "<li>€ 16,00 di bollo</li>" in message["html"] and 'href="https://www.procura.aosta.it"' in message["html"]
    assert message["fonte_html"] == "Carta dei servizi, 5.1 QUANTO COSTA"
    hostile = say(client, token, "ostile").json()["messaggi"][0]["html"]
    assert "<img" not in hostile and "<script" not in hostile and "&lt;img" in hostile


def test_a_rating_is_kept_and_shown_again(client: TestClient, token: str) -> None:
    message = say(client, token, "menu").json()["messaggi"][0]

    def rate(**more: Any) -> Any:
        return client.post("/api/valutazioni", json={"token": token, "messaggio": message["id"], **more})

    assert rate(utile=False, motivo="non era la mia domanda").json() == {"registrata": True}
    assert client.get("/api/messaggi", params={"token": token}).json()["messaggi"][1]["utile"] is False
    assert rate(utile=True).status_code == 200
    assert client.get("/api/messaggi", params={"token": token}).json()["messaggi"][1]["utile"] is True
    assert rate(utile=True, motivo="x" * 501).json()["codice"] == "troppo_lungo"
    for wrong in ({}, {"utile": "si"}, {"utile": 1}, {"utile": True, "motivo": 3}, {"utile": True, "messaggio": "1"}):
        assert rate(**wrong).status_code == 400
    for other in (0, -1, message["id"] - 1, message["id"] + 1, 2**40):  # also one's own words
        assert rate(utile=True, messaggio=other).status_code == 404


def test_nobody_rates_for_others(client: TestClient, token: str) -> None:
    message = say(client, token, "menu").json()["messaggi"][0]
    other = client.post("/api/conversazioni").json()["token"]
    assert client.post("/api/valutazioni", json={"token": other, "messaggio": message["id"], "utile": True}).status_code == 404


def test_without_a_database_the_desk_is_given(
    make_app: Callable[..., ASGIApp], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "assistente.db").mkdir()
    with TestClient(make_app()) as client:
        response = client.post("/api/conversazioni")
        page = client.post("/", data={"testo": "mi chiamo Rossi"})
        first = client.get("/", headers={"Cookie": ""})
    assert response.status_code == page.status_code == 503 and first.status_code == 200
    assert response.json()["codice"] == "non_disponibile" and response.json()["contatti"] == OFFICE.contacts
    assert OFFICE.telefono in page.text and ">mi chiamo Rossi</textarea>" in page.text and "Rossi" not in caplog.text
