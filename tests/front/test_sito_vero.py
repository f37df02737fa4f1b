"""The site as people meet it: a real browser, the real front, Rasa and the action server."""

from __future__ import annotations

import io
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pypdf
import pytest
from conversazioni.test_bozze import Whole
from playwright.sync_api import Page, expect

from .browser import NewPage, answers, ask, chromium, pages, picture


@pytest.fixture(scope="module")
def whole(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    running = Whole(tmp_path_factory.mktemp("sito"))
    running.start()
    yield running
    assert running.stop() == 0


@pytest.fixture(scope="module")
def new_page(whole: Whole) -> Iterator[NewPage]:
    with chromium() as browser, pages(browser, whole.site) as make:
        yield make


@pytest.fixture
def page(new_page: NewPage) -> Page:
    return new_page(viewport={"width": 1100, "height": 900})


def test_a_question_its_source_and_the_next_one(page: Page) -> None:
    ask(page, "quanto costa la fedina penale?")
    expect(answers(page).last.locator(".testo")).to_contain_text(re.compile(r"€ \d+,\d\d"))
    answers(page).last.locator(".fonte summary").click()
    expect(answers(page).last.locator(".fonte div")).to_be_visible()
    ask(page, "e dove?")
    expect(answers(page).last.locator(".testo")).to_contain_text("asellario")
    picture(page, "vera-domanda")


def test_a_calculation_with_a_correction(page: Page) -> None:
    ask(page, "vorrei il conto delle fotocopie semplici degli atti")
    expect(answers(page).last).to_contain_text("uante pagine")
    ask(page, "sono quarantadue")
    urgent = answers(page).last.get_by_role("group", name="Può scegliere:").get_by_role("button")
    expect(urgent.first).to_be_visible()
    ask(page, "nessuna fretta")
    expect(answers(page).last).to_contain_text(re.compile(r"€ \d+,\d\d: 42 pagine in copia semplice"))
    ask(page, "anzi no, 120 pagine")
    expect(answers(page).last).to_contain_text(re.compile(r"€ \d+,\d\d: 120 pagine in copia semplice"))
    picture(page, "vero-calcolo")


def test_a_draft_from_the_first_word_to_the_paper_and_deleted_again(page: Page, whole: Whole) -> None:
    ask(page, "mi prepari la delega A11")
    expect(answers(page).last).to_contain_text("A11")
    ask(page, "per i carichi pendenti, presenta e ritira")
    ask(page, "Adele Perron, nata a Ivrea il 21/08/1999, residente in corso Lancieri 7, 11100 Aosta")
    ask(page, "il delegato è Luca Chatrian, nato a Châtillon il 3 febbraio 1975")
    expect(answers(page).last).to_contain_text("Cognome: Perron")
    ask(page, "confermo")
    card = page.locator(".bozza")
    expect(card).to_contain_text("Riferimento")
    picture(page, "vera-bozza")
    with page.expect_download() as download:
        card.get_by_role("link", name=re.compile("PDF")).click()
    text = " ".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(Path(download.value.path()).read_bytes())).pages)
    assert all(word in text for word in ("Adele", "Perron", "Chatrian", "21/08/1999"))
    ask(page, "cancella i miei dati")
    expect(page.locator("#turni > .lei")).to_have_count(1)
    expect(page.locator(".bozza")).to_have_count(0)
    with closing(sqlite3.connect(whole.data / "assistente.db")) as db:
        kept = " ".join(str(row) for table in ("bozze", "messaggi") for row in db.execute(f"SELECT * FROM {table}"))
    assert "Perron" not in kept
