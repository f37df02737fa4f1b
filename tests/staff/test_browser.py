"""The desk in a real Chromium, over the whole front on a real port: colleagues at work, axe on every page, nothing asked elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from front.conftest import browser  # noqa: F401 (fixture)
from playwright.sync_api import Browser, BrowserContext, Page, expect

from bot.bozze.richiesta import Richiesta
from bot.storage import addestramenti, contatti, eventi, note_interne
from bot.storage.database import session
from bot.storage.questions import DomandaNonCapita
from knowledge import Conoscenza, Versione

from .conftest import NOW, PASSWORD
from .live import Live, live, violations
from .test_pages import a_draft
from .test_pages import richiesta as make_richiesta  # noqa: F401 (fixture)

STARTED = time.monotonic()


def running_clock() -> datetime:
    """NOW, going on: hours of the office that a test can rely on."""
    return NOW + timedelta(seconds=time.monotonic() - STARTED)


@pytest.fixture(scope="module")
def site(conoscenza: Conoscenza, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with live(tmp_path_factory.mktemp("sportello"), conoscenza, running_clock) as running:
        yield running


@pytest.fixture
def new_page(browser: Browser, site: Live) -> Iterator[Callable[..., Page]]:  # noqa: F811
    """Opens pages, each in a browser of its own; none may complain, break the CSP or ask anything of another address."""
    site.rasa.reset()
    opened: list[BrowserContext] = []
    wrong: list[str] = []

    def make(nome: str = "", **options: object) -> Page:
        context = browser.new_context(base_url=site.address, locale="it-IT", **options)
        opened.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("request", lambda r: None if r.url.startswith(site.address) else wrong.append(r.url))
        page.on("console", lambda m: wrong.append(m.text) if m.type == "error" and "status of" not in m.text else None)
        page.on("pageerror", lambda e: wrong.append(str(e)))
        page.goto("/staff")
        if nome:
            page.get_by_label("Nome dell'account").fill(nome)
            page.get_by_label("Parola d'accesso").fill(PASSWORD)
            page.get_by_role("button", name="Entra").click()
            expect(page.get_by_role("heading", level=1)).to_have_text("Oggi")
        return page

    yield make
    for context in opened:
        context.close()
    assert wrong == []


def available(page: Page) -> None:
    page.goto("/staff/posta")
    if page.get_by_role("button", name="Sono disponibile").count():  # else since a test before
        page.get_by_role("button", name="Sono disponibile").click()
    expect(page.get_by_text("Lei è disponibile")).to_be_visible()


def test_a_conversation_from_the_queue_to_its_end_without_reloading(new_page: Callable[..., Page], site: Live) -> None:
    anna = new_page("anna")
    available(anna)
    with site.public() as signora:
        signora.says("ho perso una ricevuta")
        site.wants_a_person(signora)
        waiting = anna.get_by_role("region", name="In attesa di una persona").get_by_role("link")
        expect(waiting).to_have_count(1)
        expect(anna.locator("#in-attesa")).to_have_text("1")
        expect(anna).to_have_title("(1) Conversazioni – Sportello del personale – Procura di Aosta")
        waiting.click()
        anna.get_by_role("button", name="Prendi la conversazione").click()
        anna.get_by_label("La Sua risposta").fill("Buongiorno, sono Anna.\nChe ricevuta era?")
        anna.get_by_role("button", name="Invia la risposta").click()
        expect(anna.get_by_role("list", name="Messaggi").get_by_text("Che ricevuta era?")).to_be_visible()
        answer = signora.history()[-1]
        assert (answer["chi"], answer["nome"]) == ("operatore", "Anna") and "Che ricevuta era?" in answer["testo"]
        anna.get_by_label("La Sua risposta").fill("mentre scrivo")
        assert signora.says("quella del contributo") == []
        expect(anna.get_by_role("list", name="Messaggi").get_by_text("quella del contributo")).to_be_visible()
        expect(anna.get_by_role("status").filter(has_text="messaggi nuovi")).to_have_count(1)
        expect(anna.get_by_label("La Sua risposta")).to_have_value("mentre scrivo")
        expect(anna.get_by_label("La Sua risposta")).to_be_focused()
        anna.get_by_role("button", name="Restituisci all'assistente").click()
        expect(anna.get_by_text("La conversazione è tornata all'assistente.")).to_be_visible()
        assert signora.says("quanto costa?")[0]["chi"] == "assistente"


def test_two_operators_see_what_the_other_does(new_page: Callable[..., Page], site: Live) -> None:
    anna, bruno = new_page("anna"), new_page("bruno")
    for somebody in (anna, bruno):
        available(somebody)
    with site.public() as signora:
        site.wants_a_person(signora)
        for somebody in (anna, bruno):
            expect(somebody.locator("#attesa-1")).to_be_visible()
            somebody.locator("#attesa-1").click()
        anna.get_by_role("button", name="Prendi la conversazione").click()
        expect(anna.get_by_label("La Sua risposta")).to_be_visible()
        expect(bruno.get_by_role("button", name="Prendi la conversazione")).to_have_count(0)
        expect(bruno.locator("#turni").get_by_text("con un operatore")).to_be_visible()
        anna.get_by_role("button", name="Chiudi la conversazione").click()
        expect(anna.get_by_text("La conversazione è chiusa")).to_be_visible()


def test_an_open_page_keeps_one_present_and_leaving_it_does_not(new_page: Callable[..., Page], site: Live) -> None:
    anna = new_page("anna")
    available(anna)
    expect(anna.get_by_text("Disponibili adesso")).to_contain_text("Anna")
    anna.get_by_role("button", name="Esci").click()
    expect(anna.get_by_text("È uscito dallo sportello")).to_be_visible()
    bruno = new_page("bruno")
    bruno.goto("/staff/posta")
    expect(bruno.get_by_text("Disponibili adesso")).not_to_contain_text("Anna")


def test_everything_with_the_keyboard(new_page: Callable[..., Page], site: Live) -> None:
    page = new_page()
    keyboard = page.keyboard
    page.locator("#nome").focus()
    keyboard.type("rita")
    keyboard.press("Tab")
    keyboard.type(PASSWORD)
    keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Oggi")
    keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Vai al contenuto"
    keyboard.press("Enter")
    keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "q"
    keyboard.type("costo casellario")
    keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Cerca")
    first = page.locator(".trovati a").first
    first.focus()
    keyboard.press("Enter")
    page.get_by_label("Nota nuova").focus()
    keyboard.type("da tastiera")
    keyboard.press("Tab")
    keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="La nota è salvata")).to_be_visible()
    page.get_by_role("button", name="Togli").first.focus()
    keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="La nota è stata tolta")).to_be_visible()


def test_the_end_of_the_session_is_announced_and_put_off(new_page: Callable[..., Page]) -> None:
    page = new_page("anna")
    page.clock.install()
    page.goto("/staff/ricerca")
    page.clock.fast_forward(27 * 60 * 1000)
    warning = page.get_by_role("alert").filter(has_text="La sessione finisce tra 5 minuti")
    expect(warning).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="Resto").click()
    expect(warning).to_be_hidden()


def test_without_javascript(new_page: Callable[..., Page], site: Live) -> None:
    anna = new_page("anna", java_script_enabled=False)
    available(anna)
    with site.public() as signora:
        site.wants_a_person(signora)
        anna.get_by_role("link", name="Aggiorna gli elenchi").click()
        anna.locator("#attesa-1").click()
        anna.get_by_role("button", name="Prendi la conversazione").click()
        anna.get_by_label("La Sua risposta").fill("eccomi")
        anna.get_by_role("button", name="Invia la risposta").click()
        assert signora.history()[-1]["testo"] == "eccomi"
        anna.get_by_role("button", name="Chiudi la conversazione").click()


# ---- axe: every page, both themes, wide and narrow

LOOKS = [("light", 1200), ("dark", 1200), ("light", 320), ("dark", 320)]


@pytest.fixture(params=LOOKS, ids=lambda p: f"{p[0]}-{p[1]}")
def look(request: pytest.FixtureRequest) -> dict[str, object]:
    scheme, width = request.param
    return {"color_scheme": scheme, "viewport": {"width": width, "height": 800}, "reduced_motion": "reduce"}


def sound(page: Page, where: str) -> None:
    assert violations(page) == [], where
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{where}: la pagina scorre di lato"


def test_axe_on_the_door(new_page: Callable[..., Page], look: dict[str, object]) -> None:
    page = new_page(**look)
    sound(page, "entra")
    page.get_by_label("Nome dell'account").fill("anna")
    page.get_by_label("Parola d'accesso").fill("sbagliata ma lunga")
    page.get_by_role("button", name="Entra").click()
    expect(page.get_by_role("alert")).to_be_visible()
    sound(page, "entra, rifiutato")


def test_axe_on_every_page(new_page: Callable[..., Page], site: Live, look: dict[str, object], make_richiesta: Richiesta) -> None:  # noqa: F811
    url, now = site.url, running_clock()
    note_interne.add("casellario", "Una nota.", "rita", now, url=url)
    for esito in ("risposta", "non_capito"):
        eventi.record("risposta", "web", now, argomento="casellario", voce="casellario.costo", esito=esito, url=url)
    contatti.add(
        "web:x",
        int(time.monotonic_ns() % 10**9),
        now,
        domanda="Una domanda?",
        nome=None,
        tipo="email",
        recapito="a@b.it",
        motivo=None,
        url=url,
    )
    page = new_page("carla", **look)
    for path in [
        "/staff",
        "/staff/posta",
        "/staff/richieste",
        "/staff/ricerca?q=bollo",
        "/staff/scheda/casellario",
        "/staff/cifre",
    ]:
        page.goto(path)
        sound(page, path)
    page.get_by_text("Giorno per giorno, in tabella").click()
    sound(page, "cifre, tabella")
    for path in ["/staff/parola", "/staff/registro", "/staff/colleghi", "/staff/scheda/non-c-e"]:
        page.goto(path)
        sound(page, path)
    page.goto("/staff/bozza")
    page.get_by_label("Riferimento della bozza").fill(a_draft(url, make_richiesta, now))
    page.get_by_role("button", name="Mostra").click()
    expect(page.get_by_text("Zoë")).to_be_visible()
    sound(page, "bozza")
    told = {"argomento": "casellario", "voce": "casellario.costo", "esito": "risposta", "gradino": 0}
    site.rasa.scripted = [
        {"text": "Costa.\n- uno\n- due\nFonte: Carta", "metadata": {**told, "letture": [["casellario.costo", 0.9]]}}
    ]
    page.goto("/staff/domande")
    page.get_by_label("La domanda").fill("quanto costa?")
    page.get_by_role("button", name="Chiedi").click()
    page.get_by_text("sicurezza 90 %").last.click()
    sound(page, "domande")
    site.rasa.scripted = None
    available(page)
    with site.public() as signora:
        site.wants_a_person(signora)
        page.locator("#attesa-1").click()
        page.get_by_role("button", name="Prendi la conversazione").click()
        page.get_by_label("Nota per i colleghi").fill("una nota")
        page.get_by_role("button", name="Salva la nota").click()
        expect(page.locator("#turni").get_by_text("una nota")).to_be_visible()
        sound(page, "conversazione")
        page.get_by_role("button", name="Chiudi la conversazione").click()
        expect(page.get_by_text("La conversazione è chiusa")).to_be_visible()


def test_axe_on_the_pages_of_teaching(new_page: Callable[..., Page], site: Live, look: dict[str, object]) -> None:
    with session(site.url) as db:
        for text in ("posso portare il cane in ufficio?", "il cane può entrare?", "dove parcheggio?"):
            db.add(DomandaNonCapita(testo=text, canale="web", quando=running_clock()))
        db.commit()
    numero = addestramenti.create("rita", Versione(1, 0), running_clock(), url=site.url)
    lesson = {"domanda": "il cane?", "voce": "uffici.animali", "prima": "", "dopo": "uffici.animali", "riuscita": True}
    outcome = {
        "prove": 9,
        "superate_prima": 9,
        "superate": 8,
        "uguali": 7,
        "peggiorate": [{"nome": "saluti", "che_cosa": ["manca"]}],
    }
    outcome |= {"migliorate": [], "ancora_no": [], "riuscite": 1, "insegnate": [lesson]}
    addestramenti.finish(numero, addestramenti.PRONTO, running_clock(), impronta="x", esito=outcome, url=site.url)
    addestramenti.create("rita", Versione(2, 0), running_clock(), url=site.url)
    page = new_page("rita", **look)
    page.set_default_timeout(60_000)
    page.goto("/staff/insegnare")
    sound(page, "insegnare")
    page.get_by_role("link", name="«", exact=False).first.click()
    page.get_by_text("Serve una risposta nuova").click()
    sound(page, "gruppo")
    page.get_by_role("button", name="Salva la risposta nuova").click()
    expect(page.locator("p.errore")).to_be_visible()
    sound(page, "gruppo, rifiutato")
    for path in ["/staff/fatti", "/staff/fatti/avviso_sito/nuovo", "/staff/fatti/ufficio/urapi", "/staff/linea/storia"]:
        page.goto(path)
        sound(page, path)
    page.get_by_role("link", name="Fatti", exact=True).click()
    page.get_by_role("link", name="Nuova chiusura").click()
    page.get_by_label("Dal (obbligatorio)").fill("2026-12-24")
    page.get_by_label("Al", exact=True).fill("2026-12-23")
    page.get_by_role("button", name="Mostra che cosa cambia").click()
    expect(page.locator("p.errore")).to_be_visible()
    sound(page, "fatti, rifiutato")
    page.goto("/staff/fatti/ufficio/urapi")
    page.get_by_label("Dove si trova").fill("terzo piano, stanza 999")
    page.get_by_role("button", name="Mostra che cosa cambia").click()
    expect(page.get_by_role("heading", name="Se si salva")).to_be_visible()
    sound(page, "fatti, anteprima")
    page.goto("/staff/linea")
    expect(page.get_by_role("progressbar")).to_have_count(0)  # nobody holds the lock: it was interrupted
    sound(page, "linea")
