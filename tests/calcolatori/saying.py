"""What a calculator makes of messages, as the dialogue makes it: values read one message after the other, then the result."""

from __future__ import annotations

from datetime import date

from bot.dialogue.lettura import read
from calculators.model import Calcolatore, Contesto, Risultato, Valore

TODAY = date(2026, 11, 21)


def said(calcolatore: Calcolatore, *messages: str) -> dict[str, Valore]:
    """The values after these messages; what each leaves open is asked before the next."""
    values: dict[str, Valore] = {}
    asked = ""
    for message in messages:
        values = {**values, **read(message, calcolatore, values, asked, TODAY).valori}
        missing = calcolatore.mancante(values)
        asked = missing.nome if missing else ""
    return values


def result(calcolatore: Calcolatore, contesto: Contesto, *messages: str) -> Risultato:
    """The result of these messages, which must be enough for one."""
    values = said(calcolatore, *messages)
    missing = calcolatore.mancante(values)
    assert missing is None, f"manca {missing.nome if missing else ''}: {values}"
    return calcolatore.calcola(calcolatore.completi(values), contesto)
