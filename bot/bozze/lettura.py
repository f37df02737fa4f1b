"""Personal data read out of Italian messages: several in one message, dictated or labelled, or the bare answer to a question.

What has a shape of its own (codes, e-mail, dates, phones) is taken first, then what words announce ("nata a", "residente in", "mi
chiamo", "cognome:"), then what is left answers the question just asked. Nothing is guessed: a name is taken only where a name
is given.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Dict, List, Mapping, Sequence, Tuple

from bot.bozze.lettore_forme import LettoreForme
from bot.bozze.lettore_nomi import LettoreNomi
from bot.bozze.lettore_risposte import LettoreRisposte
from bot.bozze.testo import RICHIEDENTE, Testo
from knowledge.models_bozze import Campo


@dataclass(frozen=True)
class Lettura:
    """What a message says. valori: values in normal form by field id. errori: Italian messages by field id, of values that
    cannot be.

    nominati: ids of fields that a correction names without giving the value.
    """

    valori: Dict[str, str] = field(default_factory=dict)
    errori: Dict[str, str] = field(default_factory=dict)
    nominati: Tuple[str, ...] = ()


def named_fields(testo: str, campi: Sequence[Campo]) -> Tuple[str, ...]:
    """The ids of the fields a message names by their `parole`, in the order they are named, each once."""
    message = Testo(testo, campi)
    subject = message.subject(len(message.raw), RICHIEDENTE)
    by_place: Dict[Tuple[int, int], List[Campo]] = {}
    for label in message.labels:
        by_place.setdefault((label.start, label.end), []).append(label.campo)
    found: List[str] = []
    for fields in by_place.values():
        own = [c for c in fields if c.soggetto == subject] or fields[:1]
        kinds = {c.tipo for c in own}
        if subject not in (RICHIEDENTE, own[0].soggetto):  # "il cognome del mio delegato"
            own = [c for c in campi if c.soggetto == subject and c.tipo in kinds] or own
        found += [c.id for c in own[:1]]
    if re.search(r"\bnome e (?:il )?cognome\b|\bcognome e (?:il )?nome\b|\bgeneralita\b", message.whole):
        found = [c.id for c in campi if c.soggetto == subject and c.tipo in ("nome", "cognome")] + found
    return tuple(dict.fromkeys(found))


def read_data(testo: str, campi: Sequence[Campo], noti: Mapping[str, str], chiesti: Sequence[str], oggi: date) -> Lettura:
    """The data a message gives.

    testo: as written. campi: all the fields of the draft. noti: the values given so far, in normal form. chiesti: the ids of
    the fields just asked, to which a bare answer belongs. oggi: today. Never raises: what cannot be is told in `errori`.
    """
    return _Reader(testo, campi, noti, chiesti, oggi).read()


class _Reader(LettoreForme, LettoreNomi, LettoreRisposte):
    def read(self) -> Lettura:
        """Everything the message gives, in the order of the module's docstring."""
        self._shaped()
        self._dates()
        self._addresses()
        self._court()
        self._places()
        self._persons()
        self._labelled()
        self._numbers()
        self._take_labels()
        self._magistrate()
        self._bare()
        self._choices()
        self._free_text()
        return Lettura(self.values, {k: v for k, v in self.errors.items() if k not in self.values})
