"""Indemnity for the custody of seized vehicles: Carta dei servizi, Allegato 3, 11.1-11.3, with the towing of 11.4 if wanted."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import List, Optional, Tuple

from calculators.giorni import giorni_compresi
from calculators.model import (
    DATA,
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
from calculators.testi import al, dal, data_estesa, non_negato, quanti, tariffa_di
from calculators.traino import DIFFICOLTOSO, RECUPERO, TABELLA_TRAINO
from calculators.veicoli import DURATE_DIVERSE, MEZZO, PIU, UNO, legge_quantita
from knowledge.models import Edizione
from knowledge.templates import euro

PRIMI = 90  # days from the seizure at the higher rate
MASSIMO = 20_000
SCOPERTO, COPERTO = "scoperto", "coperto"
LUOGO_DETTO = {SCOPERTO: "in area recintata e scoperta", COPERTO: "in luogo chiuso e coperto"}

# `conto`: what the days are, as the last message that spoke of them said.
GIORNI, DATE, OLTRE = "giorni", "date", "oltre"
AL_GIORNO, AL_GIORNO_PRIMI, AL_GIORNO_DOPO = "al_giorno", "al_giorno_primi", "al_giorno_dopo"
TARIFFE = (AL_GIORNO, AL_GIORNO_PRIMI, AL_GIORNO_DOPO)

_DAYS = r"(?:giorn\w*|gg\b|nott[ei]\b|di\b(?=\s*$))"
_PRIMI = re.compile(r"\b(?:primi?|inizial[ei])\s+(?:90|3 mesi|tre mesi|novanta)|\bprimo (?:trimestre|periodo)|\bprimi giorni")
_DOPO = re.compile(
    r"\b(?:dopo|oltre|passati|superati|trascorsi|scaduti|finiti|oltrepassati)\s+(?:(?:i|il|quei|questi|ai|primi)\s+)*(?:90|91"
    r"|novanta|3 mesi|tre mesi)"
    r"|\bdal(?:la)?\s+9[01](?!\s*[/.]\s*\d)|\bperiodo successivo|\b(?:oltre|dopo)\s+il\s+(?:90|novantesim)|\bdal quarto mese"
    r"|\bdal 4 mese"
)
_AL_GIORNO = re.compile(
    r"\b(?:al|ogni|per ogni|per ciascun|cada|pro)\s+(?:singolo\s+)?(?:giorno|die|giornata|di)\b|\bgiornalier\w+|\bquotidian\w+"
    r"|\ba giornata\b"
)
_QUANTITY = re.compile(rf"(?<![\d.,/])(-?\s?\d{{1,3}}(?:\.\d{{3}})+|-?\s?\d+)\s*(?:{_DAYS}|(settiman[ae])\b)")
_AFTER = re.compile(r"\bgiorn[io]\s*(?::|n\.?|nr\.?|num\w*|=)?\s*(-?\d+)\b(?!\s*[/.]\s*\d)")
_SPLIT = re.compile(
    r"\b(?:primi?|dopo|oltre|passati|superati|trascorsi|scaduti|finiti|dopo i primi|oltre i primi|dopo i|oltre i|passati i"
    r"|superati i|i primi)\s*$"
)
_RELATIVE = re.compile(r"\b(?:in piu|di piu|in aggiunta|in meno|di meno|aggiung\w+|togli\w*|tolt[ie]|leva\w*|altri)\b")
_SUM = re.compile(r"\+|\bpiu\b|\be poi\b|\be altri\b")
_BARE_SUM = re.compile(rf"(?<![\d.,/])(\d+)\s*{_DAYS}\s*(?:\+|piu|e)\s*(?:gli\s+)?altri\s+(\d+)\b(?!\s*(?:mes|ann|settiman))")
_DATE = re.compile(
    r"\b\d{1,2}\s?[/.-]\s?\d{1,2}\b|\b\d{1,2}\s+(?:di\s+)?(?:gen|feb|mar|apr|mag|giu|lug|ago|set|ott|nov|dic)[a-z]*\b"
    r"|\b\d{4}-\d{2}-\d{2}\b"
)


def _quantities(testo: str) -> List[Tuple[int, bool]]:
    """The numbers of days said, weeks as 7 days; with whether it is only the boundary of the tariff ("i primi 90 giorni")."""
    found = []
    testo = re.sub(r"\bun[ao]? (?=settimana\b)", "1 ", testo)
    testo = re.sub(r"\bmeno\s+(?=\d)", "-", testo)
    for match in _QUANTITY.finditer(testo):
        number = int(re.sub(r"[.\s]", "", match[1])) * (7 if match[2] else 1)
        found.append((number, number == PRIMI and bool(_SPLIT.search(testo[: match.start()]))))
    if not found:
        found = [(int(match[1]), False) for match in _AFTER.finditer(testo)]
    return found


def legge_giorni(testo: str, valori: Valori) -> Optional[int]:
    """The days of custody that a message says; months and years are not turned into days, they are asked."""
    bare = _BARE_SUM.search(testo)
    if bare:
        return int(bare[1]) + int(bare[2])
    said = _quantities(testo)
    added = testo.find("settiman") >= 0 and re.search(r"settiman[ae] e \d+ giorn", testo)
    if len(said) > 1 and (_SUM.search(testo) or added):
        return sum(number for number, _ in said)
    whole = [number for number, boundary in said if not boundary]
    if not whole or ("giorni" in valori and len(whole) == 1 and _RELATIVE.search(testo)):
        return None
    return whole[-1]


def legge_conto(testo: str, valori: Valori) -> Optional[str]:
    """Whether the message wants a total (of days or between dates), or a rate per day, and of which period."""
    after, first = _DOPO.search(testo), _PRIMI.search(testo)
    if legge_giorni(testo, {}) is not None:
        more = after is not None and legge_giorni(testo[after.end() :], {}) is not None
        return OLTRE if more and not re.search(r"\bin tutto\b|\btotal\w*|\bcomplessiv\w+", testo) else GIORNI
    if after:
        return AL_GIORNO_DOPO
    if first:
        return AL_GIORNO_PRIMI
    if _DATE.search(testo):
        return DATE
    return AL_GIORNO if _AL_GIORNO.search(testo) else None


def _rate(valori: Valori) -> bool:
    return valori.get("conto") in TARIFFE


def _date(valori: Valori) -> bool:
    """Whether the days are those between two dates."""
    given = "dal" in valori or "al" in valori
    return given and not _rate(valori) and (valori.get("conto") == DATE or "giorni" not in valori)


def _con_traino(valori: Valori) -> bool:
    return valori.get("traino") == "si" and not _rate(valori)


PARAMETRI = (
    MEZZO,
    Parametro(
        nome="luogo",
        tipo=SCELTA,
        domanda="Il mezzo era in un'area recintata e scoperta o in un luogo chiuso e coperto?",
        etichetta="luogo della custodia",
        scelte=(
            Scelta(
                SCOPERTO,
                "Area scoperta",
                (
                    non_negato(r"scopert\w+|scoprt\w+|(?:aria )?apert[oa]\b|all aperto"),
                    r"\b(?:non|mica|senza|niente|no|nessun\w*)\s+(?:\w+\s+){0,3}?(?:copert\w+|tett[oi]\b|copertur\w|tettoi\w"
                    r"|chius\w+|ripar\w+|maggiorazion\w+)",
                    r"\bfuori (?:dal|dalla|dall)\b",
                    r"\b(?:alle intemperie|sotto (?:il sole|la pioggia|la neve|il cielo|le stelle|l acqua)|tariffa (?:standard"
                    r"|normale|base))",
                    r"^(?!.*\b(?:copert\w+|tettoi\w|capannon\w|garage|box\b|rimess[ae]\b|autorimess\w|magazzin\w|hangar"
                    r"|al chiuso|al chuso|dentro)(?! no\b)).*"
                    r"\b(?:fuori|piazzal[ei]|cortil[ei]|recint\w+|parcheggi\w|estern[oa]|esterni|prato|campo|giardino|aia"
                    r"|outside)\b",
                ),
            ),
            Scelta(
                COPERTO,
                "Luogo chiuso e coperto",
                (
                    non_negato(
                        r"copert[oaie]\b(?! d[ai]l? (?:un[ao]? )?(?:tel|tettoi))|al chi?uso\b|chius[oa] e copert\w+"
                        r"|capannon[ei]|garage|garag\b|box\b"
                        r"|(?:auto)?rimess[ae]\b|magazzin[oi]|hangar|"
                        r"(?:locale|luogo|posto|deposito|edificio|stanzone|fienile|box|tettoia) chius[oa]|(?:al"
                        r"|sotto un) (?:riparo|tetto)|"
                        r"intern[oi]\b|al coperto|indoor"
                    ),
                    r"^(?!.*\bfuori\b).*\bdentro\b(?! (?:al|il|un) (?:cortile|piazzale|recinto))",
                    r"\b(?:non|mica)\s+(?:\w+\s+){0,3}?(?:scopert\w+|all\s?aperto|apert[oa])",
                    r"^\W*chius[oa]\W*$",
                    r",\s*chius[oa]\b",
                    r"\bmaggiora(?:zione|t[oa])\b|\+\s?25\b|\b25\s?(?:%|per (?:cento|100)) in piu",
                ),
            ),
        ),
        aiuto=(
            "La tariffa piena è per l'area recintata e scoperta; quella con il 25% in più per il luogo che è insieme chiuso e "
            "coperto, "
            "come un capannone o un box. Una tettoia aperta ai lati la Carta non la nomina: decide il magistrato."
        ),
    ),
    Parametro(
        nome="conto",
        tipo=SCELTA,
        domanda="Vuole il totale dei giorni o la tariffa al giorno?",
        etichetta="tipo di conto",
        scelte=(
            Scelta(GIORNI, "Totale dei giorni"),
            Scelta(DATE, "Totale fra due date"),
            Scelta(OLTRE, "Totale di giorni dopo il novantesimo"),
            Scelta(AL_GIORNO, "Tariffa al giorno"),
            Scelta(AL_GIORNO_PRIMI, "Al giorno, primi 90 giorni"),
            Scelta(AL_GIORNO_DOPO, "Al giorno, periodo successivo"),
        ),
        facoltativo=True,
        legge=legge_conto,
    ),
    Parametro(
        nome="giorni",
        tipo=INTERO,
        domanda="Per quanti giorni? Può anche scrivere da quale data a quale data.",
        etichetta="numero di giorni",
        minimo=1,
        massimo=MASSIMO,
        serve=lambda valori: not _rate(valori) and not _date(valori),
        unita=(r"giorn\w*", r"gg\b"),
        legge=legge_giorni,
        aiuto=(
            "Mi serve il numero dei giorni di custodia, per esempio 120, oppure la data di inizio e quella di fine. "
            "Mesi e anni non hanno tutti gli stessi giorni: con le date il conto è esatto."
        ),
    ),
    Parametro(
        nome="dal",
        tipo=DATA,
        domanda="Da quale giorno è cominciata la custodia?",
        etichetta="inizio della custodia",
        serve=_date,
        prima=(
            r"dal(?:l|lo|la)?",
            r"da",
            r"a partire dal?",
            r"inizi\w*(?: il| del)?",
            r"entrat\w+(?: il)?",
            r"(?:in carico|in custodia|in consegna)(?: il| dal)?",
            r"sequestr\w+(?: il| del)?",
            r"decorrenza",
            r"portat\w+(?: qui)? il",
            r"affidat\w+ il",
            r"consegnat\w+ il",
        ),
    ),
    Parametro(
        nome="al",
        tipo=DATA,
        domanda="Fino a quale giorno? Se il mezzo è ancora in custodia può scrivere «oggi».",
        etichetta="fine della custodia",
        serve=_date,
        prima=(
            r"(?:fino )?al(?:l|lo|la)?",
            r"fino (?:a|ad)",
            r"\ba",
            r"ad",
            r"uscit\w+(?: il)?",
            r"ritirat\w+(?: il)?",
            r"(?:ri|re)consegnat\w+(?: il)?",
            r"restituit\w+(?: il)?",
            r"dissequestr\w+(?: il| del)?",
            r"cessazione",
            r"fine(?: il| del)?",
            r"terminat\w+(?: il)?",
            r"finit\w+(?: il)?",
        ),
    ),
    Parametro(
        nome="quantita",
        tipo=INTERO,
        domanda="Quanti mezzi?",
        etichetta="numero di mezzi",
        minimo=1,
        massimo=1_000,
        predefinito=1,
        legge=legge_quantita,
    ),
    Parametro(
        nome="durate",
        tipo=SCELTA,
        domanda="I mezzi sono rimasti in custodia per durate diverse?",
        etichetta="durate diverse",
        scelte=(Scelta("diverse", "Durate diverse", (DURATE_DIVERSE,)),),
        facoltativo=True,
    ),
    Parametro(
        nome="traino",
        tipo=SCELTA,
        domanda="Vuole aggiungere il traino?",
        etichetta="traino",
        scelte=(
            Scelta(
                "no",
                "Solo la custodia",
                (
                    r"\b(?:sol[oa]|soltanto|solamente)\s+(?:per\s+)?(?:la\s+)?custodia",
                    r"\b(?:senza|niente|no|non|escluso|esclusi|tranne)\s+(?:\w+\s+){0,3}?(?:traino|trasporto|carro\s?attrezzi"
                    r"|train\w+|rimorchi\w+)",
                    r"\b(?:traino|trasporto|carro\s?attrezzi)\s+(?:no\b|esclus\w+)",
                ),
            ),
            Scelta(
                "si",
                "Custodia e traino",
                (
                    r"\b(?:train[oai]\b|trainat[oaie]|trainare|carr?o?\s?attrezzi|rimorchiat[oaie])",
                    r"\b(?:anche|piu|con|e|compreso|\+)\s+(?:il\s+|anche il\s+)?trasporto\b",
                ),
            ),
        ),
        predefinito="no",
        serve=lambda valori: not _rate(valori),
    ),
    Parametro(
        nome="recupero",
        tipo=SCELTA,
        domanda=RECUPERO.domanda,
        etichetta=RECUPERO.etichetta,
        scelte=RECUPERO.scelte,
        serve=_con_traino,
        aiuto=RECUPERO.aiuto,
    ),
)


def calcola(valori: Valori, contesto: Contesto) -> Risultato:
    """The indemnity of 11.1, 11.2 or 11.3 for the days, first 90 and then after; or what is due per day."""
    mezzo, luogo = str(valori["mezzo"]), str(valori["luogo"])
    table = f"custodia_{mezzo}"
    edizione, later = contesto.pubblicata(table), contesto.successiva(table)
    if _rate(valori):
        return _al_giorno(mezzo, luogo, str(valori["conto"]), edizione)
    days, warnings = _days(valori, contesto.oggi)
    first, rest = (0, days) if valori.get("conto") == OLTRE else (min(days, PRIMI), max(days - PRIMI, 0))
    quantita = int(str(valori.get("quantita", 1)))
    total, steps = _custodia(edizione, luogo, first, rest, quantita)
    fonti = list(edizione.fonti)
    what = UNO[mezzo] if quantita == 1 else f"{quantita} {PIU[mezzo]}"
    description = f"indennità di custodia di {what} {LUOGO_DETTO[luogo]} per {quanti(days, 'giorno', 'giorni')}"
    towing: Optional[Decimal] = None
    if _con_traino(valori):
        towed = contesto.pubblicata(TABELLA_TRAINO)
        column = str(valori.get("recupero", "ordinario"))
        each = towed.valori.righe[mezzo][column]
        towing = each * quantita
        steps.append(f"traino{', recupero difficoltoso' if column == DIFFICOLTOSO else ''}: " + _volte(quantita, each, towing))
        fonti += list(towed.fonti)
        description += ", con il traino"
    warnings.insert(0, "Gli importi sono IVA esclusa")
    if valori.get("durate"):
        warnings.append("Il conto è per un mezzo solo: quando le durate sono diverse scriva i giorni di un mezzo alla volta")
    if first and rest:
        warnings.append("I primi 90 giorni si contano dal sequestro")
    if days > 365:
        warnings.append(
            "L'art. 3 del D.M. 265/2006 riduce l'indennità col passare degli anni; la Carta non riporta le riduzioni, quindi "
            "per una custodia così lunga il dovuto può essere meno: lo dice l'Ufficio Spese"
        )
    updates: Tuple[Aggiornamento, ...] = ()
    if later is not None:
        updates = (_aggiornamento(later, luogo, first, rest, quantita, towing),)
    return Risultato(
        descrizione=description,
        importo=total + (towing or Decimal(0)),
        passaggi=tuple(steps),
        fonti=tuple(fonti),
        tariffa=tariffa_di(edizione),
        avvertenze=tuple(warnings),
        aggiornamenti=updates,
    )


def _custodia(edizione: Edizione, luogo: str, first: int, rest: int, quantita: int) -> Tuple[Decimal, List[str]]:
    rows = edizione.valori.righe
    steps: List[str] = []
    total = Decimal(0)
    parts = ((first, rows["primi_90"][luogo], "primi 90 giorni"), (rest, rows["successivo"][luogo], "periodo successivo"))
    for number, rate, label in parts:
        if number:
            steps.append(f"{label}: {quanti(number, 'giorno', 'giorni')} × {euro(rate)} = {euro(number * rate)}")
            total += number * rate
    if quantita > 1:
        steps.append("mezzi: " + _volte(quantita, total, total * quantita))
    return total * quantita, steps


def _volte(quantita: int, ciascuno: Decimal, totale: Decimal) -> str:
    return f"{quantita} × {euro(ciascuno)} = {euro(totale)}" if quantita > 1 else euro(totale)


def _aggiornamento(
    edizione: Edizione, luogo: str, first: int, rest: int, quantita: int, towing: Optional[Decimal]
) -> Aggiornamento:
    if "primi_90" not in edizione.valori.righe:
        return Aggiornamento(None, edizione.in_vigore_dal, edizione.atto)
    total, _ = _custodia(edizione, luogo, first, rest, quantita)
    return Aggiornamento(total + (towing or Decimal(0)), edizione.in_vigore_dal, edizione.atto)


def _days(valori: Valori, oggi: date) -> Tuple[int, List[str]]:
    """The days of custody, and what must be said of how they were counted. Raises ValoreNonValido."""
    if not _date(valori):
        days = int(str(valori["giorni"]))
        if not 1 <= days <= MASSIMO:
            raise ValoreNonValido("giorni", "Il numero dei giorni deve essere positivo.")
        return days, []
    start, end = valori["dal"], valori["al"]
    assert isinstance(start, date) and isinstance(end, date)
    if start > oggi:
        raise ValoreNonValido("dal", f"La custodia non può cominciare nel futuro: {data_estesa(start)} deve ancora venire.")
    if end < start:
        raise ValoreNonValido(
            "al", f"La data di fine ({data_estesa(end)}) viene prima di quella di inizio ({data_estesa(start)})."
        )
    days = giorni_compresi(start, end)
    if days > MASSIMO:
        raise ValoreNonValido("dal", f"{_maiuscola(dal(start))} {al(end)} sono troppi giorni: controlli gli anni.")
    warnings = [f"{_maiuscola(dal(start))} {al(end)} sono {quanti(days, 'giorno', 'giorni')}, contando il primo e l'ultimo"]
    if end > oggi:
        warnings.append("La data di fine deve ancora venire: il totale vale se la custodia dura fino ad allora")
    return days, warnings


def _maiuscola(testo: str) -> str:
    return testo[:1].upper() + testo[1:]


def _al_giorno(mezzo: str, luogo: str, conto: str, edizione: Edizione) -> Risultato:
    rows = edizione.valori.righe
    first, rest = rows["primi_90"][luogo], rows["successivo"][luogo]
    amount, period = (
        (rest, "per il periodo successivo ai primi 90")
        if conto == AL_GIORNO_DOPO
        else (first, "per i primi 90 giorni dal sequestro")
    )
    return Risultato(
        descrizione=f"al giorno, {period}, per {UNO[mezzo]} custodito {LUOGO_DETTO[luogo]}",
        importo=amount,
        passaggi=(f"primi 90 giorni dal sequestro: {euro(first)} al giorno", f"periodo successivo: {euro(rest)} al giorno"),
        fonti=tuple(edizione.fonti),
        tariffa=tariffa_di(edizione),
        avvertenze=("Gli importi sono IVA esclusa",),
    )


def argomento(valori: Valori) -> str:
    """The topic of what is asked next."""
    return "custodia"


CALCOLATORE = Calcolatore(
    id="custodia",
    titolo="Custodia di un veicolo sequestrato",
    esempio="Quanto mi spetta per un'auto custodita 120 giorni all'aperto?",
    argomento=argomento,
    voci=(
        "custodia.tariffe",
        "custodia.motoveicoli",
        "custodia.autoveicoli",
        "custodia.autocarri",
        "custodia.maggiorazione_chiuso",
        "custodia.novanta_giorni",
        "custodia.calcolo",
    ),
    parametri=PARAMETRI,
    calcola=calcola,
)
