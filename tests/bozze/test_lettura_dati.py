"""Data read out of messages, in many voices; nothing read where nothing is said; corrections."""

from __future__ import annotations

import re
from typing import Dict, Optional, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.bozze.correzione import read_correction
from bot.bozze.lettura import Lettura, named_fields, read_data
from tests.bozze.campi import CAMPI, DELEGATO, OGGI, PER_ID, PERSONA

MARTA = {
    "nome": "Marta",
    "cognome": "Bionaz",
    "codice_fiscale": "BNZMRT80C43A326E",
    "nato_a": "Aosta",
    "nato_il": "1980-03-03",
    "residenza": "via De Tillier 5, 11100 Aosta",
    "telefono": "+393401882277",
    "email": "marta.bionaz@example.it",
}
COPPIA = ["nome", "cognome"]


def read(text: str, asked: Sequence[str] = (), known: Optional[Dict[str, str]] = None) -> Lettura:
    return read_data(text, CAMPI, known or {}, asked, OGGI)


@pytest.mark.parametrize("asked", [(), PERSONA])
@pytest.mark.parametrize(
    "text",
    [
        "Marta Bionaz, codice fiscale BNZMRT80C43A326E, nata ad Aosta il 03/03/1980, residente in via De Tillier 5, 11100 Aosta, telefono 3401882277, email marta.bionaz@example.it",
        "marta bionaz codice fiscale bnzmrt80c43a326e nata ad aosta il tre marzo millenovecentottanta residente in via de tillier 5 11100 aosta telefono 340 188 2277 email marta.bionaz@example.it",
        "Mi chiamo Marta Bionaz, sono nata il 3 marzo 1980 ad Aosta e abito in via De Tillier 5, 11100 Aosta. C.F. BNZMRT80C43A326E, cell. 340/1882277, mail marta.bionaz@example.it",
        "Bionaz Marta, c.f. BNZMRT80C43A326E, nata a Aosta il 3.3.80, residente in via De Tillier 5, 11100 Aosta, cell 3401882277, marta.bionaz@example.it",
        "Cognome: Bionaz\nNome: Marta\nLuogo di nascita: Aosta\nData di nascita: 3/3/1980\nCodice fiscale: BNZMRT80C43A326E\nResidenza: via De Tillier 5, 11100 Aosta\nTelefono: +39 340 1882277\nE-mail: marta.bionaz@example.it",
        "nome Marta cognome Bionaz, nata ad Aosta il 03-03-1980, residenza via De Tillier 5, 11100 Aosta, codice fiscale bnz mrt 80c43 a326e, telefono 3401882277, email marta.bionaz@example.it",
        "Buongiorno, sono Marta Bionaz nata ad Aosta il 3 marzo 1980. Indirizzo: via De Tillier 5, 11100 Aosta; tel. 3401882277; codice fiscale BNZMRT80C43A326E; email: marta.bionaz@example.it",
        "La sottoscritta Marta Bionaz, nata ad Aosta il 3/3/1980, cf BNZMRT80C43A326E, residente in via De Tillier 5, 11100 Aosta, tel 3401882277, marta.bionaz@example.it",
        "nome e cognome: Marta Bionaz\nnata ad Aosta il 3/3/1980\nBNZMRT80C43A326E\nabito in via De Tillier 5, 11100 Aosta\n3401882277\nmarta.bionaz@example.it",
    ],
)
def test_a_whole_person_in_one_message(text: str, asked: Sequence[str]) -> None:
    found = read(text, asked)
    assert found.valori == MARTA
    assert found.errori == {}


@pytest.mark.parametrize(
    ("text", "name", "surname"),
    [
        ("Marta Bionaz", "Marta", "Bionaz"),
        ("Rossi Mario", "Mario", "Rossi"),
        ("mario costa", "Mario", "Costa"),
        ("maria grazia de tillier", "Maria Grazia", "De Tillier"),
        ("De Tillier Maria Grazia", "Maria Grazia", "De Tillier"),
        ("Anna D'Angelo", "Anna", "D'Angelo"),
        ("D'ANGELO ANNA", "Anna", "D'Angelo"),
        ("Mario ROSSI BIANCHI", "Mario", "Rossi Bianchi"),
        ("Paolo Lo Giudice", "Paolo", "Lo Giudice"),
        ("Ludwig van der Meer", "Ludwig", "van der Meer"),
        ("Mohamed Ben Ali", "Mohamed", "Ben Ali"),
        ("xhensila hoxha", "Xhensila", "Hoxha"),
        ("Лев Толстой", "Лев", "Толстой"),
        ("sono l'ing. Paolo Della Valle", "Paolo", "Della Valle"),
        ("mi chiamo dott.ssa Chiara Dell'Acqua", "Chiara", "Dell'Acqua"),
        ("sì, Marta Bionaz", "Marta", "Bionaz"),
        ("il mio nome è Marta Bionaz", "Marta", "Bionaz"),
        ("nome: Marta, cognome: Bionaz", "Marta", "Bionaz"),
        ("cognome e nome: Ferrari Luca", "Luca", "Ferrari"),
        ("Jean-Pierre Bionaz", "Jean-Pierre", "Bionaz"),
    ],
)
def test_names(text: str, name: str, surname: str) -> None:
    assert read(text, COPPIA).valori == {"nome": name, "cognome": surname}


