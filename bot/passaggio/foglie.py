"""Whether a person of the office can answer now, and if not, why: the leaves of the decision, in the order they are asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.sportello import Apertura
from bot.storage.presenze import Presenza
from calculators.orari import SENZA_ORARIO
from knowledge.models_passaggio import Foglia, RegolePassaggio

NON_ATTIVO, FUORI_ORARIO, CHIUSURA, NESSUNO = "non_attivo", "fuori_orario", "chiusura", "nessuno"
OCCUPATI, CODA = "occupati", "coda"
ANSWERING = (OCCUPATI, CODA)  # the leaves from which one waits for a person


@dataclass(frozen=True)
class Esito:
    """A leaf and what the knowledge says of it."""

    nome: str
    foglia: Foglia

    @property
    def si_aspetta(self) -> bool:
        """Whether somebody is there to wait for."""
        return self.nome in ANSWERING


def leaf(
    regole: RegolePassaggio, apertura: Apertura, presenti: Sequence[Presenza], carico: Mapping[str, int], attesa: int
) -> Esito:
    """The leaf for this moment.

    presenti: who is at the desk; carico: how many conversations each account has; attesa: how many wait already.
    """
    available = [p.account for p in presenti if p.disponibile]
    room = sum(max(0, regole.per_operatore - carico.get(account, 0)) for account in available)
    if not regole.attivo:
        name = NON_ATTIVO
    elif not apertura.aperto:
        name = FUORI_ORARIO if apertura.motivo in (None, SENZA_ORARIO) else CHIUSURA
    elif not available:
        name = NESSUNO
    else:
        name = CODA if attesa < room else OCCUPATI
    return Esito(name, getattr(regole.foglie, name))
