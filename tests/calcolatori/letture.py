"""Helpers of the reading tests: what a message says of a parameter, read as the dialogue reads it."""

from __future__ import annotations

from datetime import date

from bot.dialogue.lettura import read
from calculators.model import Calcolatore, Contesto, Risultato, Valore, Valori

OGGI = date(2026, 11, 21)


def detto(calcolatore: Calcolatore, testo: str, noti: Valori | None = None, chiesto: str = "") -> dict[str, Valore]:
    return dict(read(testo, calcolatore, noti or {}, chiesto, OGGI).valori)


def calcolato(calcolatore: Calcolatore, contesto: Contesto, valori: Valori) -> Risultato:
    missing = calcolatore.mancante(valori)
    assert missing is None, f"manca {missing.nome if missing else ''}"
    return calcolatore.calcola(calcolatore.completi(valori), contesto)
