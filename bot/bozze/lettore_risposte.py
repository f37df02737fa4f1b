"""Reads label and value, numbers, choices, and the bare answer to the question just asked."""

from __future__ import annotations

import re
from typing import Optional, Sequence, Set

from bot.bozze.anagrafe import fold, is_municipality, is_place, provinces
from bot.bozze.lettore import LEAD, PERSONAL, REFUSALS, YES_NO, Lettore
from bot.bozze.luoghi import tidy_address
from bot.bozze.parole import NOT_NAMES, PARTICLES, SENTENCE
from bot.bozze.testo import TAKEN, find_labels
from bot.dialogue.lettura import prepare
from bot.dialogue.lettura import read as read_values
from calculators.model import INTERO, SCELTA, Calcolatore, Parametro, Risultato, Scelta
from knowledge.models_bozze import Campo

COURT = "ufficio_giudiziario"  # the field of the court
# a law, an hour, a reason: neither an address nor an office
_ELSE = re.compile(
    r"^\W*(?:art(?:icol\w+)?|legge|comma|d\W?p\W?r|d\W?lgs|(?:alle )?ore|per|in (?:corso|via) di|entro|carta|patente|passaporto"
    r"|document\w+|numero|codice)\b"
)


class LettoreRisposte(Lettore):
    """Labels, numbers, choices, bare answers."""

    def _labelled(self) -> None:
        text = self.text
        for i, label in enumerate(text.labels):
            campo = label.campo
            if campo.id in self.values or campo.tipo in ("scelta", "nome", "cognome"):
                continue
            colon = re.compile(r"\s*[:=]\s*").match(text.plain, label.end)
            if colon is None and (campo.tipo != "denominazione" or text.is_question):
                continue
            begin = colon.end() if colon else label.end
            following = [
                lab.start for lab in text.labels[i + 1 :] if lab.start >= begin and re.match(r"\s*[:=]", text.plain[lab.end :])
            ]
            until = min([*following, len(text.raw)])
            signs = rf"[\n{TAKEN}]" if campo.tipo == "testo" else rf"[,;\n{TAKEN}?]"
            stop = re.compile(signs).search(text.low, begin, until)
            end = stop.start() if stop else until
            said = _trimmed(text.raw[begin:end])
            if colon is None:
                said = re.sub(
                    r"^(?:(?:è|e'|e|il|la|l'|sarebbe|:|era|del procedimento|assegnatari[oa])\s+)+", "", said, flags=re.IGNORECASE
                )
                first = re.match(r"[^\W\d_]*", fold(said))
                if (
                    not first
                    or first[0] in NOT_NAMES
                    or not (said[:1].isupper() or re.match(r"(?:dott|dr|avv|prof)", fold(said)))
                ):
                    continue
            if not said or REFUSALS.match(fold(said).replace("'", " ")):
                continue
            if campo.tipo in ("indirizzo",):
                said = tidy_address(said)
            subject = text.subject(label.start, self.default)
            if campo.soggetto != subject and any(c.soggetto == subject and c.tipo == campo.tipo for c in self.campi):
                campo = next(c for c in self.campi if c.soggetto == subject and c.tipo == campo.tipo)
            self._add(campo, said)
            text.take(begin, end)

    def _numbers(self) -> None:
        text = self.text
        amounts = [c for c in self.campi if c.tipo == "importo" and c.id not in self.values]
        money = re.compile(
            r"(?:€|\beuro\b|\beur\b)\s*\d[\d.]*(?:,\d{1,2})?|(?:(?<!\S)-)?(?<![\w/])\d[\d.]*(?:,\d{1,2})?\s*(?:€|\beuro\b|\beur\b)?(?![/\d])"
        )
        asked = [c for c in amounts if c in self.chiesti]
        for span in money.finditer(text.plain):
            free = [c for c in amounts if c.id not in self.values]
            named = [lab.campo for lab in text.labels_in_clause(span.start()) if lab.campo in free]
            after = find_labels(re.split(r"[,;\n]", text.plain[span.end() :])[0][:30], free)
            generic = re.search(r"\b(?:importo|somma|totale|ammonta\w*|pari)\b[^,;\n]*$", text.plain[: span.start()])
            marked = bool(re.search(r"€|eur", span[0]))
            campo = named[0] if named else after[0].campo if after and marked else None
            if campo is None and free and (generic or (marked and asked) or (asked and self._short())):
                campo = next((c for c in asked if c in free), free[0] if len(amounts) == 1 or generic else None)
            if campo is not None and not text.is_question:
                self._add(campo, span[0])
                text.take(span.start(), span.end())
        for campo in self.campi:
            if campo.tipo == "intero" and campo.id not in self.values:
                self._whole(campo)

    def _whole(self, campo: Campo) -> None:
        parameter = Parametro("numero", INTERO, "", "", unita=tuple(campo.parole))
        asked = campo in self.chiesti and self._short()
        read = read_values(self._left(), _reader(parameter), {}, "numero" if asked else "", self.oggi)
        value = read.valori.get("numero")
        if isinstance(value, int) and not self.text.is_question:
            self._add(campo, str(value))

    def _bare(self) -> None:
        """What is left answers the question: a place, an address, an institution; or a code that is none, which is told."""
        text = self.text
        if text.is_question or REFUSALS.match(text.whole) or YES_NO.match(text.whole):
            return
        for campo in self.chiesti:
            if campo.id in self.values or campo.id in self.errors:
                continue
            if campo.id == COURT and len(self.chiesti) > 1:
                continue  # a court is named as such: what is left of a message with dates and numbers is none
            left = self._left()
            clauses = [_trimmed(c) for c in re.split(r"[,;\n]", left)]
            clauses = [c for c in clauses if re.search(r"\w", c)]
            if campo.tipo == "luogo":
                self._bare_place(campo, clauses)
            elif campo.tipo in ("indirizzo", "denominazione") and clauses and self._nobody_else(campo):
                said = ", ".join(clauses) if campo.tipo == "indirizzo" else clauses[0]
                said = self._without_lead(said)
                if campo.tipo == "indirizzo" and not re.search(r"\d", said) and not (len(self.chiesti) == 1 and is_place(said)):
                    continue
                if len(said.split()) <= (20 if campo.tipo == "indirizzo" else 15) and not self._says_nothing(said):
                    self._add(campo, tidy_address(said) if campo.tipo == "indirizzo" else said)
                    self._take_all(clauses)
            elif campo.tipo not in ("scelta", "testo", "nome", "cognome") and len(self.chiesti) == 1 and clauses:
                self._bare_code(campo, clauses)

    def _nobody_else(self, campo: Campo) -> bool:
        waiting = [
            c
            for c in self.chiesti
            if c.id not in self.values and c.tipo in ("indirizzo", "denominazione", "testo", "nome", "cognome")
        ]
        return waiting == [campo] or (bool(waiting) and waiting[0] is campo and bool(self.values))

    @staticmethod
    def _without_lead(said: str) -> str:
        low = fold(said).replace("'", " ")
        lead = LEAD.match(low)
        at = lead.end() if lead else 0
        mine = re.compile(r"(?:(?:e|il|la|lo|l|mio|mia|sono|sarebbe|si chiama)\s+)*").match(low, at)
        return said[mine.end() if mine else at :].strip()

    @staticmethod
    def _says_nothing(said: str) -> bool:
        words = re.findall(r"[^\W\d_]+", fold(said))
        if _ELSE.match(fold(said)):
            return True
        return not re.search(r"\d", said) and (all(w in NOT_NAMES for w in words) or any(w in SENTENCE for w in words))

    def _take_all(self, clauses: Sequence[str]) -> None:
        for clause in clauses:
            at = self.text.raw.find(clause)
            if at >= 0:
                self.text.take(at, at + len(clause))

    def _bare_place(self, campo: Campo, clauses: Sequence[str]) -> None:
        for i, clause in enumerate(clauses):
            low = fold(clause).replace("'", " ")
            lead = LEAD.match(low)
            mine = re.compile(r"(?:(?:e|sono|nat[oa]|a|ad|in|il|nel comune di|comune di|da|di)\s+)*").match(
                low, lead.end() if lead else 0
            )
            said = clause[mine.end() if mine else 0 :].strip()
            said = re.sub(r"\s+(?:il|in data|l'|e|lo|(?:in )?(?:provincia|prov\.?)\s.*)$", "", said)
            bare = re.sub(r"\(.*|,.*|\s+[A-Z]{2}$", "", said).strip()
            if said.upper() in provinces() and not is_municipality(said):
                return  # the province alone
            if is_place(bare) or is_place(said):
                town = clauses[i + 1] if i + 1 < len(clauses) and not is_municipality(bare) else ""
                town = re.sub(r"^(?:a|nella citta di|citta di) ", "", town) if re.match(r"a |(?:nella )?citta", town) else ""
                self._add(campo, f"{town} ({said})" if town else said)  # "in Svizzera, a San Gallo"
                self._take_all([clause])
                return
        left = [c for c in clauses if not re.search(r"\d", c)]
        if self.chiesti[0] is campo and len(left) == 1 == len(clauses) and not self._says_nothing(left[0]):
            said = self._without_lead(re.sub(r"^(?:nat[oa] )?(?:a|ad|in) ", "", left[0]))
            words = [fold(w) for w in re.findall(r"[^\W\d_]+", said)]
            longest = 2 if said.islower() else 5
            titled = re.match(r"(?:dott|avv|ing|geom|sig|arch|prof)\w*\W", fold(said))
            if 0 < len(words) <= longest and not titled and not any(w in NOT_NAMES - PARTICLES - {"nuovo"} for w in words):
                self._add(campo, said)
                self._take_all(left)

    def _bare_code(self, campo: Campo, clauses: Sequence[str]) -> None:
        """A try at the one code asked that has not its shape: it is checked, so that the fault is told."""
        said = re.sub(r"^.*?[:=]\s*", "", " ".join(clauses))
        said = self._without_lead(said) if campo.tipo != "telefono" else said
        digits = bool(re.search(r"\d", said))
        one_word = len(said.split()) == 1 and len(said) > 3 and fold(said) not in NOT_NAMES
        if campo.tipo == "data":
            if digits or re.fullmatch(
                r"\W*(?:oggi|ieri|l altro ieri|altro ieri|domani|avantieri)\W*", fold(said).replace("'", " ")
            ):
                self._add(campo, said)
        elif (digits or (one_word and campo.tipo in ("email", "pec", "codice_fiscale", "iban", "bic"))) and len(
            said.split()
        ) <= 10:
            self._add(campo, said)

    def _choices(self) -> None:
        fields = [c for c in self.campi if c.tipo == "scelta"]
        prepared = prepare(self._left())
        whole = prepare(self.text.raw)
        said_yes = [c for c in self.chiesti if c.tipo == "scelta" and {"si", "no"} <= {s.valore for s in c.scelte}]
        for campo in fields:
            asked = campo in self.chiesti
            if not asked and (campo.id in self.noti or self.text.is_question):
                continue
            value = self._choice(campo, prepared, whole, asked, asked and said_yes[:1] == [campo])
            if value is not None:
                self.values[campo.id] = value

    def _choice(self, campo: Campo, prepared: str, whole: str, asked: bool, yes_no: bool) -> Optional[str]:
        for text in (prepared, whole) if asked else (prepared,):
            for scelta in campo.scelte:
                title = prepare(scelta.titolo).strip(" .!?")
                if any(re.search(modo, text) for modo in scelta.modi) or re.search(rf"^\W*{re.escape(title)}\W*$", text):
                    return scelta.valore
        if not asked or self.text.is_question:
            return None
        if yes_no:
            parameter = Parametro("scelta", SCELTA, "", "", scelte=(Scelta("si", "Sì"), Scelta("no", "No")))
            value = read_values(whole, _reader(parameter), {}, "scelta", self.oggi).valori.get("scelta")
            if isinstance(value, str):
                return value
        words = set(re.findall(r"\w+", whole)) - {
            "il",
            "la",
            "lo",
            "le",
            "un",
            "una",
            "quello",
            "quella",
            "di",
            "per",
            "l",
            "e",
            "certificato",
        }
        if 0 < len(words) <= 3 and not words & {"non", "no", "si"}:
            hits = [s.valore for s in campo.scelte if words <= set(re.findall(r"\w+", prepare(s.titolo)))]
            if len(hits) == 1:
                return hits[0]
        return None

    def _magistrate(self) -> None:
        """ "Procedimento 55/2026, dott. Marini": a title and a surname among the data asked are the magistrate's."""
        campo = next((c for c in self.chiesti if c.id == "magistrato" and c.id not in self.values), None)
        found = _TITLED.search(self.text.raw) if campo else None
        if campo and found:
            self._add(campo, found[1])

    def _court(self) -> None:
        """ "Tribunale di Udine, r.g. 55/2026": a court is the office of the proceeding, not a person and not a place."""
        campo = next((c for c in self.campi if c.id == COURT and c.id not in self.values), None)
        found = _COURT.search(self.text.low) if campo and not self.text.is_question else None
        if campo and found and TAKEN not in found[0]:
            self._add(campo, self.text.raw[found.start() : found.end()])
            self.text.take(found.start(), found.end())

    def _gives_persons_data(self) -> bool:
        """Whether the message answers another question: who, born where, living where."""
        asked = {c.id for c in self.chiesti}
        return any(self.by_id[name].tipo in PERSONAL for name in self.values if name not in asked)

    def _free_text(self) -> None:
        fields = [c for c in self.chiesti if c.tipo == "testo" and c.id not in self.values]
        text = self.text
        if not fields or text.is_question or REFUSALS.match(text.whole) or YES_NO.match(text.whole):
            return
        campo = fields[0]
        others = {c.id for c in self.chiesti if c is not campo}
        if self._gives_persons_data():
            return
        if self.tells and campo is self.chiesti[0] and len(re.findall(r"[^\W\d_]{3,}", text.raw)) >= 2:
            self._add(campo, text.raw)  # "what happened, when and where?": the story is told whole
            return
        if len(self.chiesti) == 1:
            label = re.compile(r"\s*[:=]\s*").search(text.raw, 0, 60)
            said = (
                text.raw[label.end() :]
                if label and any(lab.campo is campo and lab.end <= label.start() for lab in text.labels)
                else text.raw
            )
            self._add(campo, said)
            return
        left = [c.strip(" .\n") for c in re.split(r"[,;\n]", self._left())]
        left = [c for c in left if len(re.findall(r"[^\W\d_]{3,}", c)) >= 1 and not self._says_nothing(c)]
        answered: Set[str] = others & set(self.values)
        if (
            left
            and len(fields) == 1
            and answered
            and all(c.id in self.values or c.id in self.noti for c in self.chiesti if c is not campo)
        ):
            self._add(campo, ", ".join(left))


