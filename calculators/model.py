"""What a calculator is: parameters declared once, and a pure computation on Decimal and date.

The dialogue (bot/dialogue/calcolo.py) reads the parameters out of what people write, asks the ones that are missing and matter,
and puts the result into words. Nothing here reads the clock, a file or a message.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Callable, Mapping, Optional, Tuple, Union

from knowledge import Conoscenza
from knowledge.models import Edizione, Fonte, Tariffa

Valore = Union[int, str, Decimal, date, Tuple[str, ...]]
Valori = Mapping[str, Valore]
Serve = Callable[[Valori], bool]
Legge = Callable[[str, Valori], Optional[Valore]]

INTERO, SCELTA, INSIEME, DATA, IMPORTO = "intero", "scelta", "insieme", "data", "importo"


def sempre(valori: Valori) -> bool:
    """The condition of a parameter that every computation needs."""
    return True


@dataclass(frozen=True)
class Scelta:
    """A value a parameter may take.

    titolo: the button, short. modi: regular expressions that say it, searched in the message in lower case, without accents,
    with numbers in digits; the earliest declared choice that matches wins, so negations come first.
    """

    valore: str
    titolo: str
    modi: Tuple[str, ...] = ()


@dataclass(frozen=True)
class Parametro:
    """One thing a calculator must know.

    nome: key in the values. tipo: INTERO (int), SCELTA (value of one of `scelte`), INSIEME (tuple of such values), DATA (date)
    or IMPORTO (Decimal, euros). domanda: the question, in Italian. etichetta: what it is called in messages ("numero di
    pagine"). minimo, massimo: bounds, included. predefinito: the value taken without asking when nothing is said.
    facoltativo: neither asked nor given a default, only taken when said. serve: whether it is needed, given the values known.
    unita: regular expressions of the words by which a number in a message is recognised as this one ("pagin\\w+").
    prima: regular expressions of the words before a date or number by which it is this one ("dal", "al").
    legge: reads the value from a message (lower case, no accents, numbers in digits) where patterns are not enough.
    aiuto: what is explained when two answers could not be read.
    """

    nome: str
    tipo: str
    domanda: str
    etichetta: str
    scelte: Tuple[Scelta, ...] = ()
    minimo: Optional[Valore] = None
    massimo: Optional[Valore] = None
    predefinito: Optional[Valore] = None
    facoltativo: bool = False
    serve: Serve = sempre
    unita: Tuple[str, ...] = ()
    prima: Tuple[str, ...] = ()
    legge: Optional[Legge] = None
    aiuto: str = ""


class ValoreNonValido(ValueError):
    """A value, or two together, that cannot be computed with. `parametro` is the one to ask again; the message is Italian."""

    def __init__(self, parametro: str, messaggio: str):
        super().__init__(messaggio)
        self.parametro = parametro


@dataclass(frozen=True)
class Contesto:
    """What a computation may look up: the fee tables, the day whose edition the office publishes, today (Europe/Rome)."""

    tariffe: Mapping[str, Tariffa]
    pubblicate_al: date
    oggi: date

    @staticmethod
    def di(conoscenza: Conoscenza, oggi: date) -> "Contesto":
        """The context of a computation made on that day with what the office knows."""
        return Contesto(conoscenza.tariffe, conoscenza.profilo.tariffe_pubblicate_al, oggi)

    def pubblicata(self, tariffa: str) -> Edizione:
        """The edition of a table that the office publishes."""
        return self.tariffe[tariffa].edizione_al(self.pubblicate_al)

    def successiva(self, tariffa: str) -> Optional[Edizione]:
        """The edition in force today, where it is a later one than the published."""
        vigente = self.tariffe[tariffa].edizione_al(self.oggi)
        return vigente if vigente is not self.pubblicata(tariffa) else None


@dataclass(frozen=True)
class Aggiornamento:
    """The amount by a later edition in force today; importo is None where that edition cannot be computed with."""

    importo: Optional[Decimal]
    dal: Optional[date]
    atto: str
    nota: str = ""


@dataclass(frozen=True)
class Risultato:
    """What came out.

    importo: total in euros, or None where the result is a day or a rule. giorno: the day, for deadlines. descrizione: what was
    computed ("37 pagine in copia autentica, con urgenza"). passaggi: the computation, a short Italian line each. tariffa: name
    and date of the edition used, "" where there is none. avvertenze: what must be known beside it ("IVA esclusa").
    """

    descrizione: str
    importo: Optional[Decimal] = None
    giorno: Optional[date] = None
    passaggi: Tuple[str, ...] = ()
    fonti: Tuple[Fonte, ...] = ()
    tariffa: str = ""
    avvertenze: Tuple[str, ...] = ()
    aggiornamenti: Tuple[Aggiornamento, ...] = ()


@dataclass(frozen=True)
class Calcolatore:
    """A computation that people can ask for.

    id: name in the training data (intent `calcolo`, key `calcolo/<id>`, or `calcolo/<id>.<valore>` where the classifier also
    tells the value of the first parameter). titolo: as listed by "che calcoli sai fare?". esempio: one question that starts it.
    argomento: the topic of knowledge/ that follow-up questions are about, given the values. voci: entries of knowledge/ that
    speak of the same amounts; asked with a number, they are a computation. calcola: raises ValoreNonValido.
    """

    id: str
    titolo: str
    esempio: str
    argomento: Callable[[Valori], str]
    voci: Tuple[str, ...]
    parametri: Tuple[Parametro, ...]
    calcola: Callable[[Valori, Contesto], Risultato]

    def parametro(self, nome: str) -> Parametro:
        """The parameter of that name. Raises KeyError."""
        for parametro in self.parametri:
            if parametro.nome == nome:
                return parametro
        raise KeyError(nome)

    def serviti(self, valori: Valori) -> Tuple[Parametro, ...]:
        """The parameters that these values need."""
        return tuple(p for p in self.parametri if p.serve(valori))

    def mancante(self, valori: Valori) -> Optional[Parametro]:
        """The next parameter to ask, None when there is enough to compute."""
        for parametro in self.serviti(valori):
            if parametro.nome not in valori and parametro.predefinito is None and not parametro.facoltativo:
                return parametro
        return None

    def completi(self, valori: Valori) -> Valori:
        """The values with the defaults of what was not said, without what they do not need."""
        found = {}
        for parametro in self.serviti(valori):
            if parametro.nome in valori:
                found[parametro.nome] = valori[parametro.nome]
            elif parametro.predefinito is not None:
                found[parametro.nome] = parametro.predefinito
        return found
