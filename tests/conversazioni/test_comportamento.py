"""What no single conversation shows: the notice, what is kept, what is logged, faults of a process, other people's messages."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.dialogue.composer import Composer
from bot.privacy import MASK
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


def not_understood(composer: Composer, reply: Reply) -> bool:
    names = ("non_capito_menu", "non_capito_sportello", "intendeva")
    return any(composer.phrase(name, n) in reply.text for name in names for n in range(len(composer.phrases[f"utter_{name}"])))


STRANGE = [  # which of them the model of the day does not understand, only it knows
    "brambilla frulli scrocchi", "lorem ipsum dolor sit amet", "asdf qwer zxcv", "qwerty uiop", "sdrumble trik brok",
    "gnaffete brumbrum", "pliff ploff", "tre civette sul comò", "sopra la panca la capra campa", "zxcvbnm",
]  # fmt: skip


def lost_questions(talk: Talk, composer: Composer) -> list[str]:
    """Of the strange messages, those that were not understood, each in a conversation of its own."""
    lost = [text for text in STRANGE if not_understood(composer, talk().says(text))]
    assert lost, "il modello capisce anche questo: servono messaggi più strani"
    return lost


def test_what_is_not_understood_is_kept(assistant: Assistant, talk: Talk, composer: Composer) -> None:
    for text in lost_questions(talk, composer):
        assert text in assistant.unanswered()


def test_what_is_kept_has_no_personal_data(assistant: Assistant, talk: Talk, composer: Composer) -> None:
    secrets = ("RSSMRA80A01A326X", "mario.rossi@example.com", "347 1234567")
    strange = [f"{text} {secret}" for secret in secrets for text in STRANGE]
    assert [text for text in strange if not_understood(composer, talk().says(text))], "servono messaggi più strani"
    kept = "\n".join(assistant.unanswered())
    assert MASK in kept
    assert not [secret for secret in ("RSSMRA", "example.com", "mario.rossi", "1234567") if secret in kept]


def test_what_is_understood_is_not_kept(assistant: Assistant, conversation: Conversation) -> None:
    before = assistant.unanswered()
    for text in (QUESTION, "ciao", "mi serve un certificato", "dove pago il bollo della macchina?", ""):
        conversation.says(text)
    conversation.presses(ANSWER)
    assert assistant.unanswered() == before


def test_logs_hold_nothing_that_people_write(assistant: Assistant, conversation: Conversation) -> None:
    mark = f"segretissimo{uuid.uuid4().hex}"
    payloads = [
        f'/scegli{{"voce":"{mark}"}}',
        f'/scegli{{"voce":{mark}',
        f'/scegli{{"{mark}":"a"}}',
        f'/{mark}{{"a":1}}',
        f"/{mark}",
    ]
    for text in [f"quanto costa il casellario per {mark}?", f"{mark} {NONSENSE}", *payloads]:
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
    reply = Reply(response.json(), 0.0)
    fit_to_be_shown(reply)
    assert "problema tecnico" not in reply.text
    assert conoscenza.testo(ANSWER) in assistant.send(sender, QUESTION).text


def test_without_the_action_server_people_are_answered(
    assistant: Assistant, talk: Talk, composer: Composer, conoscenza: Conoscenza
) -> None:
    """Only the note for the staff is lost; and the launcher starts the action server again."""
    (strange, *_) = lost_questions(talk, composer)
    before = assistant.unanswered()
    assistant.kill_actions()
    lost, found = talk().says(strange), talk().says(QUESTION)
    assert not assistant.actions_answer(), "la prova vale se il server delle azioni è ancora fermo"
    assert not_understood(composer, lost) and lost.seconds < 5.0
    assert conoscenza.testo(ANSWER) in found.text
    assert assistant.unanswered() == before
    assistant.wait_actions()
    talk().says(strange)
    assert assistant.unanswered() == [*before, strange]
