"""Reads the names of persons: introduced ("mi chiamo"), labelled, or standing alone in a message of data."""

from __future__ import annotations

import re
from typing import Optional, Sequence

from bot.bozze.anagrafe import fold, is_given_name, is_place, provinces
from bot.bozze.lettore import LEAD, PERSONAL, REFUSALS, YES_NO, Lettore
from bot.bozze.parole import OPENING, PARTICLES
from bot.bozze.persone import blanked, looks_like_name, name_run, split_name
from bot.bozze.testo import TAKEN
from knowledge.models_bozze import Campo

_MINE = re.compile(
    r"^\W*(?:(?:e|ed|il|lo|la|l|i|mio|mia|sono|si scrive|si chiama|si chiamava|mi chiamo|di nome faccio|faccio"
    r"|chiamat[oa]|sarebbe)\b[\s,:']*)*"
)
_SPELLING = re.compile(
    r"[\s,(]*(?:con\s+(?:la|l|due|una|un|doppia|il|lo)\b|senza\s+(?:la|l|h|apostrofo)\b|tutto attaccato|staccato"
    r"|grazie|scritto|come si|per favore).*$"
)


class LettoreNomi(Lettore):
    """Names of persons."""

    def _persons(self) -> None:
        for subject in dict.fromkeys([self.default, *(c.soggetto for c in self.campi)]):
            pair = self._name_fields(subject)
            if any(pair):
                self._introduced(subject, *pair)
        self._dictated_names()

    def _introduced(self, subject: str, name: Optional[Campo], surname: Optional[Campo]) -> None:
        """ "Mi chiamo X Y", "nome e cognome: X Y", "nome X cognome Y"."""
        text = self.text
        raw = blanked(text.raw, text.low)
        full = re.compile(
            r"\b(mi chiamo|(?:il|la) sottoscritt[oa]|io sottoscritt[oa]|il mio nome e|(?:si chiama)"
            r"|deleg(?:o|are|hero)\s+(?:(?:il|la|a|mi[oa]|signor[ae]?|sig)\s+)*(?:fratello|sorella|figli[oa]|madre|padre|mamma|papa|moglie|marito|collega|amic[oa]|zi[oa]|nonn[oa]|cugin[oa]|nipote|compagn[oa])?"
            r"|nome\s*(?:e|/|,|-)?\s*cognome|(cognome\s*(?:e|/|,|-)?\s*nome)|(?:il |la )?(?:mi[oa] )?(?:delegat[oa]"
            r"|assistit[oa]|cliente|figli[oa])"
            r"(?: e| sara| si chiama)?|sono|assisto|difendo)\b\s*[:=,]?\s*(?:(?:e|sono|completo)\s+)?"
        )
        for cue in full.finditer(text.plain):
            start, end = name_run(raw, cue.end(), len(raw))
            said = text.raw[start:end]
            if not said or text.subject(cue.end(), self.default) != subject:
                continue
            if cue[1] in ("sono", "si chiama") or not (
                cue[1].endswith("nome") or cue[1] in ("mi chiamo", "il mio nome e") or "sottoscr" in cue[1]
            ):
                asked = any(c in self.chiesti for c in (name, surname) if c is not None)
                if not looks_like_name(said) or (len(said.split()) < 2 and not asked):
                    continue
            elif said.islower() and len(said.split()) > 2 and not looks_like_name(said) and not self._code_fits(subject, said):
                continue
            self._give_name(subject, said, bool(cue[2]))
            text.take(start, end)
        for campo in (surname, name):
            if campo is not None:
                self._single(campo, subject)

    def _single(self, campo: Campo, subject: str) -> None:
        """ "Cognome: X", "il cognome è X", "nome X"."""
        text = self.text
        raw = blanked(text.raw, text.low)
        word = "cognome" if campo.tipo == "cognome" else r"(?<!co)nome(?: di battesimo)?"
        for cue in re.finditer(
            rf"\b{word}\b((?:\s+(?:del|della|dell)\s+(?:persona\s+)?\w+(?:\s+o\s+\w+)?)?)\s*[:=,]?\s*"
            r"(?:(?:e|si scrive|sarebbe|corretto e|giusto e)\s+)?",
            text.plain,
        ):
            if text.subject(cue.end(), self.default) != subject or campo.id in self.values:
                continue
            start, end = name_run(raw, cue.end(), len(raw), longest=4)
            said = text.raw[start:end]
            if said and not (text.is_question and said.islower()):
                self._add(campo, said)
                text.take(start, end)

    def _code_fits(self, subject: str, said: str) -> bool:
        code = self._code(subject)
        if not code:
            return False
        first, last = split_name(said, code)
        return bool(last) and split_name(f"{last} {first}", code) == (first, last)

    def _give_name(self, subject: str, said: str, surname_first: bool = False) -> None:
        name, surname = self._name_fields(subject)
        known = fold(self.noti.get(surname.id, "")) if surname else ""
        if len(said.split()) == 1:
            campo = (
                name
                if name and (not surname or is_given_name(said) or (name in self.chiesti and surname not in self.chiesti))
                else surname
            )
            if campo is not None and campo.id not in self.values:
                self._add(campo, said)
            return
        if name is None or surname is None:
            campo = name or surname
            if campo is not None and campo.id not in self.values:
                self._add(campo, said)
            return
        only = [c for c in (name, surname) if c in self.chiesti]
        if len(only) == 1 and not self._code_fits(subject, said):
            other = surname if only[0] is name else name
            if other.id in self.noti or other.id in self.values:
                known = fold(self.noti.get(other.id, self.values.get(other.id, "")))
                kept = [w for w in said.split() if fold(w) not in known.split()]
                self._add(only[0], " ".join(kept) if kept else said)
                return
        first, last = split_name(said, self._code(subject), surname_first)
        if first and name.id not in self.values:
            self._add(name, first)
        if last and surname.id not in self.values:
            self._add(surname, last)

    def _dictated_names(self) -> None:
        """A name that stands alone between signs, or that opens a message of data."""
        text = self.text
        name, surname = self._name_fields(self.default)
        pair = [c for c in (name, surname) if c is not None]
        asked = [c for c in pair if c in self.chiesti]
        missing = [c for c in pair if c.id not in self.values and (c in self.chiesti or c.id not in self.noti)]
        personal = [i for i in self.values if self.by_id[i].tipo in PERSONAL and self.by_id[i].soggetto == self.default]
        if not missing or text.is_question or (REFUSALS.match(text.whole) and not personal) or YES_NO.match(text.whole):
            return
        if not asked and not personal:
            return
        raw = blanked(text.raw, text.low)
        for clause in re.finditer(rf"[^,;\n{TAKEN}]+", raw):
            lead = LEAD.match(text.plain[clause.start() : clause.end()])
            start = clause.start() + (lead.end() if lead else 0)
            if asked:
                mine = _MINE.match(text.plain[start : clause.end()])
                skipped = text.plain[start : start + mine.end()] if mine else ""
                last = re.findall(r"\w+", skipped)
                if mine and not (last and last[-1] in ("la", "lo", "li") and mine.end() < clause.end() - start):
                    start += mine.end()
            run = name_run(raw, start, clause.end())
            said = text.raw[run[0] : run[1]]
            rest = text.plain[run[1] : clause.end()]
            if not said or not self._surely_name(said, rest, asked, personal, clause.start() == 0):
                continue
            self._give_name(self.default, said)
            text.take(*run)
            return

    def _surely_name(self, said: str, rest: str, asked: Sequence[Campo], personal: Sequence[str], opens: bool) -> bool:
        ended = re.match(
            r"\W*(?:$|nat[oai]\b|resident\w+|codice\b|c\W?f\b|cf\b|cod\b|tel\w*\b|cell\w*\b|email\b|mail\b|domicil\w+"
            r"|abit\w+|di anni|classe\b)",
            rest,
        )
        spelled = asked and _SPELLING.match(rest)
        if not ended and not spelled:
            return False
        words = [w for w in said.split() if fold(w).strip("'") not in PARTICLES]
        if is_place(said) and not asked:
            return False
        if looks_like_name(said) or self._code_fits(self.default, said):
            return len(words) > 1 or bool(asked)
        if not asked:
            return opens and len(words) == 2 and bool(personal)
        if len(words) == 1 and len(self.chiesti) > 1 and (said.islower() or is_place(said) or said in provinces()):
            return False  # one word out of many questions: "confermo", "Aosta"
        if said.islower():
            return len(words) <= 2 and (len(words) == len(said.split()) or fold(said.split()[0]) in OPENING)
        return len(words) <= 3
