"""Whatever is written, whatever was understood and whatever was said before: there is a reply, and it is fit to be shown."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.dialogue.composer import MAX_BUTTONS, Composer
from bot.dialogue.state import Opzione, Stato
from bot.dialogue.turn import Turno, reply_to
from bot.nlu.understanding import Comprensione
from bot.privacy import redact
from knowledge import load

from .hearing import DAY

MARK = "zqxjk"  # a word that no text of ours contains
TELEGRAM_TEXT = 4096

KNOWN = load()
ENTRIES = [chiave for chiave, _, _ in KNOWN.voci()]
TOPICS = list(KNOWN.argomenti)
LABELS = [
    *ENTRIES, *TOPICS,
    *(f"?{a}" for a in KNOWN.aspetti), *(f"chiarimento/{c}" for c in KNOWN.chiarimenti),
    "saluto", "operatore", "cosa_sai_fare", "ripeti", "nlu_fallback",
    "casellario.tolta", "tolto", "?tolto", "chiarimento/tolto",
]  # fmt: skip

labels = st.sampled_from(LABELS)
texts = st.one_of(
    st.text(max_size=200),
    st.sampled_from(["<b>", "{{ 7*7 }}", "%s", '/scegli{"voce":', "'; DROP TABLE x;--", "\x00", "1", "2", "🙂", "a" * 3000]),
).map(lambda text: f"{text}{MARK}<i>" if text.strip() and not text.strip().isdigit() else text)
probabilities = st.floats(0.0, 1.0)
aspects = st.sampled_from(["", *KNOWN.aspetti, "tolto"])
topics = st.sampled_from(["", *TOPICS, "tolto"])


@st.composite
def understandings(draw: st.DrawFn) -> Comprensione:
    ranking = draw(st.dictionaries(labels, probabilities, max_size=8))
    ordered = sorted(ranking.items(), key=lambda pair: -pair[1])
    return Comprensione(
        ordered,
        {label: draw(probabilities) for label in ranking},
        draw(st.lists(st.tuples(topics, probabilities), max_size=4)),
        draw(st.lists(st.tuples(aspects, probabilities), max_size=4)),
        draw(probabilities),
    )


records = st.builds(
    Stato,
    argomento=topics,
    voce=st.sampled_from(["", *ENTRIES[::50], "casellario.tolta"]),
    aspetto=aspects,
    opzioni=st.lists(st.builds(Opzione, st.text(min_size=1, max_size=40), labels), max_size=MAX_BUTTONS).map(tuple),
    esito=st.sampled_from(["", "risposta", "domanda", "non_capito", "saluto"]),
    gradino=st.integers(0, 50),
)
turns = st.builds(
    Turno,
    text=texts,
    comprensione=st.none() | understandings(),
    stato=records,
    giorno=st.dates(DAY, DAY.replace(year=2040)),
    clauses=st.lists(understandings(), max_size=3),
    joined=st.none() | understandings(),
    language=st.sampled_from(["it", "en", "fr"]),
    scelta=st.none() | labels | st.text(max_size=30),
    numero=st.integers(0, 1000),
)


@settings(max_examples=400)
@given(turno=turns)
def test_there_is_always_a_reply_fit_to_be_shown(composer: Composer, turno: Turno) -> None:
    risposta = reply_to(turno, composer)
    assert risposta.testo.strip()
    assert MARK not in risposta.testo and "{{" not in risposta.testo and "{menzione}" not in risposta.testo
    assert "\n\n" not in risposta.testo
    assert len(risposta.testo) < TELEGRAM_TEXT
    assert len(risposta.opzioni) <= MAX_BUTTONS and risposta.opzioni == risposta.stato.opzioni
    assert all(o.titolo and MARK not in o.titolo for o in risposta.opzioni)
    message = json.loads(json.dumps(risposta.as_message()))
    assert Stato.from_dict(message["stato"]) == risposta.stato


@settings(max_examples=100)
@given(turno=turns)
def test_the_same_message_gets_the_same_reply(composer: Composer, turno: Turno) -> None:
    assert reply_to(turno, composer) == reply_to(turno, composer)


@settings(max_examples=100)
@given(turno=turns, steps=st.integers(1, 6))
def test_a_conversation_goes_on(composer: Composer, turno: Turno, steps: int) -> None:
    """Every record that a reply leaves is one that the next message can be answered with."""
    for number in range(steps):
        risposta = reply_to(turno, composer)
        turno = replace(
            turno, stato=risposta.stato, numero=number, scelta=risposta.opzioni[0].chiave if risposta.opzioni else None
        )
        assert risposta.testo.strip()


@pytest.mark.parametrize("pieces", [["<b>", "{{", "%", "\\", "'"]])
@given(data=st.data())
def test_masking_never_fails(pieces: list[str], data: st.DataObject) -> None:
    text = data.draw(st.text(max_size=200)) + data.draw(st.sampled_from(pieces))
    assert isinstance(redact(text), str)
