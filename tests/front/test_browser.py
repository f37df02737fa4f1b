"""The page at "/" in a real Chromium. `new_page` also checks: no request elsewhere, no error, no violation of the CSP."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bot.front.web import STATIC

from .browser import NewPage, announced, answers, ask, focused, tolerate, wait_ready, watch_of
from .conftest import OFFICE
from .fake_rasa import HOSTILE, FakeRasa

MOST_BYTES = 40 * 1024


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
    expect(answers(page)).to_have_count(1)
    assert live_rasa.messages == ["Buongiorno,\nmi serve il menu"]
    assert focused(page) == "testo" and page.locator("#testo").input_value() == ""
    expect(page.locator("#turni h3")).to_have_text(
        [re.compile(r"^Lei alle \d\d:\d\d$"), re.compile(r"^Assistente automatico alle \d\d:\d\d$")]
    )

    for _ in range(6):
        keyboard.press("Shift+Tab")
        if focused(page) == "Carichi pendenti":
            break
    keyboard.press("Enter")
    expect(answers(page)).to_have_count(2)
    assert live_rasa.messages[-1] == '/scegli{"voce": "carichi_pendenti"}'
    assert focused(page).startswith("Carichi pendenti")
    for expected in ("Copia questa risposta", "Sì, la risposta è stata utile", "No, la risposta non è stata utile", "Fonte"):
        keyboard.press("Tab")
        assert focused(page) == expected
    keyboard.press("Enter")
    expect(page.locator(".fonte[open] div")).to_have_text("Carta dei servizi, 5.2")
    for expected in ("Copia questa risposta", "Sì, la risposta è stata utile"):
        keyboard.press("Tab")
        assert focused(page) == expected
    keyboard.press("Enter")
    expect(answers(page).last.locator(".grazie")).to_have_text("Grazie.")
    assert focused(page) == "Sì, la risposta è stata utile"
    for expected in ("No, la risposta non è stata utile", "Strumenti della conversazione", "testo", "invia"):
        keyboard.press("Tab")
        assert focused(page) == expected


def test_the_send_button(page: Page, live_rasa: FakeRasa) -> None:
    page.locator("#testo").fill("Quanto costa?")
    page.get_by_role("button", name="Invia").click()
    expect(answers(page).locator("li")).to_have_text(["€ 16,00 di bollo", "€ 3,87 di diritti"])
    assert focused(page) == "testo"


def test_the_notice_comes_before_the_first_message_and_folds_after_it(page: Page) -> None:
    notice = page.locator("#informativa")
    for told in ("non una persona", "non pareri legali", "dati personali", "112", "si cancella da solo", OFFICE.telefono):
        expect(notice).to_contain_text(told)
    expect(notice.get_by_text("non pareri legali")).to_be_visible()
    expect(page.locator("#parla")).to_have_text("Risponde un sistema automatico, non una persona.")
    ask(page, "menu")
    expect(notice.get_by_text("non pareri legali")).to_be_hidden()
    expect(page.locator("#parla")).to_be_visible()
    notice.locator("summary").click()
    expect(notice.get_by_text("non pareri legali")).to_be_visible()


def test_choices_are_buttons_in_a_named_group_and_stay_readable_after_use(page: Page) -> None:
    ask(page, "menu")
    group = page.get_by_role("group", name="Può scegliere:")
    buttons = group.get_by_role("listitem").get_by_role("button")
    expect(buttons).to_have_count(3)
    buttons.nth(0).click()
    expect(answers(page)).to_have_count(2)
    used = page.get_by_role("group", name="Scelta fatta:").get_by_role("button")
    expect(used).to_have_count(3)
    for index in range(3):
        expect(used.nth(index)).to_be_disabled()
        expect(used.nth(index)).to_be_visible()
    expect(used.nth(0)).to_have_accessible_name("Casellario giudiziale (scelto)")
    page.locator("#testo").focus()
    expect(page.locator(".scelte button:disabled")).to_have_count(3)
    expect(page.locator("#turni > .lei").last).to_contain_text("Casellario giudiziale")


def test_each_answer_is_announced_once_in_a_region_of_its_own(page: Page) -> None:
    region = page.locator("#annunci")
    expect(region).to_have_attribute("aria-live", "polite")
    assert region.bounding_box()["width"] <= 1
    expect(page.get_by_role("log")).to_have_attribute("aria-live", "off")
    region.evaluate(
        """region => {
            window.added = [];
            const note = records => records.forEach(r => r.addedNodes.forEach(node => window.added.push(node.textContent)));
            new MutationObserver(note).observe(region, {childList: true, subtree: true});
        }"""
    )
    for text in ("due parti", "Quanto costa?", "menu", "boh", "boh"):
        ask(page, text)
    said = page.evaluate("window.added.filter(text => text)")
    assert said[0] == "Assistente automatico: Buongiorno! Sono l'assistente.\nSeconda parte."
    assert said[1].startswith("Assistente automatico: Il certificato costa:\n€ 16,00 di bollo\n€ 3,87") and "Fonte" not in said[1]
    assert said[2] == "Assistente automatico: Di quale servizio si tratta?\nCi sono 3 scelte dopo il messaggio."
    assert said[3:] == ["Assistente automatico: Non ho capito la domanda."] * 2
    assert len(announced(page).splitlines()) == 1


def test_searching_is_said_in_a_status_region_and_one_message_at_a_time(page: Page, live_rasa: FakeRasa) -> None:
    live_rasa.delay = 1.2
    page.locator("#testo").fill("menu")
    page.locator("#testo").press("Enter")
    expect(page.get_by_role("status").filter(has_text="Sto cercando…")).to_be_visible()
    page.locator("#testo").fill("un'altra cosa")
    page.locator("#testo").press("Enter")
    expect(answers(page)).to_have_count(1)
    expect(page.locator("#stato")).to_be_empty()
    assert page.locator("#testo").input_value() == "un'altra cosa"
    assert live_rasa.messages == ["menu"]


def test_answers_are_text_whatever_they_contain(page: Page) -> None:
    ask(page, "ostile")
    expect(answers(page).locator(".testo")).to_contain_text(HOSTILE.split(" https")[0])
    assert page.locator("#turni img, #turni script, #turni b").count() == 0
    assert page.title().startswith("Assistente automatico")
    link = answers(page).locator("a")
    assert (link.get_attribute("href") or "").startswith("https://example.invalid/a?b=")
    assert link.get_attribute("rel") == "noopener noreferrer" and link.get_attribute("target") == "_blank"
    expect(link).to_have_accessible_name(re.compile(r"\(si apre in un'altra scheda\)$"))


def test_html_is_made_anew_from_what_an_answer_may_have(page: Page) -> None:
    """The server sanitises; a server that did not would do no harm either."""
    made = page.evaluate(
        """async () => {
            const {content} = await import('/static/widget/html.js');
            const hostile = `<p onclick="x()" style="color:red">a <b>b</b><img src=x onerror="x()"><script>x()</script></p>
                <a href="javascript:x()">c</a><a href="/bozze/1">d</a><a href="data:text/html,x">e</a><svg><a xlink:href="y">f</a></svg>
                <ol start="3"><li>g</li></ol><ol start="x"></ol><iframe srcdoc="x"></iframe><strong class="y">h</strong><form><input></form>`;
            const div = document.createElement('div');
            div.append(...content(hostile, '', 'https://esempio.it/'));
            return div.innerHTML.replace(/\\s+/g, ' ');
        }"""
    )
    assert made == (
        '<p>a b</p> <span>c</span><a href="https://esempio.it/bozze/1" target="_blank" rel="noopener noreferrer">d'
        '<span class="solo-lettori"> (si apre in un\'altra scheda)</span></a><span>e</span>f <ol start="3"><li>g</li></ol><ol></ol>'
        "<strong>h</strong>"
    )
    page.wait_for_timeout(300)
    assert all(re.match("CSP|Executing inline|Applying inline", c) for c in watch_of(page).complaints)
    watch_of(page).complaints.clear()  # the policy has stopped the handlers of the hostile text even before


def test_too_long_is_explained_and_nothing_is_sent(page: Page, live_rasa: FakeRasa) -> None:
    page.locator("#testo").fill("è" * 1012)
    expect(page.locator("#conteggio")).to_have_text("1012 di 1000 caratteri.")
    expect(page.locator("#testo")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#limite")).to_have_text("Il testo è troppo lungo.")
    page.locator("#testo").press("Enter")
    expect(page.locator("#errore")).to_contain_text("ha 1012 caratteri e il massimo è 1000: tolga almeno 12 caratteri")
    assert len(page.locator("#testo").input_value()) == 1012 and live_rasa.received == []
    page.locator("#testo").fill("😀" * 1000)
    expect(page.locator("#conteggio")).to_have_text("1000 di 1000 caratteri.")
    page.locator("#testo").press("Enter")
    expect(answers(page)).to_have_count(1)
    expect(page.locator("#errore")).to_be_empty()


def test_an_empty_message_is_not_sent(page: Page, live_rasa: FakeRasa) -> None:
    page.locator("#testo").fill("  \n ")
    page.locator("#testo").press("Enter")
    expect(page.locator("#errore")).to_contain_text("Il messaggio è vuoto")
    assert live_rasa.received == []


def test_an_answer_can_be_rated_with_a_reason_and_rated_again(page: Page) -> None:
    ask(page, "Quanto costa?")
    group = page.get_by_role("group", name="È stato utile?")
    yes, no = group.get_by_role("button", name="Sì"), group.get_by_role("button", name="No,")
    yes.click()
    expect(yes).to_have_attribute("aria-pressed", "true")
    no.click()
    expect(no).to_have_attribute("aria-pressed", "true")
    expect(yes).to_have_attribute("aria-pressed", "false")
    reason = page.get_by_label("Che cosa non andava?")
    reason.fill("manca l'orario")
    page.get_by_role("button", name="Invia il motivo").click()
    expect(page.locator(".grazie")).to_have_text("Grazie: il Suo motivo è stato registrato.")
    expect(reason).to_be_hidden()
    expect(no).to_be_focused()
    page.reload()
    wait_ready(page)
    expect(page.get_by_role("group", name="È stato utile?").get_by_role("button", name="No,")).to_have_attribute(
        "aria-pressed", "true"
    )


def test_copying_an_answer_and_the_conversation(new_page: NewPage) -> None:
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    ask(page, "Quanto costa?")
    answers(page).get_by_role("button", name="Copia").click()
    expect(page.locator("#stato")).to_have_text("Testo copiato.")
    assert page.evaluate("navigator.clipboard.readText()").startswith("Il certificato costa:\n- € 16,00")
    page.locator("#strumenti summary").click()
    page.locator("#strumenti").get_by_role("button", name="Copia").click()
    expect(page.locator("#stato")).to_have_text("Testo copiato.")
    assert "Lei:\nQuanto costa?" in page.evaluate("navigator.clipboard.readText()")


def test_the_text_can_be_downloaded(page: Page) -> None:
    ask(page, "Quanto costa?")
    page.locator("#strumenti summary").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Scarica il testo").click()
    assert download.value.suggested_filename == "conversazione.txt"
    text = Path(download.value.path()).read_text(encoding="utf-8")
    assert OFFICE.nome in text and "Lei:\nQuanto costa?" in text and "Fonte: Carta dei servizi, 5.1 QUANTO COSTA" in text


def test_printing_opens_the_sources_and_leaves_out_the_controls(page: Page) -> None:
    ask(page, "Quanto costa?")
    page.evaluate("window.print = () => { window.printed = true; window.dispatchEvent(new Event('beforeprint')) }")
    page.locator("#strumenti summary").click()
    page.get_by_role("button", name="Stampa").click()
    assert page.evaluate("window.printed")
    page.emulate_media(media="print")
    expect(page.locator(".fonte div")).to_be_visible()
    for control in ("#modulo", "#strumenti", ".attrezzi"):
        expect(page.locator(control)).to_be_hidden()


def test_deleting_asks_first_and_forgets(page: Page, live_rasa: FakeRasa) -> None:
    expect(page.locator("#strumenti")).to_be_hidden()
    ask(page, "menu")
    page.locator("#strumenti summary").click()
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
    assert focused(page) == "testo" and announced(page) == ""
    assert not page.evaluate("Object.entries(sessionStorage).filter(([key]) => !key.endsWith(' stato'))")
    page.reload()
    wait_ready(page)
    expect(page.locator("#turni > li")).to_have_count(0)
    ask(page, "ciao")
    assert len({item["sender"] for item in live_rasa.received}) == 2


@pytest.mark.parametrize("script", [True, False])
def test_no_sideways_scrolling_at_320_pixels(new_page: NewPage, script: bool) -> None:
    page = new_page(viewport={"width": 320, "height": 640}, java_script_enabled=script)
    for text in ("un argomento", "Quanto costa?", "parola" * 150):
        page.locator("#testo").fill(text)
        before = page.locator("#turni > .assistente").count()
        page.get_by_role("button", name="Invia").click()
        expect(page.locator("#turni > .assistente")).not_to_have_count(before)
    page.wait_for_load_state()  # without JavaScript each answer is a new page: its styles come after its text
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    wide = page.locator("main *, header *, footer *").evaluate_all(
        "all => all.filter(e => !e.closest('.solo-lettori') && e.getBoundingClientRect().right > 320.5).map(e => e.outerHTML.slice(0, 80))"
    )
    assert wide == []


def test_double_text_size_loses_nothing(new_page: NewPage) -> None:
    """200% zoom of a 1280 pixel window, and letters twice as large in a browser's settings."""
    page = new_page(viewport={"width": 640, "height": 360})
    page.locator("html").evaluate("html => html.style.setProperty('font-size', '200%')")
    ask(page, "un argomento")
    assert page.evaluate("document.documentElement.scrollWidth") <= 640
    page.locator("#testo").scroll_into_view_if_needed()
    expect(page.locator("#testo")).to_be_in_viewport()
    assert page.locator("#testo").evaluate("box => parseFloat(getComputedStyle(box).fontSize)") >= 32


