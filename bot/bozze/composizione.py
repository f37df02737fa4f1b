"""From the values of a draft to the request: which fields are due, what the text says, what it costs."""

from __future__ import annotations

import re
from datetime import date
from typing import Dict, List, Mapping, Optional, Sequence, Tuple

from bot.bozze.mostra import show
from bot.bozze.richiesta import Richiesta
from calculators.elenco import CALCOLATORI
from calculators.model import INSIEME, INTERO, Calcolatore, Contesto, Risultato, Valore, ValoreNonValido
from knowledge import Conoscenza
from knowledge.models_bozze import Bozza, Campo, CampoChiesto, Condizione, Riga
from knowledge.templates import euro, opening_hours

BLANK = "____________"  # what was not given is filled in by hand
TO_WRITE = "-"  # value of a field the person would rather fill in by hand
_PLACE = re.compile(r"\{(\w+)\}")
PERSON = frozenset(
    {
        "nome",
        "cognome",
        "nato_a",
        "nato_il",
        "codice_fiscale",
        "partita_iva",
        "residenza",
        "domicilio",
        "telefono",
        "email",
        "pec",
    }
)


def holds(condizioni: Sequence[Condizione], valori: Mapping[str, str]) -> bool:
    """Whether all the conditions hold for these values; "*" stands for any value given."""
    for condizione in condizioni:
        value = given(valori, condizione.campo)
        if not value or ("*" not in condizione.vale and value not in condizione.vale):
            return False
    return True


def given(valori: Mapping[str, str], campo: str) -> str:
    """The value of a field, "" where there is none or it is left to be written by hand."""
    value = valori.get(campo, "")
    return "" if value == TO_WRITE else value


def without_blanks(valori: Mapping[str, str]) -> Dict[str, str]:
    """The values without those left to be written by hand."""
    return {name: value for name, value in valori.items() if value != TO_WRITE}


def due(bozza: Bozza, valori: Mapping[str, str]) -> List[CampoChiesto]:
    """The fields that these values call for, in the order in which they are asked."""
    return [chiesto for chiesto in bozza.chiesti() if holds(chiesto.quando, valori)]


def with_implied(bozza: Bozza, valori: Mapping[str, str]) -> Dict[str, str]:
    """The values, and those that they imply: who gives what is asked only when something holds says that it holds.

    A VAT number is asked only of who has one: given, it answers "have you a VAT number?".
    """
    found = dict(valori)
    for chiesto in bozza.chiesti():
        if given(valori, chiesto.campo):
            for condizione in chiesto.quando:
                if condizione.vale != ["*"] and len(condizione.vale) == 1:
                    found.setdefault(condizione.campo, condizione.vale[0])
    return found


def fields_of(bozza: Bozza, conoscenza: Conoscenza) -> List[Campo]:
    """The fields of a draft, whether due or not."""
    return [conoscenza.campi[chiesto.campo] for chiesto in bozza.chiesti()]


def shown(bozza: Bozza, valori: Mapping[str, str], conoscenza: Conoscenza) -> List[Tuple[str, str, str]]:
    """The data of a draft as people read them: (field id, label, value), those due and given or left to be written by hand."""
    found = []
    for chiesto in due(bozza, valori):
        campo = conoscenza.campi[chiesto.campo]
        value = given(valori, campo.id)
        if value:
            found.append((campo.id, campo.etichetta, show(campo, value)))
        elif campo.id in valori and not chiesto.facoltativo:
            found.append((campo.id, campo.etichetta, "da scrivere a mano"))
    return found


def text_of(text: str, bozza: Bozza, valori: Mapping[str, str], conoscenza: Conoscenza) -> str:
    """A text of the draft with the values in place of {campo}; a line to fill in where there is none."""

    def put(match: "re.Match[str]") -> str:
        value = given(valori, match[1])
        if not value:
            return BLANK
        said = show(conoscenza.campi[match[1]], value)
        return said.rstrip(".") if text[match.end() : match.end() + 1] == "." else said

    return _PLACE.sub(put, text)


def lines(righe: Sequence[Riga], bozza: Bozza, valori: Mapping[str, str], conoscenza: Conoscenza) -> List[str]:
    """The lines whose conditions hold, filled in."""
    return [text_of(riga.testo, bozza, valori, conoscenza) for riga in righe if holds(riga.quando, valori)]


def costs(bozza: Bozza, valori: Mapping[str, str], conoscenza: Conoscenza, oggi: date) -> List[str]:
    """What is to be paid and why, a line each: from a calculator, or the sentence of a request that is free."""
    costo = bozza.costo
    if costo.testo:
        return [costo.testo]
    calcolatore = CALCOLATORI[costo.calcolatore or ""]
    known = without_blanks(valori)
    parameters = _typed(calcolatore, costo.parametri(known))
    if calcolatore.mancante(parameters) is not None:
        return [costo.se_manca or "Il costo dipende da dati che mancano: lo dice lo sportello."]
    contesto = Contesto.di(conoscenza, oggi)
    try:
        return _cost_lines(calcolatore.calcola(calcolatore.completi(parameters), contesto))
    except ValoreNonValido as error:
        return [str(error)]


