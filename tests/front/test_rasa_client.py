from __future__ import annotations

import asyncio
import logging
from typing import Any

import httpx
import pytest

from bot.front.rasa_client import Answer, RasaClient, RasaUnavailable, read_answers, split_source


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Costa € 16.\nFonte: Carta, 5.1", ("Costa € 16.", "Carta, 5.1")),
        ("Costa € 16.", ("Costa € 16.", None)),
        ("Uno.\nFonte: A\nDue.\n Fonte: B \nQuale?", ("Uno.\nFonte: A\nDue.\nQuale?", "B")),
        ("La Fonte: non è a inizio riga", ("La Fonte: non è a inizio riga", None)),
        ("Testo.\nFonte:", ("Testo.", None)),
    ],
)
def test_the_last_source_line_is_taken_out(text: str, expected: tuple[str, str | None]) -> None:
    assert split_source(text) == expected


def test_answers_keep_text_source_and_buttons() -> None:
    body = [
        {"recipient_id": "x", "text": "Sì.\nFonte: Carta", "buttons": [{"title": "A", "payload": "/scegli{}"}, {"title": ""}]},
        {"recipient_id": "x", "image": "http://altrove.example/x.png"},
    ]
    assert read_answers(body) == [Answer("Sì.", "Carta", [("A", "/scegli{}")])]


@pytest.mark.parametrize("body", [[], {}, None, "ciao", [{"image": "x"}], ["x"]])
def test_what_is_no_answer_is_a_fault(body: Any) -> None:
    with pytest.raises(RasaUnavailable):
        read_answers(body)


def _send(handler: Any, text: str = "ciao") -> list[Answer]:
    async def run() -> list[Answer]:
        client = RasaClient("http://127.0.0.1:5005", httpx.MockTransport(handler))
        try:
            return await client.send("web:abc", text)
        finally:
            await client.close()

    return asyncio.run(run())


def test_the_request_is_rasas() -> None:
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json=[{"text": "ok"}])

    assert _send(handler) == [Answer("ok")]
    assert str(seen[0].url) == "http://127.0.0.1:5005/webhooks/rest/webhook"
    assert seen[0].read() == b'{"sender":"web:abc","message":"ciao"}'
    assert seen[0].extensions["timeout"]["read"] == 10


def _raise(error: Exception) -> Any:
    def handler(request: httpx.Request) -> httpx.Response:
        raise error

    return handler


@pytest.mark.parametrize(
    "handler",
    [
        _raise(httpx.ConnectError("rifiutata")),
        _raise(httpx.ReadTimeout("lenta")),
        lambda request: httpx.Response(500, text="segreto"),
        lambda request: httpx.Response(200, text="<html>"),
    ],
)
def test_every_fault_is_one_exception_and_the_log_has_no_text_of_people(handler: Any, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="bot.front"), pytest.raises(RasaUnavailable):
        _send(handler, "mi chiamo Rossi")
    assert "Rasa non risponde" in caplog.text
    assert "Rossi" not in caplog.text and "segreto" not in caplog.text
