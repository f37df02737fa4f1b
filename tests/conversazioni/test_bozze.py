"""Drafts with the assistant really running, site included: killed in the middle, many at once, deleted, downloaded."""

from __future__ import annotations

import io
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pypdf
import pytest
from front.servers import free_port

from bot.chat import READY
from bot.dialogue.composer import Composer
from bot.settings import ROOT
from bot.supervisor import answers

from .running import Assistant, Conversation

NAMES = ["Adele", "Bruno", "Carla", "Dario", "Elena", "Fabio", "Giulia", "Hugo"]
SURNAMES = ["Perron", "Bionaz", "Favre", "Chatrian", "Vuillermoz", "Lanièce", "D'Agostino", "Jacquemod"]


@dataclass
class Whole(Assistant):
    """The assistant with its site."""

    site_port: int = field(default_factory=free_port)

    def start(self) -> None:
        ports = {"RASA_PORT": str(self.rasa_port), "ACTIONS_PORT": str(self.actions_port), "PORT": str(self.site_port)}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot.launcher"],
            cwd=ROOT,
            env={**os.environ, **ports, "DATI": str(self.data), "INDIRIZZO_PUBBLICO": self.site},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        assert self.process.stdout is not None
        said = []
        for line in self.process.stdout:
            said.append(line)
            if line.startswith(READY):
                return
        raise AssertionError("L'assistente non è partito:\n" + "".join(said))

    @property
    def site(self) -> str:
        return f"http://127.0.0.1:{self.site_port}"

    def kill(self) -> None:
        """Ends everything at once, with no time to save anything: what falls with the launcher is tied to it."""
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.communicate(timeout=15)
        addresses = [f"{self.site}/salute", f"http://127.0.0.1:{self.rasa_port}/", f"http://127.0.0.1:{self.actions_port}/health"]
        self._wait(lambda: not any(map(answers, addresses)))

    def drafts(self, sender: str) -> list[tuple[str, str, str]]:
        """Form, phase and values of the drafts of a conversation, as they are in the file."""
        with sqlite3.connect(f"file:{self.data / 'assistente.db'}?mode=ro", uri=True) as db:
            rows = db.execute("SELECT codice, fase, valori FROM bozze WHERE conversazione = ? ORDER BY id", (sender,))
            return list(rows)

    def events(self, sender: str) -> int:
        """How many events Rasa keeps of a conversation."""
        with sqlite3.connect(f"file:{self.data / 'conversazioni.db'}?mode=ro", uri=True) as db:
            return int(db.execute("SELECT count(*) FROM events WHERE sender_id = ?", (sender,)).fetchone()[0])


@pytest.fixture(scope="module")
def whole(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    running = Whole(tmp_path_factory.mktemp("sito"))
    running.start()
    yield running
    assert running.stop() == 0


def delegation(conversation: Conversation, name: str, surname: str) -> str:
    """A short form from the start to the document; the last message."""
    conversation.presses("bozza.A11")
    conversation.says("per i carichi pendenti, presenta e ritira")
    conversation.says(f"{name} {surname}, nata a Ivrea il 21/08/1999, residente in corso Lancieri 7, 11100 Aosta")
    review = conversation.says("il delegato è Luca Chatrian, nato a Châtillon il 3 febbraio 1975").text
    assert f"Nome: {name}" in review and f"Cognome: {surname}" in review, review
    return conversation.says("confermo").text


def test_the_document_is_downloaded_from_its_link(whole: Whole) -> None:
    said = delegation(Conversation(whole), "Adele", "Perron")
    with httpx.Client(trust_env=False, timeout=20) as client:
        (pdf,) = re.findall(r"http\S+\.pdf", said)
        (docx,) = re.findall(r"http\S+\.docx", said)
        assert pdf.startswith(f"{whole.site}/bozze/")
        answer = client.get(pdf)
        assert answer.status_code == 200 and answer.headers["content-type"] == "application/pdf"
        text = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages)
        assert all(word in text for word in ("Adele", "Perron", "Chatrian", "21/08/1999"))
        assert client.get(docx).content[:2] == b"PK"
        token = pdf.split("/")[-2]
        other = ("A" if token[0] != "A" else "B") + token[1:]
        assert client.get(pdf.replace(token, other)).status_code == 404


