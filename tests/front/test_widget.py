"""The widget on another site's page. `host_page` also checks: no request but to the two sites, no error, no violation of a policy."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Locator, Page, expect

from bot.storage.conversazioni import OPERATORE, PERSONA, Nuovo

from .browser import NewPage, Site, announced, answers, ask, focused, picture, tolerate, wait_ready, watch_of
from .fake_rasa import FakeRasa
from .host_site import HostSite

PHONE = {"width": 375, "height": 667}


def with_data(kind: str, **data: str) -> str:
    """The address of a host page whose tag has these data-… attributes."""
    return f"/{kind}?" + urlencode({f"data-{name}": value for name, value in data.items()})


def launcher(page: Page) -> Locator:
    return page.get_by_role("button", name="Assistente", exact=True)


def panel(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Assistente automatico")


def opened(page: Page) -> Page:
    launcher(page).click()
    expect(panel(page)).to_be_visible()
    return page


def test_open_ask_and_close_with_the_keyboard_only(host_page: NewPage, live_rasa: FakeRasa) -> None:
    page = host_page("/semplice")
    expect(panel(page)).to_be_hidden()
    expect(launcher(page)).to_have_attribute("aria-expanded", "false")
    keyboard = page.keyboard
    keyboard.press("Tab")
    assert focused(page) == "Chieda all'assistente"
    keyboard.press("Tab")
    assert focused(page) == "Assistente"
    keyboard.press("Enter")
    expect(panel(page)).to_be_visible()
    assert focused(page) == "testo"
    expect(panel(page)).to_have_accessible_description(re.compile("non una persona.*112", re.DOTALL))
    keyboard.type("menu")
    keyboard.press("Enter")
    expect(answers(page)).to_have_count(1)
    keyboard.type("non ancora finito")
    keyboard.press("Escape")
    expect(panel(page)).to_be_hidden()
    assert focused(page) == "Assistente"
    keyboard.press("Enter")
    expect(answers(page)).to_have_count(1)
    assert page.locator("#testo").input_value() == "non ancora finito" and focused(page) == "testo"
    keyboard.press("Shift+Tab")
    keyboard.press("Escape")
    assert focused(page) == "Assistente"
    assert len({item["sender"] for item in live_rasa.received}) == 1


def test_the_conversation_and_the_open_panel_follow_from_page_to_page(host_page: NewPage, live_rasa: FakeRasa) -> None:
    page = opened(host_page("/semplice"))
    ask(page, "menu")
    page.goto("/altra")
    wait_ready(page)
    expect(panel(page)).to_be_visible()
    expect(page.locator("#turni > li")).to_have_count(2)
    assert focused(page).startswith("Comune di Esempio"), "una pagina nuova non sposta il fuoco"
    page.get_by_role("button", name="Chiudi l'assistente").click()
    page.goto("/semplice")
    wait_ready(page)
    expect(panel(page)).to_be_hidden()


def test_what_the_tag_can_say(host_page: NewPage) -> None:
    address = with_data(
        "semplice", posizione="sinistra", titolo="Chieda alla Procura", etichetta="Serve aiuto?", aperto="si", tema="scuro"
    )
    page = host_page(address)
    dialog = page.get_by_role("dialog", name="Chieda alla Procura")
    expect(dialog).to_be_visible()
    assert focused(page).startswith("Comune di Esempio")
    box = dialog.bounding_box()
    assert box and box["x"] < 50
    expect(page.locator("assistente-procura")).to_have_attribute("data-tema", "scuro")
    page.get_by_role("button", name="Chiudi l'assistente").click()
    expect(page.get_by_role("button", name="Serve aiuto?")).to_be_visible()


def test_in_an_element_of_the_page(host_page: NewPage) -> None:
    page = host_page(with_data("dentro", dentro="qui"))
    expect(page.get_by_role("region", name="Conversazione")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    ask(page, "menu")
    expect(page.locator("#qui")).to_be_visible()


def test_links_and_scripts_of_the_page_open_it_and_two_tags_make_one(host_page: NewPage) -> None:
    page = host_page("/doppia")
    expect(page.locator("assistente-procura")).to_have_count(1)
    page.get_by_role("link", name="Chieda all'assistente").click()
    expect(panel(page)).to_be_visible()
    assert focused(page) == "testo"
    page.evaluate("window.assistenteProcura.chiudi()")
    expect(panel(page)).to_be_hidden()
    page.evaluate("window.assistenteProcura.apri()")
    expect(panel(page)).to_be_visible()


LOOKS = """root => [...root.querySelectorAll('.lancia, .pannello, .turno, #testo, #invia, .scelte button, h2, .testata')].map(e => {
    const style = getComputedStyle(e), box = e.getBoundingClientRect();
    return [e.className || e.id, box.x, box.y, Math.round(box.width), Math.round(box.height), style.color, style.backgroundColor,
        style.fontSize, style.fontFamily, style.lineHeight, style.letterSpacing];
})"""


def test_a_hostile_page_changes_nothing_of_it(host_page: NewPage) -> None:
    seen = []
    for kind in ("/semplice", "/ostile"):
        page = host_page(kind, viewport={"width": 1000, "height": 800}, reduced_motion="reduce")
        page.evaluate("window.assistenteProcura.apri()")
        ask(page, "menu")
        page.evaluate("document.fonts.ready.then(() => undefined)")
        expect(page.locator("#testo")).to_be_in_viewport()
        seen.append(page.locator("assistente-procura").evaluate(f"host => ({LOOKS})(host.shadowRoot)"))
        picture(page, f"widget{kind.replace('/', '-')}")
    assert seen[0] == seen[1] and len(seen[0]) > 8


def test_it_changes_nothing_of_the_page(host_page: NewPage, host: HostSite) -> None:
    looks = """() => [...document.querySelectorAll('body, main, h1, p')].slice(0, 8).map(e => {
        const style = getComputedStyle(e), box = e.getBoundingClientRect();
        return [box.x, box.y, box.width, box.height, style.font, style.color, style.margin];
    })"""
    page = host_page("/semplice", viewport={"width": 1000, "height": 800})
    opened(page)
    with_it = page.evaluate(looks)
    page.route("**/widget.js", lambda route: route.abort())
    page.goto("/semplice")
    assert page.evaluate(looks) == with_it
    assert page.evaluate("Object.keys(window).filter(name => /assistente/i.test(name))") == []
    tolerate(page, "ERR_FAILED")


def test_a_strict_policy_needs_two_words_for_us(host_page: NewPage) -> None:
    page = opened(host_page("/severa"))
    ask(page, "Quanto costa?")
    expect(answers(page).locator("li")).to_have_text(["€ 16,00 di bollo", "€ 3,87 di diritti"])
    page.wait_for_timeout(200)
    assert page.evaluate("document.fonts.check('16px \"Assistente Titillium\"') && document.fonts.size") == 3
    assert page.locator("#invia").evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(0, 102, 204)"


def test_a_site_that_the_office_does_not_know_keeps_its_page_and_gets_no_widget(host_page: NewPage, host: HostSite) -> None:
    page = host_page(host.url.replace("127.0.0.1", "localhost") + "/semplice", ready=False)
    expect(page.get_by_role("heading", name="Comune di Esempio")).to_be_visible()
    page.wait_for_timeout(500)
    expect(page.locator("assistente-procura")).to_have_count(0)
    watch = watch_of(page)
    assert any("CORS" in complaint for complaint in watch.complaints)
    watch.complaints.clear()
    watch.foreign = [url for url in watch.foreign if not url.startswith("http://localhost")]


def test_a_site_colours_it_with_properties(host_page: NewPage) -> None:
    page = host_page("/semplice")
    page.evaluate("document.documentElement.style.setProperty('--assistente-primario', 'rgb(0, 100, 60)')")
    assert page.locator(".lancia").evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(0, 100, 60)"


def test_on_a_phone_it_is_the_whole_screen_and_the_focus_stays_in(host_page: NewPage) -> None:
    page = opened(host_page("/semplice", viewport=PHONE))
    assert panel(page).bounding_box() == {"x": 0, "y": 0, **PHONE}
    expect(panel(page)).to_have_attribute("aria-modal", "true")
    ask(page, "menu")
    for key in ("Tab", "Shift+Tab"):
        for _ in range(15):
            page.keyboard.press(key)
            assert page.evaluate("document.activeElement.localName") == "assistente-procura"
    picture(page, "widget-telefono")
    page.keyboard.press("Escape")
    expect(panel(page)).to_be_hidden()
    assert focused(page) == "Assistente"


@pytest.mark.parametrize("size", [{"width": 320, "height": 640}, {"width": 640, "height": 360}, {"width": 320, "height": 256}])
def test_small_windows_and_great_zoom_lose_nothing(host_page: NewPage, size: dict[str, int]) -> None:
    """320 pixels; 1280 x 720 at 200%; 1280 x 1024 at 400%."""
    page = opened(host_page("/semplice", viewport=size))
    ask(page, "un argomento")
    ask(page, "parola" * 150)
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    wide = page.locator("assistente-procura *").evaluate_all(
        f"all => all.filter(e => !e.closest('.solo-lettori') && e.getBoundingClientRect().right > {size['width']} + 0.5)"
        ".map(e => e.outerHTML.slice(0, 80))"
    )
    assert wide == []
    for target in ("#testo", "#invia", "#turni > li >> nth=0", "button[aria-label='Chiudi l\\'assistente']"):
        page.locator(target).scroll_into_view_if_needed()
        expect(page.locator(target)).to_be_in_viewport()


def test_letters_twice_as_large_as_usual(host_page: NewPage) -> None:
    """The size that the reader has set in the browser counts, not what the host page makes of "rem"."""
    page = opened(host_page("/semplice", viewport={"width": 1000, "height": 800}))
    page.evaluate("document.documentElement.style.fontSize = '10px'")
    assert page.locator("#testo").evaluate("e => getComputedStyle(e).fontSize") == "16px"


def test_a_message_that_comes_while_it_is_closed_is_counted_on_the_launcher(host_page: NewPage, site: Site) -> None:
    page = opened(host_page("/semplice"))
    ask(page, "menu")
    page.keyboard.press("Escape")
    site.post(Nuovo(PERSONA, "Buongiorno.", nome="Rita"), OPERATORE)
    expect(page.locator(".nuovi")).to_have_text("1 messaggio nuovo")
    assert announced(page) == "Rita, persona dell'ufficio: Buongiorno."
    site.post(Nuovo(PERSONA, "Mi dica.", nome="Rita"))
    expect(page.locator(".nuovi")).to_have_text("2 messaggi nuovi")
    page.locator(".lancia").click()
    expect(page.locator("#turni > .operatore")).to_have_count(2)
    page.keyboard.press("Escape")
    expect(page.locator(".nuovi")).to_be_hidden()


def test_the_printed_page_is_the_conversation_alone(host_page: NewPage) -> None:
    page = opened(host_page("/semplice"))
    ask(page, "Quanto costa?")
    page.evaluate("window.print = () => { window.printed = true; window.dispatchEvent(new Event('beforeprint')) }")
    page.locator("#strumenti summary").click()
    page.get_by_role("button", name="Stampa").click()
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name="Comune di Esempio")).to_be_hidden()
    expect(answers(page)).to_be_visible()
    expect(page.locator(".fonte div")).to_be_visible()
    expect(page.locator("#modulo")).to_be_hidden()
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    expect(page.get_by_role("heading", name="Comune di Esempio")).to_be_visible()
    expect(page.locator("assistente-procura")).to_be_hidden()


def test_motion_and_dark_follow_the_reader(host_page: NewPage) -> None:
    page = host_page("/semplice", color_scheme="dark")
    host = page.locator("assistente-procura")
    expect(host).to_have_attribute("data-tema", "scuro")
    page.emulate_media(color_scheme="light")
    expect(host).to_have_attribute("data-tema", "chiaro")
