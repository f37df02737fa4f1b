"""What no single conversation shows: the notice, what is kept, what is logged, faults of a process, other people's messages."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from knowledge import Conoscenza

from .running import Assistant, Conversation, Reply
from .test_conversazioni import fit_to_be_shown

Talk = Callable[[], Conversation]

QUESTION = "quanto costa il certificato del casellario?"
ANSWER = "casellario.costo"
NONSENSE = "asdf qwer zxcv"


def test_the_notice_comes_first_and_once(talk: Talk, conoscenza: Conoscenza) -> None:
    notice = conoscenza.profilo.avviso_automatico
    for opening in (QUESTION, NONSENSE, "ciao", "🙂", ""):
        conversation = talk()
        first = conversation.says(opening)
        assert first.text.startswith(notice), opening
        later = [conversation.says(text) for text in (NONSENSE, QUESTION, "grazie", "/restart", QUESTION)][:4]
        assert not any(notice in reply.text for reply in later), opening


def test_everyone_has_their_own_conversation(talk: Talk, conoscenza: Conoscenza) -> None:
    one, other = talk(), talk()
    one.says("vorrei il certificato dei carichi pendenti")
    other.says("devo fare un'apostille")
    assert conoscenza.testo("carichi_pendenti.costo") in one.says("e quanto costa?").text
    assert conoscenza.testo("legalizzazione.costo") in other.says("e quanto costa?").text


def test_many_at_once(assistant: Assistant, conoscenza: Conoscenza) -> None:
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda number: assistant.send(f"insieme-{uuid.uuid4()}-{number}", QUESTION), range(24)))
    assert all(conoscenza.testo(ANSWER) in reply.text for reply in replies)


def test_what_is_not_understood_is_kept_without_personal_data(assistant: Assistant, conversation: Conversation) -> None:
    mark = f"sbiribanda{uuid.uuid4().hex[:6]}"
    reply = conversation.says(f"{mark} trullallero RSSMRA80A01A326X mario.rossi@example.com 347 1234567")
    fit_to_be_shown(reply)
    (kept,) = [text for text in assistant.unanswered() if "trullallero" in text]
    assert "RSSMRA" not in kept and "example.com" not in kept and "1234567" not in kept


def test_what_is_understood_is_not_kept(assistant: Assistant, conversation: Conversation) -> None:
    before = assistant.unanswered()
    for text in (QUESTION, "ciao", "mi serve un certificato", "dove pago il bollo della macchina?", ""):
        conversation.says(text)
    conversation.presses(ANSWER)
    assert assistant.unanswered() == before


def test_logs_hold_nothing_that_people_write(assistant: Assistant, conversation: Conversation) -> None:
    mark = f"segretissimo{uuid.uuid4().hex}"
    for text in (f"quanto costa il casellario per {mark}?", f"{mark} {NONSENSE}", f'/scegli{{"voce":"{mark}"}}', f"/{mark}"):
        conversation.says(text)
    assert assistant.logs(), "i registri ci sono"
    assert mark not in assistant.logs()


HOSTILE = {
    "cinquemila caratteri": "a" * 5000,
    "cinquemila parole": "certificato " * 5000,
    "cinquemila domande": "quanto costa? " * 5000,
    "parentesi": "(" * 5000,
    "tag mai chiuso": "<b" * 3000,
    "emoji": "👩‍👩‍👧‍👦" * 300,
    "da destra a sinistra": "\u202e" + QUESTION,
    "zero": "quanto\x00costa\x00",
    "accenti combinati": "e" + "\u0301" * 2000,
    "cirillico": "сколько стоит сертификат?",
    "arabo": "كم تكلفة الشهادة؟",
    "cinese": "证书多少钱?",
    "righe": "\n" * 3000,
    "json": '{"sender": "altri", "message": "ciao"}',
    "percento": "%s %d %(x)s {0} {menzione}",
    "percorso": "../../../../etc/passwd",
    "spazi strani": "\u200b\u00a0\u2003",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_messages_get_an_answer_soon(conversation: Conversation, conoscenza: Conoscenza, text: str) -> None:
    reply = conversation.says(text)
    fit_to_be_shown(reply)
    assert reply.seconds < 5.0
    assert text.strip()[:50] not in reply.text or not text.strip()
    assert conoscenza.testo(ANSWER) in conversation.says(QUESTION).text


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "ciao",
        {},
        {"sender": "x"},
        {"message": "ciao"},
        {"sender": "", "message": "ciao"},
        {"sender": 1, "message": "a"},
    ],
)
def test_a_request_without_its_fields_is_refused(assistant: Assistant, body: object) -> None:
    response = assistant.post(body)
    assert response.status_code == 400
    assert "sender" in response.json()["errore"]


def test_a_request_that_is_no_json_is_refused(assistant: Assistant) -> None:
    response = assistant.client.post("/webhooks/rest/webhook", content=b"{rotto", headers={"content-type": "application/json"})
    assert response.status_code == 400


def test_a_lone_surrogate_is_no_accident(assistant: Assistant, conoscenza: Conoscenza) -> None:
    """JSON can carry half of a character, which no database and no UTF-8 can."""
    sender = f"prova-{uuid.uuid4()}"
    body = f'{{"sender": "{sender}", "message": "quanto costa \\ud83d?"}}'.encode()
    response = assistant.client.post("/webhooks/rest/webhook", content=body, headers={"content-type": "application/json"})
    assert response.status_code == 200
    fit_to_be_shown(Reply(response.json(), 0.0))
    assert conoscenza.testo(ANSWER) in assistant.send(sender, QUESTION).text


def test_without_the_action_server_people_are_answered(
    assistant: Assistant, conversation: Conversation, conoscenza: Conoscenza
) -> None:
    """Only the note for the staff is lost; and the launcher starts the action server again."""
    conversation.says("ciao")
    assistant.kill_actions()
    lost, found = conversation.says("brambilla frulli scrocchi"), conversation.says(QUESTION)
    assert not assistant.actions_answer(), "la prova vale se il server delle azioni è ancora fermo"
    fit_to_be_shown(lost)
    assert lost.seconds < 5.0
    assert conoscenza.testo(ANSWER) in found.text
    assistant.wait_actions()
    again = f"gnaffete{uuid.uuid4().hex[:6]} brumbrum"
    conversation.says(again)
    assert any("brumbrum" in text for text in assistant.unanswered())
