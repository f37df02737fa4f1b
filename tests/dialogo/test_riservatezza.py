"""Questions kept for the staff carry no personal data, and stay readable."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy.orm import Session

from actions.questions import ActionRegistraDomanda
from bot.privacy import MASK, redact
from bot.storage import database, questions
from bot.storage.questions import DomandaNonCapita, record_unanswered, unanswered
from knowledge import Conoscenza

MASKED = [
    # what is written, what must not be left of it
    ("il mio codice fiscale è RSSMRA80A01A326X, serve altro?", ["RSSMRA80A01A326X"]),
    ("cf rssmra80a01a326x", ["rssmra80a01a326x"]),
    ("scrivetemi a mario.rossi@example.com", ["mario.rossi", "example.com"]),
    ("mail: m_rossi+pec@studio-legale.pec.it", ["m_rossi", "studio-legale"]),
    ("chiamatemi al 347 1234567", ["347", "1234567"]),
    ("tel. +39 0165 306201", ["0165", "306201"]),
    ("cellulare 3471234567", ["3471234567"]),
    ("0165/306201 è il mio numero", ["306201"]),
    ("IBAN IT60X0542811101000000123456", ["IT60X", "0542811101000000123456", "123456"]),
    ("iban it60 x054 2811 1010 0000 0123 456", ["it60", "2811", "0123"]),
    ("la mia auto è targata AB123CD", ["AB123CD"]),
    ("targa ab 123 cd", ["ab 123 cd"]),
    ("procedimento 1234/2019 R.G.N.R.", ["1234", "2019"]),
    ("n. 567/22 mod. 21", ["567/22"]),
    ("r.g. 12 / 2020", ["12 / 2020"]),
    ("sono nato il 12/03/1980", ["12/03/1980"]),
    ("nato il 12-03-1980 ad Aosta", ["12-03-1980"]),
    ("mi chiamo Mario Rossi e vorrei un certificato", ["Mario", "Rossi"]),
    ("mi chiamo mario rossi", ["mario", "rossi"]),
    ("il mio nome è Anna Bianchi", ["Anna", "Bianchi"]),
    ("sono la signora Ferrero", ["Ferrero"]),
    ("il sig. Bionaz mi deve dei soldi", ["Bionaz"]),
    ("mio marito Ettore Vuillermoz è stato arrestato", ["Ettore", "Vuillermoz"]),
    ("abito in via Roma 12", ["via Roma", "12"]),
    ("corso Ivrea 5/b, Aosta", ["Ivrea", "5"]),
    ("Mario Rossi ha un processo?", ["Mario", "Rossi"]),
    ("ROSSI MARIO nato ad Aosta", ["ROSSI", "MARIO"]),
    ("Vorrei sapere. Rossi Mario è indagato?", ["Rossi", "Mario"]),
    ("carta d'identità CA12345AB", ["CA12345AB"]),
]

UNTOUCHED = [
    "quanto costa il certificato del casellario?",
    "Buongiorno, dove si fa l'apostille?",
    "a che ora apre la Procura della Repubblica di Aosta?",
    "modulo A01 o B04?",
    "art. 335 c.p.p.",
    "serve la marca da bollo da 16,00 euro?",
    "sono un Vice Procuratore Onorario, come chiedo la liquidazione?",
    "mi serve entro 3 giorni",
    "il 415 bis che cos'è?",
    "Si può pagare con PagoPA?",
    "per l'U.R.A.P.I. devo prenotare?",
]


@pytest.mark.parametrize(("text", "secrets"), MASKED, ids=[m[0][:30] for m in MASKED])
def test_what_identifies_a_person_is_masked(text: str, secrets: list[str]) -> None:
    kept = redact(text)
    assert MASK in kept
    assert [secret for secret in secrets if secret in kept] == [], kept


@pytest.mark.parametrize("text", UNTOUCHED)
def test_ordinary_questions_stay_as_they_are(text: str) -> None:
    assert redact(text) == text


def test_questions_of_the_knowledge_stay_readable(conoscenza: Conoscenza) -> None:
    """They name nobody: a mask in one of them is a mask too many. Few are tolerated: it errs on the side of masking."""
    asked = [q for _, a, voce in conoscenza.voci() if a.tipo == "informazione" for q in voce.domande][::10]
    assert len(asked) > 1000
    spoilt = [redact(q) for q in asked if redact(q) != q]
    assert len(spoilt) < 0.06 * len(asked), spoilt


def test_masking_twice_changes_nothing_more() -> None:
    for text, _ in MASKED:
        assert redact(redact(text)) == redact(text)


# Storage, in a database of the test's own.


@pytest.fixture
def own_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    url = f"sqlite:///{tmp_path / 'prova.db'}"

    def session(_url: str | None = None) -> Session:
        return database.session(url)

    monkeypatch.setattr(questions, "session", session)
    yield
    database.engine(url).dispose()
    database.engine.cache_clear()


@pytest.mark.usefixtures("own_database")
def test_what_is_stored_is_masked() -> None:
    assert unanswered() == []
    when = datetime(2026, 11, 21, 12, tzinfo=timezone.utc)
    record_unanswered("mi chiamo Mario Rossi, che tempo fa?", "web", when)
    (kept,) = unanswered()
    assert "Rossi" not in kept.testo and "che tempo fa?" in kept.testo
    assert kept.canale == "web" and kept.quando.replace(tzinfo=timezone.utc) == when


@pytest.mark.usefixtures("own_database")
def test_the_newest_come_first_and_long_ones_are_cut() -> None:
    for text in ("prima", "seconda", "parola " * 1000):
        record_unanswered(text, "canale con un nome molto lungo")
    newest, second, first = unanswered()
    assert (second.testo, first.testo) == ("seconda", "prima")
    assert 0 < len(newest.testo) <= 500 and len(newest.canale) <= 20
    assert [q.testo for q in unanswered(limit=1)] == [newest.testo]


@pytest.mark.usefixtures("own_database")
def test_a_hostile_text_is_only_text() -> None:
    for text in ("'; DROP TABLE domande_non_capite;--", "🙂\x00", "\ud800".encode("utf-8", "replace").decode()):
        record_unanswered(text, "rest")
    assert len(unanswered()) == 3
    assert DomandaNonCapita.__tablename__ == "domande_non_capite"


# The action that stores them.


def tracker(outcome: str, text: str = "una domanda strana", channel: str = "rest") -> Tracker:
    reply = {"event": "bot", "text": "...", "metadata": {"stato": {"esito": outcome}}}
    events: list[dict[str, Any]] = [{"event": "user", "text": text, "input_channel": channel}, reply]
    return Tracker("x", {}, {"text": text}, events, False, None, {}, "action_listen")


async def run(which: Tracker) -> list[dict[str, Any]]:
    return await ActionRegistraDomanda().run(CollectingDispatcher(), which, {})


@pytest.mark.usefixtures("own_database")
def test_the_action_stores_what_was_not_understood() -> None:
    assert asyncio_run(run(tracker("non_capito"))) == []
    assert [q.testo for q in unanswered()] == ["una domanda strana"]


@pytest.mark.usefixtures("own_database")
@pytest.mark.parametrize("which", [tracker("risposta"), tracker("domanda"), tracker("non_capito", "   "), tracker("")])
def test_the_action_stores_nothing_else(which: Tracker) -> None:
    assert asyncio_run(run(which)) == []
    assert unanswered() == []


def test_a_broken_database_disturbs_nobody(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def broken(text: str, channel: str) -> None:
        raise OSError("disco pieno: una domanda strana")

    monkeypatch.setattr("actions.questions.record_unanswered", broken)
    assert asyncio_run(run(tracker("non_capito"))) == []
    assert "OSError" in caplog.text and "una domanda strana" not in caplog.text


def asyncio_run(coroutine: Any) -> Any:
    import asyncio

    return asyncio.run(coroutine)
