"""The words understood without Rasa: whole messages, never a piece of a longer one."""

from __future__ import annotations

import pytest

from bot.passaggio import parole
from bot.storage.conversazioni import Scelta

OFFER = (
    Scelta("Sì, passami un operatore", "a", "passaggio:operatore"),
    Scelta("Lascia una domanda", "b", "passaggio:domanda:offerta"),
    Scelta("No, grazie", "c", "passaggio:no"),
)
UNAVAILABLE = OFFER[1:]
WAITING = (
    Scelta("Aspetto ancora", "a", "passaggio:aspetta"),
    Scelta("Lascia una domanda", "b", "passaggio:domanda:attesa_lunga"),
    Scelta("Torno all'assistente", "c", "passaggio:torna"),
)


@pytest.mark.parametrize(
    "text", ["basta", "Basta così!", "torna all'assistente", "stop", "vorrei tornare al bot", "torno all'assistente"]
)
def test_stop(text: str) -> None:
    assert parole.stops(text)


@pytest.mark.parametrize(
    "text", ["basta un documento solo?", "torno domani con i documenti", "mi basta la copia", "quanto basta"]
)
def test_no_stop(text: str) -> None:
    assert not parole.stops(text)


@pytest.mark.parametrize(
    "text",
    ["cancella i miei dati", "Per favore elimini i miei dati personali", "cancella tutto", "vorrei cancellare la conversazione"],
)
def test_erase(text: str) -> None:
    assert parole.erases(text)


@pytest.mark.parametrize(
    "text", ["cancella", "come cancello i dati sbagliati nel modulo?", "ho cancellato i miei dati ieri, va bene?"]
)
def test_no_erase(text: str) -> None:
    assert not parole.erases(text)


@pytest.mark.parametrize("text", ["annulla", "Annulla tutto, grazie", "lasci stare", "non mi serve più", "ho cambiato idea"])
def test_cancel(text: str) -> None:
    assert parole.cancels(text)


@pytest.mark.parametrize("text", ["salta", "no", "preferisco non dirlo", "anonimo", "Salto"])
def test_skip(text: str) -> None:
    assert parole.skips(text)


@pytest.mark.parametrize("text", ["Salvatore", "Noemi", "Passoni", "Anna Avanti"])
def test_a_name_is_not_skipped(text: str) -> None:
    assert not parole.skips(text)


@pytest.mark.parametrize(
    ("text", "offered", "token"),
    [
        ("sì", OFFER, "a"),
        ("Sì grazie", OFFER, "a"),
        ("operatore", OFFER, "a"),
        ("passami l'operatore per favore", OFFER, "a"),
        ("ok", OFFER, "a"),
        ("lascio una domanda", OFFER, "b"),
        ("LASCIA UNA DOMANDA", OFFER, "b"),
        ("no", OFFER, "c"),
        ("no grazie", OFFER, "c"),
        ("sì", UNAVAILABLE, "b"),
        ("no", UNAVAILABLE, "c"),
        ("aspetto", WAITING, "a"),
        ("Torno all’assistente", WAITING, "c"),
        ("sì", WAITING, None),  # to which of the three?
        ("quanto costa il certificato?", OFFER, None),
        ("sì ma quanto costa?", OFFER, None),
        ("", OFFER, None),
        ("no", (), None),
    ],
)
def test_typed_instead_of_pressed(text: str, offered: tuple[Scelta, ...], token: str | None) -> None:
    found = parole.chosen(text, offered)
    assert (found and found.token) == token
