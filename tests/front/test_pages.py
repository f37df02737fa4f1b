"""The page without JavaScript, as a plain form."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from starlette.types import ASGIApp

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


def form_of(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(chiave)" value="([^"]+)"', page))


def test_a_page_sent_twice_is_one_message(client: TestClient, rasa: FakeRasa) -> None:
    """Pressed twice, or loaded again by the browser; but who writes something else in an old page says something else."""
    client.post("/", data={"testo": "buongiorno"})
    key = form_of(client.get("/").text)
    assert len(key["chiave"]) >= 12 and form_of(client.get("/").text) != key
    pages = [client.post("/", data={"testo": "Quanto costa?", **key}).text for _ in range(2)]
    assert pages[1].count("<h3>Lei</h3>") == 2 and rasa.messages == ["buongiorno", "Quanto costa?"]
    third = client.post("/", data={"testo": "altro", **key}).text
    assert third.count("<h3>Lei</h3>") == 3 and rasa.messages[-1] == "altro"


def test_an_answer_can_be_rated_by_form(client: TestClient) -> None:
    page = client.post("/", data={"testo": "Quanto costa?"}).text
    [number] = re.findall(r'name="messaggio" value="(\d+)"', page)
    rated = client.post("/", data={"messaggio": number, "utile": "no", "motivo": " manca il bollo "})
    assert rated.status_code == 200 and "Risposta valutata: non utile" in rated.text and "è stata registrata" in rated.text
    assert "Risposta valutata: utile" in client.post("/", data={"messaggio": number, "utile": "si"}).text
    for wrong in ("", "x", "-1", "²", "9" * 30, "999999"):
        response = client.post("/", data={"messaggio": wrong, "utile": "si"})
        assert response.status_code == 404 and "non si può valutare" in response.text
    client.cookies.clear()
    assert client.post("/", data={"messaggio": number, "utile": "si"}).status_code == 404


def test_a_conversation_survives_a_restart(make_app: Callable[..., ASGIApp], rasa: FakeRasa) -> None:
    with TestClient(make_app()) as before:
        before.post("/", data={"testo": "menu"})
        cookies = dict(before.cookies)
    with TestClient(make_app(), cookies=cookies) as after:
        page = after.get("/").text
        assert "<h3>Lei</h3>" in page
        after.post("/", data={"scelta": choices(page)["Carichi pendenti"]})
    assert rasa.messages[-1] == '/scegli{"voce": "carichi_pendenti"}'


def test_what_the_widget_takes_the_place_of(client: TestClient) -> None:
    client.post("/", data={"testo": "Quanto costa?"})
    page = client.get("/").text
    inside = page[page.index('<div id="assistente"') : page.index("</main>")]
    assert "Quanto costa?" in inside and 'id="modulo"' in inside and "Prima di cominciare" in inside


@pytest.mark.parametrize("typed", ["/restart", "/ /restart"])
def test_a_slash_is_text_here_too(client: TestClient, rasa: FakeRasa, typed: str) -> None:
    page = client.post("/", data={"testo": typed}).text
    assert not rasa.messages[0].strip().startswith("/")
    assert typed in page
