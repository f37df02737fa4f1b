"""Questions about now and about a day, understood by the trained model and answered at a given moment."""

from __future__ import annotations

from datetime import datetime, timezone
from zoneinfo import ZoneInfo

import pytest

from bot.dialogue.composer import Composer
from bot.dialogue.reply import Risposta
from bot.dialogue.state import Stato
from bot.dialogue.turn import Turno, reply_to
from bot.nlu.importer import KnowledgeImporter
from bot.nlu.text import normalize
from bot.nlu.understanding import Understanding
from bot.settings import ROOT

ROME = ZoneInfo("Europe/Rome")
SATURDAY_NIGHT = datetime(2026, 11, 21, 20, 0, tzinfo=ROME)
TUESDAY = datetime(2026, 11, 24, 10, 0, tzinfo=ROME)
LEAST_RIGHT = 0.9

NOW, TODAY, TOMORROW = "In questo momento", "Oggi, sabato 21 novembre,", "Domani, domenica 22 novembre,"
MONDAY = "Dopodomani, lunedì 23 novembre,"
# asked on a Saturday night: how the answer begins, and what else its first line must say
ASKED: list[tuple[str, str, str]] = [
    ("scusi, a quest'ora lo sportello è aperto?", NOW, "lunedì 23 novembre alle 8.30"),
    ("buonasera, siete ancora aperti?", NOW, "lunedì 23 novembre alle 8.30"),
    ("ma adesso la procura è chiusa?", NOW, "lunedì 23 novembre alle 8.30"),
    ("in questo momento c'è qualcuno negli uffici della procura?", NOW, "chiusi"),
    ("l'URAPI adesso è aperto?", NOW, "U.R.A.P.I."),
    ("il casellario in questo momento riceve?", NOW, "Casellario"),
    ("l'ufficio esecuzioni è aperto ora?", NOW, "Esecuzioni"),
    ("quando riapre lo sportello?", NOW, "lunedì 23 novembre alle 8.30"),
    ("quando riapre il casellario per il pubblico?", NOW, "Casellario"),
    ("la segreteria amministrativa ora è chiusa?", NOW, "Segreteria"),
    ("stasera la procura è aperta?", TODAY, "chius"),
    ("oggi gli uffici sono aperti?", TODAY, "chius"),
    ("oggi fino a che ora ricevete?", TODAY, "chius"),
    ("oggi il casellario è aperto al pubblico?", TODAY, "Casellario"),
    ("domattina trovo aperto in procura?", TOMORROW, "chius"),
    ("domani gli sportelli della procura sono aperti?", TOMORROW, "chius"),
    ("domani l'ufficio spese di giustizia è aperto?", TOMORROW, "Spese"),
    ("a che ora apre la procura lunedì?", MONDAY, "8.30"),
    ("lunedì mattina a che ora aprono gli uffici?", MONDAY, "8.30"),
    ("lunedì pomeriggio il casellario è aperto?", MONDAY, "di pomeriggio è chiuso"),
    ("martedì pomeriggio il casellario è aperto al pubblico?", "Martedì 24 novembre", "14.00"),
    ("sabato 28 novembre l'urapi è aperto?", "Sabato 28 novembre", "8.30"),
    ("il 25 dicembre siete aperti?", "Venerdì 25 dicembre", "Natale"),
    ("il 2 giugno gli uffici sono chiusi?", "Mercoledì 2 giugno 2027", "Festa della Repubblica"),
    ("il giorno dell'Immacolata la procura è aperta?", "Martedì 8 dicembre", "Immacolata"),
    ("a pasquetta gli uffici sono chiusi?", "Lunedì 29 marzo 2027", "chius"),
    ("a Capodanno trovo qualcuno?", "Venerdì 1 gennaio 2027", "Capodanno"),
    ("per san Grato gli uffici sono aperti?", "Martedì 7 settembre 2027", "San Grato"),
    ("posso venire adesso per i carichi pendenti?", NOW, "Casellario"),
    ("oggi posso passare per il certificato del casellario o trovo chiuso?", TODAY, "Casellario"),
    ("per l'apostille domani siete aperti?", TOMORROW, "U.R.A.P.I."),
    ("fra due giorni gli uffici della procura sono aperti?", MONDAY, "8.30"),
]
ELSEWHERE = [
    "l'agenzia delle entrate è aperta domani?",
    "la farmacia è aperta adesso?",
    "le poste oggi sono aperte?",
    "in comune adesso c'è qualcuno?",
    "l'ufficio passaporti della questura oggi è aperto?",
    "il catasto domani è aperto?",
    "la camera di commercio adesso è aperta?",
    "la biblioteca oggi è aperta?",
    "la procura di Milano domani è aperta?",
    "l'ambulatorio della guardia medica è aperto ora?",
]


def asks(composer: Composer, understanding: Understanding, text: str, now: datetime, stato: Stato | None = None) -> Risposta:
    understood = understanding.understand([text])[0]
    turno = Turno(text, understood, stato or Stato(), now.date(), adesso=now.astimezone(timezone.utc))
    return reply_to(turno, composer)


def test_none_of_them_is_in_the_training_data() -> None:
    importer = KnowledgeImporter(str(ROOT / "config.yml"), str(ROOT / "domain.yml"), [str(ROOT / "data")])
    seen = {normalize(m.get("text")) for m in importer.get_nlu_data().intent_examples}
    assert [text for text, _, _ in ASKED if normalize(text) in seen] == []


def test_the_answer_begins_with_the_truth_about_that_moment(composer: Composer, understanding: Understanding) -> None:
    wrong = []
    for text, begins, words in ASKED:
        first = asks(composer, understanding, text, SATURDAY_NIGHT).testo.split("\n")[0]
        if not (first.startswith(begins) and words in first):
            wrong.append(f"{text} -> {first}")
    assert len(ASKED) - len(wrong) >= LEAST_RIGHT * len(ASKED), "\n".join(wrong)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("siete aperti adesso?", "aperti, fino alle 13.30"),
        ("il casellario è aperto di pomeriggio oggi?", "dalle 14.00 alle 17.30: in questo momento è aperto"),
        ("fino a che ora posso venire oggi?", "dalle 8.30 alle 13.30"),
        ("domani mattina trovo qualcuno?", "Domani, mercoledì 25 novembre,"),
    ],
)
def test_on_a_working_day(composer: Composer, understanding: Understanding, text: str, words: str) -> None:
    assert words in asks(composer, understanding, text, TUESDAY).testo.split("\n")[0]


def test_the_service_on_the_table_has_hours_too(composer: Composer, understanding: Understanding) -> None:
    first = asks(composer, understanding, "quanto costa il certificato dei carichi pendenti?", TUESDAY)
    second = asks(composer, understanding, "e adesso è aperto?", TUESDAY, first.stato)
    assert second.testo.startswith("In questo momento l'Ufficio locale del Casellario è aperto, fino alle 13.30.")
    third = asks(composer, understanding, "e domani pomeriggio?", TUESDAY, second.stato)
    assert third.testo.startswith("Domani, mercoledì 25 novembre, l'Ufficio locale del Casellario di pomeriggio è chiuso")


def test_other_offices_are_not_ours(composer: Composer, understanding: Understanding) -> None:
    ours = ("In questo momento", "Oggi, ", "Domani, ")
    taken = [text for text in ELSEWHERE if asks(composer, understanding, text, TUESDAY).testo.startswith(ours)]
    assert len(ELSEWHERE) - len(taken) >= LEAST_RIGHT * len(ELSEWHERE), taken