@pytest.mark.parametrize("text", ["Andrea Luca", "Luca Andrea", "andrea luca"])
def test_the_code_tells_name_from_surname(text: str) -> None:
    assert read(text, COPPIA, {"codice_fiscale": "LCUNDR66B02D969G"}).valori == {"nome": "Andrea", "cognome": "Luca"}
    assert read(f"{text}, cf LCUNDR66B02D969G", COPPIA).valori["cognome"] == "Luca"


@pytest.mark.parametrize(
    ("asked", "text", "value"),
    [
        ("cognome", "Bionaz", "Bionaz"),
        ("cognome", "il mio cognome è lo presti", "Lo Presti"),
        ("cognome", "di maio", "Di Maio"),
        ("cognome", "Bianchi con l'acca", "Bianchi"),
        ("cognome", "Costa", "Costa"),
        ("nome", "Marta", "Marta"),
        ("nome", "maria grazia", "Maria Grazia"),
        ("nato_a", "Ivrea", "Ivrea"),
        ("nato_a", "a Ivrea", "Ivrea"),
        ("nato_a", "sono nata a Ivrea", "Ivrea"),
        ("nato_a", "Ivrea (TO)", "Ivrea (TO)"),
        ("nato_a", "in Marocco", "Marocco"),
        ("nato_a", "in Svizzera, a San Gallo", "San Gallo (Svizzera)"),
        ("nato_a", "Sankt Gallen (Svizzera)", "Sankt Gallen (Svizzera)"),
        ("nato_a", "a Ivrea in provincia di Torino", "Ivrea"),
        ("nato_a", "reggio calabria", "Reggio Calabria"),
        ("nato_il", "21/08/1999", "1999-08-21"),
        ("nato_il", "è il 21 agosto 99", "1999-08-21"),
        ("nato_il", "21 08 1999", "1999-08-21"),
        ("nato_il", "21081999", "1999-08-21"),
        ("residenza", "via Festaz 55, 11100 Aosta", "via Festaz 55, 11100 Aosta"),
        ("residenza", "VIA FESTAZ 55 11100 AOSTA (AO)", "via Festaz 55, 11100 Aosta (AO)"),
        ("residenza", "abito ad Aosta in via Festaz 55", "via Festaz 55, Aosta"),
        (
            "residenza",
            "corso Massimo d'Azeglio n. 11, scala B, 10015 Ivrea",
            "corso Massimo d'Azeglio n. 11, scala B, 10015 Ivrea",
        ),
        ("residenza", "spalto Rovereto 30, 15121 Alessandria", "spalto Rovereto 30, 15121 Alessandria"),
        ("residenza", "12 rue de Rivoli, 75001 Parigi, Francia", "12 rue de Rivoli, 75001 Parigi, Francia"),
        ("telefono", "340 188.22.77", "+393401882277"),
        ("telefono", "il numero è 0165 123456", "+390165123456"),
        ("email", "la mia mail è marta.bionaz@example.it.", "marta.bionaz@example.it"),
        ("codice_fiscale", "BNZMRT80C43A326E", "BNZMRT80C43A326E"),
        ("codice_fiscale", "00743110157", "00743110157"),
        ("partita_iva", "sì, 00743110157", "00743110157"),
        ("iban", "it02 x012 3456 7890 0000 0987 654", "IT02X0123456789000000987654"),
        ("iban", "IT02.X0123.45678.900000.0987654", "IT02X0123456789000000987654"),
        ("bic", "UNCRITM1XXX", "UNCRITM1XXX"),
        ("numero_procedimento", "1770/26", "1770/2026"),
        ("numero_procedimento", "n. 1770 del 2026", "1770/2026"),
        ("magistrato", "la dott.ssa Elena Ferrero", "dott.ssa Elena Ferrero"),
        ("onorario", "405,00", "405.00"),
        ("onorario", "sono 1.450 euro", "1450.00"),
        ("copie", "1", "1"),
        ("copie", "ne voglio tre", "3"),
        ("urgente", "sì", "si"),
        ("urgente", "no, senza fretta", "no"),
        ("urgente", "no grazie", "no"),
        ("tipo_certificato", "il generale", "generale"),
        ("tipo_certificato", "penale", "penale"),
        ("motivo", "per sapere che cosa è successo, grazie", "per sapere che cosa è successo, grazie"),
        ("incarico_fine", "12/10/2026", "2026-10-12"),
        ("incarico_inizio", "ieri", "2026-11-20"),
    ],
)
def test_a_bare_answer_belongs_to_what_was_asked(asked: str, text: str, value: str) -> None:
    found = read(text, [asked], {} if asked != "nome" else {"cognome": "Bionaz"})
    assert found.valori.get(asked) == value, found
    assert set(found.valori) == {asked}
    assert found.errori == {}


