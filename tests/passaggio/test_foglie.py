"""The decision: does the office answer here, is it open, is somebody there, is somebody free."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from bot.passaggio.foglie import leaf
from bot.sportello import Apertura
from bot.storage.presenze import Presenza
from calculators.orari import SENZA_ORARIO
from knowledge import Conoscenza

NOW = datetime(2026, 11, 20, 9, tzinfo=timezone.utc)
OPEN = Apertura(True, chiude=NOW)
CLOSED = Apertura(False, riapre=NOW)
HOLIDAY = Apertura(False, riapre=NOW, motivo="festa nazionale: Natale")
ANNA, BRUNO = Presenza("anna", "Anna", True, NOW), Presenza("bruno", "Bruno", True, NOW)
AWAY = Presenza("carla", "Carla", False, NOW)


@pytest.mark.parametrize(
    ("apertura", "presenti", "carico", "attesa", "nome"),
    [
        (OPEN, [ANNA], {}, 0, "coda"),
        (OPEN, [ANNA], {"anna": 2}, 0, "coda"),
        (OPEN, [ANNA], {"anna": 3}, 0, "occupati"),
        (OPEN, [ANNA], {"anna": 4}, 0, "occupati"),
        (OPEN, [ANNA], {"anna": 2}, 1, "occupati"),  # the place that is free is that of who waits already
        (OPEN, [ANNA, BRUNO], {"anna": 5}, 2, "coda"),
        (OPEN, [ANNA, AWAY], {"anna": 3, "carla": 0}, 0, "occupati"),
        (OPEN, [AWAY], {}, 0, "nessuno"),
        (OPEN, [], {}, 0, "nessuno"),
        (CLOSED, [ANNA], {}, 0, "fuori_orario"),
        (HOLIDAY, [ANNA], {}, 0, "chiusura"),
        (Apertura(False, motivo=SENZA_ORARIO), [ANNA], {}, 0, "fuori_orario"),
    ],
)
def test_the_leaf_of_every_situation(
    conoscenza: Conoscenza, apertura: Apertura, presenti: list[Presenza], carico: dict[str, int], attesa: int, nome: str
) -> None:
    rules = conoscenza.passaggio.copy(update={"per_operatore": 3, "attivo": True})
    assert leaf(rules, apertura, presenti, carico, attesa).nome == nome
    silent = rules.copy(update={"attivo": False})
    assert leaf(silent, apertura, presenti, carico, attesa).nome == "non_attivo"
