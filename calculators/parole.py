"""Words that the calculators read alike: what is said, what is denied ("senza fretta"), and which of two things was said last."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import List, Optional, Sequence, Tuple

from calculators.model import Legge, Valore, Valori
from calculators.testi import data_estesa
from knowledge.models import Edizione

_NEGATION = (
    r"(?:non|nn|senza|togli\w*|tolgo|tolt[oaei]|leva\w*|levo|esclud\w+|niente|nessun[aoe]?|neanche|nemmeno|neppure|manco|mica"
    r"|zero|0|anziche|tranne|eccetto|piuttosto che"
    r"|invece (?:di|che|del|della|dell)|al posto (?:di|del|della|dell))"
)
_FILLERS = (
    r"(?:mi|ci|vi|si|ne|ce|c|e|la|il|le|lo|l|gli|i|un|una|uno|1|serv[eaio]\w*|occorr\w+|vuole|vuol|vogli\w+|vorre\w+|dev[eo]"
    r"|devono"
    r"|esser[ec]i|essere|sia|siano|fosse|fossero|sono|era|erano|sara|saranno|sta|questa|quella|quello|quelle|tutta|tutto"
    r"|bisogn\w+|di|d|da"
    r"|del|della|dell|dei|dal|dalla|dall|al|alla|all|nel|nella|presso|per|ufficio|che|con|col|per|forza|necessari\w*"
    r"|necessit\w+|far\w*|fatt[ae]|alcun\w*|ho|abbiamo|ha|hanno|avre\w+"
    r"|aver\w*|anche"
    r"|su|a|in|al|chied\w+|richied\w+|interess\w+|import\w+|particolar\w*|molt\w+|tant\w+|troppa|troppo|grande|gran|piu|cosi"
    r"|affatto"
    r"|assolutamente|proprio|niente|nessun[ao]|qualsiasi|copi[ae]|rilascio|richiesta|metter\w+|pagar\w+|siamo|il caso|nostra"
    r"|nostro|mia|mio"
    r"|ora|adesso|via|davvero|per niente|un certificato|stamp\w+|in formato|formato|supporto|previst\w+|dovut\w+)"
)
_AFTER = (
    r"(?:\s*[:,?]?\s+no\b(?=\s*(?:$|[,.;!]|grazie))|\s+non (?:(?:mi|ci|vi) )?(?:serv\w+|occorr\w+|interess\w+|import\w+|c e"
    r"|ce n e|l ho|la voglio|lo voglio|e (?:necessari\w+|richiest\w+|dovut\w+)))"
)


@dataclass(frozen=True)
class Regola:
    """Words that say a value; contrario: the value that their denial says, "" where it says nothing."""

    valore: str
    parole: str
    contrario: str = ""


@lru_cache(maxsize=512)
def _compiled(words: str) -> "Tuple[re.Pattern[str], re.Pattern[str]]":
    chain = rf"(?:{words})(?:\w*\s+(?:di|della|d|dell|o|ne)\s+(?:{words}))*"
    denied = rf"\b(?:{_NEGATION}\s+(?:{_FILLERS}\s+){{0,6}}|(?<!anzi )no\s(?=\w)){chain}|\b(?:{words}){_AFTER}"
    return re.compile(rf"\b(?:{words})"), re.compile(denied)


def menzioni(text: str, words: str) -> List[Tuple[int, bool]]:
    """Where the words stand in a text (the end of each), and whether they are affirmed there."""
    plain, denied = _compiled(words)
    spans = [m.span() for m in denied.finditer(text)]
    found = [(end, False) for _, end in spans]
    for match in plain.finditer(text):
        if not any(start <= match.start() < end for start, end in spans):
            found.append((match.end(), True))
    return sorted(found)


def detto(text: str, words: str) -> bool:
    """Whether the words are said in a text and not denied there."""
    return any(affirmed for _, affirmed in menzioni(text, words))


def negato(text: str, words: str) -> bool:
    """Whether the words are denied in a text."""
    return any(not affirmed for _, affirmed in menzioni(text, words))


def ultimo(text: str, regole: Sequence[Regola]) -> Optional[str]:
    """The value that the rules read last in a text: who corrects himself means what he says last. None if they read none."""
    events: List[Tuple[int, str]] = []
    for regola in regole:
        for end, affirmed in menzioni(text, regola.parole):
            valore = regola.valore if affirmed else regola.contrario
            if valore:
                events.append((end, valore))
    return max(events)[1] if events else None


# ---- Urgency

_URGENT = (
    r"u+r+g+[ei]+n\w*|urg\b|ur?gn?et\w*|ugent\w*|urgnt\w*|ur[gj][ei]t\w*|urjent\w*|hurgent\w*|fret+a\b|furia\b|premura\b"
    r"|prescia\b"
    r"|(?<!dica )(?<!dimmi )(?<!ditemi )(?<!sapere )(?<!dirmi )(?<!rispondete )(?<!rispondimi )(?<!risponda )subito|immediat\w+"
    r"|in giornata|in giornta|giornata stessa|stesso giorno|oggi stesso|piu presto|quanto prima|prima possibile|prestissimo"
    r"|alla svelta|di corsa|al volo|rapid\w+|veloc\w+|celer\w+|priorita\w*|con precedenza|corsi[ae] preferenzial[ei]|asap"
    r"|(?:mi|ci) (?:corr\w+|stanno) dietro|(?:mi|ci) corr\w+|correre\b|serv\w+ (?:molto )?presto"
    r"|(?:oggi|domani|domattina|stasera) (?:stesso )?(?:(?:mi|ci) serv\w*|dev\w+|dobbiamo|l[aeo] (?:vogli\w+|devo|ritir\w+"
    r"|prend\w+))"
    r"|(?:entro|per) (?:oggi|domani|domattina|stasera|stamattina|stamani|24 ore|48 ore|poche ore|ieri)\b"
    r"|(?:serv|vogli|vorre|ritir|prend|aver|occorr|dat|dar|fat|bisogn)\w* (?!sapere)(?:\w+ ){0,2}?(?:gia )?(?:oggi|domani"
    r"|domattina|stasera|adesso)\b"
)
_CALM = (
    r"comod[oi]\b|comodament\w+|calma\b"
    r"|(?:posso|possiamo|potrei|so|sappiamo) (?:\w+ )?(?:aspettar\w*|attender\w*)|(?<!mi )(?<!questo )(?<!ci )aspett(?:o|iamo)\b"
    r"|attend(?:o|iamo|ero)\b|(?:ho|abbiamo|c e) (?:tutto |tanto |molto |un sacco di )?(?:il )?tempo\b"
    r"|tempi? (?:normal|ordinar|standard|regolar|solit)\w+|nei tempi (?:previsti|vostri)|ordinari[aoe]\b"
    r"|(?:rilascio|tariffa|procedura|via|modalita|consegna|servizio|prezzo|costo|diritti?|iter) (?:normal|standard|base)\w*"
    r"|quando (?:volete|potete|vi pare|capita|riuscite|(?:sara|saranno|e|sono) pront\w+|vi fa comodo)"
    r"|non import\w+ (?:quando|quanto ci|il tempo|i tempi)|(?:dopo|tra|fra) (?:i )?(?:3|qualche|alcuni) giorni"
    r"|3 giorni lavorativi"
    r"|prossim[ao] (?:settimana|mese)|(?:settimana|mese) prossim[ao]|(?:tra|fra) (?:una|un|1|2|qualche) (?:settiman\w+|mes[ei])"
    r"|tempi lungh\w+|piano piano|prendetevela|lentament\w+"
)
URGENZA = (Regola("si", _URGENT, "no"), Regola("no", _CALM, "si"))
_ASKING = re.compile(  # it is the answer that is urgent, not the thing asked for
    r"\b(?:bisogn\w+ (?:urgente )?di sapere|urgente bisogno di sapere|rispond\w+ (?:in fretta|presto|velocement\w+|rapidament\w+)"
    r"|(?:domand\w+|info\w*|cosa|rispost\w+|curiosita|conto|preventivo|stima|calcol\w+|dica|dimmi|sapere|dirmi)"
    r" (?:\w+ )?(?:veloc\w+|rapid\w+|al volo|urgente|in fretta|di corsa))\b"
)


def urgenza(text: str) -> Optional[str]:
    """ "si" or "no" as a message says it of the thing asked for ("in giornata", "non ho fretta"); None if it does not."""
    return ultimo(_ASKING.sub(" ", text), URGENZA)


# ---- Numbers

_LEADING = (
    r"(?:\b(?:sono|erano|fossero|saranno|sarebbero|diventano|facciamo|metti|mettiamo|metta|anzi|cioe|intendevo|volevo dire"
    r"|dico|dicevo"
    r"|scusi|scusa|solo)(?: (?:in tutto|circa|solo|esattamente|proprio|solamente|soltanto|pure|almeno|in totale|che|sono"
    r"|diventate))*"
    r"|\bne (?:(?:ho|ha|hanno|abbiamo|vogli\w+|vorre\w+|serv\w+|occorr\w+|prend\w+|chied\w+|fac\w+|sono)\s*)+)"
)
_LED = re.compile(
    rf"{_LEADING}[\s:,]+(-?\d[\d.]*)(?=\s*(?:$|[,;!?]|\.(?:\s|$)|in tutto|in totale|circa|esatt\w+|totali|non |invece|adesso"
    rf"|ora\b|scus[ai]))"
)
_ALONE = re.compile(r"^\W*(?:(?:e|ma|se|con|per|no|ok|invece|allora|bene|di|ahah|volevo|dire|ecco|vabbe)\W+)*?(-?\d[\d.]*)\W*$")


def numero_nudo(text: str, da_solo: bool = True) -> Optional[int]:
    """A number said without its unit where one was said before: "e se fossero 240?", "ce ne vogliono 6", "anzi 12".

    da_solo: whether a message that is little more than the number counts ("e 12?").
    """
    found = [m[1] for m in _LED.finditer(text)]
    alone = _ALONE.match(text) if da_solo and not found else None
    said = found[-1] if found else alone[1] if alone else ""
    digits = said.strip(".").replace(".", "")
    return int(digits) if digits.lstrip("-").isdigit() else None


def piu_uno(text: str) -> bool:
    """Whether one more is asked for, without its unit: "e uno in più?", "aggiungine un altro"."""
    return bool(
        re.search(r"\b(?:un[oa]?|1)(?: altr[oa])? in piu\b|\baggiung\w+ (?:un[oa]?|1|un altr[oa])\b|\bun altr[oa]\W*$", text)
    )


# ---- Sheets written on one side or on both

_BOTH = (
    r"fronte[\s/-]*(?:e[\s/-]*)?retro|davanti e (?:di )?dietro|(?:entramb\w+|ambo|ambedue|tutt[ie] e 2) (?:(?:i|le"
    r"|gli) )?(?:lat\w+|part\w+|facc\w+|facciat\w+)"
    r"|(?:su|da|per) (?:entramb\w+|ambo|ambedue)\b|(?:su|da|per) 2 (?:lat\w+|part\w+|facc\w+|facciat\w+)"
    r"|2 (?:facciat\w+|pagin\w+) (?:ciascun\w*|l uno|per foglio|ogni foglio|a foglio|cadaun\w*)|anche (?:sul |di "
    r"|dal )?(?:retro|dietro)|di qua e di la"
)
_ONE = (
    r"(?:sol[oa]|soltanto|solamente|unicamente) (?:(?:il |sul |su |da |dal |di )?(?:davanti|fronte)|(?:da|su) (?:un|1|una"
    r"|uno) (?:lato|part[ei]|facciata|faccia))"
    r"|(?:un|una|1|singol[ao]) (?:sol[ao] )?(?:lato|facciata|parte|faccia)\b(?! di)|davanti e basta|(?:retro|dietro) (?:e "
    r"|sono )?(?:bianc\w+|vuot\w+|niente|nulla)"
    r"|monofacciat\w+"
)
LATI = (Regola("una", _ONE), Regola("due", _BOTH, "una"))
_SIDES = re.compile(rf"\b(?:{_ONE}|{_BOTH})")


def lati(text: str) -> Optional[str]:
    """ "una" or "due": on how many sides the sheets are written, as a message says it; None if it does not."""
    return ultimo(text, LATI)


def senza_lati(text: str) -> str:
    """The text without the words about the sides of the sheets ("su 2 facciate" is not a number of pages)."""
    return _SIDES.sub(" ", text)


_PAGES = r"(?:pa+g+[iy]?n\w*|pagg?\b\.?|facc?iat\w*|fotocopie\b)"
UNITA_PAGINE = (r"pa+g+[iy]?n\w*", r"pagg?\b\.?", r"facc?iat\w*", r"fotocopie\b")
UNITA_FOGLI = (r"fogli\w*",)
_COUNT = re.compile(rf"(?<![\w,.])-?\d[\d.]*\s+(?:\w+\s+)?{_PAGES}|\b{_PAGES}\s*(?::|=|sono|erano|n\.?)?\s*\d")
_SUM = re.compile(
    rf"(?<![\w,.])(\d[\d.]*)\s*(?:{_PAGES}[^\d,.;?!]{{0,30}}?)?\s*(?:\+|\bpiu\b)\s*(?:altr[ei] )?(\d[\d.]*)\s+(?:altre )?{_PAGES}"
)
_RANGE = re.compile(
    rf"\b(?:da(?:lla|lle)?|{_PAGES})\s+(?:{_PAGES}\s+)?(?:da(?:lla)? |numero |n\. ?)?(\d+)\s*(?:a|alla|fino alla|fino a|al"
    rf"|-)\s*(?:{_PAGES}\s+)?(?:numero |n\. ?)?(\d+)"
)


def conta_pagine(text: str) -> bool:
    """Whether a message gives a number of pages."""
    return bool(_COUNT.search(senza_lati(text)))


def pagine_calcolate(text: str) -> Optional[int]:
    """Pages that a message gives as a sum ("20 pagine più altre 15 pagine") or as a range ("da pagina 10 a pagina 35")."""
    text = senza_lati(text)
    total = _SUM.search(text)
    if total:
        return int(total[1].replace(".", "")) + int(total[2].replace(".", ""))
    span = _RANGE.search(text)
    if span and re.search(_PAGES, span[0]) and int(span[2]) >= int(span[1]):
        return int(span[2]) - int(span[1]) + 1
    return None


_SHEETS = re.compile(r"(?<![\w,.])(\d[\d.]*)\s+(?:\w+ )?fogli\w*")


def pagine_dei_fogli(text: str) -> Optional[int]:
    """Pages of so many sheets, where a message says how many and on how many sides they are written."""
    sheets, sides = _SHEETS.search(text), lati(text)
    if not sheets or not sides:
        return None
    return int(sheets[1].rstrip(".").replace(".", "")) * (2 if sides == "due" else 1)


# ---- Abroad

# Carta dei servizi, 8.2: the States for whose offices not even the apostille is needed, and their people
PAESI_ESENTI = (
    r"franc(?:ia|ese|esi)\b|danimarca|danes[ei]\b|belgio|belg[ai]\b|irlanda|irlandes[ei]\b|lettonia|letton[ei]\b|estonia"
    r"|eston[ei]\b|cipro|cipriot[aei]\b"
    r"|germania|tedesc[aohi]\w*\b|parigi|berlino|bruxelles|dublino|copenaghen"
)
LEGALIZZAZIONE = (
    Regola("apostille", r"ap+[oa]st[ie]l+\w*|apostile|postille", "no"),
    Regola("legalizzazione", r"legali[sz]+a\w*|visto consolare|consolar\w+", "no"),
)


def legge_fogli(lato: str) -> Legge:
    """Reads the number of sheets; 0 where the pages are given after all, so that they count and not the sheets.

    lato: name of the parameter that says on how many sides they are written.
    """

    def read(text: str, valori: Valori) -> Optional[Valore]:
        if not intero(valori, "fogli"):
            return None
        if conta_pagine(text) and "fogli" not in text:
            return 0
        return numero_nudo(text, da_solo=lato in valori)

    return read


def legge_lati(lato: str) -> Legge:
    """Reads on how many sides the sheets are written ("una", "due"). lato: name of the parameter it is."""

    def read(text: str, valori: Valori) -> Optional[Valore]:
        said = lati(text)
        if said is None and intero(valori, "fogli") and lato not in valori:
            alone = re.match(r"^\W*([12]|un[oa])\W*$", text)
            said = ("due" if alone[1] == "2" else "una") if alone else None
        return said

    return read


# ---- Editions and values


def in_vigore(edizione: Edizione) -> str:
    """Name and date of the edition of a table, as a result states it."""
    if edizione.in_vigore_dal is None:
        return f"tariffa: {edizione.edizione}"
    return f"tariffa in vigore dal {data_estesa(edizione.in_vigore_dal)}"


def insieme(valori: Valori, nome: str) -> Tuple[str, ...]:
    """The values of a set; one alone may come as a text."""
    valore = valori.get(nome, ())
    if isinstance(valore, str):
        return (valore,)
    return tuple(v for v in valore if isinstance(v, str)) if isinstance(valore, tuple) else ()


def intero(valori: Valori, nome: str, altrimenti: int = 0) -> int:
    """The whole number of that name, or the one given where there is none."""
    valore = valori.get(nome)
    return valore if isinstance(valore, int) else altrimenti
