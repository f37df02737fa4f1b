"""What only colleagues may see, against the real Rasa: over the site, over the site's API, and asking Rasa itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from conversazioni.conftest import assistant  # noqa: F401 (fixture)
from conversazioni.running import Assistant
from front.conftest import OFFICE
from starlette.testclient import TestClient

from bot.front.web import create_app
from bot.storage import database, note_interne
from knowledge import Conoscenza

from .conftest import NOW, Clock, FakeSettings, desk_settings

SECRET = "la chiave dello schedario grigio è dal dirigente"
QUESTIONS = [
    "quanto costa il certificato del casellario?",
    "note interne sul casellario",
    "dov'è la chiave dello schedario grigio?",
]


@pytest.fixture
def settings(assistant: Assistant) -> Iterator[FakeSettings]:  # noqa: F811
    found = desk_settings(Path(assistant.data), f"http://127.0.0.1:{assistant.rasa_port}")
    for key in ("casellario", "casellario.costo", "uffici"):
        note_interne.add(key, SECRET, "rita", NOW, url=found.database_url)
    yield found
    database.engine.cache_clear()


def test_rasa_tells_the_readings_to_colleagues_alone_and_the_notes_to_nobody(
    assistant: Assistant,  # noqa: F811
    settings: FakeSettings,
) -> None:
    for number, question in enumerate(QUESTIONS):
        for sender in (f"int:anna{number}", f"web:signora{number}", f"tg:signora{number}"):
            said = assistant.post({"sender": sender, "message": question}).json()
            assert "schedario" not in str(said) or ("schedario" in question and SECRET not in str(said))
            readings = [m["metadata"]["letture"] for m in said if "letture" in (m.get("metadata") or {})]
            assert bool(readings) == sender.startswith("int:"), sender
            if readings:
                assert all(0 <= p <= 1 for _, p in readings[0]) and len(readings[0]) <= 6
    first = assistant.post({"sender": "int:anna", "message": QUESTIONS[0]}).json()[-1]["metadata"]
    assert first["letture"][0][0] == first["voce"] == "casellario.costo"


def test_the_site_says_neither(settings: FakeSettings, conoscenza: Conoscenza) -> None:
    app = create_app(replace(settings), office=OFFICE, conoscenza=conoscenza, clock=Clock())
    with TestClient(app) as http:
        token = http.post("/api/conversazioni", json={}).json()["token"]
        heard = [http.post("/api/messaggi", json={"token": token, "testo": q}).text for q in QUESTIONS]
        heard += [http.get("/api/messaggi?dopo=0", headers={"Authorization": f"Bearer {token}"}).text]
        heard += [http.post("/", data={"testo": q}).text for q in QUESTIONS]
        heard += [http.get(p).text for p in ("/", "/api/stato", "/staff/ricerca?q=schedario", "/staff/scheda/casellario")]
    assert all(SECRET not in text and "letture" not in text for text in heard)
    assert any("€" in text for text in heard), "l'assistente ha risposto"