def test_drafts_of_many_at_once_do_not_mix(whole: Whole) -> None:
    people = [(Conversation(whole), *pair) for pair in zip(NAMES, SURNAMES, strict=True)]
    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(lambda person: delegation(*person), people))
    references = {found[0] for text in said if (found := re.findall(r"riferimento: (\S{9})", text))}
    assert len(references) == len(people)
    for text, (conversation, name, surname) in zip(said, people, strict=True):
        assert f"Nome: {name}" in text and f"Cognome: {surname}" in text
        assert not [other for other in NAMES if other != name and f"Nome: {other}" in text]
        ((code, phase, values),) = whole.drafts(conversation.sender)
        assert (code, phase) == ("A11", "pronta") and name in values


def test_my_data_are_deleted_for_good(whole: Whole, composer: Composer) -> None:
    conversation, other = Conversation(whole), Conversation(whole)
    surname = f"Zeta{uuid.uuid4().hex[:6].translate(str.maketrans('0123456789', 'ghijklmnop'))}".capitalize()
    said = delegation(conversation, "Adele", surname)
    other.presses("bozza.A01")
    assert whole.drafts(conversation.sender) and whole.events(conversation.sender)
    assert composer.phrase("bozza_cancellati") in conversation.says("cancella i miei dati").text
    assert whole.drafts(conversation.sender) == [] and whole.events(conversation.sender) == 0
    for path in whole.data.rglob("*"):
        assert not path.is_file() or surname.encode() not in path.read_bytes(), path.name
    with httpx.Client(trust_env=False, timeout=20) as client:
        (pdf,) = re.findall(r"http\S+\.pdf", said)
        assert client.get(pdf).status_code == 404
    assert whole.drafts(other.sender), "i dati degli altri restano"
    assert composer.phrase("bozza_nessuna") in conversation.says("riprendi la bozza").text


def test_logs_hold_none_of_the_data(whole: Whole) -> None:
    delegation(Conversation(whole), "Adele", "Segretissimi")
    assert whole.logs() and "Segretissimi" not in whole.logs() and "Chatrian" not in whole.logs()


def test_a_draft_survives_the_server_killed(whole: Whole) -> None:
    conversation = Conversation(whole)
    conversation.presses("bozza.A11")
    conversation.says("per i carichi pendenti, presenta e ritira")
    asked = conversation.says("Adele Perron, nata a Ivrea il 21/08/1999, residente in corso Lancieri 7, 11100 Aosta").text
    ready = delegation(Conversation(whole), "Bruno", "Favre")
    before = whole.drafts(conversation.sender)
    whole.kill()
    started = time.monotonic()
    whole.start()
    assert time.monotonic() - started < 60
    assert whole.drafts(conversation.sender) == before
    # the record of the conversation is kept too: the very question that was open is answered
    reply = conversation.says("perché me lo chiede?")
    assert "Chi è la persona delegata" in asked and "Chi è la persona delegata" in reply.text
    resumed = conversation.says("riprendi la bozza")
    assert "Riprendiamo: Modulo A11" in resumed.text and "Chi è la persona delegata" in resumed.text
    review = conversation.says("Luca Chatrian, nato a Châtillon il 3 febbraio 1975").text
    assert all(
        f"{label}: {value}" in review
        for label, value in (("Nome", "Adele"), ("Cognome", "Perron"), ("Data di nascita", "21/08/1999"))
    )
    assert "La bozza è pronta" in conversation.says("confermo").text
    with httpx.Client(trust_env=False, timeout=20) as client:
        (pdf,) = re.findall(r"http\S+\.pdf", ready)
        assert client.get(pdf).status_code == 200
