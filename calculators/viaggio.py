"""Travel refund of a person heard by the Public Prosecutor or by the judicial police: Carta dei servizi, 6.2."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import List, Optional, Tuple

from calculators.model import (
    IMPORTO,
    INTERO,
    SCELTA,
    Calcolatore,
    Contesto,
    Parametro,
    Risultato,
    Scelta,
    ValoreNonValido,
    Valori,
)
from calculators.testi import quanti, tariffa_di
from knowledge.models import Fonte
from knowledge.templates import euro

ALTROVE, AOSTA = "altrove", "aosta"
PM, GIUDICE = "pm", "giudice"
LINEA, AEREO, AUTO = "linea", "aereo", "auto"
PRIMA, SECONDA = "prima", "seconda"
TERMINE = 100  # days from the hearing
FONTE = Fonte(documento="carta", sezione="6.2", parte="COME E CON QUALE DOCUMENTAZIONE")

_AMOUNT = re.compile(
    r"(?:€|euro|eur)\s*(\d+(?:\.\d{3})*(?:,\d{1,2})?)"
    r"|(?<![\d.,/-])(\d+(?:\.\d{3})*(?:,\d{1,2})?)\s*(?:€|euro\b|eur\b)(?:\s*e\s*(\d{1,2})\b(?!\s*(?:€|euro|eur|ritorno|andata"
    r"|di |per |il |del )))?"
    r"|(?<![\d.,/-])(\d+,\d{2})(?!\d|,\d)"
    r"|(?:costa\w*|costat\w*|costerebbe|era|tren[oi]|bus|pullman|corriera|speso|pagat[oa]|bigliett[oi])\s+(?:di |a |da "
    r"|circa )?(\d{1,4})\b(?:\s+e\s+(\d{2})\b(?!\s*(?:€|euro|eur|andata|ritorno)))?(?![.,/]?\d|\s*(?:€|euro|eur|franchi|km"
    r"|volt|viagg|minut|ore|giorn|person))"
    r"|(?<![\d.,/-])(\d{1,4})\s+(?:(?:di|al|il|per il|per l|all|a|ad|per)\s+)?(?:ritorno|andata|tornare|andare)\b"
)
_NOT_TICKET = re.compile(
    r"\b(?:taxi|parchegg\w*|posteggi\w*|albergo|hotel|b&b|pernott\w*|dormit\w*|pranz\w*|cen[ae]\b|mangia\w*|past[oi]\b|vitto"
    r"|alloggio|benzin\w*|gasolio|"
    r"diesel|autostrad\w*|pedaggi\w*|casell\w*|carburant\w*|caff\w+|pers\w+ (?:di )?(?:lavoro|stipendio)|giornata)\b"
)
_RETURN = re.compile(r"\b(?:andata|ritorno|andare|tornare)\b")
_CLAUSE = re.compile(r"[,;+]|\be\b|\bpiu\b|\btra\b|\bmentre\b|\bma\b")


def _value(match: "re.Match[str]") -> Decimal:
    whole = match[1] or match[2] or match[4] or match[5] or match[7]
    cents = match[3] or match[6]
    amount = Decimal(whole.replace(".", "").replace(",", "."))
    return amount + Decimal(cents).scaleb(-2) if cents else amount


def _amounts(testo: str) -> List[Tuple[Decimal, str]]:
    """The amounts of a message, each with the words of its clause (what it was paid for is said before or after it)."""
    matches = list(_AMOUNT.finditer(testo))
    if not matches:
        return []
    found = []
    for i, match in enumerate(matches):
        left = matches[i - 1].end() if i else 0
        right = matches[i + 1].start() if i + 1 < len(matches) else len(testo)
        before = _CLAUSE.split(testo[left : match.start()])[-1]
        after = _CLAUSE.split(testo[match.end() : right])[0]
        found.append((_value(match), f"{before} {after}"))
    return found


def legge_spesa(testo: str, valori: Valori) -> Optional[Decimal]:
    """The price of the tickets: what taxis, hotels and the like cost is left out; outward and return journey are summed."""
    amounts = _amounts(testo)
    tickets = [(amount, words) for amount, words in amounts if not _NOT_TICKET.search(words)]
    if not tickets:
        return None
    second = [amount for amount, words in tickets if re.search(r"\bsecond[ao]\b|\b2a\b|\bregional\w+", words)]
    first = [amount for amount, words in tickets if re.search(r"\bprima classe", words)]
    if first:
        return second[0] if second else tickets[0][0]
    line = [amount for amount, words in tickets if re.search(r"\b(?:treno|bus|autobus|pullman|corriera|ferrovi\w+)\b", words)]
    if (
        line
        and any(re.search(r"\b(?:volo|aereo)\b", words) for _, words in tickets)
        and not re.search(r"(?<!senza )(?<!non )\bautorizzat", testo)
    ):
        return line[0]
    both_ways = sum(1 for _, words in tickets if _RETURN.search(words))
    if (
        len(tickets) > 1
        and (both_ways > 1 or len(line) > 1 or re.search(r"\+|\bpiu\b|\be\b", testo))
        and not _ONE_BY_ONE.search(testo)
    ):
        return sum((amount for amount, _ in tickets), Decimal(0))
    return tickets[0][0]


_ONE_BY_ONE = re.compile(r"\b(?:invece di|anzi|no scus\w+|anziche)\b")


def legge_mezzo(testo: str, valori: Valori) -> Optional[str]:
    """How the person came; the line the price of which counts, where a flight was not authorised."""
    words = {
        AEREO: r"\b(?:aere[oi]|volo|voli|volat[oa]|ryanair|easyjet|aeroport\w+|airplane)\b",
        LINEA: r"\b(?:tren[oi]|bus|autobus|pullman|pulman|corrier[ae]|ferrovi\w*|trenitalia|flixbus|regionale|freccia\w*"
        r"|mezzi pubblici|linea|funivia|metro|bigliett[oi])\b",
        AUTO: r"\b(?:auto(?: propria)?|macchina|benzina|autostrada|gasolio|taxi|moto|motorino|parcheggio|carburante|pedaggio"
        r"|chilometri|passaggio)\b",
    }
    for kind in (AEREO, LINEA, AUTO):
        if re.search(words[kind], testo) and not re.search(rf"\b(?:non|senza|niente)\s+(?:\w+\s+){{0,3}}?{words[kind]}", testo):
            if (
                kind == AEREO
                and re.search(words[LINEA].replace("|bigliett[oi]", ""), testo)
                and re.search(r"\bsenza autorizz\w+|\bnon (?:\w+ )?autorizz\w+", testo)
            ):
                return LINEA
            return kind
    return None


def legge_classe(testo: str, valori: Valori) -> Optional[str]:
    """The class the price of which was said; the second, where both were."""
    if re.search(r"\b(?:in |di |la )?(?:seconda|2a)\b(?! volta)|\bregional\w+|\beconomy\b", testo):
        return SECONDA
    return PRIMA if re.search(r"\bprima classe|\bbusiness\b|\bexecutive\b", testo) else None


def legge_viaggi(testo: str, valori: Valori) -> Optional[int]:
    """How many times the person was heard: only a number right before the word, or a price would be taken for it."""
    found = re.search(r"(?<![\d.,])(\d{1,3})\s+(?:volte|viaggi|convocazioni|audizioni|interrogatori)\b", testo)
    return int(found[1]) if found else None


def _spetta(valori: Valori) -> bool:
    return valori.get("residenza") == ALTROVE and valori.get("sentito", PM) == PM


def _conta(valori: Valori) -> bool:
    """Whether the price of a ticket is needed: the Carta says nothing of one's own car."""
    if not _spetta(valori):
        return False
    mezzo = valori.get("mezzo")
    return mezzo == LINEA or (mezzo == AEREO and valori.get("autorizzazione") == "si")


