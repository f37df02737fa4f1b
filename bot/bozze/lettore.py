"""What every reader of a message of data needs: the message, the draft, what has been read, whose datum a value is."""

from __future__ import annotations

import re
from datetime import date
from typing import Dict, Mapping, Optional, Sequence, Tuple

from bot.bozze.persone import blanked, known_code
from bot.bozze.testo import RICHIEDENTE, TAKEN, Testo
from bot.bozze.validazione import DatoNonValido, validate
from knowledge.models_bozze import Campo

PERSONAL = frozenset(
    (
        "nome",
        "cognome",
        "denominazione",
        "codice_fiscale",
        "luogo",
        "indirizzo",
        "telefono",
        "email",
        "pec",
        "partita_iva",
        "data",
    )
)
REFUSALS = re.compile(
    r"^\W*(?:(?:mah|boh|no|ma|beh|di preciso|al momento|per ora|adesso)[\s,]+)*(?:non (?:lo |la |li |le |ne |me |mi "
    r"|ho|so\b|saprei|ricord|ce|c e|sono|e\b"
    r"|voglio|intendo|posso|dispongo|serve|capisco|importa|saprei)|boh\b|mah\b|nessun\w*\b|niente\b|nulla\b|salt\w+|passa\b|avanti\b|lasci\w*"
    r"|ignoto|preferisco (?:di )?no|annull\w+|aspett\w+|un attimo|stop\b|aiuto\b|grazie\b|ok\b|va bene\b|certo\b"
    r"|d accordo\b|no nient altro)"
)
YES_NO = re.compile(r"^\W*(?:si|no|ok|va bene|certo|esatto|confermo|perfetto|giusto)\W*$")
LEAD = re.compile(
    r"^\W*(?:(?:si|no|ok|allora|ecco|dunque|certo|buongiorno|salve|va bene|ciao|e|ed|sarebbe|scriva|metta|risulta|cioe"
    r"|ovvero)[\s,:]+)*"
)


class Lettore:
    """A message being read; its parts are in lettore_forme.py, lettore_nomi.py and lettore_risposte.py."""

    def __init__(self, testo: str, campi: Sequence[Campo], noti: Mapping[str, str], chiesti: Sequence[str], oggi: date):
        self.text = Testo(testo, campi)
        self.campi = list(campi)
        self.noti = noti
        self.by_id = {c.id: c for c in campi}
        self.chiesti = [self.by_id[i] for i in chiesti if i in self.by_id]
        self.tells = len(self.chiesti) > 1 and self.chiesti[0].tipo == "testo"  # the first thing asked is a story
        self.oggi = oggi
        self.values: Dict[str, str] = {}
        self.errors: Dict[str, str] = {}
        subjects = [c.soggetto for c in self.chiesti if c.tipo in PERSONAL] or [c.soggetto for c in self.chiesti]
        own = RICHIEDENTE if any(c.soggetto == RICHIEDENTE for c in campi) or not self.campi else self.campi[0].soggetto
        self.default = subjects[0] if subjects else own

    def _add(self, campo: Campo, said: str) -> bool:
        try:
            self.values[campo.id] = validate(campo, said, {**self.noti, **self.values}, self.oggi)
        except DatoNonValido as error:
            self.errors.setdefault(campo.id, str(error))
            return False
        return True

    def _owner(self, kinds: Tuple[str, ...], start: int, among: Optional[Sequence[Campo]] = None) -> Optional[Campo]:
        """The field a value at a place belongs to: named just before, else asked, else the person's first unknown one."""
        fields = [c for c in (self.campi if among is None else among) if c.tipo in kinds and c.id not in self.values]
        label = self.text.label_before(start)
        subject = self.text.subject(start, self.default)
        if label is not None:
            named = [
                lab.campo for lab in self.text.labels if (lab.start, lab.end) == (label.start, label.end) and lab.campo in fields
            ]
            if named:
                kinds_named = {c.tipo for c in named}
                own = [c for c in fields if c.soggetto == subject and c.tipo in kinds_named]
                return next(
                    (c for c in named if c.soggetto == subject), own[0] if own and named[0].soggetto != subject else named[0]
                )
        mine = [c for c in fields if c.soggetto == subject]
        if not mine and subject == self.default and not set(kinds) & PERSONAL:
            mine = fields
        elif not mine and not set(kinds) & PERSONAL:
            mine = [c for c in fields if c.soggetto == RICHIEDENTE]
        asked = [c for c in mine if c in self.chiesti]
        unknown = [c for c in mine if c.id not in self.noti]
        return next(iter(asked or unknown or mine), None)

    def _name_fields(self, subject: str) -> Tuple[Optional[Campo], Optional[Campo]]:
        names = [c for c in self.campi if c.soggetto == subject and c.tipo == "nome"]
        surnames = [c for c in self.campi if c.soggetto == subject and c.tipo == "cognome"]
        return self._preferred(names), self._preferred(surnames)

    def _preferred(self, fields: Sequence[Campo]) -> Optional[Campo]:
        return next((c for c in fields if c in self.chiesti), fields[0] if fields else None)

    def _code(self, subject: str) -> str:
        ids = [c.id for c in self.campi if c.tipo == "codice_fiscale" and c.soggetto == subject]
        return known_code(*(self.values.get(i) for i in ids), *(self.noti.get(i) for i in ids))

    def _short(self) -> bool:
        """Whether what is left unread is no more than an answer."""
        left = re.sub(rf"[{TAKEN}\W]+", " ", self.text.plain).split()
        return len(left) <= 5 and not self.text.is_question

    def _left(self) -> str:
        """What is left of the message."""
        return re.sub(f"{TAKEN}+", ",", blanked(self.text.raw, self.text.low))

    def _take_labels(self) -> None:
        """The words that announced what has been read are read too."""
        for label in self.text.labels:
            if re.match(rf"[\s:=.,è']*{TAKEN}", self.text.plain[label.end :]) or self.text.plain[label.start] == TAKEN:
                self.text.take(label.start, label.end)
