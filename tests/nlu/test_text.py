"""Italian as people type it: accents, abbreviations, chat spelling, codes of forms, pasted markup."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.text import clauses, normalize, tokens

SAME = [
    ("perché", "perche"),
    ("Perche'", "perche"),
    ("È GIÀ PRONTO?", "è già pronto?"),
    ("l’ufficio", "l'ufficio"),
    ("l`ufficio", "l'ufficio"),
    ("xke nn si può?", "perché non si può?"),
    ("qnt costa", "quanto costa"),
    ("dv si va x il cert", "dove si va per il certificato"),
    ("il P.M.", "il pm"),
    ("il p. m. di turno", "il pm di turno"),
    ("con P.IVA", "con partita iva"),
    ("con p. iva", "con partita iva"),
    ("il C.T.U.", "il ctu"),
    ("il G.D.P.", "il giudice di pace"),
    ("la P.A.", "la pubblica amministrazione"),
    ("art. 335", "articolo 335"),
    ("art335", "articolo 335"),
    ("mod. 21 bis", "modulo 21bis"),
    ("415-bis", "415bis"),
    ("modello ventuno bis", "modello 21bis"),
    ("all'U.R.A.P.I.", "all'urapi"),
    ("ciaooooo", "ciaoo"),
    ("<b>fedina</b> penale", "fedina penale"),
    ("fedina<br/>penale", "fedina penale"),
    ("ﬁrma", "firma"),
    ("cafe\u0301", "café"),
    ("  fedina \n\t penale  ", "fedina penale"),
]


@pytest.mark.parametrize(("one", "other"), SAME, ids=[a for a, _ in SAME])
def test_two_ways_of_writing_the_same(one: str, other: str) -> None:
    assert normalize(one) == normalize(other) != ""


@pytest.mark.parametrize("written", ["A01", "a1", "A-01", "A 01", "a.01", "mod. A01", "Mod.A1", "modulo a 01"])
def test_codes_of_forms(written: str) -> None:
    assert normalize(written).split()[-1] == "moduloa01"
    assert "modulob01" not in normalize(written)


@pytest.mark.parametrize("written", ["A12", "c 99", "a 0", "D01", "b2b"])
def test_what_is_no_code_of_a_form(written: str) -> None:
    assert not re.search(r"modulo[abc]\d", normalize(written))


@pytest.mark.parametrize("written", ["", "   ", "🙂🙂", "…", "!!!", "<script></script>", "\x00\x01", "—"])
def test_nothing_to_read(written: str) -> None:
    assert normalize(written) == ""


def test_questions_keep_their_mark() -> None:
    assert normalize("È pronto?") == "e pronto ?" != normalize("È pronto.")


def test_words_that_only_look_like_abbreviations_stay() -> None:
    assert normalize("a casa di chi") == "a casa di chi"
    assert normalize("il primo piano") == "il primo piano"
    assert normalize("opm e rpm") == "opm e rpm"


@pytest.mark.parametrize("piece", ["certificato ", "<", "<b", "a" * 7, "à", "(((((", "1-", "p . m . ", "\n", "e dove ", "🙂"])
def test_very_long_input_is_cut(piece: str) -> None:
    """Whatever is repeated, the work stays bounded."""
    long = piece * (200_000 // len(piece))
    assert len(normalize(long)) <= 6000
    assert sum(map(len, clauses(long))) <= 1500


@given(st.text(max_size=300))
def test_only_plain_words_come_out(text: str) -> None:
    assert re.fullmatch(r"([a-z0-9€?]+( [a-z0-9€?]+)*)?", normalize(text))


@given(st.text(max_size=300))
def test_case_does_not_matter(text: str) -> None:
    plain = re.sub(r"[^a-zàèéìòù0-9 .,?!'-]", " ", text.lower())
    assert normalize(plain.upper()) == normalize(plain)


CLAUSES = [
    ("Quanto costa il casellario e dove si fa?", ["Quanto costa il casellario", "dove si fa"]),
    ("Dove siete? A che ora aprite?", ["Dove siete", "A che ora aprite"]),
    ("Mi serve la fedina. Quanto ci vuole?", ["Mi serve la fedina", "Quanto ci vuole"]),
    ("che modulo serve, poi quando è pronto", ["che modulo serve", "quando è pronto"]),
    ("carta d'identità e codice fiscale", ["carta d'identità e codice fiscale"]),
    ("costo € 16.00 in tutto", ["costo € 16.00 in tutto"]),
    ("grazie!", []),
    ("", []),
]


@pytest.mark.parametrize(("text", "parts"), CLAUSES, ids=[c[0] for c in CLAUSES])
def test_clauses(text: str, parts: list[str]) -> None:
    assert clauses(text) == parts


@given(st.text(max_size=400))
def test_clauses_are_pieces_of_the_text(text: str) -> None:
    position = 0
    for part in clauses(text):
        assert len(part.split()) >= 2
        position = text.index(part, position) + len(part)


def test_tokens() -> None:
    assert tokens("l'ufficio  del casellario") == ["l'", "ufficio", "del", "casellario"]
