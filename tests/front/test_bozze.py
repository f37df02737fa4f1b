"""The page of a draft and its files, the deletion of a conversation with its drafts, and the purge."""

from __future__ import annotations

import io
import logging
import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import httpx
import pytest
from docx import Document
from pypdf import PdfReader
from starlette.testclient import TestClient
from starlette.types import ASGIApp

from bot.bozze.richiesta import Richiesta
from bot.front import pulizia
from bot.front.formats import Format
from bot.front.pulizia import Purge
from bot.front.rendering import moment
from bot.front.sessions import Sessions
from bot.front.tracker import delete_idle
from bot.front.web import create_app
from bot.storage import bozze, questions
from bot.storage.bozze import PRONTA, BozzaSalvata
from bot.storage.database import ArchivioNonDisponibile, engine, transaction

from . import fake_rasa
from .conftest import OFFICE, FakeSettings
from .fake_rasa import FakeRasa

NOW = datetime(2026, 11, 21, 14, 30, tzinfo=timezone.utc)
SURNAME = "Vuillermoz"


class Moment:
    """The front's clock, in the test's hands."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def request(riferimento: str) -> Richiesta:
    return Richiesta(
        codice="A02",
        titolo="Certificato dei «carichi» <pendenti>",
        riferimento=riferimento,
        ufficio="Ufficio casellario",
        destinatario=("Alla Procura della Repubblica",),
        oggetto="Carichi pendenti",
        richiedente=(("Cognome", SURNAME),),
        dati=(),
        righe=("Chiede il certificato.",),
        allegati=("Copia del documento",),
        costi=("€ 16,00 di bollo",),
        consegna=(("Dove", "secondo piano"),),
        ricorda=(),
        firma="L'interessato",
        fonte="Carta dei servizi",
        creata=date(2026, 11, 21),
        scade=date(2026, 11, 22),
    )


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[FakeSettings]:
    yield FakeSettings("http://127.0.0.1:5005", tmp_path / "conversazioni.db")
    engine.cache_clear()


@pytest.fixture
def at() -> Moment:
    return Moment()


@pytest.fixture
def rendered() -> list[tuple[str, str]]:
    return []


@pytest.fixture
def make(settings: FakeSettings, rasa: FakeRasa, at: Moment, rendered: list[tuple[str, str]]) -> Callable[..., TestClient]:
    def render(richiesta: Richiesta, indirizzo: str) -> bytes:
        rendered.append((richiesta.riferimento, indirizzo))
        return b"%PDF finto"

    fakes = {"pdf": Format("PDF", "application/pdf", render), "docx": Format("DOCX", "application/x-docx", render)}

    def made(**options: Any) -> TestClient:
        options = {"renderers": fakes, "clock": at, **options}
        transport = httpx.ASGITransport(app=rasa.app)
        app: ASGIApp = create_app(settings, office=OFFICE, sessions=Sessions("x"), rasa_transport=transport, **options)
        return TestClient(app)

    return made


@pytest.fixture
def client(make: Callable[..., TestClient]) -> TestClient:
    return make()


@pytest.fixture
def bozza(settings: FakeSettings) -> BozzaSalvata:
    """A ready draft, made now."""
    made = bozze.create("web:a", "A02", NOW, url=settings.database_url)
    ready = bozze.update(
        made.id, "web:a", fase=PRONTA, richiesta=request(made.riferimento), adesso=NOW, url=settings.database_url
    )
    assert ready is not None
    return ready


# The page.


def test_the_page_says_what_it_is_and_until_when(client: TestClient, bozza: BozzaSalvata) -> None:
    page = client.get(bozza.percorso)
    assert page.status_code == 200
    assert "A02 – Certificato dei «carichi» &lt;pendenti&gt;" in page.text
    assert bozza.riferimento in page.text and "non è firmata" in page.text
    assert "fino alle 15.30 del 22/11/2026" in page.text  # in Rome
    for name in (f"A02-{bozza.riferimento}.pdf", f"A02-{bozza.riferimento}.docx"):
        assert f'href="{bozza.percorso}/{name}"' in page.text
    assert SURNAME not in page.text  # messaging programs read the pages people send


def test_every_answer_is_private(client: TestClient, bozza: BozzaSalvata) -> None:
    for path in (bozza.percorso, f"{bozza.percorso}/A02-{bozza.riferimento}.pdf", "/bozze/x", "/bozze/x/y.pdf"):
        headers = client.get(path).headers
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "no-referrer"
        assert "noindex" in headers["x-robots-tag"]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (datetime(2026, 7, 1, 23, 5, tzinfo=timezone.utc), "all’1.05 del 02/07/2026"),
        (datetime(2026, 11, 21, 14, 30, tzinfo=timezone.utc), "alle 15.30 del 21/11/2026"),
    ],
)
def test_moments_are_said_in_rome(value: datetime, words: str) -> None:
    assert moment(value) == words


# The files.


@pytest.mark.parametrize(("extension", "media_type"), [("pdf", "application/pdf"), ("docx", "application/x-docx")])
def test_a_file_is_made_at_each_request(
    client: TestClient, bozza: BozzaSalvata, rendered: list[tuple[str, str]], tmp_path: Path, extension: str, media_type: str
) -> None:
    name = f"A02-{bozza.riferimento}.{extension}"
    before = {p.name for p in tmp_path.iterdir()}
    answer = client.get(f"{bozza.percorso}/{name}")
    assert (answer.status_code, answer.content) == (200, b"%PDF finto")
    assert answer.headers["content-type"] == media_type
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert rendered == [(bozza.riferimento, f"https://assistente.esempio.it{bozza.percorso}")]
    assert {p.name for p in tmp_path.iterdir()} <= before | {"assistente.db-wal", "assistente.db-shm"}


def test_the_real_documents(make: Callable[..., TestClient], bozza: BozzaSalvata) -> None:
    client = make(renderers=None)
    pdf = client.get(f"{bozza.percorso}/A02-{bozza.riferimento}.pdf")
    assert pdf.headers["content-type"] == "application/pdf"
    assert SURNAME in "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf.content)).pages)
    docx = client.get(f"{bozza.percorso}/A02-{bozza.riferimento}.docx")
    document = Document(io.BytesIO(docx.content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert SURNAME in "\n".join([p.text for p in document.paragraphs] + cells)


@pytest.mark.parametrize("name", ["altro.pdf", "A02-AAAA-AAAA.pdf", "pdf", ".pdf", "A02.exe", "%2e%2e%2fsegreto"])
def test_other_names_are_of_no_file(client: TestClient, bozza: BozzaSalvata, name: str, rendered: list[Any]) -> None:
    assert client.get(f"{bozza.percorso}/{name}").status_code == 404
    assert rendered == []


def test_a_broken_engine_is_said_in_italian(
    make: Callable[..., TestClient], bozza: BozzaSalvata, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(richiesta: Richiesta, indirizzo: str) -> bytes:
        raise RuntimeError(f"non so scrivere {richiesta.richiedente}")

    answer = make(renderers={"pdf": Format("PDF", "application/pdf", broken)}).get(
        f"{bozza.percorso}/A02-{bozza.riferimento}.pdf"
    )
    assert answer.status_code == 503 and answer.headers["content-type"].startswith("text/html")
    assert "riprovi tra qualche minuto" in answer.text and OFFICE.telefono in answer.text
    assert "RuntimeError" in caplog.text and SURNAME not in caplog.text + answer.text


# Nothing there.

MALFORMED = ["x", "x" * 32, "-" * 400, "%00", "à", "'%20OR%20'1'='1"]


@pytest.mark.parametrize("token", MALFORMED)
def test_whatever_is_wrong_with_a_token_is_the_same_page(client: TestClient, bozza: BozzaSalvata, at: Moment, token: str) -> None:
    at.now = bozza.scade
    expired = client.get(bozza.percorso)
    assert expired.status_code == 404 and "24 ore" in expired.text and "non c&#39;è più" in expired.text
    for answer in (client.get(f"/bozze/{token}"), client.post(f"/bozze/{token}", data={"azione": "cancella"})):
        assert (answer.status_code, answer.text) == (404, expired.text) or ("%2f" in token and answer.status_code in (404, 405))


def test_an_expired_draft_has_no_files(client: TestClient, bozza: BozzaSalvata, at: Moment) -> None:
    name = f"{bozza.percorso}/A02-{bozza.riferimento}.pdf"
    at.now = bozza.scade - timedelta(microseconds=1)
    assert client.get(name).status_code == 200
    at.now = bozza.scade
    assert client.get(name).status_code == 404


def test_a_draft_that_is_not_ready_has_no_page(client: TestClient, settings: FakeSettings) -> None:
    made = bozze.create("web:a", "A02", NOW, url=settings.database_url)
    assert client.get(made.percorso).status_code == 404


def test_without_a_database_the_page_says_so(settings: FakeSettings, client: TestClient) -> None:
    settings.tracker_db = Path("/dev/null/conversazioni.db")
    for answer in (client.get("/bozze/" + "x" * 32), client.get("/bozze/" + "x" * 32 + "/A02.pdf")):
        assert answer.status_code == 503 and "non si possono leggere" in answer.text


# Deletion.


def test_the_button_of_the_page_deletes(client: TestClient, bozza: BozzaSalvata, settings: FakeSettings) -> None:
    page = client.get(bozza.percorso).text
    assert f'<form method="post" action="{bozza.percorso}">' in page and 'name="azione" value="cancella"' in page
    answer = client.post(bozza.percorso, data={"azione": "cancella"})
    assert answer.status_code == 200 and "è stata cancellata" in answer.text
    assert client.get(bozza.percorso).status_code == 404
    assert bozze.all_of("web:a", NOW, url=settings.database_url) == []


@pytest.mark.parametrize(
    ("headers", "data", "status"),
    [
        ({"sec-fetch-site": "cross-site"}, {"azione": "cancella"}, 403),
        ({}, {}, 400),
        ({}, {"azione": "x" * 70_000}, 413),
    ],
)
def test_nothing_else_deletes(client: TestClient, bozza: BozzaSalvata, headers: Any, data: Any, status: int) -> None:
    assert client.post(bozza.percorso, headers=headers, data=data).status_code == status
    assert client.get(bozza.percorso).status_code == 200


def test_deleting_the_conversation_deletes_its_drafts(client: TestClient, settings: FakeSettings, bozza: BozzaSalvata) -> None:
    token = client.post("/api/conversazioni").json()["token"]
    client.post("/api/messaggi", json={"token": token, "testo": "buongiorno"})
    sender = Sessions("x").read(token).id
    mine = bozze.create(sender, "A02", NOW, url=settings.database_url)
    assert client.request("DELETE", "/api/conversazioni", json={"token": token}).json() == {"cancellata": True}
    assert bozze.get(mine.id, sender, url=settings.database_url) is None
    assert bozze.get(bozza.id, "web:a", url=settings.database_url) == bozza  # of somebody else


def test_a_deletion_that_fails_can_be_tried_again(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, settings: FakeSettings
) -> None:
    token = client.post("/api/conversazioni").json()["token"]
    client.post("/api/messaggi", json={"token": token, "testo": "buongiorno"})

    def locked(*_: object, **__: object) -> int:
        raise ArchivioNonDisponibile("OperationalError")

    with monkeypatch.context() as patched:
        patched.setattr(bozze, "delete_all", locked)
        assert client.request("DELETE", "/api/conversazioni", json={"token": token}).status_code == 503
    assert client.request("DELETE", "/api/conversazioni", json={"token": token}).status_code == 200


def test_after_a_deletion_in_conversation_only_its_answer_is_shown_again(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = [{"text": "Ho cancellato tutto."}, {"custom": {"cancella_conversazione": True}}]
    monkeypatch.setattr(fake_rasa, "answer", lambda message: said if "cancella" in message else [{"text": "Bene."}])
    token = client.post("/api/conversazioni").json()["token"]
    client.post("/api/messaggi", json={"token": token, "testo": f"mi chiamo {SURNAME}"})
    answer = client.post("/api/messaggi", json={"token": token, "testo": f"cancella i miei dati, sono {SURNAME}"}).json()
    assert [m["testo"] for m in answer["messaggi"]] == ["Ho cancellato tutto."]
    assert answer["mio"]["testo"] == "(messaggio cancellato)"
    turns = client.post("/api/conversazioni", json={"token": token}).json()["messaggi"]
    assert [t["testo"] for t in turns] == ["(messaggio cancellato)", "Ho cancellato tutto."]
    client.post("/api/messaggi", json={"token": token, "testo": "buongiorno"})
    assert len(client.post("/api/conversazioni", json={"token": token}).json()["messaggi"]) == 4


# The card of a draft in the conversation.


def named(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, settings: FakeSettings, owner: str = ""
) -> tuple[Any, BozzaSalvata]:
    """An answer that gives the address of a ready draft, of the conversation itself or of another one."""
    token = client.post("/api/conversazioni").json()["token"]
    owner, url = owner or Sessions("x").read(token).id, settings.database_url
    made = bozze.create(owner, "A02", NOW, url=url)
    ready = bozze.update(made.id, owner, fase=PRONTA, richiesta=request(made.riferimento), adesso=NOW, url=url)
    assert ready is not None
    text = f"La bozza è pronta: {settings.public_url}{ready.percorso}. Buona giornata."
    monkeypatch.setattr(fake_rasa, "answer", lambda message: [{"text": text}])
    return client.post("/api/messaggi", json={"token": token, "testo": "ecco"}).json()["messaggi"][0], ready


def test_an_answer_with_a_draft_has_its_card(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, settings: FakeSettings, at: Moment
) -> None:
    message, bozza = named(client, monkeypatch, settings)
    page = f"{settings.public_url}{bozza.percorso}"
    assert message["bozza"] == {
        "titolo": "A02 – Certificato dei «carichi» <pendenti>",
        "riferimento": bozza.riferimento,
        "indirizzo": page,
        "scade": "2026-11-22T14:30:00+00:00",
        "file": [
            {"titolo": "PDF", "indirizzo": f"{page}/A02-{bozza.riferimento}.pdf"},
            {"titolo": "DOCX", "indirizzo": f"{page}/A02-{bozza.riferimento}.docx"},
        ],
    }
    assert f'href="{page}"' in message["html"] and SURNAME not in str(message)
    assert client.get(message["bozza"]["file"][0]["indirizzo"]).content == b"%PDF finto"


def test_the_card_goes_with_the_draft(
    make: Callable[..., TestClient], monkeypatch: pytest.MonkeyPatch, settings: FakeSettings, at: Moment
) -> None:
    client = make()
    message, bozza = named(client, monkeypatch, settings)
    assert message["bozza"]
    bozze.delete(bozza.id, bozza.conversazione, url=settings.database_url)
    page = client.post("/", data={"testo": "ancora"})
    assert page.status_code == 200 and 'class="bozza"' not in page.text


def test_a_draft_of_others_has_no_card(client: TestClient, monkeypatch: pytest.MonkeyPatch, settings: FakeSettings) -> None:
    message, _ = named(client, monkeypatch, settings, owner="web:altri")
    assert message["bozza"] is None


def test_the_page_shows_the_card(client: TestClient, monkeypatch: pytest.MonkeyPatch, settings: FakeSettings) -> None:
    client.post("/", data={"testo": "buongiorno"})
    owner, url = Sessions("x").read(client.cookies["conversazione"]).id, settings.database_url
    made = bozze.create(owner, "A02", NOW, url=url)
    bozze.update(made.id, owner, fase=PRONTA, richiesta=request(made.riferimento), adesso=NOW, url=url)
    monkeypatch.setattr(fake_rasa, "answer", lambda message: [{"text": f"Pronta: {settings.public_url}{made.percorso}"}])
    page = client.post("/", data={"testo": "ecco"}).text
    assert 'class="bozza"' in page and f"{made.percorso}/A02-{made.riferimento}.pdf" in page
    assert "si può scaricare fino alle 15.30 del 22/11/2026" in page


# The purge.


def store(path: Path, events: list[tuple[str, float]]) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE events (id INTEGER PRIMARY KEY, sender_id VARCHAR(255), timestamp FLOAT, data TEXT)")
        connection.executemany("INSERT INTO events (sender_id, timestamp) VALUES (?, ?)", events)
    connection.close()


def senders(path: Path) -> list[str]:
    connection = sqlite3.connect(path)
    try:
        return [row[0] for row in connection.execute("SELECT sender_id FROM events ORDER BY id")]
    finally:
        connection.close()


def test_idle_conversations_go_whole_at_exactly_their_time(tmp_path: Path) -> None:
    path, limit = tmp_path / "conversazioni.db", NOW.timestamp()
    assert delete_idle(path, NOW) == 0 and not path.exists()
    store(path, [("web:old", limit - 50), ("web:old", limit), ("web:live", limit - 9e9), ("web:live", limit + 0.001)])
    assert delete_idle(path, NOW) == 2
    assert senders(path) == ["web:live", "web:live"]


def test_the_purge_takes_all_three(settings: FakeSettings, bozza: BozzaSalvata, at: Moment) -> None:
    day = timedelta(days=1)
    store(settings.tracker_db, [("web:old", (NOW - 6 * day).timestamp()), ("web:live", NOW.timestamp())])
    with transaction(settings.database_url) as db:
        for days, words in ((179, "vecchia"), (1, "nuova")):
            db.add(questions.DomandaNonCapita(testo=words, canale="web", quando=NOW - days * day))
    purge = Purge(settings, at)
    at.now = bozza.scade - timedelta(microseconds=1)
    purge.once()
    assert bozze.all_of("web:a", NOW, url=settings.database_url) == [bozza] and len(senders(settings.tracker_db)) == 2
    at.now = NOW + day
    purge.once()
    assert bozze.all_of("web:a", NOW, url=settings.database_url) == []
    assert senders(settings.tracker_db) == ["web:live"]
    with transaction(settings.database_url) as db:
        assert [q.testo for q in db.query(questions.DomandaNonCapita)] == ["nuova"]


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline, "non è successo in tempo"
        time.sleep(0.02)


def test_the_front_purges_at_its_start_and_goes_on(
    make: Callable[..., TestClient], settings: FakeSettings, bozza: BozzaSalvata, at: Moment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulizia.Purge.__init__, "__defaults__", (0.05,))
    at.now = bozza.scade
    with make():
        wait_for(lambda: bozze.get(bozza.id, "web:a", url=settings.database_url) is None)
        again = bozze.create("web:a", "A02", at.now - timedelta(hours=24), url=settings.database_url)
        wait_for(lambda: bozze.get(again.id, "web:a", url=settings.database_url) is None)


def test_a_part_that_fails_stops_neither_the_others_nor_the_front(
    make: Callable[..., TestClient],
    settings: FakeSettings,
    bozza: BozzaSalvata,
    at: Moment,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    settings.tracker_db.write_bytes(f"non è una banca dati, {SURNAME}".encode() * 100)
    at.now = bozza.scade

    def broken(*_: object) -> int:
        raise ZeroDivisionError(SURNAME)

    monkeypatch.setattr(pulizia, "purge_questions", broken)
    with caplog.at_level(logging.INFO), make() as client:
        wait_for(lambda: "Pulizia interrotta (domande): ZeroDivisionError" in caplog.text)
        assert client.get("/").status_code == 200
    assert re.search(r"Pulizia non riuscita \(eventi di conversazioni\): \w+Error", caplog.text)
    assert "Pulizia: 1 bozze" in caplog.text and SURNAME not in caplog.text
    assert bozze.get(bozza.id, "web:a", url=settings.database_url) is None
