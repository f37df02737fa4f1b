"""The page without JavaScript, as a plain form."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from .conftest import OFFICE, Clock
from .fake_rasa import FakeRasa
from .test_tracker import make_store, senders


def choices(page: str) -> dict[str, str]:
    found = re.findall(r'name="scelta" value="([^"]+)"[^>]*>([^<]+)<', page)
    return {unescape(title): unescape(token) for token, title in found}


def test_the_first_page(client: TestClient) -> None:
    response = client.get("/")
    page = response.text
    assert response.status_code == 200 and response.headers["content-type"] == "text/html; charset=utf-8"
    assert '<html lang="it">' in page and 'method="post" action="/"' in page
    notice = ("non una persona", "può sbagliare", "non pareri legali", "dati personali", "112")
    for expected in (*notice, OFFICE.nome, OFFICE.telefono, OFFICE.mail):
        assert expected in page
    assert "set-cookie" not in response.headers
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page)
    assert "style=" not in page and not re.search(r"\son\w+=", page)


def test_a_whole_conversation_by_form(client: TestClient, rasa: FakeRasa) -> None:
    first = client.post("/", data={"testo": "Quanto costa?"})
    cookie = first.headers["set-cookie"]
    assert first.status_code == 200
    assert "HttpOnly" in cookie and "SameSite=strict" in cookie and "Path=/" in cookie
    assert "Quanto costa?" in first.text and "<li>€ 16,00 di bollo</li>" in first.text
    assert "<summary>Fonte</summary><p>Carta dei servizi, 5.1 QUANTO COSTA</p>" in first.text
    second = client.post("/", data={"testo": "menu"})
    assert "Quanto costa?" in second.text
    offered = choices(second.text)
    third = client.post("/", data={"scelta": offered["Carichi pendenti"], "testo": "già scritto"})
    assert rasa.messages[-1] == '/scegli{"voce": "carichi_pendenti"}'
    assert third.text.count("<h3>Lei</h3>") == 3
    assert third.text.count(" disabled") == 3 and "Carichi pendenti<span class" in third.text
    assert ">già scritto</textarea>" in third.text
    assert len({item["sender"] for item in rasa.received}) == 1
    assert "Quanto costa?" in client.get("/").text


def test_the_cookie_is_secure_behind_tls(client: TestClient) -> None:
    response = client.post("https://testserver/", data={"testo": "ciao"})
    assert "Secure" in response.headers["set-cookie"]


def test_a_forged_cookie_is_no_session(client: TestClient, rasa: FakeRasa) -> None:
    client.post("/", data={"testo": "ciao"})
    client.cookies.clear()
    client.cookies.set("conversazione", "web:indovinato")
    assert "<h3>" not in client.get("/").text


def test_errors_keep_what_was_typed(client: TestClient, rasa: FakeRasa) -> None:
    long = "parola " * 200
    response = client.post("/", data={"testo": long})
    assert response.status_code == 422 and "il massimo è 1000" in response.text and long in response.text
    assert "<title>Errore: " in response.text
    rasa.broken = True
    response = client.post("/", data={"testo": "Quanto <costa>?"})
    assert response.status_code == 503
    assert "Quanto &lt;costa&gt;?</textarea>" in response.text and OFFICE.telefono in response.text
    assert client.post("/", data={"testo": ""}).status_code == 422
    assert client.post("/", data={"scelta": "inventata"}).status_code == 403
    assert client.post("/", data={"testo": "x" * 70_000}).status_code == 413
    assert client.post("/", content=b"\xff=\xfe").status_code in (400, 422)


def test_an_expired_cookie_begins_a_new_conversation_and_says_so(client: TestClient, rasa: FakeRasa, clock: Clock) -> None:
    client.post("/", data={"testo": "prima"})
    clock.ahead = 3700
    response = client.post("/", data={"testo": "dopo"})
    assert "era scaduta" in response.text and "prima" not in re.findall(r"<ol.*?</ol>", response.text, re.S)[0]
    assert len({item["sender"] for item in rasa.received}) == 2


def test_delete_and_download_by_form(client: TestClient, rasa: FakeRasa, tmp_path: Path) -> None:
    client.post("/", data={"testo": "Quanto costa?"})
    text = client.post("/", data={"azione": "scarica", "testo": ""})
    assert text.headers["content-type"] == "text/plain; charset=utf-8"
    assert "attachment" in text.headers["content-disposition"]
    assert "Lei:\nQuanto costa?" in text.text and "Fonte: Carta dei servizi" in text.text
    store = tmp_path / "conversazioni.db"
    make_store(store, rasa.received[0]["sender"])
    gone = client.post("/", data={"azione": "cancella", "testo": ""})
    assert "è stata cancellata" in gone.text and "<h3>" not in gone.text
    assert senders(store) == [] and "conversazione" not in client.cookies
    assert "<h3>" not in client.get("/").text


def test_a_form_of_another_site_is_refused(client: TestClient, rasa: FakeRasa) -> None:
    response = client.post("/", data={"testo": "ciao"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 403 and rasa.received == []


@pytest.mark.parametrize("typed", ["/restart", "/ /restart"])
def test_a_slash_is_text_here_too(client: TestClient, rasa: FakeRasa, typed: str) -> None:
    page = client.post("/", data={"testo": typed}).text
    assert not rasa.messages[0].strip().startswith("/")
    assert typed in page
