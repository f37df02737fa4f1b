"""The same story through the front as it runs, over HTTP; a colleague answers from another process over the same database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from bot.front.office import office_of
from bot.front.web import create_app

from .conftest import Scena, run


class Site:
    """A visitor of the site."""

    def __init__(self, client: TestClient) -> None:
        self._client = client
        self.token = client.post("/api/conversazioni", json={}).json()["token"]

    def says(self, text: str) -> dict[str, Any]:
        return self._post({"testo": text})

    def presses(self, title: str) -> dict[str, Any]:
        offered = [s for m in self.messages() for s in m["scelte"] if s["titolo"].startswith(title)]
        return self._post({"scelta": offered[-1]["token"]})

    def messages(self) -> list[dict[str, Any]]:
        return self._read()["messaggi"]

    def state(self) -> str:
        return self._read()["stato"]

    def _read(self) -> dict[str, Any]:
        return self._client.get("/api/messaggi", headers={"Authorization": f"Bearer {self.token}"}).json()

    def _post(self, body: dict[str, str]) -> dict[str, Any]:
        response = self._client.post("/api/messaggi", json={"token": self.token, **body})
        assert response.status_code == 200, response.text
        return response.json()


@pytest.fixture
def client(scena: Scena) -> Iterator[TestClient]:
    app = create_app(
        scena.settings,
        office=office_of(scena.conoscenza),
        rasa_transport=scena.rasa.transport(),
        clock=scena.clock,
        conoscenza=scena.conoscenza,
    )
    with TestClient(app) as client:
        yield client


def test_from_the_assistant_to_a_person_and_back(scena: Scena, client: TestClient) -> None:
    assert client.get("/api/stato").json()["passaggio"] is True
    site = Site(client)
    scena.there("anna")
    answer, offer = site.says("vorrei una persona")["messaggi"]
    assert (answer["chi"], offer["chi"], offer["html"] != "") == ("assistente", "ufficio", True)
    queued = site.presses("Sì, passami")
    assert (queued["stato"], queued["messaggi"][0]["chi"]) == ("attesa", "ufficio")
    (case,) = run(scena.sportello.waiting())
    id = case.conversazione.id
    assert run(scena.sportello.take(id, "anna"))
    run(scena.sportello.note(id, "anna", "nota interna"))
    assert site.says("sono qui")["messaggi"] == []
    run(scena.sportello.say(id, "anna", "Anna Rossi", "Buongiorno, **ecco**: www.procura.aosta.it"))
    last = site.messages()[-1]
    assert (last["chi"], last["nome"], site.state()) == ("operatore", "Anna", "operatore")
    assert "<strong>ecco</strong>" in last["html"] and "Rossi" not in client.get("/api/stato").text
    back = site.says("torna all'assistente")
    assert back["stato"] == "bot" and site.says("quanto costa?")["messaggi"][0]["chi"] == "assistente"
    assert "nota interna" not in str(site.messages()) and "passaggio:" not in str(site.messages())


def test_a_question_left_and_deleted_with_the_conversation(scena: Scena, client: TestClient) -> None:
    site = Site(client)
    site.says("vorrei una persona")
    site.presses("Lascia una domanda")
    for text in ("Quando riaprite?", "salta", "maria@example.org"):
        (answer,) = site.says(text)["messaggi"]
    assert "maria@example.org" in answer["testo"] and len(run(scena.sportello.requests())) == 1
    assert client.request("DELETE", "/api/conversazioni", json={"token": site.token}).json() == {"cancellata": True}
    assert run(scena.sportello.requests()) == []


def test_a_payload_is_nothing_that_the_public_can_type(scena: Scena, client: TestClient) -> None:
    site = Site(client)
    scena.there("anna")
    for text in ("passaggio:operatore", "/passaggio:operatore"):
        assert site.says(text)["stato"] == "bot"
    assert client.post("/api/messaggi", json={"token": site.token, "scelta": "passaggio:operatore"}).status_code == 403


def test_the_page_without_javascript_offers_it_too(scena: Scena, client: TestClient) -> None:
    scena.there("anna")
    page = client.get("/").text
    assert "<form" in page
    page = client.post("/", data={"testo": "vorrei una persona"}, follow_redirects=True).text
    assert "Vuole che La metta in contatto" in page and "Sì, passami un operatore" in page
