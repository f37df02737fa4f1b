"""A question left to the office: three questions, a contact that can be used, nothing kept before it is there."""

from __future__ import annotations

import pytest

from bot.bozze.errori import DatoNonValido
from bot.passaggio.contatto import read_contact, written
from bot.storage import contatti
from bot.storage.contatti import Contatto

from .conftest import EVENING, TELEGRAM, WEB, Scena, keys, titles


def left(scena: Scena) -> list[Contatto]:
    return contatti.listed(contatti.STATI, url=scena.url)


def begin(scena: Scena, id: str = WEB) -> None:
    scena.adesso = EVENING
    scena.says("vorrei una persona", id)
    (asked,) = scena.presses("Lascia una domanda", id)
    assert keys([asked]) == ["chiedi_domanda"] and titles(asked) == ["Annulla"]


@pytest.mark.parametrize("id", [WEB, TELEGRAM])
def test_left_with_name_and_phone(scena: Scena, id: str) -> None:
    begin(scena, id)
    assert keys(scena.says("Il mio certificato è pronto?", id)) == ["chiedi_nome"]
    assert keys(scena.says("mi chiamo Maria Rossi", id)) == ["chiedi_contatto"]
    assert left(scena) == []
    (done,) = scena.says("può chiamarmi allo 0165 230 011, la mattina", id)
    assert keys([done]) == ["registrata"] and "0165 230011" in done.testo and "30" in done.testo
    (kept,) = left(scena)
    assert (kept.domanda, kept.nome) == ("Il mio certificato è pronto?", "Maria Rossi")
    assert (kept.tipo, kept.recapito, kept.motivo) == ("telefono", "+390165230011", "fuori_orario")
    assert (kept.canale, kept.stato, kept.conversazione) == (id.partition(":")[0], "nuova", id)
    assert scena.counted("contatto") == ["fuori_orario"]
    heard = len(scena.rasa.heard)
    assert scena.says("quanto costa?", id)[0].chi == "assistente" and len(scena.rasa.heard) == heard + 1


@pytest.mark.parametrize("skip", ["salta", "no", "preferisco non dirlo"])
def test_left_without_a_name(scena: Scena, skip: str) -> None:
    begin(scena)
    scena.says("Quando riaprite?")
    scena.says(skip)
    scena.says("la mail è Maria.Rossi@example.org.")
    (kept,) = left(scena)
    assert (kept.nome, kept.tipo, kept.recapito) == (None, "email", "Maria.Rossi@example.org")


def test_the_buttons_do_what_they_say(scena: Scena) -> None:
    begin(scena)
    scena.says("Quando riaprite?")
    assert keys(scena.presses("Salta")) == ["chiedi_contatto"]
    assert keys(scena.presses("Annulla")) == ["annullata"]
    assert keys(scena.presses("Salta")) == ["gia_assistente"]  # there is nothing left to skip
    assert left(scena) == []


@pytest.mark.parametrize("steps", [[], ["Una domanda"], ["Una domanda", "Maria"]])
@pytest.mark.parametrize("word", ["annulla", "basta", "non mi serve più"])
def test_given_up_at_every_step(scena: Scena, steps: list[str], word: str) -> None:
    begin(scena)
    for text in steps:
        scena.says(text)
    assert keys(scena.says(word)) == ["annullata"]
    assert scena.says("quanto costa?")[0].chi == "assistente" and left(scena) == []


def test_faults_are_explained_and_asked_again(scena: Scena) -> None:
    begin(scena)
    assert keys(scena.says("???")) == ["domanda_breve"]
    scena.says("Una domanda")
    assert keys(scena.says("Maria " * 40)) == ["nome_lungo"]
    scena.says("Maria")
    assert keys(scena.says("domani pomeriggio")) == ["contatto_mancante"]
    for wrong, said in (
        ("maria@", "e-mail"),
        ("maria chiocciola@esempio", "e-mail"),
        ("347 1", "telefono"),
    ):
        (again,) = scena.says(wrong)
        assert keys([again]) == ["contatto_mancante"] and said in again.testo.lower(), again.testo
    scena.says("347 1200984")
    (kept,) = left(scena)
    assert (kept.domanda, kept.nome, kept.recapito) == ("Una domanda", "Maria", "+393471200984")


def test_one_may_leave_two(scena: Scena) -> None:
    for question in ("La prima domanda", "La seconda domanda"):
        begin(scena)
        for text in (question, "salta", "maria@example.org"):
            scena.says(text)
    assert [c.domanda for c in left(scena)] == ["La prima domanda", "La seconda domanda"]


def test_to_delete_ones_data_is_no_question(scena: Scena) -> None:
    begin(scena)
    assert scena.says("cancella i miei dati")[0].testo == "Ho cancellato tutto."
    assert scena.says("Una domanda")[0].chi == "assistente"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("maria.rossi@example.org", ("email", "maria.rossi@example.org")),
        ("scrivetemi a: <maria@pec.example.org>, grazie", ("email", "maria@pec.example.org")),
        ("347 120 09 84", ("telefono", "+393471200984")),
        ("tel. 0165/306254 o anche dopo le 14", ("telefono", "+390165306254")),
        ("+41 44 668 18 00", ("telefono", "+41446681800")),
    ],
)
def test_contacts_as_people_write_them(text: str, found: tuple[str, str]) -> None:
    assert read_contact(text) == found


@pytest.mark.parametrize(
    "text", ["", "ciao", "maria@", "@", "12", "123456", "0000000000", "maria@@example.org", "a" * 900 + "@b.it"]
)
def test_what_is_no_contact(text: str) -> None:
    with pytest.raises(DatoNonValido):
        read_contact(text)


def test_how_a_contact_is_shown() -> None:
    assert written("telefono", "+393471200984") == "347 120 0984"
    assert written("telefono", "+41446681800") == "+41 44 668 18 00"
    assert written("email", "a@example.org") == "a@example.org"
