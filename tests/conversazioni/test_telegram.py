"""A conversation by Telegram with the assistant really running: launcher, front, Rasa; only Telegram itself is ours."""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pypdf
import pytest
from canale_telegram.fake_bot_api import TOKEN, FakeTelegram
from front.servers import free_port, serving

from .test_bozze import Whole


@pytest.fixture(scope="module")
def telegram() -> FakeTelegram:
    return FakeTelegram()


@pytest.fixture(scope="module")
def whole(model: Path, telegram: FakeTelegram, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    running = Whole(tmp_path_factory.mktemp("telegram"))
    with serving(telegram.app, free_port()) as api, pytest.MonkeyPatch.context() as environment:
        environment.setenv("TELEGRAM_TOKEN", TOKEN)
        environment.setenv("TELEGRAM_API_URL", api)
        running.start()
        yield running
        assert running.stop() == 0


def undelivered(whole: Whole) -> int:
    with sqlite3.connect(f"file:{whole.data / 'assistente.db'}?mode=ro", uri=True) as db:
        return int(db.execute("SELECT count(*) FROM messaggi WHERE consegnato IS NULL").fetchone()[0])


def test_from_the_first_question_to_the_document(whole: Whole, telegram: FakeTelegram) -> None:
    telegram.writes("/start")
    telegram.hears("sistema automatico", "112")
    telegram.writes("quanto costa il certificato del casellario?")
    telegram.hears("19,87", "<i>Fonte: ")
    assert len(telegram.texts()) == 2  # the notice is not given again by the first answer
    telegram.writes("mi serve un certificato")
    telegram.until(telegram.buttons)
    title = telegram.buttons()[0]
    telegram.presses(title)
    telegram.until(lambda: telegram.buttons() != [title] and len(telegram.answered) == 1)
    telegram.writes("vorrei preparare la delega, modulo A11")
    telegram.hears("Prepariamo insieme", "A11")
    telegram.writes("per i carichi pendenti, presenta e ritira")
    telegram.writes("Adele Perron, nata a Ivrea il 21/08/1999, residente in corso Lancieri 7, 11100 Aosta")
    telegram.writes("il delegato è Luca Chatrian, nato a Châtillon il 3 febbraio 1975")
    telegram.hears("Riepilogo", "Nome: Adele", "Cognome: Perron")
    telegram.presses("Va bene, prepara il documento")
    ((_, name, content),) = telegram.until(lambda: telegram.files)
    assert name.startswith("A11-")
    text = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
    assert all(word in text for word in ("Adele", "Perron", "Chatrian"))


def test_it_goes_on_after_everything_was_killed(whole: Whole, telegram: FakeTelegram) -> None:
    telegram.writes("quanto costa il certificato dei carichi pendenti?", chat=8)
    telegram.hears("Fonte", chat=8)
    telegram.until(
        lambda: undelivered(whole) == 0
    )  # killed before that it would be sent again: nobody could know that it arrived
    whole.kill()
    telegram.writes("e dove?", chat=8)
    whole.start()
    telegram.until(lambda: "Casellario" in telegram.texts(8)[-1] and "€" not in telegram.texts(8)[-1])
    answers = [t for t in telegram.texts(8) if "non risponde" not in t]  # said if Rasa was not up yet when the front was
    assert len(answers) == 3 and "sistema automatico" in answers[0] and "€" in answers[1]


def test_what_was_written_is_deleted_everywhere(whole: Whole, telegram: FakeTelegram) -> None:
    telegram.writes("mi chiamo Segretissimi e vorrei il casellario", chat=9)
    telegram.until(lambda: len(telegram.texts(9)) >= 2)
    telegram.writes("/cancella", chat=9)
    telegram.hears("Ho cancellato", chat=9)
    for path in whole.data.rglob("*"):
        assert not path.is_file() or b"Segretissimi" not in path.read_bytes(), path.name
    assert TOKEN not in whole.logs() and "Segretissimi" not in whole.logs()
