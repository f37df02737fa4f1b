"""Values of each kind, good and bad, the way they are written; what agrees with what; the way back to what people read."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.bozze.validazione import DatoNonValido, check_coherence, show, tidy_capitals, validate
from tests.bozze.campi import CAMPI, OGGI, PER_ID, campo

BUONI = [
    ("nome", "marta", "Marta"),
    ("nome", "MARIA GRAZIA", "Maria Grazia"),
    ("nome", "  José  María ", "José María"),
    ("nome", "Лев", "Лев"),
    ("nome", "jean-pierre", "Jean-Pierre"),
    ("nome", "Niccolò", "Niccolò"),
    ("cognome", "de tillier", "De Tillier"),
    ("cognome", "D'ANGELO", "D'Angelo"),
    ("cognome", "D’Angelo", "D'Angelo"),
    ("cognome", "dell'acqua", "Dell'Acqua"),
    ("cognome", "van der Meer", "van der Meer"),
    ("cognome", "McDonald", "McDonald"),
    ("cognome", "A" + "b" * 59, "A" + "b" * 59),
    ("codice_fiscale", "rssmra80a01h501u", "RSSMRA80A01H501U"),
    ("codice_fiscale", "RSS MRA 80A01 H501 U", "RSSMRA80A01H501U"),
    ("codice_fiscale", "RSSMRA80A01HR01P", "RSSMRA80A01HR01P"),  # omocodia
    ("codice_fiscale", "00743110157", "00743110157"),  # provisional
    ("partita_iva", "00743110157", "00743110157"),
    ("partita_iva", "IT 007 4311 0157", "00743110157"),
    ("iban", "it02 x012 3456 7890 0000 0987 654", "IT02X0123456789000000987654"),
    ("iban", "IT02.X0123.45678.900000.0987654", "IT02X0123456789000000987654"),
    ("iban", "IBAN: DE44 5001 0517 5407 3249 31", "DE44500105175407324931"),
    ("iban", "CH93 0076 2011 6238 5295 7", "CH9300762011623852957"),
    ("bic", "uncritm1xxx", "UNCRITM1XXX"),
    ("bic", "BCIT IT MM", "BCITITMM"),
    ("email", "Marta.Bionaz@Example.IT", "Marta.Bionaz@example.it"),
    ("email", "<m@example.it>", "m@example.it"),
    ("pec", "marta@pec.example.it", "marta@pec.example.it"),
    ("telefono", "347 120 0984", "+393471200984"),
    ("telefono", "0039 347-1200984", "+393471200984"),
    ("telefono", "0165/123456", "+390165123456"),
    ("telefono", "+41 79 123 45 67", "+41791234567"),
    ("nato_a", "reggio nell'emilia (re)", "Reggio nell'Emilia (RE)"),
    ("nato_a", "Ivrea.", "Ivrea"),
    ("residenza", "via Festaz 5, 11100 Aosta", "via Festaz 5, 11100 Aosta"),
    ("residenza", "località Plan Félinaz, Charvensod", "località Plan Félinaz, Charvensod"),
    ("nato_il", "21/08/1999", "1999-08-21"),
    ("nato_il", "21.8.99", "1999-08-21"),
    ("nato_il", "21-08-1999", "1999-08-21"),
    ("nato_il", "1999-08-21", "1999-08-21"),
    ("nato_il", "21 agosto 1999", "1999-08-21"),
    ("nato_il", "il 21 ago '99", "1999-08-21"),
    ("nato_il", "ventuno agosto millenovecentonovantanove", "1999-08-21"),
    ("nato_il", "primo aprile duemilaotto", "2008-04-01"),
    ("nato_il", "1° marzo 1950", "1950-03-01"),
    ("nato_il", "l'undici marzo del settantadue", "1972-03-11"),
    ("nato_il", "29/02/2004", "2004-02-29"),
    ("nato_il", "3/4/26", "2026-04-03"),
    ("nato_il", "3/4/27", "1927-04-03"),
    ("nato_il", "sabato 21 agosto 1999", "1999-08-21"),
    ("incarico_inizio", "ieri", "2026-11-20"),
    ("incarico_inizio", "7 settembre", "2026-09-07"),
    ("incarico_inizio", "24 dicembre", "2025-12-24"),
    ("incarico_fine", "20/10/27", "2027-10-20"),
    ("numero_procedimento", "1770/26", "1770/2026"),
    ("numero_procedimento", "n. 1770 del 2026", "1770/2026"),
    ("numero_procedimento", "1770/2026 RGNR", "1770/2026"),
    ("numero_procedimento", "RGNR 1770/26 mod. 21", "1770/2026"),
    ("numero_procedimento", "0042/99", "42/1999"),
    ("onorario", "1.450", "1450.00"),
    ("onorario", "1450,5 euro", "1450.50"),
    ("onorario", "€ 1.450,00", "1450.00"),
    ("onorario", "1450.50", "1450.50"),
    ("onorario", "milleduecento euro", "1200.00"),
    ("copie", "3", "3"),
    ("copie", "tre", "3"),
    ("copie", "una sola", "1"),
    ("urgente", "con urgenza", "si"),
    ("urgente", "no", "no"),
    ("urgente", "senza fretta", "no"),
    ("tipo_certificato", "certificato generale (art. 24)", "generale"),
    ("magistrato", "dott.ssa  Elena Ferrero ", "dott.ssa Elena Ferrero"),
    ("motivo", " riga uno\r\n\r\n\r\nriga   due ", "riga uno\n\nriga due"),
]
CATTIVI = [
    ("nome", "", "Manca"),
    ("nome", "Mar1a", "cifre"),
    ("nome", "Marta <b>", "segno"),
    ("nome", "---", "lettere"),
    ("cognome", "b" * 101, "101 caratteri"),
    ("codice_fiscale", "RSSMRA80A01H501X", "ultima lettera"),
    ("codice_fiscale", "RSSMRA80A01H501", "15 caratteri"),
    ("codice_fiscale", "RSSMRA80AO1H5O1U", "O e 0"),
    ("codice_fiscale", "00743110158", "ultima cifra"),
    ("partita_iva", "00743110158", "ultima cifra"),
    ("partita_iva", "0074311015", "11 cifre"),
    ("iban", "IT02X012345678900000098765", "26 caratteri.*italiano ne ha 27"),
    ("iban", "IT03X0123456789000000987654", "cifre di controllo"),
    ("iban", "US02X0123456789000000987654", "US"),
    ("iban", "012345678", "due lettere"),
    ("iban", "DE4450010517540732493", "ne ha 22"),
    ("bic", "UNCRIT", "8 o 11"),
    ("bic", "12345678", "lettere"),
    ("email", "marta.example.it", "e-mail"),
    ("email", "marta@", "e-mail"),
    ("pec", "marta@gmail.com", "posta ordinaria"),
    ("telefono", "12345", "poche cifre"),
    ("telefono", "347120098412345678", "troppe cifre"),
    ("telefono", "il solito", "telefono"),
    ("nato_a", "12345", "luogo"),
    ("residenza", "Aosta", "via"),
    ("nato_il", "31/02/1999", "non esiste"),
    ("nato_il", "30 febbraio 1980", "non esiste"),
    ("nato_il", "08/21/1999", "non esiste"),
    ("nato_il", "29/02/2003", "non esiste"),
    ("nato_il", "21/08/1899", "lontana"),
    ("nato_il", "21/08/2030", "futuro"),
    ("nato_il", "21 agosto", "anno"),
    ("nato_il", "1999", "completa"),
    ("nato_il", "tanti anni fa", "non è una data"),
    ("incarico_inizio", "prossimamente", "non è una data"),
    ("numero_procedimento", "1770", "numero e anno"),
    ("numero_procedimento", "1770/2027", "deve ancora venire"),
    ("numero_procedimento", "0/2026", "zero"),
    ("onorario", "tanto", "importo"),
    ("onorario", "-3 euro", "negativo"),
    ("onorario", "0", "zero"),
    ("onorario", "1,234", "troppe cifre"),
    ("copie", "tante", "intero"),
    ("copie", "51", "50"),
    ("copie", "-2", "negativo"),
    ("urgente", "forse", "Senza urgenza"),
    ("motivo", "x" * 201, "201 caratteri.*200"),
    ("motivo", "...", "parola"),
    ("magistrato", "??", "lettere"),
]


@pytest.mark.parametrize(("id", "scritto", "atteso"), BUONI)
def test_good_values(id: str, scritto: str, atteso: str) -> None:
    assert validate(PER_ID[id], scritto, {}, OGGI) == atteso


@pytest.mark.parametrize(("id", "scritto", "detto"), CATTIVI)
def test_bad_values_are_told(id: str, scritto: str, detto: str) -> None:
    with pytest.raises(DatoNonValido) as caught:
        validate(PER_ID[id], scritto, {}, OGGI)
    assert re.search(detto, str(caught.value)), str(caught.value)
    assert str(caught.value)[0].isupper() or str(caught.value)[0] in "«0123456789"


def test_past_is_demanded_only_where_the_field_does() -> None:
    domani = campo("udienza", "data")
    assert validate(domani, "22/11/2026", {}, OGGI) == "2026-11-22"
    with pytest.raises(DatoNonValido, match="futuro"):
        validate(campo("fatto", "data", solo_passato=True), "22/11/2026", {}, OGGI)


def test_end_without_year_takes_the_year_of_its_start() -> None:
    assert validate(PER_ID["incarico_fine"], "20 ottobre", {"incarico_inizio": "2024-09-07"}, OGGI) == "2024-10-20"


@pytest.mark.parametrize(
    ("id", "valore", "mostrato"),
    [
        ("nato_il", "1999-08-21", "21/08/1999"),
        ("onorario", "1234.56", "€ 1.234,56"),
        ("onorario", "1234567.00", "€ 1.234.567,00"),
        ("iban", "IT02X0123456789000000987654", "IT02 X012 3456 7890 0000 0987 654"),
        ("telefono", "+393471200984", "347 120 0984"),
        ("telefono", "+41791234567", "+41 79 123 45 67"),
        ("urgente", "si", "Con urgenza"),
        ("tipo_certificato", "generale", "certificato generale (art. 24)"),
        ("cognome", "D'Angelo", "D'Angelo"),
        ("nato_il", "non so", "non so"),
    ],
)
def test_show(id: str, valore: str, mostrato: str) -> None:
    assert show(PER_ID[id], valore) == mostrato


@pytest.mark.parametrize(("id", "scritto", "atteso"), BUONI)
def test_what_is_shown_reads_back(id: str, scritto: str, atteso: str) -> None:
    assert validate(PER_ID[id], show(PER_ID[id], atteso), {}, OGGI) == atteso


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(CAMPI), st.text(max_size=60) | st.text("0123456789/.,- €+ITabcXYZ'@", max_size=30))
def test_any_text_is_refused_or_reads_back(campo_, text) -> None:
    try:
        valore = validate(campo_, text, {}, OGGI)
    except DatoNonValido as error:
        assert str(error)
        return
    assert validate(campo_, show(campo_, valore), {}, OGGI) == valore


@settings(max_examples=60, deadline=None)
@given(st.dates(date(1900, 1, 1), OGGI), st.sampled_from(["%d/%m/%Y", "%d.%m.%Y", "%Y-%m-%d", "%d-%m-%Y"]))
def test_every_day_in_every_form(day: date, form: str) -> None:
    assert validate(PER_ID["nato_il"], day.strftime(form), {}, OGGI) == day.isoformat()


@settings(max_examples=60, deadline=None)
@given(st.decimals(min_value="0.01", max_value="9999999", places=2))
def test_every_amount_reads_back(amount) -> None:
    assert validate(PER_ID["onorario"], show(PER_ID["onorario"], str(amount)), {}, OGGI) == str(amount)


def test_mixed_capitals_are_left_alone() -> None:
    assert tidy_capitals("de Tillier") == "de Tillier"


MARTA = {"nome": "Marta", "cognome": "Bionaz", "nato_a": "Aosta", "nato_il": "1980-03-03", "codice_fiscale": "BNZMRT80C43A326E"}


def said(**changed: str) -> str:
    found = check_coherence({**MARTA, **changed}, CAMPI)
    assert all(not i.grave for i in found)
    return " ".join(i.messaggio for i in found)


@pytest.mark.parametrize(
    "person",
    [
        {},
        {"nato_a": "Aosta (AO)"},
        {
            "nome": "Maria Grazia",
            "cognome": "De Tillier",
            "nato_a": "Torino",
            "nato_il": "1971-12-05",
            "codice_fiscale": "DTLMGR71T45L219F",
        },
        {
            "nome": "Anna",
            "cognome": "D'Angelo",
            "nato_a": "Marocco",
            "nato_il": "1975-05-17",
            "codice_fiscale": "DNGNNA75E57Z330B",
        },
        {
            "nome": "Anna",
            "cognome": "D'Angelo",
            "nato_a": "Casablanca (Marocco)",
            "nato_il": "1975-05-17",
            "codice_fiscale": "DNGNNA75E57Z330B",
        },
        {"nome": "Mario", "cognome": "Rossi", "nato_a": "Roma", "nato_il": "1980-01-01", "codice_fiscale": "RSSMRA80A01HR01P"},
        {"nome": "Lea", "cognome": "Fo", "nato_a": "Ivrea", "nato_il": "2004-02-29", "codice_fiscale": "FOXLEA04B69E379N"},
        {"codice_fiscale": "00743110157"},
        {"nome": "Марта"},
        {"nato_a": "Frazione Ignota"},
    ],
)
def test_people_whose_code_agrees(person: dict) -> None:
    assert said(**person) == ""


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"cognome": "Bianchi"}, "cognome Bianchi"),
        ({"nome": "Mario"}, "nome Mario"),
        ({"nato_il": "1980-03-04"}, "04/03/1980"),
        ({"nato_a": "Torino"}, "Torino.*Aosta"),
        ({"nato_a": "Francia"}, "Francia"),
        ({"cognome": "Bianchi", "nato_il": "1981-03-03"}, "Bianchi e la data"),
    ],
)
def test_disagreement_is_a_warning(changed: dict, told: str) -> None:
    assert re.search(told, said(**changed))


def test_sex_is_held_against_the_code() -> None:
    sesso = campo("sesso", "scelta", scelte=[{"valore": "m", "titolo": "Uomo"}, {"valore": "f", "titolo": "Donna"}])
    assert check_coherence({**MARTA, "sesso": "f"}, [*CAMPI, sesso]) == ()
    assert "sesso" in check_coherence({**MARTA, "sesso": "m"}, [*CAMPI, sesso])[0].messaggio


def test_each_subject_has_its_own_person() -> None:
    assert check_coherence({**MARTA, "delegato_cognome": "Rossi", "delegato_nome": "Mario"}, CAMPI) == ()


def test_wrong_check_character_is_grave() -> None:
    (found,) = check_coherence({**MARTA, "codice_fiscale": "BNZMRT80C43A326X"}, CAMPI)
    assert found.grave and found.campo == "codice_fiscale"


def test_end_before_start_is_grave() -> None:
    (found,) = check_coherence({"incarico_inizio": "2026-10-20", "incarico_fine": "2026-09-07"}, CAMPI)
    assert found.grave and found.campo == "incarico_fine" and "07/09/2026" in found.messaggio
    assert check_coherence({"incarico_inizio": "2026-09-07", "incarico_fine": "2026-09-07"}, CAMPI) == ()


def test_iban_and_bic_of_two_countries() -> None:
    (found,) = check_coherence({"iban": "IT02X0123456789000000987654", "bic": "DEUTDEFF"}, CAMPI)
    assert found.campo == "bic" and not found.grave
    assert check_coherence({"iban": "IT02X0123456789000000987654", "bic": "UNCRITM1"}, CAMPI) == ()
