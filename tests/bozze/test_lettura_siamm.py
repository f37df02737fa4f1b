"""The data of a defender's claim read out of messages: a number of protocol and a number of proceeding, a court, several dates."""

from __future__ import annotations

from datetime import date

import pytest

from bot.bozze.composizione import deadline, fields_of
from bot.bozze.lettura import read_data
from bot.bozze.validazione import DatoNonValido, validate
from knowledge import load

KNOWN = load()
BOZZA = KNOWN.bozze["SIAMM"]
OGGI = date(2026, 6, 1)
CAUSE, PARTY, GRANT = ([c.campo for c in gruppo.campi] for gruppo in BOZZA.gruppi[1:])
UDINE = {"ufficio_giudiziario": "Tribunale di Udine", "numero_procedimento": "1770/2026"}
SPAN = {"difesa_inizio": "2026-01-12", "difesa_fine": "2026-03-02"}
GRANTED = {"patrocinio_numero": "345/2025", "patrocinio_data": "2025-12-20"}


@pytest.mark.parametrize(
    "said, asked, found",
    [
        ("incarico conferito il 12/01/2026, data dell'istanza 02/03/2026, Tribunale di Udine, r.g. 1770/2026", CAUSE, {**SPAN, **UDINE}),
        ("incarico dal 12 gennaio 2026 al 2 marzo 2026, causa 1770/2026 del Tribunale di Udine", CAUSE, {**SPAN, **UDINE}),
        ("Data inizio incarico (conferimento): 12/01/2026", CAUSE, {"difesa_inizio": "2026-01-12"}),
        ("corte d'appello di Trieste, ruolo generale 55/2025", CAUSE, {"ufficio_giudiziario": "corte d'appello di Trieste", "numero_procedimento": "55/2025"}),
        ("assisto Paolo Favre, nato a Courmayeur il 14/11/1988", PARTY, {"assistito_nome": "Paolo", "assistito_cognome": "Favre", "assistito_nato_a": "Courmayeur", "assistito_nato_il": "1988-11-14"}),
        ("ammissione n. 345/2025 del 20/12/2025, compenso 1.200 euro", GRANT, {**GRANTED, "compenso": "1200.00"}),
        ("345/2025, 20/12/2025, onorario 1200", GRANT, {**GRANTED, "compenso": "1200.00"}),
        ("delibera del 20 dicembre 2025, numero 345", GRANT, {"patrocinio_numero": "345", "patrocinio_data": "2025-12-20"}),
        ("patrocinio 345/25, anticipazioni 98 euro, spese documentate 12,50 euro", GRANT, {"patrocinio_numero": "345/2025", "anticipazioni": "98.00", "spese_imponibili": "12.50"}),
        ("345", ["patrocinio_numero"], {"patrocinio_numero": "345"}),
        ("20 dicembre 2025", ["patrocinio_data"], {"patrocinio_data": "2025-12-20"}),
        ("r.g. 1770/2026, patrocinio n. 345/2025", CAUSE, {"numero_procedimento": "1770/2026", "patrocinio_numero": "345/2025"}),
        ("che tribunale di Udine devo scrivere?", CAUSE, {}),
    ],
)  # fmt: skip
def test_what_a_message_says(said: str, asked: list[str], found: dict[str, str]) -> None:
    read = read_data(said, fields_of(BOZZA, KNOWN), {}, asked, OGGI)
    assert (read.valori, read.errori) == (found, {})


@pytest.mark.parametrize(
    "said, kept",
    [
        ("345", "345"),
        ("n. 0345/25", "345/2025"),
        ("prot. 345 del 2025", "345/2025"),
        ("345/2026", "345/2026"),
        ("345-25", "345/2025"),
    ],
)
def test_a_number_of_protocol(said: str, kept: str) -> None:
    assert validate(KNOWN.campi["patrocinio_numero"], said, {}, OGGI) == kept


@pytest.mark.parametrize(
    "said, told",
    [("abc", "cifre"), ("0", "cifre"), ("345/2027", "ancora venire"), ("12/03/2025", "cifre"), ("12345678", "cifre")],
)
def test_what_is_no_number_of_protocol(said: str, told: str) -> None:
    with pytest.raises(DatoNonValido, match=told):
        validate(KNOWN.campi["patrocinio_numero"], said, {}, OGGI)


def test_the_term_is_the_day_before_the_hearing_and_says_what_if_that_cannot_be() -> None:
    said = deadline(BOZZA, {"udienza_data": "2026-07-15"}, KNOWN, OGGI)
    assert said is not None and said.startswith("Va presentata entro il 14/07/2026. ")
    assert "almeno il giorno prima dell'ultima udienza" in said and "giovedì 16 luglio 2026" in said.replace(
        "il 16", "giovedì 16"
    )
    assert deadline(BOZZA, {}, KNOWN, OGGI) is None
