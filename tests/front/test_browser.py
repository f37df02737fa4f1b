"""The page in a real Chromium. `new_page` also checks: no request elsewhere, no error, no violation of the CSP."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from .conftest import OFFICE, tolerate, watch_of
from .fake_rasa import HOSTILE, FakeRasa

NewPage = Callable[..., Page]


def ask(page: Page, text: str) -> None:
    """Type, press Enter, wait for the answer."""
    before = page.locator("#turni .assistente").count()
    page.locator("#testo").fill(text)
    page.locator("#testo").press("Enter")
    expect(page.locator("#turni .assistente")).not_to_have_count(before)
    expect(page.locator("#invia[aria-disabled]")).to_have_count(0)


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))


def announced(page: Page) -> list[str]:
    return page.locator("#annunci p").all_inner_texts()


def test_a_conversation_with_the_keyboard_only(page: Page, live_rasa: FakeRasa) -> None:
    keyboard = page.keyboard
    keyboard.press("Tab")
    assert focused(page) == "Vai alla casella per scrivere"
    expect(page.locator(".salta")).to_be_in_viewport()
    keyboard.press("Enter")
    assert focused(page) == "testo"
    keyboard.type("Buongiorno,")
    keyboard.press("Shift+Enter")
    keyboard.type("mi serve il menu")
    assert page.locator("#testo").input_value() == "Buongiorno,\nmi serve il menu"
    keyboard.press("Enter")
    expect(page.locator("#turni .assistente")).to_have_count(1)
    assert live_rasa.messages == ["Buongiorno,\nmi serve il menu"]
    assert focused(page) == "testo" and page.locator("#testo").input_value() == ""
    assert page.locator("#turni h3").all_inner_texts() == ["Lei", "Assistente"]

    keyboard.press("Shift+Tab")
    assert focused(page) == "Copie di atti e diritti di copia"
    keyboard.press("Shift+Tab")
    keyboard.press("Enter")
    expect(page.locator("#turni .assistente")).to_have_count(2)
    assert live_rasa.messages[-1] == '/scegli{"voce": "carichi_pendenti"}'
    assert focused(page).startswith("Carichi pendenti")
    keyboard.press("Tab")
    assert focused(page) == "Fonte"
    keyboard.press("Enter")
    expect(page.locator("details[open] p")).to_have_text("Carta dei servizi, 5.2")
    keyboard.press("Tab")
    assert focused(page) == "testo"


def test_the_send_button(page: Page, live_rasa: FakeRasa) -> None:
    page.locator("#testo").fill("Quanto costa?")
    page.get_by_role("button", name="Invia").click()
    expect(page.locator("#turni .assistente li")).to_have_text(["€ 16,00 di bollo", "€ 3,87 di diritti"])
    assert focused(page) == "testo"


def test_choices_are_buttons_in_a_named_group_and_stay_readable_after_use(page: Page) -> None:
    ask(page, "menu")
    group = page.get_by_role("group", name="Può scegliere:")
    buttons = group.get_by_role("listitem").get_by_role("button")
    expect(buttons).to_have_count(3)
    for height in page.eval_on_selector_all(".scelte button", "all => all.map(b => b.getBoundingClientRect().height)"):
        assert height >= 44
    buttons.nth(0).click()
    expect(page.locator("#turni .assistente")).to_have_count(2)
    used = page.get_by_role("group", name="Scelta fatta:").get_by_role("button")
    expect(used).to_have_count(3)
    for index in range(3):
        expect(used.nth(index)).to_be_disabled()
        expect(used.nth(index)).to_be_visible()
    expect(used.nth(0)).to_have_accessible_name("Casellario giudiziale (scelto)")
    page.locator("#testo").focus()
    expect(page.locator(".scelte button:disabled")).to_have_count(3)
    expect(page.locator("#turni .lei").last).to_contain_text("Casellario giudiziale")


def test_each_answer_is_announced_once_in_a_region_of_its_own(page: Page) -> None:
    region = page.locator("#annunci")
    expect(region).to_have_attribute("aria-live", "polite")
    assert region.bounding_box()["width"] <= 1  # type: ignore[index]
    expect(page.get_by_role("log")).to_have_attribute("aria-live", "off")
    page.evaluate(
        """() => {
            window.added = [];
            const note = records => records.forEach(r => r.addedNodes.forEach(node => window.added.push(node.textContent)));
            new MutationObserver(note).observe(document.getElementById('annunci'), {childList: true, subtree: true});
        }"""
    )
    ask(page, "due parti")
    ask(page, "Quanto costa?")
    ask(page, "menu")
    ask(page, "boh")
    ask(page, "boh")
    added = page.evaluate("window.added")
    assert added[0] == "Assistente: Buongiorno! Sono l'assistente.\nSeconda parte."
    assert added[1].startswith("Assistente: Il certificato costa:\n€ 16,00 di bollo\n€ 3,87") and "Fonte" not in added[1]
    assert added[2] == "Assistente: Di quale servizio si tratta?\nCi sono 3 scelte dopo il messaggio."
    assert added[3:] == ["Assistente: Non ho capito la domanda."] * 2
    assert len(announced(page)) <= 2


def test_searching_is_said_in_a_status_region_and_one_message_at_a_time(page: Page, live_rasa: FakeRasa) -> None:
    live_rasa.delay = 1.2
    page.locator("#testo").fill("menu")
    page.locator("#testo").press("Enter")
    expect(page.get_by_role("status").filter(has_text="Sto cercando…")).to_be_visible()
    page.locator("#testo").fill("un'altra cosa")
    page.locator("#testo").press("Enter")
    expect(page.locator("#turni .assistente")).to_have_count(1)
    expect(page.locator("#stato")).to_be_empty()
    assert page.locator("#testo").input_value() == "un'altra cosa"
    assert live_rasa.messages == ["menu"]


def test_answers_are_text_whatever_they_contain(page: Page) -> None:
    ask(page, "ostile")
    expect(page.locator("#turni .assistente .testo")).to_contain_text(HOSTILE.split(" https")[0])
    assert page.locator("#turni img, #turni script, #turni b").count() == 0
    assert page.title().startswith("Assistente automatico")
    link = page.locator("#turni .assistente a")
    assert link.get_attribute("href") == "https://example.invalid/a?b="
    assert link.get_attribute("rel") == "noopener noreferrer"


def test_script_and_server_build_the_same_page(new_page: NewPage) -> None:
    simplify = """() => [...document.querySelectorAll('#turni .testo, #turni .fonte, #turni .scelte')].map(node => {
        const copy = node.cloneNode(true);
        for (const n of [copy, ...copy.querySelectorAll('*')])
            ['id', 'value', 'aria-labelledby'].forEach(name => n.removeAttribute(name));
        return copy.outerHTML.replace(/>\\s+</g, '><').replace(/\\s+/g, ' ').replaceAll('=""', '');
    })"""
    scripted, plain = new_page(), new_page(java_script_enabled=False)
    for text in ("Quanto costa?", "ostile", "un argomento", "vedi (www.procura.aosta.it), o a.b@c.it."):
        ask(scripted, text)
        plain.locator("#testo").fill(text)
        plain.get_by_role("button", name="Invia").click()
    by_script = scripted.evaluate(simplify)
    by_server = plain.evaluate(simplify)
    assert by_script == by_server


def test_too_long_is_explained_and_nothing_is_sent(page: Page, live_rasa: FakeRasa) -> None:
    page.locator("#testo").fill("è" * 1012)
    expect(page.locator("#conteggio")).to_have_text("1012 di 1000 caratteri.")
    expect(page.locator("#testo")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#limite")).to_have_text("Il testo è troppo lungo.")
    page.locator("#testo").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("ha 1012 caratteri e il massimo è 1000: tolga almeno 12 caratteri")
    assert len(page.locator("#testo").input_value()) == 1012 and live_rasa.received == []
    page.locator("#testo").fill("😀" * 1000)
    expect(page.locator("#conteggio")).to_have_text("1000 di 1000 caratteri.")
    page.locator("#testo").press("Enter")
    expect(page.locator("#turni .assistente")).to_have_count(1)
    expect(page.get_by_role("alert")).to_be_empty()


def test_an_empty_message_is_not_sent(page: Page, live_rasa: FakeRasa) -> None:
    page.locator("#testo").fill("  \n ")
    page.locator("#testo").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Il messaggio è vuoto")
    assert live_rasa.received == []


def test_when_the_network_drops_the_text_stays(new_page: NewPage, live_rasa: FakeRasa) -> None:
    page = new_page()
    ask(page, "menu")
    page.route("**/api/**", lambda route: route.abort("internetdisconnected"))
    page.locator("#testo").fill("Quanto costa?")
    page.locator("#testo").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("La connessione non funziona. Il messaggio non è stato inviato")
    assert page.locator("#testo").input_value() == "Quanto costa?" and focused(page) == "testo"
    expect(page.locator("#turni .lei")).to_have_count(1)
    page.get_by_role("button", name="Casellario giudiziale").click()
    expect(page.get_by_role("alert")).to_contain_text("La scelta non è stata inviata")
    expect(page.get_by_role("group", name="Può scegliere:").get_by_role("button", disabled=False)).to_have_count(3)
    page.unroute("**/api/**")
    page.get_by_role("button", name="Casellario giudiziale").click()
    expect(page.locator("#turni .assistente")).to_have_count(2)
    page.locator("#testo").press("Enter")
    expect(page.locator("#turni .assistente")).to_have_count(3)
    expect(page.get_by_role("alert")).to_be_empty()
    assert live_rasa.messages == ["menu", '/scegli{"voce": "casellario"}', "Quanto costa?"]
    tolerate(page, "ERR_INTERNET_DISCONNECTED")


def test_when_rasa_is_down_the_desk_is_named_and_the_text_stays(page: Page, live_rasa: FakeRasa) -> None:
    live_rasa.broken = True
    page.locator("#testo").fill("Quanto costa?")
    page.locator("#testo").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text(OFFICE.telefono)
    assert page.locator("#testo").input_value() == "Quanto costa?"
    expect(page.locator("#turni li")).to_have_count(0)
    tolerate(page, "503")


def test_text_typed_while_waiting_is_not_lost_by_a_failure(page: Page) -> None:
    def slow_failure(route: Route) -> None:
        page.evaluate("document.getElementById('testo').value = 'seconda'")
        route.abort()

    page.route("**/api/messaggi", slow_failure)
    page.locator("#testo").fill("prima")
    page.locator("#testo").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("non è stato inviato")
    assert page.locator("#testo").input_value() == "prima\nseconda"
    tolerate(page, "ERR_FAILED")


def test_an_expired_session_is_said_and_the_next_message_begins_another(page: Page, live_rasa: FakeRasa) -> None:
    ask(page, "menu")
    page.evaluate("fetch('/api/conversazioni', {method: 'DELETE', body: JSON.stringify({token: sessionStorage.conversazione})})")
    page.wait_for_timeout(200)
    page.locator("#testo").fill("Quanto costa?")
    page.locator("#testo").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("La conversazione è scaduta")
    page.locator("#testo").press("Enter")
    expect(page.locator("#turni .assistente")).to_have_count(2)
    assert len({item["sender"] for item in live_rasa.received}) == 2
    tolerate(page, "401")


def test_a_reload_shows_the_conversation_again_in_silence(page: Page, live_rasa: FakeRasa) -> None:
    ask(page, "menu")
    page.get_by_role("button", name="Carichi pendenti").click()
    expect(page.locator("#turni .assistente")).to_have_count(2)
    page.reload()
    page.wait_for_selector("html[data-pronta]")
    expect(page.locator("#turni > li")).to_have_count(4)
    expect(page.get_by_role("group", name="Scelta fatta:").get_by_role("button", disabled=True)).to_have_count(3)
    assert announced(page) == []
    ask(page, "Quanto costa?")
    assert len({item["sender"] for item in live_rasa.received}) == 1


def test_deleting_asks_first_and_forgets(page: Page, live_rasa: FakeRasa) -> None:
    expect(page.get_by_role("button", name="Cancella la conversazione")).to_be_hidden()
    ask(page, "menu")
    delete = page.get_by_role("button", name="Cancella la conversazione")
    delete.click()
    dialog = page.get_by_role("dialog", name="Cancellare la conversazione?")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(delete).to_be_focused()
    expect(page.locator("#turni > li")).to_have_count(2)
    delete.click()
    dialog.get_by_role("button", name="Cancella", exact=True).click()
    expect(page.locator("#turni > li")).to_have_count(0)
    expect(page.get_by_role("status").filter(has_text="è stata cancellata")).to_be_visible()
    assert focused(page) == "testo" and page.evaluate("sessionStorage.length") == 0
    page.reload()
    page.wait_for_selector("html[data-pronta]")
    expect(page.locator("#turni > li")).to_have_count(0)
    ask(page, "ciao")
    assert len({item["sender"] for item in live_rasa.received}) == 2


def test_the_text_can_be_downloaded(page: Page) -> None:
    ask(page, "Quanto costa?")
    with page.expect_download() as download:
        page.get_by_role("button", name="Scarica il testo").click()
    assert download.value.suggested_filename == "conversazione.txt"
    text = Path(download.value.path()).read_text(encoding="utf-8")
    assert OFFICE.nome in text and "Lei:\nQuanto costa?" in text and "Fonte: Carta dei servizi, 5.1 QUANTO COSTA" in text


def test_printing_opens_the_sources_and_leaves_out_the_controls(page: Page) -> None:
    ask(page, "Quanto costa?")
    page.evaluate("window.print = () => { window.printed = true; window.dispatchEvent(new Event('beforeprint')) }")
    page.get_by_role("button", name="Stampa").click()
    assert page.evaluate("window.printed")
    page.emulate_media(media="print")
    expect(page.locator("details p")).to_be_visible()
    expect(page.locator("#modulo")).to_be_hidden()
    expect(page.locator("#strumenti")).to_be_hidden()


@pytest.mark.parametrize("script", [True, False])
def test_no_sideways_scrolling_at_320_pixels(new_page: NewPage, script: bool) -> None:
    page = new_page(viewport={"width": 320, "height": 640}, java_script_enabled=script)
    for text in ("un argomento", "Quanto costa?", "parola" * 150):
        page.locator("#testo").fill(text)
        before = page.locator("#turni .assistente").count()
        page.get_by_role("button", name="Invia").click()
        expect(page.locator("#turni .assistente")).not_to_have_count(before)
    page.wait_for_load_state()  # without JavaScript each answer is a new page: its styles come after its text
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    wide = page.evaluate(
        "[...document.querySelectorAll('main *, header *, footer *')].filter(e => !e.closest('.solo-lettori'))"
        ".filter(e => e.getBoundingClientRect().right > 320.5).map(e => e.outerHTML.slice(0, 80))"
    )
    assert wide == []


def test_targets_are_at_least_44_pixels_high(page: Page) -> None:
    ask(page, "un argomento")
    small = page.evaluate(
        "[...document.querySelectorAll('button, summary, textarea')].filter(e => e.checkVisibility())"
        ".filter(e => e.getBoundingClientRect().height < 44 || e.getBoundingClientRect().width < 44).map(e => e.textContent)"
    )
    assert small == []


def test_focus_is_visible(page: Page) -> None:
    ask(page, "menu")
    page.locator("#testo").press("Shift+Tab")
    style = page.evaluate(
        "(({outlineStyle, outlineWidth}) => [outlineStyle, outlineWidth])(getComputedStyle(document.activeElement))"
    )
    assert style == ["solid", "3px"]


def test_focus_is_never_under_the_box(new_page: NewPage) -> None:
    page = new_page(viewport={"width": 900, "height": 700})
    for _ in range(4):
        ask(page, "menu")
    page.locator(".salta").focus()
    for _ in range(20):
        page.keyboard.press("Tab")
        if focused(page) == "testo":
            break
        hidden = page.evaluate(
            """() => {
                const here = document.activeElement.getBoundingClientRect();
                const box = document.getElementById('modulo').getBoundingClientRect();
                return Boolean(document.activeElement.closest('#turni')) && here.bottom > box.top && here.top < box.bottom;
            }"""
        )
        assert not hidden
    else:
        pytest.fail("con il tabulatore non si arriva alla casella")


def test_motion_can_be_switched_off(new_page: NewPage, live_rasa: FakeRasa) -> None:
    page = new_page(reduced_motion="reduce")
    live_rasa.delay = 1.0
    page.locator("#testo").fill("menu")
    page.locator("#testo").press("Enter")
    expect(page.locator("#stato p")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('#stato p'), '::before').animationName") == "none"
    expect(page.locator("#turni .assistente")).to_have_count(1)


def test_without_javascript_the_whole_conversation_works(new_page: NewPage, live_rasa: FakeRasa) -> None:
    page = new_page(java_script_enabled=False)
    page.locator("#testo").fill("menu")
    page.get_by_role("button", name="Invia").click()
    page.get_by_role("button", name="Carichi pendenti").click()
    expect(page.locator("#turni > li")).to_have_count(4)
    assert live_rasa.messages == ["menu", '/scegli{"voce": "carichi_pendenti"}']
    expect(page.locator("#turni > li").last).to_be_in_viewport()
    expect(page.get_by_role("button", name="Stampa")).to_be_hidden()
    with page.expect_download() as download:
        page.get_by_role("button", name="Scarica il testo").click()
    assert "Carichi pendenti" in Path(download.value.path()).read_text(encoding="utf-8")
    page.get_by_role("button", name="Cancella la conversazione").click()
    expect(page.locator("#turni > li")).to_have_count(0)
    expect(page.locator("#stato")).to_contain_text("è stata cancellata")


def test_a_conversation_begun_without_javascript_goes_on_with_it(new_page: NewPage, live_rasa: FakeRasa) -> None:
    page = new_page()
    page.route("**/static/pagina.js", lambda route: route.abort())
    page.goto("/")
    page.locator("#testo").fill("menu")
    page.get_by_role("button", name="Invia").click()
    expect(page.locator("#turni > li")).to_have_count(2)
    page.unroute("**/static/pagina.js")
    page.goto("/")
    page.wait_for_selector("html[data-pronta]")
    expect(page.locator("#turni > li")).to_have_count(2)
    page.get_by_role("button", name="Carichi pendenti").click()
    expect(page.locator("#turni > li")).to_have_count(4)
    page.goto("/")
    expect(page.locator("#turni > li")).to_have_count(4)
    assert len({item["sender"] for item in live_rasa.received}) == 1
    tolerate(page, "ERR_FAILED")


def test_the_watch_would_see_what_is_forbidden(page: Page) -> None:
    page.evaluate(
        """() => {
            const image = document.createElement('img'); image.src = 'http://example.invalid/x.png'; document.body.append(image);
            const style = document.createElement('style'); style.textContent = 'p { color: red }'; document.body.append(style);
            const script = document.createElement('script'); script.textContent = 'window.bad = 1'; document.body.append(script);
        }"""
    )
    page.wait_for_timeout(300)
    seen = " ".join(watch_of(page).complaints)
    assert "CSP img-src" in seen and "CSP style-src" in seen and "CSP script-src" in seen
    assert page.evaluate("window.bad") is None
    watch_of(page).complaints.clear()
    watch_of(page).foreign.clear()