def test_targets_are_at_least_44_pixels_high(page: Page) -> None:
    ask(page, "un argomento")
    page.locator("#strumenti summary").click()
    small = page.locator("button, summary, textarea").evaluate_all(
        "all => all.filter(e => e.checkVisibility()).map(e => [e.textContent, e.getBoundingClientRect()])"
        ".filter(([, box]) => box.height < 44 || box.width < 44).map(([text]) => text)"
    )
    assert small == []


def test_focus_is_visible_also_in_forced_colours(page: Page) -> None:
    ask(page, "menu")
    page.locator("#testo").press("Shift+Tab")
    here = page.locator("#strumenti summary")
    expect(here).to_be_focused()
    ring = here.evaluate("e => getComputedStyle(e).boxShadow")
    assert "0px 0px 0px 5px" in ring
    page.emulate_media(forced_colors="active")
    outline = here.evaluate(
        "e => (({outlineStyle, outlineWidth, outlineColor}) => [outlineStyle, outlineWidth, outlineColor])(getComputedStyle(e))"
    )
    assert outline[:2] == ["solid", "3px"] and "0)" not in outline[2].replace("0, 0, 0)", "")


def test_focus_is_never_under_the_box(new_page: NewPage) -> None:
    page = new_page(viewport={"width": 900, "height": 700})
    for _ in range(4):
        ask(page, "menu")
    page.locator(".salta").focus()
    for _ in range(40):
        page.keyboard.press("Tab")
        if focused(page) == "testo":
            break
        hidden = page.evaluate(
            """() => {
                const root = document.getElementById('assistente').shadowRoot;
                const here = root.activeElement?.getBoundingClientRect();
                const box = root.querySelector('.fondo').getBoundingClientRect();
                return Boolean(root.activeElement?.closest('.corpo')) && here.bottom > box.top && here.top < box.bottom;
            }"""
        )
        assert not hidden
    else:
        pytest.fail("con il tabulatore non si arriva alla casella")


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2026-11-02", "2026-11-06", "Dal 2 al 6 novembre 2026"),
        ("2026-10-30", "2026-11-08", "Dal 30 ottobre all'8 novembre 2026"),
        ("2026-12-11", "2027-01-08", "Dall'11 dicembre 2026 all'8 gennaio 2027"),
        ("2026-11-02", "2026-11-02", "Lunedì 2 novembre 2026"),
        ("2026-11-01", None, "Dal 1 novembre 2026"),
    ],
)
def test_days_of_a_notice(page: Page, first: str, last: str | None, said: str) -> None:
    days = "async ([first, last]) => (await import('/static/widget/office.js')).dates(first, last)"
    assert page.evaluate(days, [first, last]) == said


