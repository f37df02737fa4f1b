"""Terms: from a day, the last day. Carta dei servizi 5.1, 5.3, 6.1, 6.2, 8.2, 8.3, 8.4 and protocollo patrocinio 1.4, 3.

The first day is never counted, months and years go by the calendar. What happens when the last day is a holiday, and the
suspension of terms in August, are said beside the result and never applied: the documents do not speak of them, and whether they
hold for a term is for who has to keep it to check.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Callable, Dict, List, Mapping, Optional, Tuple

from calculators.giorni import (
    SABATO,
    aggiungi_anni,
    aggiungi_giorni,
    aggiungi_lavorativi,
    aggiungi_mesi,
    lavorativo,
    nome_del_giorno,
    passa_per_il_patrono,
    patrono,
    primo_non_festivo,
    tocca_agosto,
    ultimo_lavorativo,
)
from calculators.model import DATA, SCELTA, Calcolatore, Contesto, Parametro, Risultato, Scelta, ValoreNonValido, Valori
from calculators.testi import con_settimana, data_estesa, del_giorno, il, negato
from knowledge.models import Fonte

COME = "COME E CON QUALE DOCUMENTAZIONE"
CHE_COSA = "CHE COS'È"
AVANTI = 366  # a day further in the future than this is a slip

# What law the term is of, that is what is said of holidays and August.
CIVILE, PENALE, UFFICIO, NESSUNA = "civile", "penale", "ufficio", "nessuna"


def _carta(sezione: str, parte: Optional[str] = None) -> Fonte:
    return Fonte(documento="carta", sezione=sezione, parte=parte)


def _protocollo(sezione: str) -> Fonte:
    return Fonte(documento="protocollo", sezione=sezione)


TRIESTE = "È la regola del protocollo del distretto di Trieste"


@dataclass(frozen=True)
class Termine:
    """A term. quanti, unita: how long. cosa: what the last day is for, evento: what it runs from ("dalla comunicazione")."""

    valore: str
    titolo: str
    argomento: str
    cosa: str
    evento: str
    quanti: int
    unita: str
    natura: str
    fonti: Tuple[Fonte, ...]
    modi: Tuple[str, ...]
    note: Tuple[str, ...] = ()


TERMINI: Tuple[Termine, ...] = (
    Termine(
        "archiviazione",
        "Opposizione all'archiviazione",
        "copie_atti",
        "per vedere gli atti e opporsi alla richiesta di archiviazione",
        "dalla notifica dell'avviso",
        20,
        "giorni",
        PENALE,
        (_carta("8.3", CHE_COSA),),
        (r"\barchivi\w+", r"\barticolo 408\b|\bart\W*408\b|\b408 c"),
    ),
    Termine(
        "segreto_335",
        "Segreto delle iscrizioni",
        "registro_335",
        "del segreto sulle iscrizioni, se è disposto per la durata massima",
        "dal decreto",
        3,
        "mesi",
        NESSUNA,
        (_carta("8.4", CHE_COSA),),
        (r"\bse[cg]ret+(?:o|a|at\w+|azion\w+)\b(?!\s*professional)",),
        ("Il periodo non può superare i tre mesi e non è rinnovabile",),
    ),
    Termine(
        "stato_procedimento",
        "Notizie sullo stato del procedimento",
        "registro_335",
        "dopo il quale la persona offesa può chiedere notizie sullo stato del procedimento",
        "dalla notizia di reato",
        6,
        "mesi",
        NESSUNA,
        (_carta("8.4", CHE_COSA),),
        (
            r"\b(?:informazion\w+|notizie|sapere|chieder\w+) (?:\w+ ){0,3}?stato (?:del(?:la)? )?(?:procediment\w+|denunci\w+"
            r"|querel\w+|indagin\w+)",
        ),
        ("La Carta dice «decorsi sei mesi» senza precisare da quando: qui si contano dalla data che ha scritto",),
    ),
    Termine(
        "comunicazione_335",
        "Risposta alla richiesta 335",
        "registro_335",
        "indicativo per avere l'attestazione",
        "dalla presentazione della richiesta",
        7,
        "giorni",
        UFFICIO,
        (_carta("8.4", "TEMPI"),),
        (
            r"\b335\b",
            r"\b(?:richiest\w|chiest\w|chiedo|domand\w+|presentat\w|modulo|mail|istanza)\b.*\b(?:iscrizion\w+|indagat\w"
            r"|registro (?:general\w+|(?:delle )?notizie|(?:degli )?indagati))",
            r"\bmodulo\s?a(?:09|9|10)\b|\bmod\W*a(?:09|9|10)\b",
        ),
        ("La Carta dà sette giorni solo come indicazione",),
    ),
    Termine(
        "fattura_rifiutata",
        "Nuova fattura dopo un rifiuto",
        "siamm",
        "per emettere la nota di accredito e la nuova fattura senza finire in coda",
        "dalla comunicazione del rifiuto",
        15,
        "giorni",
        UFFICIO,
        (_protocollo("3"),),
        (
            r"\bfat+ur\w+\b.*\b(?:rifiut\w+|scart\w+|respint\w+|non acc\w+|indietro|rigett\w+|bocciat\w+)",
            r"\b(?:rifiut\w+|scart\w+|respint\w+|rigett\w+|bocciat\w+|indietro)\b.*\bfat+ur\w+",
            r"\bnota di (?:accredito|credito)",
        ),
        (TRIESTE, "Chi emette la nuova fattura dopo, va in coda alle altre"),
    ),
    Termine(
        "decreto_irrevocabile",
        "Decreto di liquidazione irrevocabile",
        "siamm",
        "per impugnare il decreto di liquidazione: dal giorno dopo è irrevocabile",
        "dall'ultima notifica",
        30,
        "giorni",
        CIVILE,
        (_protocollo("3"),),
        (
            r"\birrevocabil\w+",
            r"\bpassa(?:to)? in giudicato\b.*\bdecret|\bdecret\w+\b.*\bpassa(?:to)? in giudicato",
            r"\bquando (?:posso )?(?:emett\w+|fatturo|fare) (?:la )?fattura",
        ),
        (TRIESTE,),
    ),
    Termine(
        "opposizione_decreto",
        "Opposizione al decreto di pagamento",
        "spese_giustizia",
        "per l'opposizione al decreto di pagamento",
        "dalla comunicazione",
        30,
        "giorni",
        CIVILE,
        (_carta("6.1", COME),),
        (
            r"\b(?:oppo\w+|oposizion\w+|ricor\w+|impugn\w+|contest\w+|reclam\w+)\b.*\b(?:decret\w+|liquidazion\w+|liquidat\w+)",
            r"\b(?:decret\w+|liquidazion\w+|liquidat\w+|compens\w+|onorari\w*)\b.*\b(?:oppo\w+|oposizion\w+|ricor\w+|impugn\w+"
            r"|contest\w+)",
        ),
        ("La Carta non dice con quale mezzo il decreto è comunicato: il termine parte da quella comunicazione",),
    ),
    Termine(
        "istanza_patrocinio",
        "Istanza del patrocinio",
        "siamm",
        "per depositare l'istanza di liquidazione del patrocinio",
        "dell'ultima udienza",
        1,
        "giorni",
        CIVILE,
        (_protocollo("1.4"),),
        (
            r"\b(?:ultima|finale|conclusiva|di discussione|di definizione|definitiva)\s*udienza|\budienza\b.*\b(?:ultima"
            r"|finale|conclusiva|patrocini\w+|siamm|lsg)",
            r"\b(?:patrocini\w+|siamm|lsg|nota spese|83 comma|83 co)\b.*\b(?:udienz\w+|istanz\w+|depos\w+|conciliat\w+"
            r"|accord\w+)",
            r"\briserva\b.*\b(?:deposit\w+|verbale)|\bverbale\b.*\briserva",
        ),
        (TRIESTE,),
    ),
    Termine(
        "istanza_testimone",
        "Rimborso del viaggio di chi è stato sentito",
        "persone_informate",
        "per chiedere il rimborso del viaggio",
        "dall'audizione",
        100,
        "giorni",
        UFFICIO,
        (_carta("6.2", COME),),
        (
            r"\b(?:rimbors\w+|bigliett\w+|spese di viaggio|viaggio|trasferta)\b",
            r"\b(?:teste|testimon\w+|persona informata|sentit[oa] (?:dal|in|come|a sommarie))\b",
        ),
    ),
    Termine(
        "prescrizione_custode",
        "Prescrizione del credito del custode",
        "spese_giustizia",
        "per presentare l'istanza del custode prima della prescrizione",
        "dall'inizio della custodia",
        10,
        "anni",
        UFFICIO,
        (_carta("6.1", COME),),
        (r"\bprescri\w+", r"\b(?:custod\w+|depositeri\w+|deposito giudiziario)\b"),
        (
            "Il credito matura di giorno in giorno: il termine corre per ogni giorno di custodia, e questo è quello del primo "
            "giorno",
        ),
    ),
    Termine(
        "istanza_consulente",
        "Istanza di liquidazione del consulente",
        "spese_giustizia",
        "per presentare l'istanza di liquidazione",
        "dal deposito dell'elaborato",
        100,
        "giorni",
        UFFICIO,
        (_carta("6.1", COME),),
        (
            r"\b(?:perizi\w+|perizzi\w+|elaborat[oi]|consulenz\w+|consulent\w+|ctu|ct\b|perit[oi]|interpret\w+|traduzion\w+"
            r"|tradutt\w+|trascrizion\w+|autopsi\w+)\b",
        ),
        ("Il termine è a pena di decadenza",),
    ),
    Termine(
        "rilascio",
        "Quando è pronto un certificato o una copia",
        "casellario",
        "in cui è pronto",
        "dalla richiesta",
        3,
        "lavorativi",
        UFFICIO,
        (_carta("5.1", "TEMPI"),),
        (
            r"^(?!.*\b(?:scad|iscrizion|335|registro|notizie di reato)).*\b(?:quando|per quando|da quando|che giorno"
            r"|quale giorno)\b.*\b(?:pront[oaie]|ritir\w+|disponibil\w+|rilasciat\w+)\b",
            r"^(?!.*\b(?:scad|iscrizion|335|registro|notizie di reato)).*\b(?:pront[oaie]|ritir\w+"
            r"|disponibil[ei])\b.*\b(?:quando|per quando|che giorno)\b",
            r"\b(?:chied\w+|richiest\w|chiest\w|domand\w+)\b.*\b(?:quando|per quando)\b.*\b(?:certificat\w+|copi[ae]|casellario)",
        ),
    ),
    Termine(
        "querela_sinistro",
        "Copie di un incidente senza querela",
        "sinistri",
        "per la querela: dopo, se non è stata presentata, si possono avere le copie di tutte le indagini",
        "dall'incidente",
        3,
        "mesi",
        NESSUNA,
        (_carta("8.1", CHE_COSA),),
        (r"\b(?:incident\w+|sinistr\w+|investit\w+|pista|piste)\b",),
        ("La Carta non dice da quando si contano i tre mesi: qui dalla data che ha scritto",),
    ),
    Termine(
        "validita_certificato",
        "Validità di un certificato",
        "casellario",
        "di validità del certificato",
        "dal rilascio",
        6,
        "mesi",
        NESSUNA,
        (_carta("5.1", CHE_COSA), _carta("5.3", CHE_COSA)),
        (
            r"\b(?:certificat\w+|certif|casellario|fedina|carichi(?: pendenti)?|penale|visura)\b.*\b(?:scad\w+|vale|valid\w+"
            r"|buon[oi]|decad\w+|ancora|utilizzabil\w+)",
            r"\b(?:scad\w+|cuando scade|vale|valid\w+|decad\w+)\b.*\b(?:certificat\w+|certif|casellario|fedina"
            r"|carichi(?: pendenti)?|penale)\b",
        ),
    ),
)
TERMINE = {termine.valore: termine for termine in TERMINI}

# The entries of knowledge/argomenti that state each term.
TERMINE_DI_VOCE: Mapping[str, str] = {
    "casellario.validita": "validita_certificato",
    "carichi_pendenti.validita": "validita_certificato",
    "spese_giustizia.termine": "istanza_consulente",
    "spese_giustizia.decadenza": "istanza_consulente",
    "spese_giustizia.cento_giorni_da_quando": "istanza_consulente",
    "spese_giustizia.interpreti": "istanza_consulente",
    "persone_informate.termine": "istanza_testimone",
    "spese_giustizia.opposizione": "opposizione_decreto",
    "spese_giustizia.opposizione_termine": "opposizione_decreto",
    "spese_giustizia.opposizione_chi": "opposizione_decreto",
    "spese_giustizia.comunicazione_decreto": "opposizione_decreto",
    "copie_atti.avviso_archiviazione": "archiviazione",
    "copie_atti.violenza_30_giorni": "archiviazione",
    "casellario.tempi": "rilascio",
    "casellario.urgenza": "rilascio",
    "carichi_pendenti.tempi": "rilascio",
    "carichi_pendenti.urgenza": "rilascio",
    "anagrafe_sanzioni.tempi": "rilascio",
    "anagrafe_sanzioni.urgenza": "rilascio",
    "eseguita_pena.tempi": "rilascio",
    "eseguita_pena.urgenza": "rilascio",
    "chiusa_inchiesta.tempi": "rilascio",
    "chiusa_inchiesta.urgenza": "rilascio",
    "copie_atti.tempi": "rilascio",
    "copie_atti.urgenza": "rilascio",
    "diritti_copia.tempi": "rilascio",
    "sinistri.tempi": "rilascio",
    "sinistri.urgenza": "rilascio",
    "legalizzazione.tempi": "rilascio",
    "registro_335.tempi": "comunicazione_335",
    "siamm.termine": "istanza_patrocinio",
    "siamm.termine_riserva": "istanza_patrocinio",
    "siamm.termine_scaduto": "istanza_patrocinio",
    "siamm.fattura_rifiutata": "fattura_rifiutata",
    "siamm.quindici_giorni": "fattura_rifiutata",
    "siamm.irrevocabile": "decreto_irrevocabile",
    "siamm.impugnazione": "decreto_irrevocabile",
    "siamm.fattura_quando": "decreto_irrevocabile",
    "spese_giustizia.custodi_dieci_anni": "prescrizione_custode",
    "spese_giustizia.custodi_cinque_anni": "prescrizione_custode",
    "spese_giustizia.sezioni_unite": "prescrizione_custode",
    "registro_335.segreto_tre_mesi": "segreto_335",
    "registro_335.stato_procedimento": "stato_procedimento",
    "sinistri.tre_mesi_senza_querela": "querela_sinistro",
}

CASELLARIO, CARICHI, CHIUSA, ESEGUITA, ANAGRAFE = (
    "casellario",
    "carichi",
    "chiusa_inchiesta",
    "eseguita_pena",
    "anagrafe_sanzioni",
)
_CERTIFICATI: Dict[str, Tuple[str, str, str]] = {  # name, section, topic
    CASELLARIO: ("il certificato del casellario", "5.1", "casellario"),
    CARICHI: ("il certificato dei carichi pendenti", "5.3", "carichi_pendenti"),
    ANAGRAFE: ("il certificato dell'anagrafe delle sanzioni", "5.2", "anagrafe_sanzioni"),
    CHIUSA: ("il certificato di chiusa inchiesta", "5.4", "chiusa_inchiesta"),
    ESEGUITA: ("il certificato di eseguita pena", "7.1", "eseguita_pena"),
}
CERTIFICATO, COPIE, LEGALIZZAZIONE = "certificato", "copie", "legalizzazione"

_VIOLENT = (
    r"violenz\w+|violent\w+|aggres\w+|aggredit\w+|bott[ei]\b|picchiat\w+|percoss\w+|pugn[oi]\b|schiaff\w+|calci\b"
    r"|accoltellat\w+|malmenat\w+|menat\w+|"
    r"pestat\w+|lesion[ei]\b(?! colpos)|rapin\w+|maltrattament\w+|stalk\w+|atti persecutori|persecuzion\w+|stupr\w+"
    r"|violentat\w+|omicidio\b(?! colpos)|"
    r"ferit[oa]\b|mani addosso|scipp\w+|strapp\w+|estorsion\w+ con violenza|612\W?bis|572\b|624\W?bis|"
    r"furt\w+ (?:in|nell|nella|dentro|a) (?:\w+ )?(?:cas[ae]|abitazion\w+|appartament\w+|domicilio|villa|alloggio)|"
    r"(?:rubat\w+|ladri|svaligiat\w+) (?:\w+ ){0,2}?(?:in|nella|a|dentro|la) (?:mia |nostra )?(?:casa|abitazione|appartamento"
    r"|alloggio)"
)
_PEACEFUL = (
    r"truff\w+|danneggiament\w+|diffamazion\w+|diffam\w+|appropriazion\w+|frod[ei]\b|ricettazion\w+|insolven\w+|furto semplice"
    r"|borseggi\w+|"
    r"furt\w+ (?:d(?:i|el|ella|ell) |in (?:un )?negozi\w+|al supermercato|d auto|in ufficio)|fals\w+|ingiuri\w+|usura\b"
    r"|abuso edilizi\w+|"
    r"reat[oi] contro il patrimonio|sottrazion\w+|calunni\w+|colpos\w+|phishing|clonazion\w+|online\b|su internet"
)

PARAMETRI = (
    Parametro(
        nome="termine",
        tipo=SCELTA,
        domanda="Quale termine vuole calcolare?",
        etichetta="termine",
        scelte=tuple(Scelta(termine.valore, termine.titolo, termine.modi) for termine in TERMINI),
        aiuto=(
            "Posso contare, per esempio, la validità di un certificato, i 30 giorni per opporsi a un decreto di pagamento, i "
            "100 giorni per "
            "l'istanza di un consulente, i 20 o 30 giorni dopo un avviso di archiviazione."
        ),
    ),
    Parametro(
        nome="violenza",
        tipo=SCELTA,
        domanda="Il reato è stato commesso con violenza alla persona, oppure è un furto in abitazione o con strappo (art. "
        "624-bis c.p.)?",
        etichetta="reato con violenza alla persona",
        scelte=(
            Scelta(
                "no",
                "No, un altro reato",
                (
                    negato(r"(?:violenz\w+|violent\w+|aggression\w+|botte|lesion\w+)"),
                    r"\b(?:senza|nessun\w*|niente|no|non)\b(?:\s+\w+){0,5}?\s+violen\w+",
                    rf"^(?!.*\b(?:{_VIOLENT})).*\b(?:{_PEACEFUL})",
                    r"\b20 giorni\b(?!.*\b30\b)",
                ),
            ),
            Scelta("si", "Sì", (rf"\b(?:{_VIOLENT})", r"\b30 giorni\b(?!.*\b20\b)")),
        ),
        serve=lambda valori: valori.get("termine") == "archiviazione",
        aiuto="Per i delitti con violenza alla persona e per l'art. 624-bis c.p. i giorni sono 30, per gli altri reati 20: mi "
        "serve solo un sì o un no.",
    ),
    Parametro(
        nome="oggetto",
        tipo=SCELTA,
        domanda="Che cosa ha chiesto: un certificato, copie di atti o una legalizzazione?",
        etichetta="che cosa è stato chiesto",
        scelte=(
            Scelta(LEGALIZZAZIONE, "Legalizzazione o apostille", (r"\blegalizz\w+", r"\bapostill\w+")),
            Scelta(
                CERTIFICATO,
                "Un certificato",
                (
                    r"\bcertif\w*",
                    r"\bcasellario",
                    r"\bcarichi\b",
                    r"\bfedina",
                    r"\bpenale\b(?! procediment)",
                    r"\beseguita pena|\bchiusa inchiesta|\banagrafe\b|\bvisura\b",
                ),
            ),
            Scelta(COPIE, "Copie di atti", (r"\bcopi[ae]\b", r"\bfotocopi\w+", r"\batti\b", r"\bfascicol\w+", r"\bsentenz\w+")),
        ),
        serve=lambda valori: valori.get("termine") == "rilascio",
    ),
    Parametro(
        nome="certificato",
        tipo=SCELTA,
        domanda="Quale certificato?",
        etichetta="certificato",
        scelte=(
            Scelta(CARICHI, "Carichi pendenti", (r"\bcarichi\b", r"\bcarico pendente")),
            Scelta(CHIUSA, "Chiusa inchiesta", (r"\bchius[ao]\w* (?:d )?inchiesta", r"\bfine inchiesta")),
            Scelta(ESEGUITA, "Eseguita pena", (r"\beseguita\b", r"\bpena eseguita")),
            Scelta(ANAGRAFE, "Anagrafe delle sanzioni", (r"\banagrafe\b", r"\bsanzioni\b")),
            Scelta(CASELLARIO, "Casellario", (r"\bcasellario", r"\bfedina", r"\bpenale\b", r"\bcertificato (?:generale|civile)")),
        ),
        facoltativo=True,
        serve=lambda valori: valori.get("termine") in ("validita_certificato", "rilascio"),
    ),
    Parametro(
        nome="urgente",
        tipo=SCELTA,
        domanda="Con urgenza?",
        etichetta="urgenza",
        scelte=(
            Scelta(
                "no",
                "Senza urgenza",
                (r"\b(?:non|senza|nessuna|niente|no)\s+(?:\w+\s+){0,2}?(?:urgen\w+|fretta|premura)", r"\bordinari[oa]\b"),
            ),
            Scelta("si", "Con urgenza", (r"\burgen\w+", r"\bsubito\b", r"\bdi fretta", r"\bimmediatamente")),
        ),
        predefinito="no",
        serve=lambda valori: valori.get("termine") == "rilascio",
    ),
    Parametro(
        nome="accordo",
        tipo=SCELTA,
        domanda="Le parti si sono conciliate in udienza, o c'è stato un altro imprevisto?",
        etichetta="conciliazione in udienza",
        scelte=(
            Scelta(
                "no",
                "No",
                (
                    r"\b(?:non|senza|nessun\w*|niente)\s+(?:\w+\s+){0,3}?(?:concilia\w*|accord\w+|imprevist\w+|transig\w+"
                    r"|transaz\w+)",
                ),
            ),
            Scelta(
                "si",
                "Sì, conciliazione o imprevisto",
                (
                    r"\bconcilia\w*",
                    r"\baccord\w+",
                    r"\bintesa\b",
                    r"\btransig\w+|\btransaz\w+",
                    r"\bd accordo\b",
                    r"\b(?:precisazion\w+|conclusion\w+) congiunt\w+",
                    r"\briserva\b",
                    r"\b(?:a sorpresa|inattes\w+|imprevist\w+|all improvviso|inaspettat\w+|improvvis\w+)",
                    r"\bfatto (?:la )?pace\b",
                ),
            ),
        ),
        facoltativo=True,
        serve=lambda valori: valori.get("termine") == "istanza_patrocinio",
    ),
    Parametro(
        nome="periodico",
        tipo=SCELTA,
        domanda="Il pagamento è a scadenze periodiche?",
        etichetta="pagamento periodico",
        scelte=(
            Scelta(
                "no",
                "No",
                (
                    r"\b(?:non|senza|nessun\w*)\s+(?:\w+\s+){0,3}?(?:periodic\w+|scadenz\w+ fiss\w+|rat[ae]\b|mensil\w+)",
                    r"\b10 anni\b(?!.*\b5 anni\b)",
                ),
            ),
            Scelta(
                "si",
                "Sì",
                (
                    r"\bperiodic\w+",
                    r"\b(?:mensil|trimestral|semestral|annual)\w+\b",
                    r"\bogni (?:mese|anno|trimestre|semestre|3 mesi|6 mesi)",
                    r"\ba rate\b",
                    r"\bquinquennal\w+|\b5 anni\b(?!.*\b10 anni\b)",
                ),
            ),
        ),
        facoltativo=True,
        serve=lambda valori: valori.get("termine") == "prescrizione_custode",
    ),
    Parametro(
        nome="dal",
        tipo=DATA,
        domanda="Da quale data si conta? Mi scriva giorno, mese e anno.",
        etichetta="data di partenza",
        prima=(r"dal(?:l|lo|la)?", r"del(?:l)?", r"il(?: giorno)?", r"in data", r"giorno"),
        aiuto="Mi serve la data da cui parte il termine (rilascio, deposito, notifica, udienza...), per esempio 12 marzo 2025.",
    ),
)


def calcola(valori: Valori, contesto: Contesto) -> Risultato:
    """The last day of a term, and what is to be known beside it."""
    termine = TERMINE[str(valori["termine"])]
    start = valori["dal"]
    assert isinstance(start, date)
    if start > aggiungi_giorni(contesto.oggi, AVANTI):
        raise ValoreNonValido("dal", f"{_maiuscola(il(start))} è troppo lontano nel futuro: controlli l'anno.")
    special = _SPECIALI.get(termine.valore)
    return special(termine, start, valori, contesto) if special else _semplice(termine, start, valori, contesto)


def _maiuscola(testo: str) -> str:
    return testo[:1].upper() + testo[1:]


def _scadenza(start: date, quanti: int, unita: str) -> date:
    if unita == "giorni":
        return aggiungi_giorni(start, quanti)
    if unita == "lavorativi":
        return aggiungi_lavorativi(start, quanti)
    return aggiungi_mesi(start, quanti) if unita == "mesi" else aggiungi_anni(start, quanti)


_UNITA = {
    "giorni": ("giorno", "giorni"),
    "lavorativi": ("giorno lavorativo", "giorni lavorativi"),
    "mesi": ("mese", "mesi"),
    "anni": ("anno", "anni"),
}


def _durata(quanti: int, unita: str) -> str:
    return f"{quanti} {_UNITA[unita][quanti != 1]}"


def _conto(start: date, quanti: int, unita: str, end: date) -> str:
    how = "il giorno di partenza non si conta" if unita in ("giorni", "lavorativi") else "secondo il calendario"
    return f"{data_estesa(start)} + {_durata(quanti, unita)} ({how}) = {con_settimana(end)}"


def _risultato(
    termine: Termine, start: date, end: date, descrizione: str, passaggi: Tuple[str, ...], contesto: Contesto, **altro: object
) -> Risultato:
    natura = str(altro.get("natura", termine.natura))
    fonti, note = altro.get("fonti", termine.fonti), altro.get("note", termine.note)
    assert isinstance(fonti, tuple) and isinstance(note, tuple)
    warnings = [*_passato(end, contesto.oggi), *_festa(end, natura), *_agosto(start, end, natura), *note]
    if start > contesto.oggi and termine.valore != "istanza_patrocinio":
        warnings.append("La data di partenza deve ancora venire")
    return Risultato(descrizione=descrizione, giorno=end, passaggi=passaggi, fonti=fonti, avvertenze=tuple(warnings))


def _passato(end: date, oggi: date) -> List[str]:
    if end == oggi:
        return ["Il termine scade oggi"]
    return [f"Oggi è {il(oggi)}: il termine è già passato"] if end < oggi else []


def _festa(end: date, natura: str) -> List[str]:
    """What is said where the last day is a Saturday, a Sunday or a holiday."""
    name = nome_del_giorno(end)
    if not name:
        return [f"{_maiuscola(il(end))} è San Grato, patrono di Aosta: gli uffici possono essere chiusi"] if patrono(end) else []
    day = f"{_maiuscola(il(end))} è {name}"
    if natura == PENALE:
        if end.weekday() == SABATO and name == "sabato":
            return [f"{day}: l'art. 172 c.p.p. sposta solo i termini che scadono in un giorno festivo, e il sabato non lo è"]
        return [
            f"{day}: per l'art. 172 c.p.p. il termine che scade in un giorno festivo passa al primo non festivo, "
            f"{con_settimana(primo_non_festivo(end))}"
        ]
    if natura == CIVILE:
        return [
            f"{day}: per l'art. 155 c.p.c. il termine passa al primo giorno non festivo (sabato escluso), "
            f"{con_settimana(primo_non_festivo(end, True))}"
        ]
    if natura == UFFICIO:
        return [
            f"{day}: i documenti non dicono se il termine passa al primo giorno non festivo, "
            f"{con_settimana(primo_non_festivo(end, True))}, come "
            "l'art. 155 c.p.c. prevede per i termini del processo; è più sicuro non aspettare"
        ]
    return [day]


def _agosto(start: date, end: date, natura: str) -> List[str]:
    if natura not in (CIVILE, PENALE) or not tocca_agosto(start, end):
        return []
    return [
        "Dal 1° al 31 agosto i termini del processo di regola sono sospesi: qui la sospensione non è contata, verifichi con "
        "un avvocato"
    ]


def _semplice(termine: Termine, start: date, valori: Valori, contesto: Contesto) -> Risultato:
    end = _scadenza(start, termine.quanti, termine.unita)
    return _risultato(
        termine,
        start,
        end,
        f"ultimo giorno {termine.cosa}, {_durata(termine.quanti, termine.unita)} {termine.evento} {del_giorno(start)}",
        (_conto(start, termine.quanti, termine.unita, end),),
        contesto,
    )


def _validita(termine: Termine, start: date, valori: Valori, contesto: Contesto) -> Risultato:
    """Carta 5.1 and 5.3: six months; for the other certificates the Carta gives no duration."""
    kind = valori.get("certificato")
    if kind in (CHIUSA, ESEGUITA, ANAGRAFE):
        name, section, _ = _CERTIFICATI[str(kind)]
        return Risultato(
            descrizione=(
                f"la Carta dei servizi non dice quanto vale {name}: i sei mesi dal rilascio sono scritti per i certificati "
                f"del casellario e per "
                "quello dei carichi pendenti"
            ),
            fonti=(_carta(section), _carta("5.1", CHE_COSA), _carta("5.3", CHE_COSA)),
        )
    fonti = termine.fonti if kind is None else (_carta(_CERTIFICATI[str(kind)][1], CHE_COSA),)
    end = aggiungi_mesi(start, termine.quanti)
    description = f"ultimo giorno di validità del certificato rilasciato {il(start)}, che vale sei mesi dal rilascio"
    return _risultato(
        termine, start, end, description, (_conto(start, termine.quanti, termine.unita, end),), contesto, fonti=fonti, natura=""
    )


def _archiviazione(termine: Termine, start: date, valori: Valori, contesto: Contesto) -> Risultato:
    """Carta 8.3: 20 days to see the deeds; 30 to object for crimes with violence and art. 624-bis c.p."""
    violent = valori["violenza"] == "si"
    days = 30 if violent else termine.quanti
    end = aggiungi_giorni(start, days)
    why = "delitti con violenza alla persona e art. 624-bis c.p." if violent else "reati senza violenza alla persona"
    what = "per l'opposizione alla richiesta di archiviazione" if violent else termine.cosa
    notes = (
        ("L'avviso è notificato in ogni caso",)
        if violent
        else ("L'avviso va a chi nella notizia di reato ha chiesto di essere informato",)
    )
    description = f"ultimo giorno {what}, {days} giorni {termine.evento} {del_giorno(start)} ({why})"
    return _risultato(termine, start, end, description, (_conto(start, days, termine.unita, end),), contesto, note=notes)


def _rilascio(termine: Termine, start: date, valori: Valori, contesto: Contesto) -> Risultato:
    """Carta, TEMPI of 5.1-5.4, 7.1, 8.1-8.3: three working days; the same day, or two working days for copies, if urgent."""
    thing, urgent = str(valori["oggetto"]), valori.get("urgente") == "si"
    kind = str(valori.get("certificato", CASELLARIO))
    notes: List[str] = []
    if thing == LEGALIZZAZIONE:
        end, steps = aggiungi_lavorativi(start, 1), "il giorno successivo alla presentazione, se lavorativo"
        name, fonti = "l'atto legalizzato o apostillato", (_carta("8.2", "TEMPI"),)
        notes.append("La Carta dice «compatibilmente con le esigenze d'ufficio»")
    elif thing == COPIE:
        days = 2 if urgent else termine.quanti
        end = aggiungi_lavorativi(start, days)
        steps = _conto(start, days, termine.unita, end)
        name, fonti = "le copie" + (" urgenti" if urgent else ""), (_carta("8.3", "TEMPI"),)
        notes.append(
            "È il giorno più lontano: le copie urgenti si possono avere anche subito"
            if urgent
            else f"Con urgenza si hanno subito o al più tardi {con_settimana(aggiungi_lavorativi(start, 2))}"
        )
    else:
        urgent = urgent and kind != CHIUSA
        end = start if urgent else aggiungi_lavorativi(start, termine.quanti)
        steps = (
            "con urgenza il certificato è disponibile in giornata"
            if urgent
            else _conto(start, termine.quanti, termine.unita, end)
        )
        name = _CERTIFICATI[kind][0] if "certificato" in valori else "il certificato"
        fonti = (_carta(_CERTIFICATI[kind][1], "TEMPI"),)
        if kind == CHIUSA:
            notes.append("Per il certificato di chiusa inchiesta la Carta non prevede l'urgenza")
        elif not urgent:
            notes.append("Con urgenza il certificato è disponibile in giornata")
    if not lavorativo(start):
        notes.insert(
            0,
            f"{_maiuscola(il(start))} è {nome_del_giorno(start)}: gli uffici sono chiusi, il conto parte dal primo giorno "
            f"lavorativo",
        )
    saint = passa_per_il_patrono(start, end)
    if saint is not None:
        notes.append(f"{_maiuscola(il(saint))} è San Grato, patrono di Aosta: se gli uffici sono chiusi, un giorno in più")
    notes.append("Sono contati come lavorativi i giorni dal lunedì al venerdì non festivi")
    verb = "sono pronte" if thing == COPIE else "è pronto"
    return Risultato(
        descrizione=f"giorno in cui {verb} {name}, con la richiesta {del_giorno(start)}",
        giorno=end,
        passaggi=(steps,),
        fonti=fonti,
        avvertenze=tuple(notes),
    )


def _patrocinio(termine: Termine, start: date, valori: Valori, contesto: Contesto) -> Risultato:
    """Protocollo 1.4: the day before the last hearing; the day after it, with a reserve, where that was not possible."""
    before, after = aggiungi_giorni(start, -1), aggiungi_giorni(start, 1)
    if valori.get("accordo") == "si":
        description = f"ultimo giorno {termine.cosa}, il giorno successivo all'udienza {del_giorno(start)}"
        notes = ("Vale se all'udienza la liquidazione è stata chiesta a verbale con riserva di deposito", *termine.note)
        return _risultato(termine, start, after, description, (_conto(start, 1, "giorni", after),), contesto, note=notes)
    other = f"Se non è possibile (conciliazione in udienza, precisazioni congiunte), con riserva a verbale: entro {il(after)}"
    notes = ((other,) if valori.get("accordo") is None else ()) + termine.note
    closed = nome_del_giorno(before)
    if closed:
        notes = (
            f"{_maiuscola(il(before))} è {closed}: conviene depositare entro {con_settimana(ultimo_lavorativo(before))}",
            *notes,
        )
    description = f"ultimo giorno {termine.cosa}, almeno il giorno prima dell'ultima udienza {del_giorno(start)}"
    step = f"{data_estesa(start)} - 1 giorno = {con_settimana(before)}"
    return _risultato(termine, start, before, description, (step,), contesto, note=notes, natura=NESSUNA if not closed else "")


def _prescrizione(termine: Termine, start: date, valori: Valori, contesto: Contesto) -> Risultato:
    """Carta 6.1: ten years from the beginning of the custody; five where it is paid periodically (art. 2948 n. 4 c.c.)."""
    ten, five = aggiungi_anni(start, termine.quanti), aggiungi_anni(start, 5)
    periodic = valori.get("periodico")
    years, end = (5, five) if periodic == "si" else (termine.quanti, ten)
    notes = termine.note
    if periodic is None:
        notes = (*notes, f"Se il compenso è corrisposto periodicamente la prescrizione è di 5 anni: {data_estesa(five)}")
    description = f"ultimo giorno {termine.cosa}, {years} anni {termine.evento} {del_giorno(start)}"
    return _risultato(termine, start, end, description, (_conto(start, years, "anni", end),), contesto, note=notes)


_SPECIALI: Mapping[str, Callable[[Termine, date, Valori, Contesto], Risultato]] = {
    "validita_certificato": _validita,
    "archiviazione": _archiviazione,
    "rilascio": _rilascio,
    "istanza_patrocinio": _patrocinio,
    "prescrizione_custode": _prescrizione,
}


def argomento(valori: Valori) -> str:
    """The topic of what is asked next: the one of the term."""
    termine = TERMINE.get(str(valori.get("termine")))
    if termine is None:
        return "spese_giustizia"
    if termine.valore == "rilascio" and valori.get("oggetto") in (COPIE, LEGALIZZAZIONE):
        return "copie_atti" if valori["oggetto"] == COPIE else "legalizzazione"
    if termine.valore in ("rilascio", "validita_certificato") and "certificato" in valori:
        return _CERTIFICATI[str(valori["certificato"])][2]
    return termine.argomento


CALCOLATORE = Calcolatore(
    id="scadenze",
    titolo="Scadenza di un termine",
    esempio="Il decreto mi è stato comunicato il 12 marzo: entro quando posso oppormi?",
    argomento=argomento,
    voci=tuple(TERMINE_DI_VOCE),
    parametri=PARAMETRI,
    calcola=calcola,
)
