"""Reads what has a shape of its own (codes, e-mail, phones, dates) and what words announce: addresses, places."""

from __future__ import annotations

import re
from typing import Optional, Sequence, Tuple

from bot.bozze.anagrafe import is_municipality, is_place
from bot.bozze.coerenza import about_birth
from bot.bozze.forme import Span, date_spans, spans
from bot.bozze.lettore import Lettore
from bot.bozze.luoghi import ADDRESS_CUE, STREET, find_address, find_place, tidy_address
from bot.bozze.parole import NOT_NAMES
from bot.bozze.persone import blanked
from bot.bozze.testo import CONNECT, TAKEN
from knowledge.models_bozze import Campo


class LettoreForme(Lettore):
    """Shapes, dates, addresses and places."""

    def _shaped(self) -> None:
        kinds = {c.tipo for c in self.campi}
        asked = {c.tipo for c in self.chiesti}
        for span in spans(self.text, kinds, asked):
            self._take_shaped(span)

    def _take_shaped(self, span: Span) -> None:
        if TAKEN in self.text.low[span.start : span.end]:
            return
        kinds: Tuple[str, ...] = (span.tipo,)
        if span.tipo == "email":
            label = self.text.label_before(span.start)
            certified = bool(re.search(r"@(?:.*[.\-])?(?:pec|legalmail|postacert|cert)", span.said.lower()))
            both = ("pec", "email") if certified or (label and label.campo.tipo == "pec") else ("email",)
            asked = [c.tipo for c in self.chiesti if c.tipo in ("email", "pec")]
            kinds = (label.campo.tipo,) if label and label.campo.tipo in both else both
            if asked and not label:
                kinds = (asked[0],)
            campo = next((c for c in (self._owner((k,), span.start) for k in kinds) if c), None)
        else:
            campo = self._owner(kinds, span.start)
        self.text.take(span.start, span.end)
        if campo is not None:
            self._add(campo, span.said)

    def _dates(self) -> None:
        fields = [c for c in self.campi if c.tipo == "data"]
        asked = [c for c in self.chiesti if c.tipo == "data"]
        found = date_spans(self.text.plain, bool(asked))
        for i, span in enumerate(found):
            campo = self._date_owner(span.start, fields, asked)
            if campo is None:
                continue
            said = span.said
            if not re.search(r"\d{4}|\b(?:mille|duemila)|[/.-]\s?\d+\s?[/.-]\s?\d{2}\b", said) and i + 1 < len(found):
                year = re.search(r"(?<!\d)\d{4}(?!\d)", found[i + 1].said)  # "dal 7/9 al 20/10/2026"
                said += (" " if re.search("[a-z]", said) else "/") + year[0] if year else ""
            self._add(campo, said)
        for span in found:
            self.text.take(span.start, span.end)

    def _date_owner(self, start: int, fields: Sequence[Campo], asked: Sequence[Campo]) -> Optional[Campo]:
        plain = self.text.plain
        before = plain[max(0, start - 80) : start]
        subject = self.text.subject(start, self.default)
        free = [c for c in fields if c.id not in self.values]
        births = [c for c in free if about_birth(c) and c.soggetto == subject]
        other = r"(?!resident|document|rilasci|valid|scad|deleg)"
        if re.search(rf"\b(?:nat[oai]\b(?:{other}[^;\n.?!])*|nascita\W*(?:\w+\W+){{0,3}}|classe\W*)$", before):
            return births[0] if births else None
        named = [lab.campo for lab in self.text.labels_in_clause(start) if lab.campo in free]
        start_cue = re.search(
            r"\b(?:dal|dall|da|iniz\w+|conferit\w+|decorr\w+|cominciat\w+)\W*(?:(?:il|del|giorno|l)\W+)*$", before
        )
        end_cue = re.search(
            r"\b(?:al|all|fino al|fino all|sino al|a|fine|finit\w+|termin\w+|conclus\w+)\W*(?:(?:il|del|giorno|l)\W+)*$", before
        )
        for cue, ending in ((start_cue, "_inizio"), (end_cue, "_fine")):
            if cue:
                pairs = [c for c in free if c.id.endswith(ending)]
                chosen = next((c for c in [*(n for n in named if n in pairs), *(a for a in asked if a in pairs), *pairs]), None)
                if chosen is not None:
                    return chosen
        if named:
            return named[0]
        label = self.text.label_before(start)
        if label is not None and label.campo in free:
            return label.campo
        lead = re.sub(
            r"[\d/\-]+", " ", re.split(rf"[,;\n.{TAKEN}]", before)[-1]
        )  # of two days "7/9 - 20/10" the first is no word
        bare = re.fullmatch(
            r"\W*(?:(?:il|in data|data|giorno|del|e|ed|l|era|si|no|ok|dovrebbe essere|credo|direi|circa|a|ad|in)\W+)*", lead
        )
        only_one = len(asked) == 1 and (len(self.chiesti) == 1 or self.tells)
        if bare or is_place(re.sub(r"\s+(?:il|in data|l)\s*$", "", lead).strip()) or only_one:
            return next((c for c in asked if c in free), None)
        return None

    def _addresses(self) -> None:
        if not any(c.tipo == "indirizzo" for c in self.campi):
            return
        text = self.text
        for cue in ADDRESS_CUE.finditer(text.low):
            self._address_at(cue.end(), cue.start(), True)
        asked = any(c.tipo == "indirizzo" for c in self.chiesti)
        for street in STREET.finditer(text.low):
            opened = re.search(rf"(?:^|[,;\n:{TAKEN}]|\.\s)\W*(?:(?:in|abito in|e|si|ok)\s+)?$", text.low[: street.start()])
            if TAKEN not in street[0] and (asked or opened):
                foreign = re.search(r"(?<!\d)\d{1,4}\s*,?\s*$", text.low[: street.start()])  # "12 rue de Rivoli"
                begin = foreign.start() if foreign and street[0].startswith(("rue", "avenue")) else street.start()
                self._address_at(begin, begin, foreign is not None)

    def _address_at(self, start: int, cue: int, cued: bool) -> None:
        text = self.text
        if text.low[cue : cue + 1] == TAKEN:
            return
        place = find_address(blanked(text.raw, text.low), text.low, start, cued)
        if place is None:
            return
        said = text.raw[place[0] : place[1]]
        asked = any(c.tipo == "indirizzo" for c in self.chiesti)
        if not asked and not cued and not re.search(r"\d|snc", said):
            return
        campo = self._owner(("indirizzo",), place[0])
        word = re.sub(r"\W.*", "", text.low[cue : place[0]])
        if word.startswith(("domicil", "resid", "abit", "sede")):
            named = [c for c in self.campi if c.tipo == "indirizzo" and c.id not in self.values and self._names(c, word)]
            subject = text.subject(cue, self.default)
            campo = next((c for c in named if c.soggetto == subject), campo)
            if word.startswith("domicil") and not named:
                campo = None
        text.take(place[0], place[1])
        if campo is not None:
            self._add(campo, tidy_address(said))

    @staticmethod
    def _names(campo: Campo, word: str) -> bool:
        return any(re.search(p, word) for p in campo.parole)

    def _places(self) -> None:
        fields = [c for c in self.campi if c.tipo == "luogo"]
        births = [c for c in fields if about_birth(c)]
        text = self.text
        raw = blanked(text.raw, text.low)
        born = re.compile(
            rf"\bnat[oai]\b\s*(?:(?:il|in data|nel|l)?\s*{TAKEN}+\s*,?\s*)?(?:a|ad|in|nel(?:la|l)?|presso|negli"
            rf"|alle)\s+(?:(?:comune|citta) di\s+)?"
            rf"|\b(?:luogo|comune|citta|paese|stato) di nascita\b(?:\s*[:=]|\s+e)?\s*(?:(?:a|ad|in)\s+)?"
        )
        for cue in born.finditer(text.plain):
            subject = text.subject(cue.start(), self.default)
            campo = next((c for c in births if c.soggetto == subject and c.id not in self.values), None)
            place = find_place(raw, text.low, cue.end())
            first = re.match(r"\w*", text.plain[cue.end() :])
            if (
                campo is None
                or place is None
                or (not is_place(text.raw[slice(*place)]) and first and first[0] in NOT_NAMES - {"citta"})
            ):
                continue
            town = re.compile(r"\s*,?\s*(?:a|nella citta di|citta di)\s+(?=[a-z])").match(text.low, place[1])
            inner = find_place(raw, text.low, town.end()) if town and not is_municipality(text.raw[slice(*place)]) else None
            said = text.raw[slice(*place)]
            self._add(
                campo, f"{text.raw[slice(*inner)]} ({said})" if inner and is_place(said) else said
            )  # "in Svizzera, a San Gallo"
            text.take(place[0], inner[1] if inner else place[1])
        for label in text.labels:
            if label.campo in fields and label.campo not in births and label.campo.id not in self.values:
                gap = CONNECT.match(text.plain[label.end : label.end + 1])
                link = re.compile(r"\s*[:=]?\s*(?:(?:e|a|ad|in|da|di|era)\s+)*").match(text.plain, label.end)
                place = find_place(raw, text.low, link.end()) if link and gap else None
                said = text.raw[slice(*place)] if place else ""
                if place and (is_place(re.sub(r"\(.*", "", said)) or (":" in text.raw[label.end : place[0]])):
                    self._add(label.campo, said)
                    text.take(*place)