def test_motion_can_be_switched_off(new_page: NewPage, live_rasa: FakeRasa) -> None:
    page = new_page(reduced_motion="reduce")
    live_rasa.delay = 1.0
    page.locator("#testo").fill("menu")
    page.locator("#testo").press("Enter")
    expect(page.locator("#stato p")).to_be_visible()
    assert page.locator("#stato p").evaluate("p => getComputedStyle(p, '::before').animationName") == "none"
    expect(answers(page)).to_have_count(1)


def test_without_javascript_the_whole_conversation_works(new_page: NewPage, live_rasa: FakeRasa) -> None:
    page = new_page(java_script_enabled=False)
    page.locator("#testo").fill("menu")
    page.get_by_role("button", name="Invia").click()
    page.get_by_role("button", name="Carichi pendenti").click()
    expect(page.locator("#turni > li")).to_have_count(4)
    assert live_rasa.messages == ["menu", '/scegli{"voce": "carichi_pendenti"}']
    expect(page.locator("#turni > li").last).to_be_in_viewport()
    with page.expect_download() as download:
        page.get_by_role("button", name="Scarica il testo").click()
    assert "Carichi pendenti" in Path(download.value.path()).read_text(encoding="utf-8")
    page.get_by_role("button", name="Cancella la conversazione").click()
    expect(page.locator("#turni > li")).to_have_count(0)
    expect(page.locator("#stato")).to_contain_text("è stata cancellata")