PARAMETRI = (
    Parametro(
        nome="sentito",
        tipo=SCELTA,
        domanda="È stato sentito dal Pubblico Ministero o dalla polizia giudiziaria, oppure come testimone davanti al Giudice?",
        etichetta="chi l'ha sentita",
        scelte=(
            Scelta(
                PM,
                "Dal PM o dalla polizia",
                (r"\bp\W?m\b", r"\bpubblico ministero", r"\bprocurator\w*", r"\bprocura\b", r"\bpolizia", r"\bcarabinier\w+"),
            ),
            Scelta(
                GIUDICE,
                "Davanti al Giudice",
                (r"\b(?:dal|davanti al|al) (?:giudice|tribunale)\b(?! di pace di)", r"\bal processo\b", r"\bin tribunale\b"),
            ),
        ),
        predefinito=PM,
    ),
    Parametro(
        nome="residenza",
        tipo=SCELTA,
        domanda="Risiede nel Comune di Aosta o in un altro Comune?",
        etichetta="Comune di residenza",
        scelte=(
            Scelta(
                ALTROVE,
                "In un altro Comune",
                (
                    r"\bnon (?:\w+ ){0,4}?(?:ad|di|in|nel comune di|a) aosta\b",
                    r"\b(?:abit\w+|viv\w+|risied\w+|resident\w+|sono di) fuori\b|\bfuori (?:da aosta|aosta|dal comune|comune"
                    r"|sede|regione|citta)\b",
                    r"\b(?:altro|altra|diverso) (?:comune|citta|paese|regione|provincia)",
                    r"\b(?:abit\w+|viv\w+|risied\w+|resident\w+|sto|domiciliat\w+)(?: \w+){0,2}? (?:a|ad|in|nel|vicino)"
                    r" (?!(?:aosta|casa|un|una|comune di aosta|citta)\b)\w{3,}",
                    r"\b(?:ven\w+|arriv\w+|part\w+|viaggio|auto|macchina|treno|bus|pullman|autobus|corriera|volo|aereo|regionale"
                    r"|biglietto)(?: \w+){0,3}?"
                    r" (?:da|dal|dalla|dall) (?!(?:aosta|pm|p\W?m|pubblico|procura|procurator\w+|magistrato|giudice|polizia"
                    r"|voi|carabinieri|casa|"
                    r"solo|testimone)\b)[a-z]{3,}",
                    r"\b(?:ivrea|torino|milano|genova|roma|novara|vercelli|biella|courmayeur|chatillon|saint[- ]vincent|sarre"
                    r"|quart|verres|pont[- ]saint[- ]martin|alessandria|asti|cuneo|napoli|palermo|francia"
                    r"|svizzera)\b(?=.*\baosta\b)",
                ),
            ),
            Scelta(
                AOSTA,
                "Ad Aosta",
                (
                    r"\b(?:abit\w+|viv\w+|risied\w+|resident\w+|sto|domiciliat\w+|sono)(?: \w+){0,2}? (?:ad|di|in|a"
                    r"|nel comune di|nella citta di) aosta\b",
                    r"\b(?:sono|siamo) aostan\w+",
                    r"^\W*(?:ad |in |nel comune di |si )?aosta\W*$",
                ),
            ),
        ),
        serve=lambda valori: valori.get("sentito", PM) == PM,
        aiuto="Il rimborso spetta solo a chi non risiede nel Comune di Aosta: conta il Comune di residenza, anche se è in "
        "Valle d'Aosta.",
    ),
    Parametro(
        nome="mezzo",
        tipo=SCELTA,
        domanda="Con che cosa ha viaggiato: treno o altro servizio di linea, aereo, auto?",
        etichetta="mezzo del viaggio",
        scelte=(Scelta(LINEA, "Treno, autobus o altra linea"), Scelta(AEREO, "Aereo"), Scelta(AUTO, "Auto o taxi")),
        serve=_spetta,
        legge=legge_mezzo,
    ),
    Parametro(
        nome="autorizzazione",
        tipo=SCELTA,
        domanda="Il Pubblico Ministero aveva autorizzato l'aereo?",
        etichetta="autorizzazione all'aereo",
        scelte=(
            Scelta("no", "No", (r"\b(?:senza|nessun\w*|niente|non|mai)\s+(?:\w+\s+){0,4}?(?:autorizz\w+|permess\w+|ok\b)",)),
            Scelta("si", "Sì", (r"\bautorizz\w+", r"\b(?:ok|permesso|consenso|via libera) (?:del|dal|della)\b")),
        ),
        serve=lambda valori: _spetta(valori) and valori.get("mezzo") == AEREO,
    ),
    Parametro(
        nome="classe",
        tipo=SCELTA,
        domanda="Il prezzo è quello della seconda classe?",
        etichetta="classe",
        scelte=(Scelta(SECONDA, "Seconda classe"), Scelta(PRIMA, "Prima classe")),
        predefinito=SECONDA,
        serve=lambda valori: _conta(valori) and valori.get("mezzo") == LINEA,
        legge=legge_classe,
    ),
    Parametro(
        nome="spesa",
        tipo=IMPORTO,
        domanda="Quanto è costato in tutto il biglietto, andata e ritorno?",
        etichetta="prezzo del biglietto",
        minimo=Decimal("0.01"),
        massimo=Decimal(100_000),
        serve=_conta,
        legge=legge_spesa,
        aiuto="Mi serve il prezzo in euro del biglietto di andata e ritorno, per esempio 18,40.",
    ),
    Parametro(
        nome="prezzo",
        tipo=SCELTA,
        domanda="Il prezzo è per andata e ritorno o per un solo viaggio?",
        etichetta="prezzo per tratta",
        scelte=(
            Scelta(
                "totale",
                "Andata e ritorno",
                (
                    r"\bandata e ritorno",
                    r"\ba/r\b",
                    r"\ba r\b",
                    r"\bin tutto\b",
                    r"\bin totale\b",
                    r"\bcompres[oi] (?:il )?ritorno",
                    r"\bandata\b.*\britorno\b",
                ),
            ),
            Scelta(
                "a_tratta",
                "Ogni tratta",
                (
                    r"\b(?:a|per|ogni|ciascuna) tratta\b",
                    r"\bsol[oa] andata\b",
                    r"\bsoltanto (?:l )?andata\b",
                    r"\ball andata e (?:altrettant\w+|lo stesso)",
                    r"\ba viaggio\b",
                    r"\bper (?:ogni )?viaggio\b",
                ),
            ),
        ),
        predefinito="totale",
        serve=_conta,
    ),
    Parametro(
        nome="viaggi",
        tipo=INTERO,
        domanda="Quante volte è stato sentito?",
        etichetta="numero di convocazioni",
        minimo=1,
        massimo=100,
        predefinito=1,
        serve=_conta,
        legge=legge_viaggi,
    ),
)