@pytest.mark.parametrize(
    ("text", "asked", "values"),
    [
        ("Ivrea, 21/08/1999", ["nato_a", "nato_il"], {"nato_a": "Ivrea", "nato_il": "1999-08-21"}),
        ("ivrea il 21 agosto 1999", ["nato_a", "nato_il"], {"nato_a": "Ivrea", "nato_il": "1999-08-21"}),
        ("3401882277, marta@example.it", ["telefono", "email"], {"telefono": "+393401882277", "email": "marta@example.it"}),
        (
            "dal 07/09/2026 al 20/10/2026",
            ["incarico_inizio", "incarico_fine"],
            {"incarico_inizio": "2026-09-07", "incarico_fine": "2026-10-20"},
        ),
        (
            "dal 7 settembre al 20 ottobre 2025",
            ["incarico_inizio", "incarico_fine"],
            {"incarico_inizio": "2025-09-07", "incarico_fine": "2025-10-20"},
        ),
        (
            "07/09/2025 - 20/10/2025",
            ["incarico_inizio", "incarico_fine"],
            {"incarico_inizio": "2025-09-07", "incarico_fine": "2025-10-20"},
        ),
        ("dal 7 al 20 ottobre 2025", [], {"incarico_inizio": "2025-10-07", "incarico_fine": "2025-10-20"}),
        (
            "dal 7/9 al 20/10/2025",
            ["incarico_inizio", "incarico_fine"],
            {"incarico_inizio": "2025-09-07", "incarico_fine": "2025-10-20"},
        ),
        (
            "procedimento 3310/2026, magistrato dott.ssa Elena Ferrero, onorario 1450,00 euro, spese 12 euro, p. iva 00743110157, IBAN IT02X0123456789000000987654 BIC UNCRITM1",
            [],
            {
                "numero_procedimento": "3310/2026",
                "magistrato": "dott.ssa Elena Ferrero",
                "onorario": "1450.00",
                "spese": "12.00",
                "partita_iva": "00743110157",
                "iban": "IT02X0123456789000000987654",
                "bic": "UNCRITM1",
            },
        ),
        (
            "IT02 X012 3456 7890 0000 0987 654, BIC UNCRITM1XXX",
            ["iban", "bic"],
            {"iban": "IT02X0123456789000000987654", "bic": "UNCRITM1XXX"},
        ),
        ("certificato generale, due copie, senza urgenza", [], {"tipo_certificato": "generale", "copie": "2", "urgente": "no"}),
        ("motivo: ricorso al TAR, con allegati", [], {"motivo": "ricorso al TAR, con allegati"}),
        (
            "la pec è studio@pec.example.it e la mail marta@example.it",
            [],
            {"pec": "studio@pec.example.it", "email": "marta@example.it"},
        ),
        ("notizia di reato RGNR 1770/26 mod. 21", [], {"numero_procedimento": "1770/2026"}),
    ],
)
def test_several_data(text: str, asked: Sequence[str], values: Dict[str, str]) -> None:
    found = read(text, asked)
    assert found.valori == values
    assert found.errori == {}


LUCA = {
    "delegato_nome": "Luca",
    "delegato_cognome": "Ferrari",
    "delegato_nato_a": "Ivrea",
    "delegato_nato_il": "1990-04-03",
    "delegato_residenza": "via Festaz 5, 11100 Aosta",
}


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("delego mio fratello Luca Ferrari, nato a Ivrea il 3/4/1990, residente in via Festaz 5, 11100 Aosta", ()),
        ("il delegato è Luca Ferrari, nato a Ivrea il 3/4/1990, residente in via Festaz 5, 11100 Aosta", ()),
        ("Luca Ferrari, nato a Ivrea il 3/4/1990, residente in via Festaz 5, 11100 Aosta", DELEGATO),
    ],
)
def test_another_person_is_told_apart(text: str, asked: Sequence[str]) -> None:
    assert read(text, asked).valori == LUCA


