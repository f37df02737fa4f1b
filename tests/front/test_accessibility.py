"""axe-core on every state of the page and of the widget on another site's page, in light and dark, wide and at 320 pixels."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from bot import sportello
from bot.bozze.richiesta import Richiesta
from bot.storage import bozze
from bot.storage.bozze import PRONTA
from bot.storage.conversazioni import ASSISTENTE, OPERATORE, PERSONA, Nuovo
from knowledge.models_calendario import AvvisoSito

from .browser import NewPage, Site, answers, ask, picture, tolerate, wait_ready, watch_of
from .fake_rasa import FakeRasa

AXE = (Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
CONTRAST = """all => all.map(button => {
    const luminance = color => {
        const [r, g, b] = color.match(/[\\d.]+/g).map(Number).map(v => v / 255)
            .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const text = luminance(getComputedStyle(button).color);
    const paper = luminance(getComputedStyle(button.closest('.turno')).backgroundColor);
    return (Math.max(text, paper) + 0.05) / (Math.min(text, paper) + 0.05);
})"""
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
HOUR = 3_600_000


def violations(page: Page) -> list[str]:
    page.evaluate(AXE + "; undefined")
    options = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
    result: dict[str, Any] = page.evaluate("options => axe.run(document, options)", options)
    assert len(result["passes"]) > 5, "axe non ha controllato nulla"
    return [f"{v['id']}: {node['html']} {node['failureSummary']}" for v in result["violations"] for node in v["nodes"]]


def looks_well(page: Page, state: str) -> None:
    """No violation in this state, and a picture of it for people."""
    page.evaluate("document.fonts.ready.then(() => undefined)")
    picture(page, f"{page.look}-{state}")
    assert violations(page) == [], state


# Colours depend on the theme and layout on the width: each state is seen in both themes, at both widths and in both places.
LOOKS = ["pagina-1200-chiaro", "pagina-320-scuro", "riquadro-1000-scuro", "riquadro-320-chiaro"]


@pytest.fixture(params=LOOKS)
def shown(request: pytest.FixtureRequest, new_page: NewPage, host_page: NewPage) -> Page:
    """The assistant, on its page or in the panel on another site's."""
    kind, width, theme = str(request.param).split("-")
    scheme = {"chiaro": "light", "scuro": "dark"}[theme]
    options: dict[str, Any] = {
        "color_scheme": scheme,
        "viewport": {"width": int(width), "height": 800},
        "reduced_motion": "reduce",
    }
    page = new_page(**options) if kind == "pagina" else host_page("/semplice", **options)
    page.look = request.param
    return page


def begin(page: Page) -> None:
    wait_ready(page)
    if page.locator(".lancia").count():
        page.locator(".lancia").click()


def ready_draft(site: Site, page: Page) -> None:
    """A draft of this conversation is ready, and the assistant says where."""
    id, now = site.newest(), datetime.now(timezone.utc)
    made = bozze.create(id, "A02", now, url=site.database)
    values: dict[str, Any] = {"codice": "A02", "titolo": "Certificato dei carichi pendenti", "riferimento": made.riferimento}
    request = Richiesta(
        **values,
        ufficio="Ufficio casellario",
        destinatario=("Alla Procura della Repubblica",),
        oggetto="Carichi pendenti",
        richiedente=(("Cognome", "Vuillermoz"),),
        dati=(),
        righe=("Chiede il certificato.",),
        allegati=("Copia del documento",),
        costi=("€ 16,00 di bollo",),
        consegna=(("Dove", "secondo piano"),),
        ricorda=(),
        firma="L'interessato",
        fonte="Carta dei servizi",
        creata=date.today(),
        scade=date.today() + timedelta(days=1),
    )
    ready = bozze.update(made.id, id, fase=PRONTA, richiesta=request, adesso=now, url=site.database)
    assert ready is not None
    site.post(Nuovo(ASSISTENTE, f"La bozza è pronta: {site.url}{ready.percorso}"))
    expect(page.locator(".bozza a.scarica")).to_have_count(2)


def test_before_the_first_message(shown: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    notice = AvvisoSito(
        id="prova",
        titolo="Sportello chiuso",
        testo="Lo sportello è chiuso; scriva a **urp@esempio.it**.",
        dal="2026-11-02",
        al="2026-11-06",
    )
    monkeypatch.setattr(sportello, "avvisi_del_sito", lambda known, day: [notice])
    if shown.locator(".lancia").count():
        looks_well(shown, "chiuso")
    shown.reload()
    begin(shown)
    expect(shown.get_by_role("region", name="Avvisi dell'ufficio")).to_contain_text("Dal 2 al 6 novembre 2026")
    expect(shown.locator("#apertura")).to_contain_text("ufficio è")
    looks_well(shown, "avviso")


def test_a_conversation(shown: Page, site: Site) -> None:
    begin(shown)
    ask(shown, "Quanto costa?")
    ask(shown, "un argomento")
    looks_well(shown, "pulsanti")
    shown.get_by_role("button", name="Casellario giudiziale").click()
    expect(answers(shown)).to_have_count(3)
    looks_well(shown, "pulsanti-usati")
    for source in shown.locator(".fonte summary").all():
        source.click()
    looks_well(shown, "fonte")
    answers(shown).last.get_by_role("button", name="No,").click()
    expect(shown.get_by_role("textbox", name="Che cosa non andava?")).to_be_visible()
    looks_well(shown, "valutazione")
    shown.locator("#strumenti summary").click()
    shown.get_by_role("button", name="Cancella la conversazione").click()
    expect(shown.get_by_role("dialog", name="Cancellare la conversazione?")).to_be_visible()
    looks_well(shown, "cancellazione")


def test_a_draft_and_a_person_of_the_office(shown: Page, site: Site) -> None:
    begin(shown)
    ask(shown, "menu")
    ready_draft(site, shown)
    looks_well(shown, "bozza")
    site.post(Nuovo(PERSONA, "Buongiorno, mi dica.", nome="Rita"), OPERATORE)
    expect(shown.locator("#turni > .operatore")).to_have_count(1)
    expect(shown.locator("#parla")).to_contain_text("persona dell'ufficio")
    looks_well(shown, "operatore")


def test_when_something_does_not_work(shown: Page, live_rasa: FakeRasa) -> None:
    begin(shown)
    ask(shown, "menu")
    shown.locator("#testo").fill("è" * 1001)
    shown.locator("#testo").press("Enter")
    expect(shown.locator("#errore")).not_to_be_empty()
    looks_well(shown, "errore")
    live_rasa.broken = True
    shown.locator("#testo").fill("Quanto costa?")
    shown.locator("#testo").press("Enter")
    expect(shown.locator("#connessione")).to_contain_text("non risponde")
    looks_well(shown, "assistente-giu")
    shown.get_by_role("button", name="Annulla l'invio").click()
    shown.context.set_offline(True)
    shown.locator("#testo").press("Enter")
    expect(shown.locator("#connessione")).to_contain_text("Non c'è connessione")
    looks_well(shown, "senza-rete")
    shown.context.set_offline(False)
    tolerate(shown, "503")
    watch_of(shown).complaints = [c for c in watch_of(shown).complaints if "ERR_" not in c]


def test_while_it_searches(shown: Page, live_rasa: FakeRasa) -> None:
    begin(shown)
    live_rasa.delay = 2.5
    shown.locator("#testo").fill("menu")
    shown.locator("#testo").press("Enter")
    expect(shown.locator("#stato p")).to_be_visible()
    looks_well(shown, "attesa")
    expect(answers(shown)).to_have_count(1)


def test_before_and_after_the_end(shown: Page) -> None:
    shown.clock.install()
    shown.reload()
    begin(shown)
    ask(shown, "menu")
    shown.route("**/api/messaggi?*", lambda route: route.fulfill(json={"messaggi": [], "stato": "bot", "scade_secondi": 100}))
    shown.clock.fast_forward(int(0.97 * HOUR))
    expect(shown.get_by_role("button", name="Continua la conversazione")).to_be_visible()
    looks_well(shown, "avvertimento")
    shown.route("**/api/messaggi?*", lambda route: route.fulfill(json={"messaggi": [], "stato": "bot", "scade_secondi": 0}))
    shown.clock.fast_forward(int(0.1 * HOUR))
    expect(shown.locator("#stato")).to_contain_text("tolta da questo schermo")
    looks_well(shown, "scaduta")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_disabled_choices_can_still_be_read(new_page: NewPage, scheme: str) -> None:
    """axe leaves disabled buttons out; ours must be readable all the same."""
    page = new_page(color_scheme=scheme)
    ask(page, "menu")
    page.get_by_role("button", name="Casellario giudiziale").click()
    expect(answers(page)).to_have_count(2)
    ratios = page.locator(".scelte button").evaluate_all(CONTRAST)
    assert len(ratios) == 3 and min(ratios) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_without_javascript(new_page: NewPage, site: Site, scheme: str) -> None:
    """axe needs a script; the page is the one that people without it get."""
    page = new_page(ready=False, color_scheme=scheme)
    page.route("**/static/widget.js", lambda route: route.abort())
    page.goto("/")
    for text in ("Quanto costa?", "un argomento"):
        page.locator("#testo").fill(text)
        page.get_by_role("button", name="Invia").click()
    page.get_by_role("button", name="Casellario giudiziale").click()
    expect(page.locator("#turni > li")).to_have_count(6)
    for folded in page.locator("summary").all():
        folded.click()
    page.look = f"senza-script-{scheme}"
    looks_well(page, "conversazione")
    tolerate(page, "ERR_FAILED")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_error_page(new_page: Callable[..., Page], scheme: str) -> None:
    page = new_page(color_scheme=scheme)
    page.goto("/non-esiste")
    expect(page.get_by_role("link", name="Torna all'assistente")).to_be_visible()
    assert violations(page) == []
    tolerate(page, "404")
