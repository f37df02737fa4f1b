"""Questions about now and about a day: the moment that is read, and what answers about an office then say first or last."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot import sportello
from bot.dialogue.composer import Composer
from bot.dialogue.orari import Domanda, Opening
from bot.dialogue.quando import Quando, only_a_moment, read
from bot.dialogue.state import Stato
from dialogo.hearing import MORNING, Person, sure
from knowledge import Conoscenza
from knowledge.models_calendario import Calendario

ROME = ZoneInfo("Europe/Rome")
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=ROME)  # a Tuesday; all offices are open
NIGHT = NOW.replace(hour=20)
SUNDAY = datetime(2026, 11, 22, 10, 0, tzinfo=ROME)
PATRON = {
    "id": "patrono",
    "nome": "San Tale, patrono di Tale",
    "giorno": "7 settembre",
    "fonti": [{"documento": "carta", "sezione": "2.3"}],
}
CALENDAR = Calendario(ricorrenze=[PATRON])


def november(day: int) -> date:
    return date(2026, 11, day)


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("oggi siete aperti?", november(24)),
        ("fino a che ora posso venire stamattina?", november(24)),
        ("domani c'è qualcuno?", november(25)),
        ("a che ora aprite domattina", november(25)),
        ("dopodomani siete aperti?", november(26)),
        ("oggi non riesco, domani siete aperti?", november(25)),
        ("lunedì siete aperti?", november(30)),
        ("martedì prossimo è aperto?", date(2026, 12, 1)),
        ("mercoledì mattina posso passare?", november(25)),
        ("fra tre giorni siete aperti?", november(27)),
        ("il 2 giugno siete aperti?", date(2027, 6, 2)),
        ("il 30/11 ricevete?", november(30)),
        ("venerdì 27 aprite?", november(27)),
        ("venerdì 27 novembre aprite?", november(27)),
        ("il 3 posso venire?", date(2026, 12, 3)),
        ("a Natale siete aperti?", date(2026, 12, 25)),
        ("la vigilia di Natale trovo aperto?", date(2026, 12, 24)),
        ("a ferragosto?", date(2027, 8, 15)),
        ("il lunedì di Pasqua è chiuso?", date(2027, 3, 29)),
        ("a pasquetta siete chiusi?", date(2027, 3, 29)),
        ("a Pasqua siete chiusi?", date(2027, 3, 28)),
        ("per l'Immacolata siete chiusi?", date(2026, 12, 8)),
        ("il giorno del patrono lavorate?", date(2027, 9, 7)),
        ("per San Tale siete chiusi?", date(2027, 9, 7)),
    ],
)
def test_a_day_is_read(said: str, day: date) -> None:
    assert read(said, NOW, CALENDAR).giorno == day


@pytest.mark.parametrize(
    "said",
    [
        "siete aperti adesso?",
        "lo sportello è aperto in questo momento?",
        "posso venire ora?",
        "siete aperti?",
        "il casellario è chiuso?",
        "è ancora aperto?",
        "siete aperti o chiusi?",
        "oggi, proprio ora, siete aperti?",
        "quando riaprite?",
    ],
)
def test_now_is_read(said: str) -> None:
    assert read(said, NOW, CALENDAR) == Quando(subito=True)


@pytest.mark.parametrize(
    "said",
    [
        "che orari fate?",
        "quando siete aperti?",
        "siete aperti il lunedì?",
        "aperti di sabato?",
        "dal lunedì al venerdì siete aperti?",
        "il martedì e il giovedì fino a che ora?",
        "ogni mercoledì ricevete?",
        "a che ora aprite?",
        "fino a che ora?",
        "in mezz'ora faccio tutto?",
        "siete aperti all'ora di pranzo?",
        "sabato scorso ho trovato chiuso",
        "ieri non c'era nessuno",
        "quanto costa un'ora di parcheggio",
        "art. 335 comma 3",
    ],
)
def test_no_moment_is_read(said: str) -> None:
    assert not read(said, NOW, CALENDAR).asked


def test_the_part_of_the_day() -> None:
    assert read("domani pomeriggio?", NOW, CALENDAR).parte == "pomeriggio"
    assert read("domattina?", NOW, CALENDAR) == Quando(november(25), parte="mattina")
    assert read("stasera?", NOW, CALENDAR) == Quando(november(24), parte="sera")


def test_days_are_those_of_rome() -> None:
    """Half past eleven in the evening, UTC, is already tomorrow in Rome."""
    late = datetime(2026, 11, 24, 23, 30, tzinfo=ZoneInfo("UTC"))
    assert read("oggi siete aperti?", late, CALENDAR).giorno == november(25)


@pytest.mark.parametrize(
    "said", ["e domani?", "e lunedì pomeriggio?", "adesso siete aperti?", "e il 2 giugno?", "oggi a che ora chiude?"]
)
def test_only_a_moment(said: str) -> None:
    assert only_a_moment(said)


@pytest.mark.parametrize("said", ["domani quanto costa?", "e oggi per il certificato?", "lunedì devo testimoniare"])
def test_more_than_a_moment(said: str) -> None:
    assert not only_a_moment(said)


# What answers say. The hours themselves are those of the knowledge.


def asks(composer: Composer, text: str, entry: str, now: datetime, stato: Stato | None = None) -> list[str]:
    return Person(composer, stato, now.date(), now).says(text, entry).testo.split("\n")


def hours_entries(conoscenza: Conoscenza) -> list[str]:
    opening = Opening(conoscenza)
    return [chiave for chiave, _, voce in conoscenza.voci() if "orari" in voce.id and opening.offices([chiave])]


def test_every_service_has_an_answer_about_hours_that_knows_now(conoscenza: Conoscenza, composer: Composer) -> None:
    found = hours_entries(conoscenza)
    assert len(found) >= 15
    for chiave in found:
        plain = asks(composer, "orari", chiave, NOW)
        assert conoscenza.testo(chiave) == "\n".join(plain[:-1]), chiave  # open, and not asked: nothing to add
        night = asks(composer, "orari", chiave, NIGHT)
        assert "\n".join(night).startswith(conoscenza.testo(chiave)) and night[-1].startswith("Fonte: "), chiave
        assert night[-2].startswith("In questo momento ") and " alle 8.30." in night[-2], chiave
        for text, now, begins in (
            ("siete aperti adesso?", NOW, "In questo momento "),
            ("siete aperti adesso?", NIGHT, "In questo momento "),
            ("oggi siete aperti?", SUNDAY, "Oggi, domenica 22 novembre, "),
            ("domani siete aperti?", NOW, "Domani, mercoledì 25 novembre, "),
            ("il 2 giugno siete aperti?", NOW, "Mercoledì 2 giugno 2027 "),
        ):
            first, *rest = asks(composer, text, chiave, now)
            assert first.startswith(begins), (chiave, first)
            assert "\n".join(rest[:-1]) == conoscenza.testo(chiave), chiave


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (NOW, "fino alle 13.30"),
        (NIGHT, "riapre mercoledì 25 novembre alle 8.30"),
        (NOW.replace(hour=13, minute=45), "riapre oggi alle 14.00"),
    ],
)
def test_the_truth_comes_first(composer: Composer, now: datetime, words: str) -> None:
    first = asks(composer, "è aperto adesso?", "casellario.orari", now)[0]
    assert first.startswith("In questo momento l'Ufficio locale del Casellario è ") and words in first


def test_the_day_of_a_holiday_says_which(composer: Composer) -> None:
    first = asks(composer, "l'8 dicembre siete aperti?", "uffici.festivi", NOW)[0]
    assert "è chiuso (festa nazionale: Immacolata Concezione)" in first


def test_an_answer_about_the_place_says_it_only_if_asked(conoscenza: Conoscenza, composer: Composer) -> None:
    assert asks(composer, "dov'è?", "casellario.dove", NIGHT)[0] == conoscenza.testo("casellario.dove")
    assert len(asks(composer, "dov'è?", "casellario.dove", NIGHT)) == len(asks(composer, "dov'è?", "casellario.dove", NOW))
    assert asks(composer, "domani vengo, dov'è?", "casellario.dove", NOW)[0].startswith("Domani, mercoledì 25 novembre, ")
    # a day that has nothing to do with opening
    assert asks(composer, "oggi mi hanno detto di una certa stanza", "casellario.dove", NOW)[0] == conoscenza.testo(
        "casellario.dove"
    )


def test_answers_about_something_else_say_nothing_of_it(conoscenza: Conoscenza, composer: Composer) -> None:
    for text in ("oggi quanto costa?", "siete aperti adesso? quanto costa?"):
        assert asks(composer, text, "casellario.costo", NIGHT)[0] == conoscenza.testo("casellario.costo").split("\n")[0]


def test_a_button_says_that_it_is_closed(composer: Composer) -> None:
    closed = Person(composer, adesso=NIGHT).presses("casellario.orari").testo
    assert "In questo momento l'Ufficio locale del Casellario è chiuso" in closed.split("\n")[-2]
    # the name of the entry is no question about Saturday
    assert not Person(composer, adesso=NOW).presses("uffici.sabato").testo.startswith("Sabato")


def test_another_day_of_the_same_answer(conoscenza: Conoscenza, composer: Composer) -> None:
    """ "e domani?" is not understood alone; after the hours of an office it asks its hours."""
    person = Person(composer, giorno=NOW.date(), adesso=NOW)
    person.says("orari delle esecuzioni", "uffici.esecuzioni_orari")
    reply = person.says("e domani?")
    assert reply.testo.startswith("Domani, mercoledì 25 novembre, l'Ufficio Esecuzioni Penali")
    assert reply.stato.voce == "uffici.esecuzioni_orari"
    assert person.says("e sabato?").testo.startswith("Sabato 28 novembre ")
    person.says("dov'è il casellario?", "casellario.dove")
    after_the_place = person.says("e oggi è aperto?")
    assert after_the_place.stato.voce == "casellario.orari"
    assert after_the_place.testo.startswith("Oggi, martedì 24 novembre, ")
    person.says("quanto costa?", "casellario.costo")
    assert person.says("e domani?").stato.voce != "casellario.orari"  # a price has no tomorrow


def test_a_closure_is_known_at_once(conoscenza: Conoscenza) -> None:
    closed = Calendario(chiusure=[{"id": "trasloco", "dal": "2026-11-24", "uffici": ["casellario"], "motivo": "trasloco"}])
    opening = Opening(replace(conoscenza, calendario=closed))
    first, _ = opening.lines(["casellario.orari"], Domanda("siete aperti?", NOW))
    assert first == (
        "In questo momento l'Ufficio locale del Casellario è chiuso (trasloco): riapre mercoledì 25 novembre alle 8.30."
    )
    first, _ = opening.lines(["uffici.orari_generali"], Domanda("siete aperti?", NOW))
    assert "sono aperti, fino alle 13.30; l'Ufficio locale del Casellario è chiuso (trasloco)" in first


# bot/sportello.py, for the site and the hand-over.


def test_the_desk_by_default(conoscenza: Conoscenza) -> None:
    assert sportello.apertura(conoscenza, NOW).aperto
    saturday = datetime(2026, 11, 28, 9, 0, tzinfo=ROME)
    assert sportello.apertura(conoscenza, saturday) == sportello.apertura(conoscenza, saturday, conoscenza.profilo.sportello)
    assert not sportello.apertura(conoscenza, saturday, "casellario").aperto
    assert sportello.frase(conoscenza, SUNDAY) == "L'ufficio è chiuso: riapre lunedì 23 novembre alle 8.30."
    assert sportello.frase(conoscenza, NOW, "casellario") == "L'ufficio è aperto adesso, fino alle 13.30."
    with pytest.raises(KeyError):
        sportello.apertura(conoscenza, NOW, "portineria")


def test_notices_are_shown_in_their_days(conoscenza: Conoscenza) -> None:
    closing = {"titolo": "Chiuso il 2", "testo": "Chiuso.", "dal": "2026-11-02", "al": "2026-11-03", "chiude": "tutti"}
    notices = [
        {"id": "lungo", "titolo": "Nuovo ingresso", "testo": "Si entra dal retro.", "dal": "2026-10-30"},
        {"id": "ponte", **closing},
        {"id": "annunciato", **closing, "mostra_dal": "2026-10-01"},
    ]
    known = replace(conoscenza, calendario=Calendario(avvisi_del_sito=notices))

    def shown(day: str) -> list[str]:
        return [avviso.id for avviso in sportello.avvisi_del_sito(known, date.fromisoformat(day))]

    assert shown("2026-09-30") == []
    assert shown("2026-10-25") == ["annunciato"]
    assert shown("2026-10-26") == ["ponte", "annunciato"]  # a week before
    assert shown("2026-10-30") == ["lungo", "ponte", "annunciato"]
    assert shown("2026-11-03") == ["lungo", "ponte", "annunciato"]
    assert shown("2026-11-04") == ["lungo"]
    (notice,) = sportello.avvisi_del_sito(known, date(2026, 12, 1))
    assert (notice.titolo, notice.testo, notice.dal, notice.al) == (
        "Nuovo ingresso",
        "Si entra dal retro.",
        date(2026, 10, 30),
        None,
    )
    assert not sportello.apertura(known, datetime(2026, 11, 3, 10, 0, tzinfo=ROME), "casellario").aperto


def test_the_morning_of_the_other_tests_is_open(conoscenza: Conoscenza) -> None:
    assert all(sportello.apertura(conoscenza, MORNING, u.id).aperto for u in conoscenza.uffici.values() if u.orari)
    assert sure("casellario.orari").labels[0][0] == "casellario.orari"