def test_two_people_in_one_message() -> None:
    found = read("io sono Marta Bionaz, il delegato è Luca Ferrari nato a Ivrea il 3/4/1990", PERSONA).valori
    assert (found["nome"], found["delegato_cognome"]) == ("Marta", "Ferrari")
    assert "nato_il" not in found and found["delegato_nato_il"] == "1990-04-03"


def test_data_of_another_are_not_taken_unasked() -> None:
    assert not set(read("Marta Bionaz, nata ad Aosta il 3/3/1980", PERSONA).valori) & set(DELEGATO)


@pytest.mark.parametrize(
    ("text", "asked", "field", "told"),
    [
        ("il codice è BNZMRT80C43A326X", ["codice_fiscale"], "codice_fiscale", "ultima lettera"),
        ("BNZMRT80C43A32", ["codice_fiscale"], "codice_fiscale", "14 caratteri"),
        ("nata il 31/02/1980", PERSONA, "nato_il", "31/02/1980.*non esiste"),
        ("marta.bionaz", ["email"], "email", "marta.bionaz.*e-mail"),
        ("12345", ["telefono"], "telefono", "poche cifre"),
        ("IT03X0123456789000000987654", ["iban"], "iban", "controllo"),
        ("IBAN IT02X01234567890000009876", [], "iban", "25 caratteri"),
        ("partita iva 00743110158", [], "partita_iva", "ultima cifra"),
        ("abito ad Aosta", ["residenza"], "residenza", "Aosta.*via"),
        ("1770/2031", ["numero_procedimento"], "numero_procedimento", "ancora venire"),
        ("21/08/2030", ["nato_il"], "nato_il", "futuro"),
        ("telefono: 12 34", [], "telefono", "12 34"),
    ],
)
def test_what_cannot_be_is_told(text: str, asked: Sequence[str], field: str, told: str) -> None:
    found = read(text, asked)
    assert field not in found.valori
    assert re.search(told, found.errori[field]), found.errori


def test_a_second_try_in_the_message_wins() -> None:
    found = read("telefono 12345 anzi no, telefono 3401882277", ["telefono"])
    assert found.valori == {"telefono": "+393401882277"} and found.errori == {}


NIENTE = """non lo so|perché me lo chiede?|a cosa serve?|quanto costa?|a che serve il codice fiscale?|non ho il codice fiscale|boh|va bene|ok grazie
come mai?|posso saltare?|non capisco|preferisco non dirlo|dove siete?|chi firma la richiesta?|ma è obbligatorio?|aspetti un attimo|lo cerco e glielo scrivo
ancora niente|che documenti servono?|quando posso venire?|voglio annullare|mi serve per il lavoro|grazie mille|buongiorno|sono indagata|sono un avvocato
sono il datore di lavoro|sono stato derubato ieri|ho ricevuto una lettera|il certificato costa 3,87 euro?|vorrei parlare con una persona
fammi vedere il riepilogo|torna indietro|non ricordo la data|il procedimento è stato archiviato|quanti giorni ci vogliono?
l'avvocato mi ha detto di chiedere a voi|dipende|mia moglie lavora in comune|ci devo pensare|non saprei proprio|fate presto per favore|lei come si chiama?
e poi?|cosa devo scrivere|nome e cognome?|che cos'è la marca da bollo|non mi fido|tutto bene|mi scusi tanto|in corso di validità|via mail si può?|per via di un incidente
art. 335 c.p.p.|legge 231/2001|alle ore 15.30|carta d'identità n. CA48213FX, valida fino al 2031|cittadina italiana|per me, la presento io|sì, acconsento|no, nient'altro
sì, è lo stesso della residenza|femmina|la porto io allo sportello|sì confermo, va bene""".replace("\n", "|").split("|")


@pytest.mark.parametrize("text", NIENTE)
@pytest.mark.parametrize(
    "asked", [(), COPPIA, ["cognome"], ["nome"], PERSONA, ["nato_a"], ["residenza"], ["magistrato"], DELEGATO]
)
def test_nothing_is_read_where_nothing_is_said(text: str, asked: Sequence[str]) -> None:
    found = read(text, asked)
    assert {k: v for k, v in found.valori.items() if PER_ID[k].tipo != "scelta"} == {}
    assert found.errori == {}


