"""Computations in conversation: which one is wanted, what is still missing, a change afterwards, and the result in words.

It speaks of calculators only through what they declare (calculators/model.py): a new one needs nothing here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Dict, Mapping, Optional, Sequence, Tuple

from bot.dialogue.domande import QUESTION, SPEAKS_OF_AMOUNT
from bot.dialogue.lettura import WRITTEN_DATE, Lettura, read
from bot.dialogue.reply import Risposta
from bot.dialogue.state import Conto, Opzione, Stato
from bot.nlu.labels import CALCULATION, CHANGE, topic_of
from calculators.elenco import CALCOLATORI
from calculators.model import (
    DATA,
    IMPORTO,
    INSIEME,
    INTERO,
    SCELTA,
    Calcolatore,
    Contesto,
    Parametro,
    Risultato,
    Valore,
    ValoreNonValido,
    Valori,
)
from calculators.scadenze import TERMINE_DI_VOCE
from calculators.testi import data_estesa
from knowledge.templates import euro

if TYPE_CHECKING:
    from bot.dialogue.composer import Composer
    from bot.dialogue.turn import Turno

KEY = "calcolo"  # buttons: "calcolo.diritti_copia", "calcolo.diritti_copia.tipo.autentica"
CANCEL = "annulla"
ENDINGS = (CANCEL, "ricomincia")

WANTED = 0.35  # summed probability of a calculator's labels from which it is started
CHANGED = 0.25  # probability of "this changes a value" from which a message right after a result is read so
DIGRESSION = 0.5  # probability from which a question about something else is answered in the middle of a computation
SURELY_OTHER = 0.8  # or this, where the message also answers what was asked and speaks of money
ACT = 0.6  # and a greeting, a thank-you
ELLIPTICAL = 0.5
RULE = 0.1  # probability of an entry from which a message that asks no amount is taken to ask for it
HINTED = 0.15  # probability of a calculator's labels that is enough when the message also says what it needs,
SLIGHTLY_HINTED = 0.04  # or this, when it asks how much;
SAID_ENOUGH = 2  # this many values, or a quantity
SAID_ALL = 3  # values from which "how much is it?" is a computation, whatever else the message speaks of
TERMS = "scadenze"  # the calculator of which the knowledge explains each term in an entry of its own
REMEMBERED = 3  # turns of something else after which a result is no longer changed by "and if it were urgent?"
MOST_BUTTONS = 8
_RATE = re.compile(r"\b(?:al giorno|giornalier\w+|(?:a|per) (?:pagina|facciata|foglio|chilometro|km)|tariff\w+)\b", re.IGNORECASE)
_AND = re.compile(r"^\W*(?:e|ed|ma|se|invece|oppure|o)\b", re.IGNORECASE)
_MONEY_ASPECTS = ("costo", "costo_urgente", "urgenza", "spese_generali")


@dataclass(frozen=True)
class Wish:
    """What the classifier says of computing: the calculator most asked for, its share, and the value its label tells."""

    id: str = ""
    probability: float = 0.0
    first: str = ""
    change: float = 0.0
    cancel: float = 0.0


def wish_of(labels: Sequence[Tuple[str, float]]) -> Wish:
    """What the labels of a message say of computing."""
    sums: Dict[str, float] = {}
    firsts: Dict[str, Tuple[float, str]] = {}
    for label, p in labels:
        if label.startswith(f"{CALCULATION}/"):
            name, _, first = label.split("/", 1)[1].partition(".")
            sums[name] = sums.get(name, 0.0) + p
            if first and p > firsts.get(name, (0.0, ""))[0]:
                firsts[name] = (p, first)
    known = {name: p for name, p in sums.items() if name in CALCOLATORI}
    flat = dict(labels)
    best = max(known, key=lambda name: known[name]) if known else ""
    return Wish(best, known.get(best, 0.0), firsts.get(best, (0.0, ""))[1], flat.get(CHANGE, 0.0), flat.get(CANCEL, 0.0))


class Calculation:
    """The part of a turn that computes. Made by the composer, which it uses for phrases and for citing sources."""

    def __init__(self, composer: "Composer"):
        self._composer = composer
        self._conoscenza = composer.conoscenza

    # ---- From a message to a reply

    def chosen(self, chiave: str, turno: "Turno") -> Optional[Risposta]:
        """The reply to a button of a computation; None if the key names none (any more)."""
        _, _, rest = chiave.partition(".")
        name, _, rest = rest.partition(".")
        calcolatore = CALCOLATORI.get(name)
        if calcolatore is None:
            return None
        conto = self._current(turno.stato, name)
        values = _typed(calcolatore, conto.valori) if conto else {}
        parametro, _, valore = rest.partition(".")
        known = {s.valore for p in calcolatore.parametri if p.nome == parametro for s in p.scelte}
        if rest and valore not in known:
            return None
        if rest:
            several = calcolatore.parametro(parametro).tipo == INSIEME
            values = {**values, parametro: (valore,) if several else valore}
        return self._go_on(calcolatore, values, turno)

    def reply(self, turno: "Turno", ranking: Sequence[Tuple[str, float]]) -> Optional[Risposta]:
        """The reply to a message that starts, answers, changes or cancels a computation; None where it is about something else.

        ranking: the labels of the message with the conversation taken into account, best first.
        """
        if turno.comprensione is None:
            return None
        wish = wish_of(turno.comprensione.labels)
        conto = turno.stato.conto
        calcolatore = CALCOLATORI.get(conto.id) if conto else None
        if conto is not None and calcolatore is not None:
            if conto.chiesto:
                return self._answer_to_question(turno, conto, calcolatore, wish, ranking)
            changed = self._change(turno, conto, calcolatore, wish, ranking)
            if changed is not None:
                return changed
        return self._start(turno, wish, ranking)

    def asks_information(self, turno: "Turno", ranking: Sequence[Tuple[str, float]]) -> bool:
        """Whether a message that sounds like a computation rather asks a rule: it asks no amount and does not say enough."""
        if turno.comprensione is None or turno.stato.conto is not None:
            return False
        if SPEAKS_OF_AMOUNT.search(turno.text) and not _RATE.search(turno.text):
            return False
        wish = wish_of(turno.comprensione.labels)
        rules = [p for label, p in ranking if self._conoscenza.voce(label) is not None]
        if wish.probability < WANTED or not rules or rules[0] < RULE:
            return False
        calcolatore = CALCOLATORI[wish.id]
        values = self._read(turno, calcolatore, {}).valori
        return calcolatore.mancante(values) is not None and not _measured(calcolatore, values)

    def resumed(self, turno: "Turno", risposta: Risposta) -> Risposta:
        """A reply about something else, with the computation still in mind: its open question is asked again at the end."""
        conto = turno.stato.conto
        calcolatore = CALCOLATORI.get(conto.id) if conto else None
        ended = risposta.stato.conto is not None or risposta.stato.esito in ENDINGS
        if conto is None or calcolatore is None or ended:
            return risposta
        if not conto.chiesto:
            kept = replace(conto, lontano=conto.lontano + 1) if conto.lontano < REMEMBERED else None
            return replace(risposta, stato=replace(risposta.stato, conto=kept))
        parametro = calcolatore.parametro(conto.chiesto)
        options = risposta.opzioni or _buttons(calcolatore, parametro)
        text = f"{risposta.testo}\n{self._composer.phrase('calcolo_riprendo')} {parametro.domanda}"
        return replace(risposta, testo=text, opzioni=options, stato=replace(risposta.stato, conto=conto, opzioni=options))

    def corrects(self, turno: "Turno") -> bool:
        """Whether a message says another value for the result just given."""
        conto = turno.stato.conto
        calcolatore = CALCOLATORI.get(conto.id) if conto else None
        if conto is None or calcolatore is None or conto.chiesto or conto.lontano:
            return False
        known = _typed(calcolatore, conto.valori)
        return any(known.get(name) != value for name, value in self._changes(turno, calcolatore, known).valori.items())

    def _changes(self, turno: "Turno", calcolatore: Calcolatore, known: Valori) -> Lettura:
        """What a message after a result says of its values; a bare number is the last number that was needed."""
        lettura = self._read(turno, calcolatore, known)
        last = next((p.nome for p in calcolatore.parametri if p.tipo == INTERO and p.nome in known), "")
        return lettura if lettura.valori or not last else self._read(turno, calcolatore, known, last)

    def _current(self, stato: Stato, name: str) -> Optional[Conto]:
        return stato.conto if stato.conto is not None and stato.conto.id == name else None

    def _read(self, turno: "Turno", calcolatore: Calcolatore, known: Valori, asked: str = "") -> Lettura:
        return read(turno.text, calcolatore, known, asked, turno.giorno)

    def _answer_to_question(
        self, turno: "Turno", conto: Conto, calcolatore: Calcolatore, wish: Wish, ranking: Sequence[Tuple[str, float]]
    ) -> Optional[Risposta]:
        if wish.cancel >= DIGRESSION:
            return self._cancelled(turno)
        known = _typed(calcolatore, conto.valori)
        lettura = self._read(turno, calcolatore, known, conto.chiesto)
        if self._digresses(turno, calcolatore, ranking, conto.chiesto in lettura.valori):
            return None
        if wish.id and wish.id != conto.id and wish.probability >= DIGRESSION and conto.chiesto not in lettura.valori:
            return self._start(turno, wish, ranking)
        if lettura.valori:
            return self._go_on(calcolatore, {**known, **lettura.valori}, turno)
        best, probability = ranking[0] if ranking else ("", 0.0)
        if probability >= ACT and best in ("saluto", "ringraziamento", "congedo", "scuse", "insulto", "non_aiuta", "operatore"):
            return None
        return self._not_read(calcolatore, conto, lettura, turno)

    def _digresses(self, turno: "Turno", calcolatore: Calcolatore, ranking: Sequence[Tuple[str, float]], answered: bool) -> bool:
        """Whether a message asks something else than what the computation is about."""
        about = self._composer.resolver.within(turno.stato.argomento, list(ranking)) if turno.stato.argomento else list(ranking)
        other = sum(p for name, p in about if self._conoscenza.voce(name) and not self._about_amounts(calcolatore, name))
        if other < DIGRESSION or (answered and not QUESTION.search(turno.text)):
            return False
        return not (answered and SPEAKS_OF_AMOUNT.search(turno.text) and other < SURELY_OTHER)

    def _about_amounts(self, calcolatore: Calcolatore, label: str) -> bool:
        return label in calcolatore.voci or label.partition(".")[2] in _MONEY_ASPECTS

    def _change(
        self, turno: "Turno", conto: Conto, calcolatore: Calcolatore, wish: Wish, ranking: Sequence[Tuple[str, float]]
    ) -> Optional[Risposta]:
        """A result with some value changed; None if the message does not change any."""
        if turno.comprensione is None:
            return None
        known = _typed(calcolatore, conto.valori)
        lettura = self._changes(turno, calcolatore, known)
        new = {name: value for name, value in lettura.valori.items() if known.get(name) != value}
        same = wish.id == conto.id and wish.probability >= WANTED
        if not lettura.valori:
            return None
        leans = turno.comprensione.elliptical >= ELLIPTICAL or wish.change >= CHANGED or bool(_AND.match(turno.text))
        if wish.id and not same and wish.probability >= DIGRESSION:
            return None
        if same and not leans and len(lettura.valori) >= 2:
            return None  # a new computation, complete in itself
        best, probability = ranking[0] if ranking else ("", 0.0)
        elsewhere = probability >= DIGRESSION and self._conoscenza.voce(best) is not None
        says = leans or not QUESTION.search(turno.text)  # "the briefs were never authorised" asks nothing: it corrects
        nearby = bool(new) and says and conto.lontano == 0 and topic_of(best) == calcolatore.argomento(known)
        if elsewhere and not (nearby or self._about_amounts(calcolatore, best)) and wish.change < CHANGED and not same:
            return None
        if leans or same or self._about_amounts(calcolatore, best) or new:
            return self._go_on(calcolatore, {**known, **lettura.valori}, turno)
        return None

    def _start(self, turno: "Turno", wish: Wish, ranking: Sequence[Tuple[str, float]]) -> Optional[Risposta]:
        best, probability = ranking[0] if ranking else ("", 0.0)
        wanted = wish.probability >= WANTED and (wish.probability >= probability or "/" in best)
        if wanted and wish.id in CALCOLATORI:
            return self._begin(CALCOLATORI[wish.id], turno, wish)
        return self._start_from_amounts(turno, wish, best)

    def begin(self, name: str, turno: "Turno") -> Risposta:
        """A calculator started with what the message says. name: its id, a known one."""
        labels = turno.comprensione.labels if turno.comprensione else []
        return self._begin(CALCOLATORI[name], turno, wish_of(labels))

    def _begin(self, asked: Calcolatore, turno: "Turno", wish: Wish) -> Risposta:
        values: Dict[str, Valore] = dict(self._read(turno, asked, {}).valori)
        first = asked.parametri[0]
        term = self._term_on_the_table(asked, turno, values)
        if term:
            values[first.nome] = term
        elif asked.id == TERMS and first.nome not in values and turno.stato.voce in TERMINE_DI_VOCE:
            values[first.nome] = TERMINE_DI_VOCE[turno.stato.voce]
        elif wish.id == asked.id and first.nome not in values and any(s.valore == wish.first for s in first.scelte):
            values[first.nome] = (wish.first,) if first.tipo == INSIEME else wish.first
        return self._with_rule(asked, values, self._go_on(asked, values, turno))

    def _with_rule(self, asked: Calcolatore, values: Valori, risposta: Risposta) -> Risposta:
        """Who asks how long they have is told the rule before being asked from which day it runs."""
        voce = next((v for v, termine in TERMINE_DI_VOCE.items() if termine == values.get("termine")), "")
        waits = risposta.stato.conto is not None and bool(risposta.stato.conto.chiesto)
        if asked.id != TERMS or not waits or not self._conoscenza.voce(voce) or any(isinstance(v, date) for v in values.values()):
            return risposta
        return replace(risposta, testo=f"{self._conoscenza.testo(voce)}\n{risposta.testo}")

    def _start_from_amounts(self, turno: "Turno", wish: Wish, best: str) -> Optional[Risposta]:
        """A question about amounts that says enough to compute, now or together with the message before, is a computation."""
        leans = turno.comprensione is not None and (turno.comprensione.elliptical >= ELLIPTICAL or wish.change >= CHANGED)
        rate = bool(_RATE.search(turno.text)) and self._conoscenza.voce(best) is not None  # the tariff itself is asked
        counts = bool(SPEAKS_OF_AMOUNT.search(turno.text)) and not rate
        for calcolatore in CALCOLATORI.values():
            if calcolatore.id == TERMS and not WRITTEN_DATE.search(turno.text):
                continue
            hinted = wish.id == calcolatore.id and wish.probability >= (HINTED if not counts else SLIGHTLY_HINTED)
            known = best in calcolatore.voci or hinted
            # most messages are about no amount: reading numbers and dates eight times out of each would cost more than answering
            values = dict(self._read(turno, calcolatore, {}).valori) if counts or known else {}
            if best in TERMINE_DI_VOCE and calcolatore.id == TERMS:
                values["termine"] = TERMINE_DI_VOCE[best]
            enough = counts and len(values) >= SAID_ENOUGH and not _lacks_a_day(calcolatore, values)
            complete = enough and len(values) >= SAID_ALL and topic_of(best) == calcolatore.argomento(values)
            if complete or (known and (enough or _measured(calcolatore, values))):
                return self._go_on(calcolatore, values, turno)
            if leans and turno.stato.voce in calcolatore.voci and turno.stato.conto is None:
                together = self._with_message_before(turno, calcolatore)
                if together is not None:
                    return self._go_on(calcolatore, together, turno)
        return None

    def _with_message_before(self, turno: "Turno", calcolatore: Calcolatore) -> Optional[Dict[str, Valore]]:
        """The values of this message and the one before it, None if this one says no quantity."""
        before = dict(read(turno.previous, calcolatore, {}, "", turno.giorno).valori) if turno.previous else {}
        if calcolatore.id == TERMS and turno.stato.voce in TERMINE_DI_VOCE:
            before["termine"] = TERMINE_DI_VOCE[turno.stato.voce]
        missing = calcolatore.mancante(before)
        said = dict(self._read(turno, calcolatore, before, missing.nome if missing else "").valori)
        together = {**before, **said}
        return together if said and (_measured(calcolatore, said) or calcolatore.mancante(together) is None) else None

    def _term_on_the_table(self, calcolatore: Calcolatore, turno: "Turno", values: Valori) -> str:
        """ "They told me on 12 March": the term is the one that has just been explained."""
        if calcolatore.id != TERMS or turno.comprensione is None or not any(isinstance(v, date) for v in values.values()):
            return ""
        leans = turno.comprensione.elliptical >= 0.3 or "termine" not in values
        return TERMINE_DI_VOCE.get(turno.stato.voce, "") if leans else ""

    # ---- From values to a reply

    def _go_on(self, calcolatore: Calcolatore, values: Valori, turno: "Turno") -> Risposta:
        for parametro in calcolatore.serviti(values):
            fault = _out_of_bounds(parametro, values.get(parametro.nome))
            if fault:
                kept = {name: value for name, value in values.items() if name != parametro.nome}
                return self._ask(calcolatore, parametro, kept, turno, before=fault)
        missing = calcolatore.mancante(values)
        if missing is not None:
            return self._ask(calcolatore, missing, values, turno)
        contesto = Contesto.di(self._conoscenza, turno.giorno)
        try:
            risultato = calcolatore.calcola(calcolatore.completi(values), contesto)
        except ValoreNonValido as error:
            kept = {name: value for name, value in values.items() if name != error.parametro}
            return self._ask(calcolatore, calcolatore.parametro(error.parametro), kept, turno, before=str(error))
        stato = Stato(
            argomento=calcolatore.argomento(values),
            voce=next(iter(calcolatore.voci), ""),
            esito="calcolo",
            conto=Conto(calcolatore.id, _plain(values)),
        )
        return Risposta(self._in_words(risultato), stato=stato)

    def _ask(
        self, calcolatore: Calcolatore, parametro: Parametro, values: Valori, turno: "Turno", before: str = "", failed: int = 0
    ) -> Risposta:
        options = _buttons(calcolatore, parametro)
        if not before and self._current(turno.stato, calcolatore.id) is None:
            before = self._composer.phrase("calcolo_inizio").replace("{calcolo}", _inside(calcolatore.titolo))
        conto = Conto(calcolatore.id, _plain(values), chiesto=parametro.nome, falliti=failed)
        stato = Stato(argomento=calcolatore.argomento(values), opzioni=options, esito="calcolo", conto=conto)
        return Risposta(f"{before} {parametro.domanda}".strip(), options, stato)

    def _not_read(self, calcolatore: Calcolatore, conto: Conto, lettura: Lettura, turno: "Turno") -> Risposta:
        parametro = calcolatore.parametro(conto.chiesto)
        failed = conto.falliti + 1
        if conto.chiesto in lettura.vaghi:
            before = self._composer.phrase("calcolo_numero_esatto", failed)
        elif failed == 1:
            before = self._composer.phrase("calcolo_non_letto").replace("{parametro}", parametro.etichetta)
        else:
            before = parametro.aiuto or self._composer.phrase("calcolo_non_letto").replace("{parametro}", parametro.etichetta)
        if failed >= 3:
            before += " " + self._composer.phrase("calcolo_sportello")
        return self._ask(calcolatore, parametro, _typed(calcolatore, conto.valori), turno, before, failed)

    def _cancelled(self, turno: "Turno") -> Risposta:
        return Risposta(self._composer.phrase("annulla"), stato=Stato(argomento=turno.stato.argomento, esito="annulla"))

    def _in_words(self, risultato: Risultato) -> str:
        head = ""
        if risultato.importo is not None:
            head = f"{euro(risultato.importo)}: "
        elif risultato.giorno is not None:
            head = f"{data_estesa(risultato.giorno)}: "
        lines = [f"{head}{risultato.descrizione.rstrip('.')}."]
        if risultato.passaggi:
            lines.append("Calcolo: " + "; ".join(step.rstrip(".") for step in risultato.passaggi) + ".")
        lines += [warning.rstrip(".") + "." for warning in risultato.avvertenze]
        for later in risultato.aggiornamenti:
            since = f"Dal {data_estesa(later.dal)} " if later.dal else ""
            amount = f"l'importo è {euro(later.importo)}" if later.importo is not None else "la tariffa è cambiata"
            lines.append(f"{since}{amount} ({later.atto}).{' ' + later.nota if later.nota else ''}")
        source = self._conoscenza.citazione(list(risultato.fonti)) if risultato.fonti else ""
        lines.append("Fonte: " + "; ".join(part for part in (source, risultato.tariffa) if part))
        return "\n".join(lines)

    def listed(self) -> Tuple[str, Tuple[Opzione, ...]]:
        """What can be computed: a line and a button each."""
        lines = [f"- {c.titolo}: «{c.esempio}»" for c in CALCOLATORI.values()]
        return "\n".join(lines), tuple(Opzione(c.titolo, f"{KEY}.{c.id}") for c in CALCOLATORI.values())[:MOST_BUTTONS]


def _inside(title: str) -> str:
    """A title in the middle of a sentence."""
    return title[:1].lower() + title[1:]


def _measured(calcolatore: Calcolatore, values: Valori) -> bool:
    """Whether the values contain a quantity or a day."""
    return any(p.tipo in (INTERO, DATA, IMPORTO) and p.nome in values for p in calcolatore.parametri)


def _lacks_a_day(calcolatore: Calcolatore, values: Valori) -> bool:
    """Whether the next thing to ask is a date: nobody who named none wants to be asked for one out of the blue."""
    missing = calcolatore.mancante(values)
    return missing is not None and missing.tipo == DATA


def _buttons(calcolatore: Calcolatore, parametro: Parametro) -> Tuple[Opzione, ...]:
    return tuple(Opzione(s.titolo, f"{KEY}.{calcolatore.id}.{parametro.nome}.{s.valore}") for s in parametro.scelte)


def _out_of_bounds(parametro: Parametro, value: Optional[Valore]) -> str:
    """What is wrong with a value, "" if nothing."""
    if value is None or isinstance(value, (str, tuple)):
        return ""
    low, high = parametro.minimo, parametro.massimo
    if low is not None and value < low:  # type: ignore[operator]
        return f"Il valore scritto per {parametro.etichetta} non va bene: deve essere almeno {_shown(low)}."
    if high is not None and value > high:  # type: ignore[operator]
        return f"Il valore scritto per {parametro.etichetta} sembra troppo grande: al massimo {_shown(high)}."
    return ""


def _shown(value: Valore) -> str:
    if isinstance(value, date):
        return data_estesa(value)
    return euro(value) if isinstance(value, Decimal) else f"{value:,}".replace(",", ".") if isinstance(value, int) else str(value)


def _plain(values: Valori) -> Dict[str, Any]:
    """The values as JSON has them."""
    shown: Dict[str, Any] = {}
    for name, value in values.items():
        shown[name] = value.isoformat() if isinstance(value, date) else str(value) if isinstance(value, Decimal) else value
        if isinstance(value, tuple):
            shown[name] = list(value)
    return shown


def _typed(calcolatore: Calcolatore, values: Mapping[str, Any]) -> Dict[str, Valore]:
    """The inverse of _plain; what the calculator does not know (any more) is left out."""
    kinds = {p.nome: p.tipo for p in calcolatore.parametri}
    typed: Dict[str, Valore] = {}
    for name, value in values.items():
        kind = kinds.get(name)
        if kind == DATA:
            typed[name] = date.fromisoformat(value)
        elif kind == IMPORTO:
            typed[name] = Decimal(value)
        elif kind == INSIEME:
            typed[name] = tuple(value)
        elif kind in (INTERO, SCELTA):
            typed[name] = value
    return typed
