"""A message while data are read out of it: what has been taken is blanked, and the places of words stay the same."""

from __future__ import annotations

import re
import unicodedata
from typing import List, NamedTuple, Optional, Sequence

from bot.bozze.anagrafe import fold
from knowledge.models_bozze import Campo

LONGEST = 4000  # characters looked at
TAKEN = "¦"
RICHIEDENTE = "richiedente"
# between the name of a field and its value
CONNECT = re.compile(
    r"^[\s:=,.\-–n°ºr(]*(?:(?:e|ed|il|lo|la|l|i|mio|mia|suo|sua|numero|nr|num|in|a|ad|di|al|del|della|dell|dal|presso|sono|sarebbe"
    r"|invece|giusto|giusta|corretto|corretta|esatto|esatta|si scrive|attuale|completo|mobile|fisso|con|per)\b[\s:=,.°ºn]*){0,5}$"
)
SUBJECTS = {
    RICHIEDENTE: r"\b(?:io|mi chiamo|mi[oa](?! (?:fratell|sorell|figli|madre|padre|mamma|papa|mogli|marit|delegat"
    r"|assistit|client|collega|amic|zi[oa]\b|nonn|cugin|nipot|compagn|convivent|suocer|cognat|genero|nuora|segretari|soci[oa]\b|ditta|societa|azienda|auto|macchina|moto))|sottoscritt[oa]|richiedente|delegante)\b",
    "delegato": r"\bdelegat[oa]\b|\bdelego\b|\bpersona delegata\b",
    "assistito": r"\bassistit[oa]\b|\bcliente\b|\bassisto\b|\bdifendo\b",
    "rappresentato": r"\bminore\b|\binterdett[oa]\b|\bfigli[oa]\b|\brappresentat[oa]\b|\btutelat[oa]\b|\bbambin[oa]\b",
    "minore": r"\bminore(?:nne)?\b|\bfigli[oa]\b",
    "interdetto": r"\binterdett[oa]\b|\btutelat[oa]\b",
    "ente": r"\bente\b|\bsociet\w+|\bazienda\b|\bditta\b|\bimpresa\b|\bcompagnia\b|\bamministrazione\b|\bstudio\b",
    "veicolo": r"\bveicolo\b|\bauto(?:vettura|mobile)?\b|\bmacchina\b|\bmoto\w*\b|\btarga\b",
    "lavoratore": r"\blavorat\w+|\bdipendente\b|\bcandidat[oa]\b|\bassumer\w+",
}
_QUESTION = re.compile(
    r"^(?:(?:ma|e|ed|scusi|scusa|senta|no|ah|ok|mah|allora|per favore|mi dica)[\s,]+)*"
    r"(?:perche|che|cosa|a che|a cosa|come(?! (?:interessat|indagat|persona|possibile|imputat|difens))|quando|quanto"
    r"|quanta|quanti"
    r"|quante|dove|chi|quale|quali|posso|potrei|devo|si puo|bisogna|e obbligatori\w+|serve|c e|ci vuole|e possibile|mi spiega)\b"
)


class Label(NamedTuple):
    """The words in a message that name a field."""

    start: int
    end: int
    campo: Campo


class Testo:
    """A message and what of it is still unread.

    raw: as written, with straight apostrophes. low: the unread part in lower case without accents. plain: low with
    apostrophes and quotes as spaces. All of the same length; what has been taken is a bar in low and plain.
    """

    def __init__(self, text: str, campi: Sequence[Campo]):
        text = unicodedata.normalize("NFC", text[:LONGEST]).replace("\r", "\n")
        self.raw = "".join("'" if c in "’‘ʼ`´" else " " if c in "\t\xa0\u202f" + TAKEN else c for c in text)
        self.low = fold(self.raw)
        self.whole = re.sub(r"['\"“”«»_*]", " ", self.low)
        self.plain = self.whole
        self.labels = find_labels(self.whole, campi)
        self._subjects = {c.soggetto for c in campi}

    @property
    def is_question(self) -> bool:
        """Whether the message asks rather than says: nothing is then taken that is not named or of its own kind."""
        return self.raw.rstrip(" .!)").endswith("?") or bool(_QUESTION.match(self.whole.strip()))

    def take(self, start: int, end: int) -> None:
        """Marks a part as read."""
        for name in ("low", "plain"):
            text = getattr(self, name)
            setattr(self, name, text[:start] + TAKEN * (end - start) + text[end:])

    def label_before(self, start: int) -> Optional[Label]:
        """The field named just before a place, if any."""
        near = [lab for lab in self.labels if lab.end <= start and CONNECT.match(self.plain[lab.end : start])]
        return near[-1] if near else None

    def labels_in_clause(self, start: int) -> List[Label]:
        """The fields named before a place in the same clause, the nearest first."""
        opened = max((m.end() for m in re.finditer(rf"[,;\n{TAKEN}]|\.\s", self.plain[:start])), default=0)
        return [lab for lab in reversed(self.labels) if opened <= lab.start and lab.end <= start]

    def subject(self, start: int, default: str) -> str:
        """Whose datum stands at a place: the person or thing last named before it, or default."""
        best, where = default, -1
        for subject in self._subjects | {RICHIEDENTE}:
            pattern = SUBJECTS.get(subject, rf"\b{re.escape(fold(subject))}\w*")
            for match in re.finditer(pattern, self.whole[:start]):
                if match.end() > where or (match.end() == where and subject != RICHIEDENTE):
                    best, where = subject, match.end()
        return best


def find_labels(plain: str, campi: Sequence[Campo]) -> List[Label]:
    """Where a text (lower case, no accents, apostrophes as spaces) names fields; of two that overlap the longer counts."""
    found = [
        Label(m.start(), m.end(), campo)
        for campo in campi
        for parola in campo.parole
        for m in re.finditer(parola, plain)
        if m.end() > m.start() and not (m.start() and plain[m.start() - 1].isalnum() and plain[m.start()].isalnum())
    ]
    found.sort(key=lambda lab: (lab.start - lab.end, lab.campo.soggetto != RICHIEDENTE))
    kept: List[Label] = []
    for label in found:
        rivals = [k for k in kept if label.start < k.end and k.start < label.end]
        if all((k.start, k.end) == (label.start, label.end) for k in rivals) and label.campo not in [k.campo for k in rivals]:
            kept.append(label)
    return sorted(kept, key=lambda lab: lab.start)
