"""Imposta di bollo: how many stamps an act takes. Carta dei servizi, Allegato 2 (10); 8.2 for legalizzazione and apostille."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import List, Optional, Tuple

from calculators.model import (
    INTERO,
    SCELTA,
    Aggiornamento,
    Calcolatore,
    Contesto,
    Parametro,
    Risultato,
    Scelta,
    ValoreNonValido,
    Valori,
)
from calculators.parole import (
    LEGALIZZAZIONE,
    PAESI_ESENTI,
    UNITA_FOGLI,
    UNITA_PAGINE,
    Regola,
    detto,
    in_vigore,
    intero,
    legge_fogli,
    legge_lati,
    numero_nudo,
    pagine_calcolate,
    pagine_dei_fogli,
    ultimo,
)
from knowledge.models import Fonte
from knowledge.templates import euro

BOLLO = "imposta_bollo"

_SUBJECT = (
    r"(?:(?:as)?so[gj]+et+\w*|scont\w+ (?:il |l )?(?:bollo|imposta)|sconta\w*|(?:ci va|ci vuole|va messo|va messa|paga|pagano"
    r"|pagare|richiede|vuole|serve) (?:pure |anche )?(?:il |la |l )?"
    r"(?:bollo|marca|imposta)|(?:bollo|imposta|marca) e dovut[oa]|(?:con|in|col) (?:il |la )?bollo\b|va bollat[oa]"
    r"|da bollare|bollo si)"
)
_EXEMPT = r"(?:esen[tz]\w*|esonerat\w*|carta libera|senza (?:bollo|imposta|marca)\b|gratuit\w+|bollo no\b|esclus[oai] dal)"


def _legge_soggetto(text: str, valori: Valori) -> Optional[str]:
    if re.search(r"\b(?:non|nn) so\b|\bboh\b|\bnon saprei\b", text):
        return None
    return ultimo(text, (Regola("si", _SUBJECT, "no"), Regola("no", _EXEMPT, "si")))


def _legge_facciate(text: str, valori: Valori) -> Optional[int]:
    total = pagine_dei_fogli(text) or pagine_calcolate(text)
    if total is not None:
        return total
    return None if intero(valori, "fogli") else numero_nudo(text)


def _legge_legalizzazione(text: str, valori: Valori) -> Optional[str]:
    said = ultimo(text, LEGALIZZAZIONE)
    if (said not in (None, "no") or valori.get("legalizzazione") not in (None, "no")) and detto(text, PAESI_ESENTI):
        return "non_occorre"
    return said


def _legge_atto(text: str, valori: Valori) -> Optional[str]:
    return ultimo(
        text,
        (
            Regola(
                "amministrativo",
                r"(?:amministrativ\w+|anagrafic\w+|(?:certificat\w+|atto|estratto) di (?:nascita|matrimonio|morte|residenza"
                r"|stato)|stato civile|del comune)",
            ),
            Regola("notarile", r"(?:notari?l\w*|notai\w*)"),
            Regola("giudiziario", r"(?:giudiziar\w*|sentenz\w+|decret\w+|ordinanz\w+|verbale di asseverazione|asseverazion\w+)"),
        ),
    )


def _due(valori: Valori) -> bool:
    return valori.get("soggetto") != "no" and valori.get("legalizzazione") != "non_occorre" and not _prefettura(valori)


def _prefettura(valori: Valori) -> bool:
    """Administrative deeds for abroad are not the Procura's (8.2)."""
    return valori.get("atto") == "amministrativo" and valori.get("legalizzazione") in ("apostille", "legalizzazione")


def _a_fogli(valori: Valori) -> bool:
    return _due(valori) and intero(valori, "fogli") > 0


PARAMETRI = (
    Parametro(
        nome="facciate",
        tipo=INTERO,
        domanda="Quante facciate (pagine) ha l'atto?",
        etichetta="il numero di facciate",
        minimo=1,
        massimo=100_000,
        serve=lambda valori: _due(valori) and not _a_fogli(valori),
        unita=UNITA_PAGINE,
        legge=_legge_facciate,
        aiuto="La marca si conta a gruppi di facciate: basta scrivere quante sono, per esempio 9.",
    ),
    Parametro(
        nome="fogli",
        tipo=INTERO,
        domanda="Quanti fogli ha l'atto?",
        etichetta="il numero di fogli",
        minimo=0,
        massimo=50_000,
        facoltativo=True,
        serve=_due,
        unita=UNITA_FOGLI,
        legge=legge_fogli("lati"),
    ),
    Parametro(
        nome="lati",
        tipo=SCELTA,
        domanda="I fogli sono scritti solo davanti o fronte e retro?",
        etichetta="se i fogli sono scritti su una o due facciate",
        scelte=(Scelta("una", "Solo davanti"), Scelta("due", "Fronte e retro")),
        serve=_a_fogli,
        legge=legge_lati("lati"),
    ),
    Parametro(
        nome="soggetto",
        tipo=SCELTA,
        domanda="L'atto è soggetto all'imposta di bollo?",
        etichetta="se l'atto è soggetto a imposta di bollo",
        scelte=(Scelta("si", "Sì, è soggetto a bollo"), Scelta("no", "No, è esente")),
        serve=lambda valori: valori.get("legalizzazione") != "non_occorre" and not _prefettura(valori),
        legge=_legge_soggetto,
        aiuto=(
            "La marca è dovuta solo se l'atto è soggetto a imposta di bollo: se non lo sa, può chiederlo a chi lo ha "
            "rilasciato o all'ufficio."
        ),
    ),
    Parametro(
        nome="legalizzazione",
        tipo=SCELTA,
        domanda="Serve anche l'apostille o la legalizzazione per l'estero?",
        etichetta="l'apostille o la legalizzazione",
        scelte=(
            Scelta("no", "No"),
            Scelta("apostille", "Apostille"),
            Scelta("legalizzazione", "Legalizzazione consolare"),
            Scelta("non_occorre", "Stato per cui non occorre"),
        ),
        facoltativo=True,
        legge=_legge_legalizzazione,
    ),
    Parametro(
        nome="atto",
        tipo=SCELTA,
        domanda="È un atto giudiziario, notarile o amministrativo?",
        etichetta="il tipo di atto",
        scelte=(
            Scelta("giudiziario", "Atto giudiziario"),
            Scelta("notarile", "Atto notarile"),
            Scelta("amministrativo", "Atto amministrativo"),
        ),
        facoltativo=True,
        legge=_legge_atto,
    ),
)


