"""A request ready to be written: all that the summary in chat, the PDF and the DOCX say, in one shape."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Tuple


@dataclass(frozen=True)
class Richiesta:
    """What a draft says, in Italian, ready to be laid out; nothing in it is to be computed or looked up.

    codice: the form ("A02"), or the claim ("LSG") entered in a portal, whose name is then in `portale`. riferimento: the
    reference code a clerk types ("7K3M-9QXT"). destinatario: the lines of
    the addressee. oggetto: the heading. richiedente: (label, value) pairs of the personal data. dati: those of the rest.
    righe: the paragraphs of the request. allegati: a checklist. costi: what is due and how (stamps, fees), a line each.
    consegna: (label, value) pairs: office, hours, contacts, how. ricorda: what people often forget. firma: who signs.
    fonte: the documents this comes from. creata, scade: the day it was made and the day it is deleted.
    """

    codice: str
    titolo: str
    riferimento: str
    ufficio: str
    destinatario: Tuple[str, ...]
    oggetto: str
    richiedente: Tuple[Tuple[str, str], ...]
    dati: Tuple[Tuple[str, str], ...]
    righe: Tuple[str, ...]
    allegati: Tuple[str, ...]
    costi: Tuple[str, ...]
    consegna: Tuple[Tuple[str, str], ...]
    ricorda: Tuple[str, ...]
    firma: str
    fonte: str
    creata: date
    scade: date
    portale: str = ""