def _typed(calcolatore: Calcolatore, written: Mapping[str, object]) -> Dict[str, Valore]:
    kinds = {p.nome: p.tipo for p in calcolatore.parametri}
    typed: Dict[str, Valore] = {}
    for name, value in written.items():
        if kinds.get(name) == INTERO:
            typed[name] = int(str(value))
        elif kinds.get(name) == INSIEME:
            typed[name] = (str(value),)
        elif name in kinds:
            typed[name] = str(value)
    return typed


def _cost_lines(risultato: Risultato) -> List[str]:
    head = f"{euro(risultato.importo)}: " if risultato.importo is not None else ""
    found = [head + risultato.descrizione]
    found += [f"Calcolo: {'; '.join(step.rstrip('.') for step in risultato.passaggi)}"] if risultato.passaggi else []
    found += list(risultato.avvertenze)
    for later in risultato.aggiornamenti:
        amount = f"l'importo è {euro(later.importo)}" if later.importo is not None else "la tariffa è cambiata"
        since = f"Dal {later.dal:%d/%m/%Y} " if later.dal else ""
        found.append(f"{since}{amount} ({later.atto}). {later.nota}".strip())
    return [line.rstrip(".") + "." for line in found]


def deadline(bozza: Bozza, valori: Mapping[str, str], conoscenza: Conoscenza, oggi: date) -> Optional[str]:
    """The term by which the request must be presented, from the first of its dates that is given; None where there is no term."""
    if bozza.scadenza is None or not holds(bozza.scadenza.quando, valori):
        return None
    start = next((given(valori, campo) for campo in bozza.scadenza.dal if given(valori, campo)), "")
    if not start:
        return None
    contesto = Contesto.di(conoscenza, oggi)
    terms = CALCOLATORI["scadenze"]
    found = terms.calcola(terms.completi({"termine": bozza.scadenza.termine, "dal": date.fromisoformat(start)}), contesto)
    if found.giorno is None:
        return None
    if bozza.scadenza.spiega:
        told = ". ".join(part[:1].upper() + part[1:].rstrip(".") for part in (found.descrizione, *found.avvertenze))
        return f"Va presentata entro il {found.giorno:%d/%m/%Y}. {told}."
    late = " Il termine è già passato: prima di presentare la richiesta chieda all'ufficio." if found.giorno < oggi else ""
    return f"Va presentata entro il {found.giorno:%d/%m/%Y}, contando dal {date.fromisoformat(start):%d/%m/%Y}.{late}"


def title_of(bozza: Bozza, conoscenza: Conoscenza) -> str:
    """The title of the form, or of the claim that is no form of the office."""
    return bozza.titolo or conoscenza.moduli[bozza.codice].titolo


def compose(
    bozza: Bozza,
    valori: Mapping[str, str],
    conoscenza: Conoscenza,
    *,
    riferimento: str,
    creata: date,
    scade: date,
    avvertenze: Sequence[str] = (),
) -> Richiesta:
    """The request, complete.

    riferimento: its reference code; creata, scade: the day it is made and the day it is deleted; avvertenze: lines put before
    what is to be remembered (a deadline, a possible duplicate).
    """
    ufficio = conoscenza.uffici[bozza.ufficio]
    delivery = [("Come", bozza.consegna), ("Ufficio", ufficio.nome)]
    where = (
        ("Dove", ufficio.dove),
        ("Orari", opening_hours(ufficio.orari)),
        ("Telefono", ufficio.telefono),
        ("E-mail", ufficio.mail),
    )
    delivery += [(label, value) for label, value in where if value]
    data = shown(bozza, valori, conoscenza)
    notices = [a.testo for a in conoscenza.avvisi_di(bozza, creata)]
    return Richiesta(
        codice=bozza.codice,
        titolo=title_of(bozza, conoscenza),
        riferimento=riferimento,
        ufficio=ufficio.nome,
        destinatario=tuple(bozza.destinatario),
        oggetto=text_of(bozza.oggetto, bozza, valori, conoscenza),
        richiedente=tuple((label, value) for name, label, value in data if name in PERSON),
        dati=tuple((label, value) for name, label, value in data if name not in PERSON),
        righe=tuple(lines(bozza.righe, bozza, valori, conoscenza)),
        allegati=tuple(lines(bozza.allegati, bozza, valori, conoscenza)),
        costi=tuple(costs(bozza, valori, conoscenza, creata)),
        consegna=tuple(delivery),
        ricorda=(
            *avvertenze,
            *lines(bozza.ricorda, bozza, valori, conoscenza),
            *notices,
        ),
        firma=bozza.firma,
        fonte=conoscenza.citazione(bozza.fonti),
        creata=creata,
        scade=scade,
        portale=bozza.portale.nome if bozza.portale else "",
    )
