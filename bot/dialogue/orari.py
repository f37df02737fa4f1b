"""What answers about an office say of the moment of the question: "siete aperti adesso?", "il 2 giugno siete aperti?".

An answer that cites an office's hours ({{ ufficio.ID.orari }}) gets a first line with the truth about that moment when the
question asks of one; an answer about hours (an entry with "orari" in its id) gets a last line when the office is closed now.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import List, Optional, Sequence, Tuple

from bot.dialogue.lettura import prepare
from bot.dialogue.quando import ASKS_OPENING, only_a_moment, read
from calculators import orari
from calculators.orari_in_parole import adesso_in_parole, giorno_in_parole
from knowledge import Conoscenza, Ufficio

_CITED = re.compile(r"\bufficio\.(\w+)\.orari\b|\b(sportello)\.orari\b")


@dataclass(frozen=True)
class Domanda:
    """A message as it came: its words ("" for a button) and the moment, an aware one."""

    testo: str
    adesso: datetime


class Opening:
    """What answers say of the offices at the moment of the question."""

    def __init__(self, conoscenza: Conoscenza):
        self._conoscenza = conoscenza

    def lines(self, chiavi: Sequence[str], domanda: Domanda) -> Tuple[str, str]:
        """The first and the last line of an answer made of those entries; "" for none."""
        offices = [ufficio for ufficio in self.offices(chiavi) if ufficio.orari]
        if not offices:
            return "", ""
        about_hours = any("orari" in chiave.partition(".")[2] for chiave in chiavi)
        calendario, adesso = self._conoscenza.calendario, domanda.adesso
        everyone = len(offices) == sum(1 for ufficio in self._conoscenza.uffici.values() if ufficio.orari)
        quando = read(domanda.testo, adesso, calendario)
        if quando.asked and (about_hours or ASKS_OPENING.search(prepare(domanda.testo))):
            if quando.giorno is None:
                return adesso_in_parole(offices, calendario, adesso, everyone), ""
            return giorno_in_parole(offices, calendario, quando.giorno, adesso, quando.parte, everyone), ""
        if about_hours and not any(orari.apertura(ufficio, calendario, adesso).aperto for ufficio in offices):
            return "", adesso_in_parole(offices, calendario, adesso, everyone)
        return "", ""

    def offices(self, chiavi: Sequence[str]) -> List[Ufficio]:
        """The offices whose hours those entries cite, each once."""
        found: List[str] = []
        for chiave in chiavi:
            voce = self._conoscenza.voce(chiave)
            for match in _CITED.finditer(voce.risposta if voce else ""):
                found.append(match[1] or self._conoscenza.profilo.sportello)
        return [self._conoscenza.uffici[ufficio] for ufficio in dict.fromkeys(found)]

    def again(self, domanda: Domanda, voce: str) -> Optional[str]:
        """The entry that answers "e domani?", that is only another moment of the answer given last; None if it asks more."""
        if not self.offices([voce]) or not only_a_moment(domanda.testo):
            return None
        if not read(domanda.testo, domanda.adesso, self._conoscenza.calendario).asked:
            return None
        hours = f"{voce.partition('.')[0]}.orari"
        return hours if self.offices([hours]) else voce