_TITLED = re.compile(
    r"(?:^|[,;\n]\s*)((?:dott|dr)\.?\s?(?:ssa\b)?\.?\s*[^\W\d_][\w'’-]+(?:\s+[A-ZÀ-Ý][\w'’-]+){0,2})(?=\s*(?:[,;.\n]|$))",
    re.IGNORECASE,
)


_COURT = re.compile(
    r"\b(?:tribunale|corte (?:d'|di )?(?:appello|assise|cassazione)|giudice (?:di pace|tutelare))(?: ordinario| civile)?"
    r"(?: (?:per i minorenni|di sorveglianza))?"
    r"(?: di [a-z][\w'-]+(?: (?:del|di|della|d')? ?(?!e\b|rg\b|r\.g|n\b|num|proc|incaric)[a-z][\w'-]+)?)?"
)


def _trimmed(said: str) -> str:
    """A stretch of a message without the signs around it; the last point of "S.r.l." stays."""
    bare = said.strip(" .,;:\n-")
    return bare + "." if re.search(r"\b\w\.(?:\w\.)*\w$", bare) and said[said.find(bare) + len(bare) :].startswith(".") else bare


def _reader(parameter: Parametro) -> Calcolatore:
    return Calcolatore("lettura", "", "", lambda _: "", (), (parameter,), lambda v, c: Risultato(""))
