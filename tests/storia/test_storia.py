"""The whole story with real processes: asked on Telegram, answered by a person, taught at the desk, known on the web, and back.

It trains a real model, the only test that does: minutes.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from html import escape
from zoneinfo import ZoneInfo

import httpx
from canale_telegram.fake_bot_api import FakeTelegram
from conversazioni.test_bozze import Whole
from front.browser import NewPage, answers, ask, picture
from playwright.sync_api import Page

from bot import active
from bot.prove.cases import cases
from calculators.orari import giorno_di_chiusura
from knowledge import Conoscenza

from .collega import Collega

QUESTION = "posso usare il wifi della procura?"
ASKED = [QUESTION, "avete il wifi per chi aspetta?", "c'è una connessione internet in procura?", "password del wifi"]
IN_OTHER_WORDS = "ma per chi aspetta è previsto un collegamento wifi?"
ANSWER = "Nel palazzo non c'è una rete Wi-Fi per il pubblico."
BY_A_PERSON = "Buongiorno, purtroppo il collegamento senza fili lo usa soltanto il personale."
THANKS = "ho capito, gentilissima"
ALWAYS = "lunedì-domenica 0.00-23.59"
ROME = ZoneInfo("Europe/Rome")
SECONDS = 120.0
BEFORE_MIDNIGHT = 240.0


def test_from_a_question_on_telegram_to_the_answer_on_the_web_and_back(
    whole: Whole, telegram: FakeTelegram, carla: Collega, new_page: NewPage, conoscenza: Conoscenza
) -> None:
    not_the_last_minute_of_the_day()
    closed = holiday(conoscenza)  # on such a day nobody is promised an answer, whatever the hours of the office
    testi, pulsanti = conoscenza.passaggio.testi, conoscenza.passaggio.pulsanti
    carla.enters("carla")
    carla.opens_the_office(conoscenza.profilo.sportello, ALWAYS)
    eventually(lambda: closed or office_is_open(whole))
    carla.is_available()

    # Somebody asks what the assistant does not know, and wants a person.
    telegram.writes(QUESTION)
    eventually(lambda: whole.unanswered() == [QUESTION])
    telegram.writes("vorrei parlare con una persona")
    if not closed:
        telegram.hears(escape(testi.offerta, quote=False))
        telegram.presses(pulsanti.operatore)
        telegram.hears(beginning(conoscenza.passaggio.foglie.coda.testo))
        carla.takes_who_waits(QUESTION)
    else:
        telegram.until(lambda: pulsanti.domanda in telegram.buttons())
        carla.takes_from_the_assistant("Telegram")
    telegram.hears(beginning(testi.preso), "Carla")
    carla.answers(BY_A_PERSON)
    telegram.hears("<b>Carla", BY_A_PERSON)
    heard = len(telegram.texts())
    telegram.writes(THANKS)
    carla.reads(THANKS)
    assert len(telegram.texts()) == heard  # the assistant is silent
    carla.gives_back()
    telegram.hears(beginning(testi.restituito))
    assert len(telegram.texts()) == heard + 1

    # She teaches it, and nothing changes before she says so.
    carla.teaches(QUESTION, ASKED, "struttura", "Wi-Fi", ANSWER)
    outcome = carla.trains()
    assert {"Addestramento", "Prove con il modello di prima", "Prove con il modello nuovo"} <= outcome.fasi
    assert outcome.riuscite == outcome.insegnate == len(ASKED), outcome.testo
    assert outcome.prove == len(cases()) and outcome.prima > 0, outcome.testo
    assert outcome.superate >= outcome.prove * 0.9, outcome.testo
    assert whole.unanswered() == [QUESTION]  # what was asked to try the models is nobody's question
    assert not (whole.data / "addestramenti" / "1").exists()
    before = new_page()
    assert ANSWER not in asks(before, QUESTION)

    # The next one on the web, who says it otherwise, has the answer of the assistant; and so has who asked first.
    carla.puts_live()
    visitor = new_page()
    assert ANSWER in asks(visitor, IN_OTHER_WORDS)
    source = answers(visitor).last.locator(".fonte")
    source.locator("summary").click()
    assert "Indicazione dell'ufficio del " in source.inner_text()
    picture(visitor, "storia-visitatore")
    telegram.writes(QUESTION)
    telegram.hears(ANSWER, "<i>Fonte: Indicazione dell'ufficio del ")
    now = active.read(whole.data)
    assert now.buono == now.attivo and now.nota == ""

    # With one click it is as before; the hours, which are facts, stay.
    carla.goes_back()
    assert ANSWER not in asks(new_page(), IN_OTHER_WORDS)
    heard = len(telegram.texts())
    telegram.writes(QUESTION)
    telegram.until(lambda: len(telegram.texts()) > heard)
    assert ANSWER not in telegram.texts()[-1]
    assert closed or office_is_open(whole)

    acts = carla.acts()
    for act in ("fatti messi in linea", "risposta nuova", "addestramento messo in linea", "modello precedente rimesso in linea"):
        assert act in acts
    assert not any(text in whole.logs() for text in (QUESTION, BY_A_PERSON, THANKS))


def asks(page: Page, text: str) -> str:
    """What the assistant answers on the web."""
    ask(page, text, seconds=SECONDS)
    return answers(page).last.inner_text()


def beginning(text: str) -> str:
    """A text of the office up to the first thing that is filled in, as Telegram shows it."""
    return escape(text.partition("{")[0], quote=False).strip()


def office_is_open(whole: Whole) -> bool:
    found: bool = httpx.get(f"{whole.site}/api/stato", trust_env=False, timeout=SECONDS).raise_for_status().json()["aperto"]
    return found


def holiday(conoscenza: Conoscenza) -> bool:
    return giorno_di_chiusura(conoscenza.calendario, datetime.now(ROME).date()) is not None


def not_the_last_minute_of_the_day() -> None:
    """Hours end at 23.59 at the latest: a story that would begin shortly before waits for the new day."""
    now = datetime.now(ROME)
    left = (datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), ROME) - now).total_seconds()
    if left < BEFORE_MIDNIGHT:
        time.sleep(left + 1)


def eventually(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, "non è successo in tempo"
        time.sleep(0.2)