def calcola(valori: Valori, contesto: Contesto) -> Risultato:
    """The stamps that an act takes: one for every group of four facciate or fraction, only if the act is subject to the tax."""
    edizione = contesto.pubblicata(BOLLO)
    stamp, group = edizione.valori.importi["marca"], edizione.valori.gruppo
    abroad = valori.get("legalizzazione") in ("apostille", "legalizzazione")
    kind = {"apostille": "per l'apostille", "legalizzazione": "per la legalizzazione"}.get(str(valori.get("legalizzazione")), "")
    sources = (Fonte(documento="carta", sezione="8.2"),) if kind or valori.get("legalizzazione") == "non_occorre" else ()
    if valori.get("legalizzazione") == "non_occorre":
        told = "Per quello Stato non occorrono né legalizzazione né apostille, quindi nessuna marca da bollo per esse"
        return Risultato(descrizione=told, fonti=sources)
    if _prefettura(valori):
        told = (
            "Gli atti amministrativi per l'estero non li legalizza la Procura ma il Servizio Affari di Prefettura della Regione: "
            "la Carta dei servizi non ne indica il costo"
        )
        return Risultato(descrizione=told, fonti=sources)
    if valori.get("soggetto") == "no":
        told = "atto esente dall'imposta di bollo: nessuna marca" + (f", nemmeno {kind}" if kind else "")
        return Risultato(
            descrizione=told, importo=Decimal(0), fonti=sources or tuple(edizione.fonti), tariffa=in_vigore(edizione)
        )
    pages, steps = _pages(valori), []
    if pages < 1:
        raise ValoreNonValido("facciate", "Il numero di facciate deve essere almeno 1.")
    assert group is not None, "la tabella del bollo non dice ogni quante facciate"
    if _a_fogli(valori):
        sheets, sides = intero(valori, "fogli"), "fronte e retro" if valori.get("lati") == "due" else "solo davanti"
        steps.append(f"{sheets} {'foglio scritto' if sheets == 1 else 'fogli scritti'} {sides} = {pages} facciate")
    stamps = -(-pages // group)
    steps.append(f"una marca ogni {group} facciate o frazione: {_named(stamps)} × {euro(stamp)} = {euro(stamp * stamps)}")
    warnings: List[str] = []
    if abroad:
        warnings.append(
            "L'Allegato 2 della Carta conta le facciate (10), la scheda 8.2 dice «ogni quattro pagine»: qui una pagina vale "
            "una facciata"
        )
    what = "1 facciata" if pages == 1 else f"{pages} facciate"
    later = contesto.successiva(BOLLO)
    updates: Tuple[Aggiornamento, ...] = ()
    if later is not None and later.valori.gruppo:
        again = -(-pages // later.valori.gruppo) * later.valori.importi["marca"]
        updates = (Aggiornamento(again, later.in_vigore_dal, later.atto, later.nota or ""),)
    return Risultato(
        descrizione=f"{_named(stamps)} da bollo {kind + ' su' if kind else 'per'} un atto di {what}",
        importo=stamp * stamps,
        passaggi=tuple(steps),
        fonti=(*edizione.fonti, *sources),
        tariffa=in_vigore(edizione),
        avvertenze=tuple(warnings),
        aggiornamenti=updates,
    )


def _named(stamps: int) -> str:
    return "1 marca" if stamps == 1 else f"{stamps} marche"


def _pages(valori: Valori) -> int:
    if _a_fogli(valori):
        return intero(valori, "fogli") * (2 if valori.get("lati") == "due" else 1)
    return intero(valori, "facciate")


def _argomento(valori: Valori) -> str:
    return "legalizzazione" if valori.get("legalizzazione") not in (None, "no") else "bollo"


CALCOLATORE = Calcolatore(
    id="bollo",
    titolo="Marche da bollo su un atto",
    esempio="Quante marche da bollo per un atto di 9 facciate?",
    argomento=_argomento,
    voci=(
        "bollo.quattro_facciate",
        "bollo.frazione",
        "bollo.costo",
        "bollo.pagine_facciate",
        "legalizzazione.bollo_quante_marche",
        "legalizzazione.costo",
    ),
    parametri=PARAMETRI,
    calcola=calcola,
)
