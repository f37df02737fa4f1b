"""The desk's inbox: the public's conversations in the hands of colleagues, one at a time, and what is written down of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import quote

import pytest

from bot.front.bell import Bell
from bot.staff.accounts import Accounts
from bot.staff.presence import Presence
from bot.staff.visits import Doors
from bot.storage import contatti, conversazioni, eventi, presenze, registro

from .conftest import CHEAP, NOW, Clock, Parts, Visitor

Entered = Callable[[str], Visitor]
ID = "web:signora"
HERE = f"/staff/posta/{quote(ID, safe='')}"
WORDS = "ho smarrito la ricevuta rilasciatami da Zuffellato"


@pytest.fixture
def waiting(parts: Parts, entered: Entered) -> Visitor:
    """Anna is available, and somebody has asked something and waits for a person."""
    anna = entered("anna")
    anna.get("/staff/posta")
    anna.post("/staff/presenza", {"azione": "disponibile"})
    parts.says(WORDS)
    parts.wants_a_person()
    assert conversazioni.get(ID, url=parts.settings.database_url).stato == "attesa"
    return anna


def test_without_anybody_available_nobody_is_made_to_wait(parts: Parts, entered: Entered) -> None:
    anna = entered("anna")
    assert "Lei non è disponibile" in anna.get("/staff/posta").text
    parts.wants_a_person()
    assert conversazioni.get(ID, url=parts.settings.database_url).stato == "bot"


def test_presence_lasts_while_pages_are_asked_for_and_ends_with_logout(entered: Entered, clock: Clock, url: str) -> None:
    anna = entered("anna")
    anna.get("/staff/posta")
    anna.post("/staff/presenza", {"azione": "disponibile"})
    for _ in range(4):
        clock.forward(seconds=60)
        assert "Lei è disponibile" in anna.get("/staff/posta").text
    clock.forward(seconds=100)
    assert "Lei non è disponibile" in anna.get("/staff/posta").text
    anna.post("/staff/presenza", {"azione": "disponibile"})
    anna.post("/staff/esci")
    assert presenze.present(NOW, url=url) == []


def test_a_conversation_is_taken_answered_noted_and_given_back(waiting: Visitor, parts: Parts, rasa: object) -> None:
    lists = waiting.get("/staff/posta").text
    assert "In attesa di una persona</h2>" not in lists and "In attesa di una persona (1)" in lists
    page = waiting.get(HERE)
    assert page.status_code == 200 and WORDS in page.text and "Prendi la conversazione" in page.text
    taken = waiting.post(HERE, {"azione": "prendi"})
    assert "Invia la risposta" in taken.text
    asked = len(rasa.received)
    assert parts.says("mi sente?") == [] and len(rasa.received) == asked, "l'assistente tace"
    key = waiting.get(HERE).text.split('name="chiave" value="')[1].split('"')[0]
    for _ in range(2):  # the button pressed twice
        page = waiting.post(HERE, {"azione": "rispondi", "testo": "Buongiorno, <b>eccomi</b>", "chiave": key})
    assert parts.history().count(("operatore", "Buongiorno, <b>eccomi</b>")) == 1
    assert "&lt;b&gt;eccomi" in page.text
    waiting.post(HERE, {"azione": "nota", "testo": "richiamare giovedì"})
    assert "richiamare giovedì" in waiting.get(HERE).text
    assert all("richiamare giovedì" not in text for _, text in parts.history())
    done = waiting.post(HERE, {"azione": "restituisci"})
    assert "tornata all" in done.text
    assert parts.says("quanto costa?")[0].chi == "assistente"
    acts = [(a.collega, a.azione, a.oggetto) for a in reversed(registro.latest(20, url=parts.settings.database_url))]
    assert acts == [
        ("anna", "accesso", ""),
        ("anna", "conversazione letta", ID),
        ("anna", "conversazione presa", ID),
        ("anna", "nota su conversazione", ID),
        ("anna", "conversazione restituita", ID),
    ]
    assert WORDS not in str(acts)


def test_of_two_operators_one_gets_it_and_the_other_cannot_speak(waiting: Visitor, entered: Entered, parts: Parts) -> None:
    bruno = entered("bruno")
    for somebody in (waiting, bruno):
        somebody.get(HERE)
    assert waiting.post(HERE, {"azione": "prendi"}).status_code == 200
    late = bruno.post(HERE, {"azione": "prendi"})
    assert late.status_code == 409 and "più veloce" in late.text
    said = bruno.post(HERE, {"azione": "rispondi", "testo": "ci sono io", "chiave": "chiave-di-bruno"})
    assert said.status_code == 409 and "ci sono io" in said.text, "quello che ha scritto resta"
    assert bruno.post(HERE, {"azione": "restituisci"}).status_code == 409
    assert bruno.post(HERE, {"azione": "chiudi"}).status_code == 409
    assert ("operatore", "ci sono io") not in parts.history()
    assert "Dei colleghi (1)" in bruno.get("/staff/posta").text
    assert "con anna" in bruno.get("/staff/posta").text
    assert bruno.post(HERE, {"azione": "nota", "testo": "la conosco"}).status_code == 200, "una nota la scrive chiunque"


def test_closed_means_that_the_assistant_answers_again(waiting: Visitor, parts: Parts) -> None:
    waiting.post(HERE, {"azione": "prendi"})
    waiting.post(HERE, {"azione": "chiudi"})
    assert parts.says("quanto costa?")[0].chi == "assistente"


@pytest.mark.parametrize("text", ["", "   ", "x" * 4001], ids=["vuota", "spazi", "lunga"])
def test_an_answer_that_is_none_is_explained_and_kept(waiting: Visitor, text: str) -> None:
    waiting.get(HERE)
    waiting.post(HERE, {"azione": "prendi"})
    answer = waiting.post(HERE, {"azione": "rispondi", "testo": text, "chiave": "una-chiave"})
    assert answer.status_code == 422 and "massimo di 4000" in answer.text and text in answer.text


def test_a_deleted_conversation_is_gone_from_the_desk(waiting: Visitor, parts: Parts) -> None:
    waiting.get(HERE)
    asyncio.run(parts.conversations.delete(ID))
    assert waiting.get(HERE).status_code == 404
    assert waiting.post(HERE, {"azione": "prendi"}).status_code == 404
    assert "Nessuno aspetta" in waiting.get("/staff/posta").text


def test_colleagues_own_conversations_are_not_in_the_inbox(entered: Entered, parts: Parts) -> None:
    anna, bruno = entered("anna"), entered("bruno")
    anna.get("/staff/domande")
    anna.post("/staff/domande", {"azione": "chiedi", "testo": "quanto costa?"})
    assert "int:anna" not in bruno.get("/staff/posta").text
    assert bruno.get("/staff/posta/int%3Aanna").status_code == 404
    assert bruno.post("/staff/posta/int%3Aanna", {"azione": "prendi"}).status_code == 404


def test_what_the_public_types_stays_text(entered: Entered, parts: Parts) -> None:
    parts.says('<script>alert(1)</script> [qui](javascript:alert(1)) <img src=x onerror="alert(1)">')
    page = entered("anna").get(HERE).text
    assert "<script>alert" not in page and "<img" not in page and 'href="javascript' not in page


def test_the_news_change_when_something_does(parts: Parts, settings: object, clock: Clock, entered: Entered) -> None:
    accounts = Accounts(parts.settings.database_url, "s", timedelta(minutes=30), clock, CHEAP)
    token = accounts.login("anna", "una frase lunga con gli spazi")
    presente = accounts.present(token or "")
    assert presente is not None
    presence = Presence(parts.inbox, Doors(accounts, None, "s"), Bell())
    before = asyncio.run(presence.news(presente, ID))
    assert (before.attesa, before.da_rispondere, before.disponibile, before.conversazione) == (0, 0, False, "cancellata")
    asyncio.run(parts.inbox.present("anna", "Anna"))
    parts.says(WORDS)
    parts.wants_a_person()
    after = asyncio.run(presence.news(presente, ID))
    assert (after.attesa, after.disponibile) == (1, True) and after.segno != before.segno
    assert asyncio.run(presence.news(presente, ID)) == after, "niente di nuovo, niente da dire"
    assert WORDS not in after.segno + after.conversazione


# ---- Questions left to the office


@pytest.fixture
def left(url: str, parts: Parts) -> int:
    contatti.add(ID, 1, NOW, domanda=WORDS, nome="Zoë", tipo="email", recapito="zoe@esempio.it", motivo="fuori_orario", url=url)
    return contatti.listed(url=url)[0].id


def test_a_question_left_is_taken_noted_and_closed(entered: Entered, left: int, url: str) -> None:
    anna, bruno = entered("anna"), entered("bruno")
    page = anna.get("/staff/richieste").text
    assert WORDS in page and 'href="mailto:zoe@esempio.it"' in page and "fuori orario" in page
    bruno.get("/staff/richieste")
    anna.post("/staff/richieste", {"azione": "prendi", "richiesta": str(left)})
    assert bruno.post("/staff/richieste", {"azione": "chiudi", "richiesta": str(left)}).status_code == 409
    anna.post("/staff/richieste", {"azione": "nota", "richiesta": str(left), "testo": "già scritto"})
    anna.post("/staff/richieste", {"azione": "chiudi", "richiesta": str(left)})
    assert WORDS not in anna.get("/staff/richieste").text and "già scritto" in anna.get("/staff/richieste?chiuse=1").text
    anna.post("/staff/richieste", {"azione": "cancella", "richiesta": str(left)})
    assert contatti.get(left, url=url) is None
    acts = [a.azione for a in registro.latest(20, url=url) if a.azione.endswith(("richiesta", "presa", "chiusa", "cancellata"))]
    assert acts == ["richiesta cancellata", "richiesta chiusa", "nota su richiesta", "richiesta presa"]


@pytest.mark.parametrize("values", [{"azione": "esplodi", "richiesta": "1"}, {"azione": "prendi", "richiesta": "1 or 1"}, {}])
def test_what_no_button_sends_is_refused(entered: Entered, values: dict[str, str]) -> None:
    anna = entered("anna")
    anna.get("/staff/richieste")
    assert anna.post("/staff/richieste", values).status_code == 400


def test_the_wait_is_in_the_figures(waiting: Visitor, parts: Parts, clock: Clock, url: str) -> None:
    clock.forward(seconds=75)
    waiting.get(HERE)
    waiting.post(HERE, {"azione": "prendi"})
    page = waiting.get("/staff/cifre").text
    assert "1 min" in page and "1 prese da un operatore" in page
    taken = [e for e in eventi.between(NOW, clock() + timedelta(seconds=1), url=url) if e.esito == "preso"]
    assert [e.valore for e in taken] == [75]