@pytest.mark.parametrize("asked", [COPPIA, PERSONA, ["nato_a"]])
def test_a_province_alone_is_nobody_and_nowhere(asked: Sequence[str]) -> None:
    assert read("TO", asked).valori == {}


@pytest.mark.parametrize("text", NIENTE)
def test_nothing_is_corrected_where_nothing_is_wrong(text: str) -> None:
    assert read_correction(text, CAMPI, MARTA, OGGI) is None


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("no aspetta, ho sbagliato il cognome: si scrive Bionatz, con la t", {"cognome": "Bionatz"}),
        ("no aspetta, è Bionatz", {"cognome": "Bionatz"}),
        ("il cognome è Bionatz non Bionaz", {"cognome": "Bionatz"}),
        ("Bionatz, non Bionaz", {"cognome": "Bionatz"}),
        ("non Marta ma Maria", {"nome": "Maria"}),
        ("cambia il nome in Maria Grazia", {"nome": "Maria Grazia"}),
        ("il telefono non è quello, è 0165 123456", {"telefono": "+390165123456"}),
        ("no, 3391234567", {"telefono": "+393391234567"}),
        ("correggi la data di nascita in 4 marzo 1980", {"nato_il": "1980-03-04"}),
        ("ho messo il luogo di nascita sbagliato, è Torino", {"nato_a": "Torino"}),
        ("la residenza è sbagliata: via Festaz 55, 11100 Aosta", {"residenza": "via Festaz 55, 11100 Aosta"}),
        ("via De Tillier 55, non via De Tillier 5", {"residenza": "via De Tillier 55, 11100 Aosta"}),
        ("l'email giusta è maria@example.it, ho sbagliato", {"email": "maria@example.it"}),
        ("scusi, il codice fiscale è errato: è DTLMGR71T45L219F", {"codice_fiscale": "DTLMGR71T45L219F"}),
        ("correggi l'urgenza: senza urgenza", {"urgente": "no"}),
    ],
)
def test_corrections(text: str, values: Dict[str, str]) -> None:
    found = read_correction(text, CAMPI, {**MARTA, "urgente": "si"}, OGGI)
    assert found is not None and found.valori == values and found.nominati == ()


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("scusi, IBAN sbagliato", ("iban",)),
        ("modifica la residenza", ("residenza",)),
        ("posso cambiare il telefono?", ("telefono",)),
        ("ho sbagliato nome e cognome", ("nome", "cognome")),
        ("ho sbagliato il cognome del delegato", ("delegato_cognome",)),
        ("ho sbagliato", ()),
    ],
)
def test_corrections_without_the_new_value(text: str, fields: Sequence[str]) -> None:
    assert read_correction(text, CAMPI, MARTA, OGGI) == Lettura(nominati=tuple(fields))


def test_a_correction_that_cannot_be_is_told() -> None:
    found = read_correction("la data di nascita è sbagliata, è il 31/02/1980", CAMPI, MARTA, OGGI)
    assert found is not None and "non esiste" in found.errori["nato_il"] and found.valori == {}


def test_what_is_known_already_is_no_correction() -> None:
    assert read_correction("no, 3401882277", CAMPI, MARTA, OGGI) is None


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("il cognome e la data di nascita", ("cognome", "nato_il")),
        ("Cognome del delegato", ("delegato_cognome",)),
        ("l'indirizzo", ("residenza",)),
        ("quanto costa?", ()),
    ],
)
def test_named_fields(text: str, fields: Sequence[str]) -> None:
    assert named_fields(text, CAMPI) == tuple(fields)


@settings(max_examples=150, deadline=None)
@given(
    st.text(max_size=80)
    | st.lists(
        st.sampled_from(
            [
                "sono",
                "nata a",
                "Ivrea",
                "il",
                "21/08/1999",
                "non",
                "ma",
                "è",
                "cognome",
                ":",
                "via",
                "Roma",
                "5",
                ",",
                "\n",
                "IT02",
                "d'",
                "si scrive",
                "tel",
                "è",
                "10015",
            ]
        ),
        max_size=14,
    ).map(" ".join),
    st.lists(st.sampled_from(list(PER_ID)), max_size=4, unique=True),
)
def test_no_message_breaks_the_reader(text: str, asked: Sequence[str]) -> None:
    found = read(text, asked)
    assert not set(found.valori) & set(found.errori)
    assert all(found.valori.values()) and all(found.errori.values())
    read_correction(text, CAMPI, MARTA, OGGI)
    named_fields(text, CAMPI)