def calcola(valori: Valori, contesto: Contesto) -> Risultato:
    """What is refunded: the price of the return ticket, nothing below the minimum; or why nothing is."""
    edizione = contesto.pubblicata("minimo_liquidabile")
    minimum = edizione.valori.importi["minimo"]
    if valori.get("sentito", PM) == GIUDICE:
        return _senza_importo(
            "le spese del testimone sentito dal Giudice le liquida il Tribunale, non la Procura",
            Fonte(documento="carta", sezione="6.2", parte="CHI"),
        )
    if valori.get("residenza") == AOSTA:
        return _senza_importo("a chi risiede nel Comune di Aosta il rimborso del viaggio non spetta")
    mezzo = valori.get("mezzo")
    if mezzo == AUTO:
        return _senza_importo(
            "la Carta rimborsa il prezzo del biglietto di seconda classe, andata e ritorno, sui servizi di linea: non parla "
            "di auto propria, "
            "benzina, autostrada, parcheggio o taxi. Lo chieda all'Ufficio Spese"
        )
    if mezzo == AEREO and valori.get("autorizzazione") != "si":
        return _senza_importo(
            "senza autorizzazione del Pubblico Ministero l'aereo non è rimborsato: conta il biglietto di seconda classe, "
            "andata e ritorno, sui "
            "servizi di linea. Se mi dice quanto costa, faccio il conto"
        )
    if mezzo == LINEA and valori.get("classe") == PRIMA:
        return _senza_importo(
            "la differenza per la prima classe non è rimborsata: conta il biglietto di seconda classe, andata e ritorno. Se "
            "mi dice quanto "
            "costa, faccio il conto"
        )
    spesa = valori["spesa"]
    assert isinstance(spesa, Decimal)
    if spesa <= 0:
        raise ValoreNonValido("spesa", "Il prezzo del biglietto deve essere positivo.")
    viaggi = int(str(valori.get("viaggi", 1)))
    ways = 2 if valori.get("prezzo") == "a_tratta" else 1
    total = spesa * ways * viaggi
    steps = [f"biglietto {'aereo in classe economica' if mezzo == AEREO else 'di seconda classe'}: {euro(spesa)}"]
    if ways == 2:
        steps.append(f"andata e ritorno: 2 × {euro(spesa)} = {euro(2 * spesa)}")
    if viaggi > 1:
        steps.append(f"{quanti(viaggi, 'convocazione', 'convocazioni')}: {viaggi} × {euro(spesa * ways)} = {euro(total)}")
    if total < minimum:
        return Risultato(
            descrizione=f"il rimborso di {euro(total)} non viene liquidato, perché non si liquidano somme, anche cumulative, "
            f"inferiori a {euro(minimum)}",
            passaggi=tuple(steps),
            fonti=(FONTE,),
            tariffa=tariffa_di(edizione),
            avvertenze=("Il minimo vale anche sommando più richieste",),
        )
    documents = "l'autorizzazione del P.M. e " if mezzo == AEREO else ""
    return Risultato(
        descrizione="rimborso delle spese di viaggio, andata e ritorno, di una persona non residente nel Comune di Aosta",
        importo=total,
        passaggi=(*steps, f"non è inferiore al minimo di {euro(minimum)}"),
        fonti=(FONTE,),
        tariffa=tariffa_di(edizione),
        avvertenze=(
            f"Si chiede con il Mod. C04 entro {TERMINE} giorni dall'audizione, allegando {documents}i biglietti in originale",
            "Contano solo i biglietti della persona sentita: la Carta non parla di pasti, albergo, taxi o accompagnatori",
        ),
    )


def _senza_importo(descrizione: str, fonte: Fonte = FONTE) -> Risultato:
    return Risultato(descrizione=descrizione, fonti=(fonte,))


def argomento(valori: Valori) -> str:
    """The topic of what is asked next."""
    return "persone_informate"


CALCOLATORE = Calcolatore(
    id="viaggio",
    titolo="Rimborso del viaggio di chi è sentito",
    esempio="Ho speso 24 euro di treno per venire dal PM: quanto mi rimborsate?",
    argomento=argomento,
    voci=(
        "persone_informate.rimborso",
        "persone_informate.minimo",
        "persone_informate.prima_classe",
    ),
    parametri=PARAMETRI,
    calcola=calcola,
)
