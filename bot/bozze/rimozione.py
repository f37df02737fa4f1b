"""Data taken away again: "togli il telefono", "senza PEC", and the answer that leaves a datum empty."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import AbstractSet, List, Mapping, Sequence, Tuple

from bot.bozze.anagrafe import fold
from bot.bozze.lettura import named_fields
from knowledge.models_bozze import Campo

LONGEST = 12  # words: a longer clause tells something else
_LEAD = (
    r"^\W*(?:(?:si|no|ok|anzi|poi|e|ed|ma|allora|scusi|scusa|invece|per favore|posso|puo|puoi|potrebbe|vorrei|voglio|preferisco"
    r"|meglio|facciamo|mi)\b\W*)*"
)
_NOT = r"non (?:mett\w+|indic\w+|scriv\w+|riport\w+|(?:voglio|vorrei) (?:mettere|dare|indicare|scrivere|lasciare))"
# in so many words: Levi, Leva and Togliatti are surnames too
_ITSELF = (
    r"(?:(?:togli|leva|elimina|cancella|svuota|rimuovi)l[oaie]"
    r"|(?:toglier|levar|eliminar|cancellar|rimuover)(?:e|l[oaie])|togli[ae]mol[oaie])"
)
_AWAY = (
    r"(?:togli(?:e|amo)?|tolga|tolgo|cancell[aio]|cancelliamo|elimin[aio]|eliminiamo|svuot[aio]|rimuov[aio]"
    rf"|lev[ai](?= (?:via|anche|pure|il|lo|la|le|i|l)\b)|{_ITSELF})"
)
_TAKE_AWAY = re.compile(rf"{_LEAD}(?:{_AWAY}|{_NOT})\b")
_WITHOUT = re.compile(rf"{_LEAD}(?:senza|niente|nessun\w*)\b")
_AFTERWARDS = re.compile(
    rf"\b(?:{_ITSELF}|(?:la|lo|le|li|l) (?:tolga|togli|tolgo|togliamo|levi|leva|cancelli|cancella|elimini|elimina)"
    r"|non (?:la|lo|le|li) (?:mett\w+|voglio|vorrei|indic\w+|scriv\w+))\W*(?:per favore|grazie)?\W*$"
)
# what is to be deleted is more than a datum, or the clause gives another value
_MORE = re.compile(r"\b(?:dati|tutt[oaie]|conversazione|bozz[ae]|richiest[ae]|messaggi\w*)\b|[\d@]")
_EMPTY = re.compile(
    r"^\W*(?:(?:no|ok|anzi|scusi|per favore|preferisco|vorrei|meglio)\b\W*)*"
    r"(?:(?:lo |la )?lasci\w* (?:pure )?(?:in )?(?:bianco|vuot[oa])"
    rf"|vuot[oa]|nessun[oa]?|niente|nulla|senza|{_AWAY}|non (?:ce )?l ho(?: piu)?|non (?:lo|la) (?:mett\w+|indic\w+|scriv\w+"
    r"|(?:voglio|vorrei)(?: (?:dare|dire|mettere|indicare|scrivere))?))\W*(?:per favore|grazie)?\W*$"
)


@dataclass(frozen=True)
class Rimozione:
    """What a message takes away. campi: ids of the fields. resto: the part of the message that says something else."""

    campi: Tuple[str, ...] = ()
    resto: str = ""


def read_removal(testo: str, campi: Sequence[Campo], dati: Mapping[str, str], facoltativi: AbstractSet[str]) -> Rimozione:
    """The data that a message takes away; nothing where it takes none.

    testo: as written. campi: the fields of the draft. dati: what has been given, without what is left to be written by hand.
    facoltativi: ids of the fields that may be missing: only of these "senza PEC" speaks, as of a choice it may be the answer.
    """
    taken: List[str] = []
    rest: List[str] = []
    for clause in re.split(r"[,;\n]|[.!]\s", testo):
        plain = re.sub(r"['’\"«»]", " ", fold(clause))
        named = [name for name in named_fields(clause, campi) if name in dati]
        soft = [c.id for c in campi if c.id in facoltativi and c.tipo != "scelta"]
        found: List[str] = []
        if named and len(plain.split()) <= LONGEST and not _MORE.search(plain):
            if _TAKE_AWAY.search(plain) or _AFTERWARDS.search(plain):
                found = named
            elif _WITHOUT.search(plain):
                found = [name for name in named if name in soft]
        taken += found
        if not found and re.search(r"\w", clause):
            rest.append(clause.strip())
    return Rimozione(tuple(dict.fromkeys(taken)), ", ".join(rest)) if taken else Rimozione()


def leaves_empty(prepared: str) -> bool:
    """Whether an answer, prepared as dialogue/lettura.py does, says to leave empty the datum just asked about."""
    return bool(_EMPTY.search(prepared))
