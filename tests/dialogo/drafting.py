"""Drafts held in conversation without Rasa: who fills them in, good and bad answers made up by kind of field, cases for each form.

People, codes and addresses are made up. The cases come from the declarations: every choice of every form is in one of them.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from typing import Any, Literal

from codicefiscale import encode

from bot.bozze.composizione import due
from bot.dialogue.composer import Composer
from bot.dialogue.reply import Risposta
from bot.dialogue.state import Compilazione, Stato
from bot.nlu.understanding import Comprensione
from bot.storage import bozze as archivio
from bot.storage.bozze import BozzaSalvata
from knowledge import load
from knowledge.models_bozze import Bozza, Campo

from .hearing import NOTHING, Person, sure

KNOWN = load()
FORMS = sorted(KNOWN.bozze)
OGGI = date(2026, 6, 1)
ADESSO = datetime(2026, 6, 1, 9, 30, tzinfo=timezone.utc)
MOST_TURNS = 60
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Somebody:
    nome: str
    cognome: str
    sesso: Literal["M", "F"]
    comune: str
    nascita: date

    @property
    def codice(self) -> str:
        return str(encode(self.cognome, self.nome, self.sesso, self.nascita.strftime("%d/%m/%Y"), self.comune))


PEOPLE = {
    "richiedente": Somebody("Marta", "Bionaz", "F", "Ivrea", date(1999, 8, 21)),
    "delegato": Somebody("Luca", "Chatrian", "M", "Châtillon", date(1975, 2, 3)),
    "assistito": Somebody("Paolo", "Favre", "M", "Courmayeur", date(1988, 11, 14)),
    "rappresentato": Somebody("Elisa", "Bionaz", "F", "Aosta", date(2019, 5, 9)),
}
BY_KIND = {  # what is typed, what the review and the document show
    "denominazione": ("Vallée Servizi S.r.l.", "Vallée Servizi S.r.l."),
    "partita_iva": ("00743110157", "00743110157"),
    "iban": ("IT60X0542811101000000123456", "IT60 X054 2811 1010 0000 0123 456"),
    "bic": ("BLOPIT22", "BLOPIT22"),
    "email": ("marta.bionaz@example.com", "marta.bionaz@example.com"),
    "pec": ("protocollo@pec.example.com", "protocollo@pec.example.com"),
    "telefono": ("347 120 0984", "347 120 0984"),
    "luogo": ("Verrès", "Verrès"),
    "indirizzo": ("via Monte Emilius 12, 11100 Aosta", "via Monte Emilius 12, 11100 Aosta"),
    "data": ("12/05/2026", "12/05/2026"),
    "intero": ("3", "3"),
    "importo": ("1.450,00 euro", "€ 1.450,00"),
    "procedimento": ("1770/2026", "1770/2026"),
    "protocollo": ("345/2025", "345/2025"),
    "testo": ("la querela e la relazione della Polizia Stradale", "la querela e la relazione della Polizia Stradale"),
}
BY_FIELD = {
    "magistrato": ("dott.ssa Anna Rey", "dott.ssa Anna Rey"),
    "ente_codice_fiscale": ("00743110157", "00743110157"),
    "altro_ente_codice_fiscale": ("01114601006", "01114601006"),
    "veicolo_targa": ("AB123CD", "AB123CD"),
    "qualifica": ("responsabile del procedimento", "responsabile del procedimento"),
    "custodia_inizio": ("12/01/2026", "12/01/2026"),
    "custodia_fine": ("02/03/2026", "02/03/2026"),
    "incarico_inizio": ("12/01/2026", "12/01/2026"),
    "incarico_fine": ("02/03/2026", "02/03/2026"),
    "ufficio_giudiziario": ("Tribunale di Udine", "Tribunale di Udine"),
    "difesa_inizio": ("12/01/2026", "12/01/2026"),
    "difesa_fine": ("02/03/2026", "02/03/2026"),
    "patrocinio_data": ("20/01/2026", "20/01/2026"),
    "udienza_data": ("15/07/2026", "15/07/2026"),
    "onorario": ("1.234,56 euro", "€ 1.234,56"),
    "spese_documentate": ("87,40 euro", "€ 87,40"),
}
BAD = {  # answers to the question of that kind that cannot be taken
    "nome": ["Mart4", "12345", "@@@"],
    "cognome": ["R2D2", "99", "###"],
    "codice_fiscale": ["BNZMRT99M61E379X", "BNZMRT99", "0000000000000000"],
    "partita_iva": ["00743110158", "12345", "123456789012"],
    "iban": ["IT61X0542811101000000123456", "IT60X05428", "ZZ60X0542811101000000123456"],
    "bic": ["BLOPIT2", "1234567890", "BLOPIT221234"],
    "email": ["marta.bionaz@", "marta bionaz chiocciola", "@example.com"],
    "pec": ["protocollo@", "marta.bionaz@gmail.com"],
    "telefono": ["12", "0165 12345678901234", "347-abc"],
    "luogo": ["12345", "???"],
    "indirizzo": ["???", "da qualche parte"],
    "data": ["32/01/2020", "30 febbraio 2021", "ieri l'altro forse", "12/13/2020"],
    "intero": ["-4", "0", "999999999", "tanti"],
    "importo": ["-50 euro", "0", "tanti soldi"],
    "procedimento": ["abc", "1770", "1770/2099"],
    "protocollo": ["abc", "0", "345/2099"],
    "scelta": ["il gatto nero", "12345"],
    "denominazione": ["???", "..."],
    "testo": ["x" * 3500],
}


def good(campo: Campo, scelte: Mapping[str, str] | None = None) -> tuple[str, str]:
    """A good answer to the question of a field, and how it is then shown."""
    if campo.tipo == "scelta":
        scelta = next(s for s in campo.scelte if s.valore == (scelte or {}).get(campo.id, campo.scelte[0].valore))
        return scelta.titolo, scelta.stampa or scelta.titolo
    who = PEOPLE.get(campo.soggetto)
    if campo.id in BY_FIELD:
        return BY_FIELD[campo.id]
    if who and campo.tipo in ("nome", "cognome"):
        name = who.nome if campo.tipo == "nome" else who.cognome
        return name, name
    if who and campo.tipo == "codice_fiscale":
        return who.codice.lower(), who.codice
    if who and campo.id.endswith("nato_a"):
        return who.comune, who.comune
    if who and campo.id.endswith("nato_il"):
        return f"{who.nascita.day}/{who.nascita.month}/{who.nascita.year}", who.nascita.strftime("%d/%m/%Y")
    return BY_KIND[campo.tipo]


def cases(bozza: Bozza) -> list[dict[str, str]]:
    """Choices by field: every choice of the form is due in one case at least."""
    wanted = {(c.campo, s.valore) for c in bozza.chiesti() for s in KNOWN.campi[c.campo].scelte}
    needs = {c.campo: c.quando for c in bozza.chiesti()}
    found: list[dict[str, str]] = []
    while wanted or not found:
        case: dict[str, str] = {}

        def fix(field: str, value: str, case: dict[str, str] = case) -> None:
            case[field] = value
            for condition in needs[field]:
                fix(condition.campo, condition.vale[0])

        if wanted:
            fix(*min(wanted))
        for chiesto in bozza.chiesti():
            campo = KNOWN.campi[chiesto.campo]
            if campo.scelte and campo.id not in case:
                new = [s.valore for s in campo.scelte if (campo.id, s.valore) in wanted]
                case[campo.id] = new[0] if new else campo.scelte[0].valore
        reached = {(c.campo, case[c.campo]) for c in due(bozza, case) if c.campo in case}
        assert not wanted or wanted & reached, f"{bozza.codice}: non si arriva a {sorted(wanted)}"
        wanted -= reached
        found.append(case)
    return found


CASES = [(code, number, case) for code in FORMS for number, case in enumerate(cases(KNOWN.bozze[code]))]
FIRST = {}  # by field, the first form and case that call for it
for _code, _number, _case in reversed(CASES):
    FIRST.update({c.campo: (_code, _number) for c in due(KNOWN.bozze[_code], _case)})
CASE_NAMES = [f"{code}-{number}" for code, number, _ in CASES]


class Applicant(Person):
    """Somebody who has a request drafted, in a conversation of their own."""

    def __init__(self, composer: Composer, url: str, stato: Stato | None = None, conversazione: str = "") -> None:
        super().__init__(composer, stato, OGGI)
        self.url, self.adesso, self.said = url, ADESSO, ""
        self.conversazione = conversazione or f"prova-{next(_numbers)}"

    def _receive(self, text: str, comprensione: Comprensione | None, **more: Any) -> Risposta:
        self.adesso += timedelta(seconds=20)
        own = {"conversazione": self.conversazione, "adesso": self.adesso, "previous": self.said}
        reply = super()._receive(text, comprensione, **{**own, **more})
        self.said = "" if text.startswith("/") else text
        return reply

    @property
    def record(self) -> Compilazione:
        assert self.stato.compilazione is not None
        return self.stato.compilazione

    @property
    def asked(self) -> tuple[str, ...]:
        return self.record.chiesti

    @property
    def saved(self) -> BozzaSalvata:
        found = archivio.get(self.record.id, self.conversazione, url=self.url)
        assert found is not None
        return found

    @property
    def values(self) -> dict[str, str]:
        return self.saved.valori

    def missing(self) -> list[str]:
        """Of what was asked, what is due and not given yet."""
        values = self.values
        wanted = [c.campo for c in due(KNOWN.bozze[self.record.codice], values)]
        return [name for name in self.asked if name in wanted and name not in values]

    def answers(self, scelte: Mapping[str, str] | None = None) -> Risposta:
        """Gives the first of the data asked for: bare when it is asked alone, with its name when others are asked with it."""
        name = next(iter(self.missing()), self.asked[0])
        campo = KNOWN.campi[name]
        typed, _ = good(campo, scelte)
        if campo.scelte and len(self.asked) > 1:
            value = (scelte or {}).get(name, campo.scelte[0].valore)
            return self.presses(f"bozza.valore.{name}.{value}")
        return self.says(f"{campo.etichetta}: {typed}" if len(self.asked) > 1 else typed)

    def to_the_review(self, reply: Risposta, scelte: Mapping[str, str] | None = None) -> tuple[Risposta, list["Question"]]:
        """Answers everything; the review, and each question as it stood."""
        questions: list[Question] = []
        for _ in range(MOST_TURNS):
            if self.record.fase == archivio.RIEPILOGO and not self.asked:
                return reply, questions
            questions.append(Question(self.record, self.stato, self.values))
            reply = self.answers(scelte)
        raise AssertionError(f"{self.record.codice}: dopo {MOST_TURNS} domande ancora {self.asked}\n{reply.testo}")


@dataclass(frozen=True)
class Question:
    """A question of a draft: the record before it is answered, and what has been given."""

    record: Compilazione
    stato: Stato
    valori: dict[str, str]

    @property
    def field(self) -> Campo:
        return KNOWN.campi[self.record.chiesti[0]]

    @property
    def alone(self) -> bool:
        return len(self.record.chiesti) == 1

    def before(self, composer: Composer, url: str) -> Applicant:
        """Somebody else at this very question."""
        who = Applicant(composer, url)
        saved = archivio.create(who.conversazione, self.record.codice, ADESSO, url=url)
        archivio.update(saved.id, who.conversazione, adesso=ADESSO, valori=self.valori, fase=self.record.fase, url=url)
        who.stato = replace(self.stato, compilazione=replace(self.record, id=saved.id))
        return who


def begun(composer: Composer, url: str, code: str) -> tuple[Applicant, Risposta]:
    who = Applicant(composer, url)
    return who, who.presses(f"bozza.{code}")


def flat(text: str) -> str:
    """A text without the line breaks of its layout."""
    return " ".join(text.replace("’", "'").split())


def each_question(composer: Composer, url: str, code: str) -> Iterator[Question]:
    """The questions of a form, over all its cases, each once."""
    seen: set[tuple[str, ...]] = set()
    for _, _, case in (c for c in CASES if c[0] == code):
        who, reply = begun(composer, url, code)
        for question in who.to_the_review(reply, case)[1]:
            if question.record.chiesti not in seen:
                seen.add(question.record.chiesti)
                yield question


YES = sure("conferma")
__all__ = [
    "ADESSO", "BAD", "CASES", "CASE_NAMES", "FIRST", "FORMS", "KNOWN", "NOTHING", "OGGI", "PEOPLE", "YES", "Applicant", "Question",
    "begun", "cases", "each_question", "flat", "good",
]  # fmt: skip