@pytest.mark.parametrize("missing", ["**/static/widget.js", "**/static/widget/outbox.js", "**/static/widget/widget.css"])
def test_a_conversation_begun_without_the_script_goes_on_with_it(new_page: NewPage, live_rasa: FakeRasa, missing: str) -> None:
    page = new_page(ready=False, java_script_enabled=True)
    page.route(missing, lambda route: route.abort())
    page.goto("/")
    page.locator("#testo").fill("menu")
    page.get_by_role("button", name="Invia").click()
    expect(page.locator("#turni > li")).to_have_count(2)
    page.unroute(missing)
    page.goto("/")
    wait_ready(page)
    expect(page.locator("#turni > li")).to_have_count(2)
    page.get_by_role("button", name="Carichi pendenti").click()
    expect(page.locator("#turni > li")).to_have_count(4)
    page.goto("/")
    expect(page.locator("#turni > li")).to_have_count(4)
    assert len({item["sender"] for item in live_rasa.received}) == 1
    watch_of(page).complaints = [c for c in watch_of(page).complaints if "Failed to fetch" not in c]
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


def test_the_widget_is_small() -> None:
    files = [STATIC / "widget.js", *(STATIC / "widget").iterdir()]
    assert sum(len(gzip.compress(file.read_bytes())) for file in files) < MOST_BYTES
