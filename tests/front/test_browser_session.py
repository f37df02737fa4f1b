"""A conversation over time: reload, network and assistant that come and go, two tabs, the office that writes, the end."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from bot.storage import conversazioni
from bot.storage.conversazioni import OPERATORE, PERSONA, UFFICIO, Nuovo

from .browser import NewPage, Site, announced, answers, ask, focused, reload, tolerate, wait_ready, watch_of
from .conftest import OFFICE
from .fake_rasa import FakeRasa

NO_NETWORK = "ERR_INTERNET_DISCONNECTED"


def drop_network(page: Page) -> None:
    page.context.set_offline(True)


def restore_network(page: Page) -> None:
    page.context.set_offline(False)


def forgive_network(page: Page) -> None:
    """Streams and requests that a missing network has cut are in the console as well."""
    watch = watch_of(page)
    watch.complaints = [c for c in watch.complaints if not re.search("ERR_(INTERNET_DISCONNECTED|NETWORK|FAILED|CONNECTION)", c)]


def stored(page: Page) -> list[str]:
    """What this tab keeps, besides what the office says of itself."""
    return page.evaluate("Object.keys(sessionStorage).map(key => key.split(' ').at(-1)).filter(name => name !== 'stato').sort()")


def test_a_reload_shows_the_conversation_again_in_silence(page: Page, live_rasa: FakeRasa) -> None:
    ask(page, "menu")
    page.get_by_role("button", name="Carichi pendenti").click()
    expect(answers(page)).to_have_count(2)
    reload(page)
    expect(page.locator("#turni > li")).to_have_count(4)
    expect(page.get_by_role("group", name="Scelta fatta:").get_by_role("button", disabled=True)).to_have_count(3)
    assert announced(page) == ""
    ask(page, "Quanto costa?")
    assert len({item["sender"] for item in live_rasa.received}) == 1


def test_without_network_it_says_so_keeps_the_text_and_sends_it_once(page: Page, live_rasa: FakeRasa) -> None:
    ask(page, "menu")
    drop_network(page)
    trouble = page.locator("#connessione")
    expect(trouble).to_contain_text("Non c'è connessione")
    for told in (OFFICE.telefono, OFFICE.mail, OFFICE.orari, "112"):
        expect(trouble).to_contain_text(told)
    page.locator("#testo").fill("Quanto costa?")
    page.locator("#testo").press("Enter")
    leaving = page.locator(".in-partenza")
    expect(leaving).to_contain_text("Quanto costa?")
    expect(leaving).to_contain_text("Non ancora inviato: riprovo da solo")
    assert stored(page) == ["in_partenza", "token"]
    restore_network(page)
    expect(answers(page)).to_have_count(2)
    expect(leaving).to_have_count(0)
    expect(trouble).to_be_empty()
    assert live_rasa.messages == ["menu", "Quanto costa?"] and stored(page) == ["token"]
    forgive_network(page)


def test_an_answer_lost_on_its_way_is_not_asked_for_twice(page: Page, live_rasa: FakeRasa) -> None:
    """The server has answered, the network ends before the answer is here: the same key gets the same answer."""
    ask(page, "menu")
    lost = []

    def swallow(route: Route) -> None:
        if lost:
            route.continue_()
        else:
            lost.append(route.fetch().status)
            route.abort("connectionreset")

    page.route("**/api/messaggi", swallow)
    page.locator("#testo").fill("Quanto costa?")
    page.locator("#testo").press("Enter")
    expect(page.locator("#turni > .lei")).to_have_count(2)
    expect(answers(page)).to_have_count(2)
    expect(page.locator(".in-partenza")).to_have_count(0)
    expect(page.locator("#turni > .lei")).to_have_count(2)
    assert lost == [200] and live_rasa.messages == ["menu", "Quanto costa?"]
    reload(page)
    expect(page.locator("#turni > li")).to_have_count(4)
    forgive_network(page)


def test_giving_up_puts_the_text_back(page: Page, live_rasa: FakeRasa) -> None:
    ask(page, "menu")
    drop_network(page)
    page.locator("#testo").fill("Quanto costa?")
    page.locator("#testo").press("Enter")
    page.locator("#testo").fill("seconda")
    page.get_by_role("button", name="Annulla l'invio").click()
    expect(page.locator(".in-partenza")).to_have_count(0)
    assert page.locator("#testo").input_value() == "Quanto costa?\nseconda" and focused(page) == "testo"
    page.get_by_role("button", name="Casellario giudiziale").click()
    expect(page.locator(".in-partenza")).to_contain_text("Casellario giudiziale")
    page.get_by_role("button", name="Annulla l'invio").click()
    expect(page.get_by_role("group", name="Può scegliere:").get_by_role("button", disabled=False)).to_have_count(3)
    restore_network(page)
    expect(page.locator("#connessione")).to_be_empty()
    assert live_rasa.messages == ["menu"]
    forgive_network(page)


def test_when_rasa_is_down_the_desk_is_named_and_the_message_leaves_when_it_is_back(page: Page, live_rasa: FakeRasa) -> None:
    live_rasa.broken = True
    page.locator("#testo").fill("Quanto costa?")
    page.locator("#testo").press("Enter")
    expect(page.locator("#connessione")).to_contain_text("L'assistente in questo momento non risponde.")
    expect(page.locator("#connessione")).to_contain_text(OFFICE.telefono)
    expect(page.locator(".in-partenza")).to_contain_text("Quanto costa?")
    retry = page.get_by_role("button", name="Riprova ora")
    expect(retry).to_be_visible()
    live_rasa.broken = False
    retry.focus()
    page.keyboard.press("Enter")  # on a slow machine it has tried by itself meanwhile; the focus is not lost then either
    expect(answers(page)).to_have_count(1, timeout=20_000)
    expect(page.locator("#connessione")).to_be_empty()
    expect(page.locator("#turni > li")).to_have_count(2)
    assert focused(page) == "testo"
    tolerate(page, "503")


def test_that_rasa_is_down_is_said_before_anything_is_typed(new_page: NewPage, live_rasa: FakeRasa) -> None:
    live_rasa.broken = True
    page = new_page()
    expect(page.locator("#connessione")).to_contain_text("L'assistente in questo momento non risponde.")
    expect(page.locator("#connessione")).to_contain_text(OFFICE.orari)


def test_a_message_on_its_way_survives_a_reload(page: Page, live_rasa: FakeRasa) -> None:
    ask(page, "menu")
    live_rasa.broken = True
    page.locator("#testo").fill("Quanto costa?")
    page.locator("#testo").press("Enter")
    expect(page.get_by_role("button", name="Riprova ora")).to_be_visible()
    reload(page)
    expect(page.locator(".in-partenza")).to_contain_text("Quanto costa?")
    live_rasa.broken = False
    expect(answers(page)).to_have_count(2, timeout=20_000)  # it tries again by itself
    expect(page.locator("#turni > li")).to_have_count(4)
    tolerate(page, "503")


def test_two_tabs_stay_in_step(page: Page, live_rasa: FakeRasa) -> None:
    ask(page, "menu")
    with page.context.expect_page() as opened:
        page.evaluate("window.open('/')")  # as a duplicated tab: with a copy of what this one keeps
    other = opened.value
    wait_ready(other)
    expect(other.locator("#turni > li")).to_have_count(2)
    ask(other, "Quanto costa?")
    page.bring_to_front()
    expect(page.locator("#turni > li")).to_have_count(4)
    expect(page.locator("#turni > .lei").last).to_contain_text("Quanto costa?")
    page.get_by_role("button", name="Carichi pendenti").click()
    expect(answers(page)).to_have_count(3)
    other.bring_to_front()
    expect(other.locator("#turni > li")).to_have_count(6)
    expect(other.get_by_role("group", name="Scelta fatta:").get_by_role("button", disabled=True)).to_have_count(3)
    assert len({item["sender"] for item in live_rasa.received}) == 1

    other.locator("#strumenti summary").click()
    other.get_by_role("button", name="Cancella la conversazione").click()
    other.get_by_role("button", name="Cancella", exact=True).click()
    expect(other.locator("#turni > li")).to_have_count(0)
    page.bring_to_front()
    expect(page.locator("#turni > li")).to_have_count(0)
    expect(page.locator("#stato")).to_contain_text("è finita o è stata cancellata")
    assert stored(page) == []
    forgive_network(page)


def test_a_person_of_the_office_is_named_and_announced(page: Page, site: Site) -> None:
    ask(page, "menu")
    site.post(Nuovo(UFFICIO, "Ora Le risponde una persona."), OPERATORE)
    expect(page.locator("#turni > .ufficio h3")).to_contain_text("L'ufficio")
    site.post(Nuovo(PERSONA, "Buongiorno, sono **Rita**.", nome="Rita"))
    said = page.locator("#turni > .operatore")
    expect(said.locator("h3")).to_contain_text("Rita, persona dell'ufficio")
    expect(said.locator("strong")).to_have_text("Rita")
    expect(page.locator("#parla")).to_contain_text("persona dell'ufficio")
    assert announced(page) == "Rita, persona dell'ufficio: Buongiorno, sono Rita."
    reload(page)
    expect(page.locator("#turni > .operatore")).to_have_count(1)
    expect(page.locator("#parla")).to_contain_text("persona dell'ufficio")


def test_messages_come_also_where_streams_do_not(page: Page, site: Site) -> None:
    """A proxy that holds streams back: the page asks now and then."""
    page.route("**/api/eventi*", lambda route: route.abort())
    ask(page, "menu")
    site.post(Nuovo(PERSONA, "Eccomi.", nome="Rita"), OPERATORE)
    expect(page.locator("#turni > .operatore")).to_have_count(1, timeout=20_000)
    tolerate(page, "ERR_FAILED")


def test_a_session_that_is_over_is_said_and_the_next_message_begins_another(page: Page, site: Site, live_rasa: FakeRasa) -> None:
    page.route("**/api/eventi*", lambda route: route.abort())  # nobody tells the page
    ask(page, "menu")
    conversazioni.delete(site.newest(), site.conversations._clock(), url=site.database)
    page.locator("#testo").fill("Quanto costa?")
    page.locator("#testo").press("Enter")
    expect(page.locator("#stato")).to_contain_text("La conversazione è scaduta")
    expect(page.locator("#turni > li")).to_have_count(0)
    assert page.locator("#testo").input_value() == "Quanto costa?"
    page.locator("#testo").press("Enter")
    expect(answers(page)).to_have_count(1)
    assert len({item["sender"] for item in live_rasa.received}) == 2
    page.close()  # after this nothing asks any more
    tolerate(page, "401")
    forgive_network(page)


def test_a_token_that_expired_before_the_first_message_is_not_the_persons_matter(page: Page, live_rasa: FakeRasa) -> None:
    page.locator("#testo").press_sequentially("Quanto")
    refused = []

    def expired(route: Route) -> None:
        if refused:
            return route.continue_()
        refused.append(True)
        route.fulfill(status=401, json={"errore": "La conversazione è scaduta.", "codice": "sessione"})

    page.route("**/api/messaggi", expired)
    page.locator("#testo").press("Enter")
    expect(answers(page)).to_have_count(1)
    expect(page.locator("#stato")).to_be_empty()
    assert live_rasa.messages == ["Quanto"]
    tolerate(page, "401")


@pytest.fixture
def later(new_page: NewPage) -> Iterator[Page]:
    """A page whose clock the test moves, after a question."""
    page = new_page("/non-esiste", ready=False)
    tolerate(page, "404")
    page.clock.install()
    page.goto("/")
    wait_ready(page)
    ask(page, "menu")
    yield page
    page.unroute_all(behavior="wait")


def pass_time(page: Page, minutes: float, *, before: float = 0.0, server: bool = True) -> None:
    """The person does nothing until that many minutes after the beginning (`before` have passed already). server: it says that as much time has passed (its clock is the real one)."""

    def older(route: Route) -> None:
        response = route.fetch()
        body = response.json()
        if "scade_secondi" in body:
            body["scade_secondi"] = max(0, int(body["scade_secondi"] - 60 * minutes))
        route.fulfill(response=response, json=body)

    if server:
        page.route("**/api/messaggi?*", older)
    page.clock.fast_forward(int(60_000 * (minutes - before)))


def test_before_the_end_there_is_a_warning_and_one_can_go_on(later: Page) -> None:
    pass_time(later, 57)
    expect(later.locator("#scadenza")).to_be_empty()
    pass_time(later, 58.1, before=57)
    warning = later.get_by_role("alert").filter(has_text="tra due minuti")
    expect(warning).to_be_visible()
    later.get_by_role("button", name="Continua la conversazione").click()
    expect(later.locator("#scadenza")).to_be_empty()
    assert focused(later) == "testo"
    pass_time(later, 0)
    later.clock.fast_forward(50 * 60_000)
    expect(later.locator("#turni > li")).to_have_count(2)
    expect(later.locator("#scadenza")).to_be_empty()


def test_at_the_end_nothing_is_left_on_the_screen(later: Page) -> None:
    later.locator("#testo").fill("mi chiamo Rossi")
    pass_time(later, 58.5)
    later.get_by_role("button", name="Continua la conversazione").focus()
    pass_time(later, 61, before=58.5)
    expect(later.locator("#turni > li")).to_have_count(0)
    expect(later.locator("#stato")).to_contain_text("è stata tolta da questo schermo")
    assert later.locator("#testo").input_value() == "" and stored(later) == [] and announced(later) == ""
    assert focused(later) == "testo"
    reload(later)
    expect(later.locator("#turni > li")).to_have_count(0)


def test_a_conversation_used_elsewhere_is_not_over_here(later: Page) -> None:
    """The server knows better: another tab, or a person of the office, has gone on."""
    pass_time(later, 65, server=False)
    expect(later.locator("#turni > li")).to_have_count(2)
    expect(later.locator("#scadenza")).to_be_empty()
    assert "token" in stored(later)


def test_deleting_ones_data_in_words_takes_everything_off_the_screen(page: Page, live_rasa: FakeRasa) -> None:
    ask(page, "Quanto costa?")
    page.locator("#testo").fill("cancella i miei dati")
    page.locator("#testo").press("Enter")
    expect(page.get_by_text("Ho cancellato tutto.", exact=True)).to_be_visible()
    expect(answers(page)).to_have_count(1)
    expect(page.locator("#turni > .lei")).to_have_count(1)
    assert "Quanto costa?" not in page.locator("#turni").inner_text()


def test_too_many_messages_wait_their_turn(page: Page, live_rasa: FakeRasa) -> None:
    ask(page, "menu")
    refused = []

    def busy(route: Route) -> None:
        if refused:
            return route.continue_()
        refused.append(True)
        body = {"errore": "Sono arrivate troppe richieste in poco tempo. Riprovi tra un secondo.", "codice": "troppe_richieste"}
        route.fulfill(status=429, json=body, headers={"Retry-After": "1"})

    page.route("**/api/messaggi", busy)
    page.locator("#testo").fill("Quanto costa?")
    page.locator("#testo").press("Enter")
    expect(page.locator(".in-partenza")).to_contain_text("troppe richieste")
    expect(answers(page)).to_have_count(2)
    expect(page.locator("#connessione")).to_be_empty()
    tolerate(page, "429")
