"""Towing of seized vehicles to the deposit: Carta dei servizi, Allegato 3, 11.4."""

from __future__ import annotations

from decimal import Decimal
from typing import Tuple

from calculators.model import INTERO, SCELTA, Aggiornamento, Calcolatore, Contesto, Parametro, Risultato, Scelta, Valori
from calculators.testi import non_negato, tariffa_di
from calculators.veicoli import MEZZO, PIU, UNO, legge_quantita
from knowledge.templates import euro

TABELLA_TRAINO = "traino"
ORDINARIO, DIFFICOLTOSO = "ordinario", "difficoltoso"

_HARD = (
    r"difficolt(?:a|os\w+)|difficil\w+|complicat\w+|compless[oaie]\b|impervi\w+|problematic\w+|maggiorazion\w+|maggiorat\w+"
    r"|burron\w+|dirup\w+|"
    r"scarpat\w+|torrent\w+|fium[ei]\b|lag[oi]\b|canal[ei]\b|foss[oi]\b|fossat\w+|precipizi\w*|fang[oh]\w*|pantan\w*|alberi"
    r"|sommozzator\w+|"
    r"neve\b|ghiacci\w+|ribaltat\w+|capovolt\w+|cappottat\w+|rovesciat\w+|incastrat\w+|verricell\w+|argan\w+|gru\b|autogru|"
    r"bosc(?:o|hi)\b|fuori strada|sott acqua|dora\b|guard rail|sotterrat\w+|in bilico"
)
_EASY = (
    r"normal\w+|ordinari\w+|standard|facil[ei]\w*|semplic\w+|agevol\w+|liscio|regolar\w+|tranquill\w+|parcheggi\w*|bordo strada|"
    r"per strada|sulla strada|in strada|davanti (?:a )?casa"
)

_ALL = (
    r"^(?!.*\b(?:un[oa]?|1) (?:\w+ )?(?:difficil|difficolt|complicat|normal|facil)\w*.*\baltr)"  # not "one hard, the others not"
)

RECUPERO = Parametro(
    nome="recupero",
    tipo=SCELTA,
    domanda="Il recupero del mezzo è stato normale o difficoltoso?",
    etichetta="recupero",
    scelte=(
        Scelta(
            ORDINARIO,
            "Recupero normale",
            (
                rf"\b(?:non|mica|niente|nulla)\s+(?:\w+\s+){{0,3}}?(?:{_HARD})",
                r"\b(?:senza|nessun\w*|niente|zero|0|no)\s+(?:\w+\s+){0,2}?(?:difficolt\w+|problem\w+|complicazion\w+"
                r"|intopp\w+|maggiorazion\w+)",
                rf"{_ALL}(?!.*\b(?:{_HARD}))(?!.*\b(?:non|mica|altro che)\s+(?:\w+\s+){{0,2}}?(?:{_EASY})).*\b(?:{_EASY})",
            ),
        ),
        Scelta(
            DIFFICOLTOSO,
            "Recupero difficoltoso",
            (
                _ALL + non_negato(_HARD)[1:],
                rf"\b(?:non|mica|tutt altro che|altro che)\s+(?:\w+\s+){{0,2}}?(?:{_EASY})",
                r"\+\s?25\b|\b25\s?(?:%|per (?:cento|100))",
                r"\b\d+ ore (?:a|per) (?:tirar|recuper|caricar)\w+",
            ),
        ),
    ),
    aiuto=(
        "La Carta aumenta del 25% il traino con recupero difficoltoso, ma non dice quando lo è: per esempio un mezzo fuori "
        "strada, "
        "ribaltato o incastrato. Se il mezzo era su strada o in un parcheggio il recupero è normale."
    ),
)


def calcola(valori: Valori, contesto: Contesto) -> Risultato:
    """What is due for towing so many vehicles of a kind, by table 11.4."""
    mezzo, recupero = str(valori["mezzo"]), str(valori["recupero"])
    quantita = int(str(valori.get("quantita", 1)))
    edizione, later = contesto.pubblicata(TABELLA_TRAINO), contesto.successiva(TABELLA_TRAINO)
    each = edizione.valori.righe[mezzo][recupero]
    hard = recupero == DIFFICOLTOSO
    what = UNO[mezzo] if quantita == 1 else f"{quantita} {PIU[mezzo]}"
    warnings = ["Gli importi sono IVA esclusa"]
    if hard:
        warnings.append("La Carta non dice quando il recupero è difficoltoso: lo valuta il magistrato")
    updates: Tuple[Aggiornamento, ...] = ()
    if later is not None:
        amount = later.valori.righe.get(mezzo, {}).get(recupero)
        updates = (Aggiornamento(None if amount is None else amount * quantita, later.in_vigore_dal, later.atto),)
    return Risultato(
        descrizione=f"traino e trasporto in depositaria di {what}, {'recupero difficoltoso' if hard else 'recupero normale'}",
        importo=each * quantita,
        passaggi=(_passaggio(quantita, each),),
        fonti=tuple(edizione.fonti),
        tariffa=tariffa_di(edizione),
        avvertenze=tuple(warnings),
        aggiornamenti=updates,
    )


def _passaggio(quantita: int, ciascuno: Decimal) -> str:
    if quantita == 1:
        return f"1 mezzo: {euro(ciascuno)}"
    return f"{quantita} mezzi × {euro(ciascuno)} = {euro(quantita * ciascuno)}"


def argomento(valori: Valori) -> str:
    """The topic of what is asked next."""
    return "custodia"


CALCOLATORE = Calcolatore(
    id="traino",
    titolo="Traino di un veicolo sequestrato",
    esempio="Quanto mi spetta per il traino di un'auto finita in un burrone?",
    argomento=argomento,
    voci=("custodia.traino", "custodia.recupero_difficoltoso"),
    parametri=(
        MEZZO,
        RECUPERO,
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
    ),
    calcola=calcola,
)
