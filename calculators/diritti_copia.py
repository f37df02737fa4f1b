"""Diritti di copia: what copies of the acts cost. Carta dei servizi, 8.1, 8.3 and Allegato 1 (9.1-9.6)."""

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
    UNITA_FOGLI,
    UNITA_PAGINE,
    Regola,
    conta_pagine,
    detto,
    in_vigore,
    intero,
    legge_fogli,
    legge_lati,
    numero_nudo,
    pagine_calcolate,
    pagine_dei_fogli,
    piu_uno,
    ultimo,
    urgenza,
)
from knowledge.models import Edizione
from knowledge.templates import euro

PER_TIPO_E_LUOGO = {  # the tables on paper: 9.1, 9.2, 9.5, 9.6
    ("semplice", "procura"): "diritti_copia_semplice",
    ("autentica", "procura"): "diritti_copia_autentica",
    ("semplice", "giudice_di_pace"): "copia_semplice_gdp",
    ("autentica", "giudice_di_pace"): "copia_autentica_gdp",
}
SENZA_PAGINE, CON_PAGINE = "copia_supporto_senza_pagine", "copia_supporto_pagine"  # 9.3, 9.4

# ---- Reading


def _legge_luogo(text: str, valori: Valori) -> Optional[str]:
    gdp = r"giudic\w*\.? d(?:i|ella|el|e)? ?pace|g\.? ?d\.? ?p\b\.?|giudice pace"
    procura = (
        r"(?:in|alla|dalla|presso la|dalla vostra|della vostra|qui in|la|vostra) procura|^procura\b|(?:al|dal|in"
        r"|presso il) tribunale"
        r"|pubblico ministero|segreteria del pm|(?:da|presso di) voi"
    )
    acts = rf"(?:att[io]|fascicol\w+|procediment\w+|process\w+|sentenz\w+) (?:del|di un|dell ufficio del|davanti al) (?:{gdp})"
    if re.search(rf"\b{acts}", text) and detto(text, procura):
        return "procura"  # acts of the Giudice di Pace that the Procura copies: it is who copies that counts
    rules = [Regola("giudice_di_pace", gdp, "procura")]
    if not detto(text, gdp) or re.search(rf"\b(?:{procura})\W*$", text) or re.search(r"\b(?:anzi|non|invece)\b", text):
        rules.append(Regola("procura", procura))
    return ultimo(text, rules)


_CASSETTE = r"(?:\w*cas+et+\w*|vhs|nastr[oi]\w*|bobin\w+)"
_FLOPPY = r"(?:flop+[yi]\w*|dis[ck]h?et+\w*)"
_DISC = r"(?:c\.? ?d\b(?!\.? ?s)|cd\s?-?rom|cdrom|d\.? ?v\.? ?d\b|dvds?|compact\w*|dischi ottic\w+|disco ottico|blu ?ray)"
_STICK = r"(?:chiavett\w+|pen ?-?drive|usb|hard ?disk|hdd?\b|disco (?:esterno|rigido|fisso)|memoria (?:esterna|usb)|micro ?sd)"
_DIGITAL = (
    r"(?:digit[ai]\w+|files?\b|pdf|elettronic\w+|informatic\w+|scansion\w+|scann?er\w+|telematic\w+|dematerializzat\w+"
    r"|(?:mand|invi|riceve|spedi|aver|arriv|trasme|dare|dat)\w* (?:\w+ ){0,3}?(?:(?:via|per|con|tramite|su"
    r"|in) )?(?:la )?(?:e ?-?mail|mail|pec|posta elettronica)\b"
    r"|(?:via|per|tramite) (?:e ?-?mail|mail|posta elettronica)\b|supporto (?:divers\w+|altr\w+)|divers\w+ dal(?:la)? cart\w+"
    r"|altro supporto)"
)
_PAPER = (
    r"(?:carta?ce\w+|(?:su|in|sulla|di) carta\b(?! (?:dei|bollata|d |di|libera|semplice|legale))|stamp[ai]t\w*|stampa\b"
    r"|stampe\b|a mano)"
)
_NO_PAGES = (
    r"(?:(?:non|nn) (?:\w+ ){0,3}?(?:contar\w*|conta\w*|contabil\w*|numerabil\w*|numerat\w*|quantificabil\w*|calcolabil\w*)"
    r"|senza (?:numero di )?(?:pagin\w+|facciat\w+)|(?:non|nn) (?:ha|hanno|c e|ci sono|e a|contien\w+|prevede) (?:\w+ )?pagin\w+"
    r"|pagin\w+ (?:\w+ )?(?:non|nn) (?:c|ce|ci|esist|ne)\w*|niente pagin\w+|impossibil\w+ (?:da )?contar\w*|nessuna pagin\w+)"
)
_COUNTABLE = (
    r"pagin\w+ (?:\w+ ){0,3}?(?:contabil\w+|numerabil\w+|contat\w+|numerat\w+|contar\w*|contan\w*)|contar\w* (?:le "
    r"|il numero di )?(?:pagin|facciat)\w+"
)
_RECORDED = (
    r"(?:audio\b|video\b|videorip\w+|filmat\w+|filmin\w+|riprese\b|registrazion\w+|intercettazion\w+|telecamer\w+"
    r"|audiovisiv\w+|fonograf\w+|videograf\w+"
    r"|tracc\w+ (?:audio|sonor\w+))"
)
_WRITTEN = r"(?:trascri\w+|brogliacc\w+|verbal\w+)"


def _disc_among(text: str) -> Optional[str]:
    """The kind of support named last in a message."""
    return ultimo(
        text,
        (
            Regola("dischetto", _FLOPPY),
            Regola("cd_dvd", _DISC),
            Regola("altro", _STICK),
            Regola("cassetta", _CASSETTE),
        ),
    )


def _legge_supporto(text: str, valori: Valori) -> Optional[str]:
    uncountable = bool(re.search(rf"\b{_NO_PAGES}", text))
    counted = not uncountable and (conta_pagine(text) or detto(text, _COUNTABLE))
    said = ultimo(
        text,
        (
            Regola("digitale", _DIGITAL, "carta"),
            Regola("digitale", rf"(?:{_DISC}|{_STICK}|{_FLOPPY}|{_CASSETTE})", "carta"),
            Regola("carta", _PAPER, "digitale"),
        ),
    )
    if said == "carta" or (said is None and re.search(r"^(?:la |su )?carta\W*$|\bfotocopi\w+", text)):
        return "carta"
    recorded = detto(text, _RECORDED) and not detto(text, _WRITTEN)
    if said is None:
        if uncountable or (
            recorded and not counted and valori.get("supporto") != "digitale" and detto(text, r"(?:audio|video|filmat\w+)\b")
        ):
            return "senza_pagine"
        return "digitale" if counted and valori.get("supporto") == "senza_pagine" else None
    if counted:
        return "digitale"
    if uncountable or recorded or detto(text, rf"(?:{_CASSETTE}|{_FLOPPY})") or valori.get("supporto") == "senza_pagine":
        return "senza_pagine"
    return "digitale"


def _legge_contabili(text: str, valori: Valori) -> Optional[str]:
    if re.search(rf"\b{_NO_PAGES}", text):
        return "no"
    return "si" if conta_pagine(text) or detto(text, _COUNTABLE) else None


def _legge_oggetto(text: str, valori: Valori) -> Optional[str]:
    kind = _disc_among(text)
    if kind is not None and kind != "cassetta":
        return kind
    video = detto(text, r"(?:video\w*|vhs|filmat\w+|riprese|telecamer\w+)")
    audio = detto(text, r"(?:audio\w*|fonograf\w*|sonor\w+|vocal\w+|music\w*|intercettazion\w+|telefon\w+|voce)")
    if video != audio and (kind == "cassetta" or len(text.split()) <= 3):
        return "cassetta_video" if video else "cassetta_audio"
    return None


def _legge_minuti(text: str, valori: Valori) -> Optional[int]:
    about_tapes = str(valori.get("oggetto", "")).startswith("cassetta") or detto(text, _CASSETTE)
    if not about_tapes:
        return None
    found = re.search(r"(\d+)\s*(?:minut\w*|min\b)", text)
    if found:
        return int(found[1])
    if re.search(r"\bor[ae]\b", text):
        hours = re.search(r"\b(\d+|un|una)\s?or[ae]\b(?: e (mezz[oa]|un quarto))?", text)
        if hours:
            return (int(hours[1]) if hours[1].isdigit() else 1) * 60 + (30 if (hours[2] or "").startswith("mezz") else 0)
        if re.search(r"\bmezz ?ora\b", text):
            return 30
    found = re.search(rf"{_CASSETTE} (?:\w+ ){{0,2}}?da (\d+)\b|\bc ?(\d{{2,3}})\b|^\W*(?:da |di |sono da )(\d+)\W*$", text)
    return int(next(g for g in found.groups() if g)) if found else None


def _legge_quantita(text: str, valori: Valori) -> Optional[int]:
    if not senza_pagine(valori):
        return None
    if re.search(rf"\b(?:un|1) paio di (?:\w+ )?(?:{_CASSETTE}|{_FLOPPY}|{_DISC})", text):
        return 2
    if piu_uno(text) and "quantita" not in valori:
        return 2
    number = numero_nudo(text, da_solo=str(valori.get("oggetto")) in ("dischetto", "cd_dvd") or "minuti" in valori)
    return None if number == valori.get("minuti") else number


_CERTIFIED = (
    r"(?:au?t+e?n+t?i+[ck]\w*|autentcat\w*|aut\b|bollo tondo|autentif\w*|auten[ct]i?[ct]\w*|atutentic\w*|conf[or]{1,2}m\w*"
    r"|confrom\w*|comform\w*"
    r"|certificazion\w*|copi[ae] certificat[ae]"
    r"|timbr\w*|vidimat\w*|valore (?:legale|ufficiale)|copi[ae] (?:ufficial|legal)[ei])"
)
_PLAIN = (
    r"(?:(?<!domanda )(?<!cosa )(?<!calcolo )(?<!conto )(?<!richiesta )(?<!informazione )(?<!curiosita )(?<!piu )"
    r"(?:sem?n?plic\w{1,2}|sempl|semplci[ei]?|sempilc[ei]|semplce)\b(?! (?:domanda|cosa|curiosita|informazione|calcolo|conto"
    r"|richiesta))"
    r"|(?:(?:foto)?copi\w+|pagin\w+|fogli) (?:\w+ )?(?:liber[ae]|normal[ei]|comun[ei]|lisc[ie]\w*|informi?e?)\b"
    r"|normal[ei] (?:foto)?copi\w+"
    r"|uso studio|carta libera|liber[ae] (?:senza|con|non)\b)"
)
_UNSURE = re.compile(
    rf"\bnon so (?:se|quale|che tipo|cosa)\b|\bche differenza|\bdifferenza tra\b|{_PLAIN} o (?:\w+ )?{_CERTIFIED}"
    rf"|{_CERTIFIED} o (?:\w+ )?{_PLAIN}"
)


def _legge_tipo(text: str, valori: Valori) -> Optional[str]:
    if _UNSURE.search(text):
        return None
    said = ultimo(text, (Regola("autentica", _CERTIFIED, "semplice"), Regola("semplice", _PLAIN, "autentica")))
    if said is None and "tipo" not in valori and re.search(r"^(?:quell[ae] |le )?normal[ei]\W*$", text):
        return "semplice"
    return said


def _legge_urgenza(text: str, valori: Valori) -> Optional[str]:
    said = urgenza(text)
    if said is None and "tipo" in valori and re.search(r"^(?:quell[ae] |tariffa |rilascio )?normal[ei]\W*$", text):
        return "no"
    return said


_EACH_COPY = re.compile(
    r"(?<![\w,.])(\d{1,3}) copie (?:\w+ ){0,4}?(?:di|da|con) (?:\w+ ){0,4}?\d[\d.]* (?:pagin|facciat|fogli)"
    r"|(?<![\w,.])(\d{1,3}) copie (?:\w+ )?(?:ciascun\w*|ugual\w+|identic\w+|dello stesso|della stessa|per (?:ciascun\w*|uno"
    r"|ognun\w*))|\bin (\d{1,3}) copie\b"
)


def _legge_copie(text: str, valori: Valori) -> Optional[int]:
    found = _EACH_COPY.search(text)
    if found:
        return int(next(g for g in found.groups() if g))
    for word, number in (("duplice", 2), ("doppia", 2), ("triplice", 3), ("tripla", 3)):
        if re.search(rf"\b{word} copia\b", text):
            return number
    return (
        1
        if re.search(r"\b(?:un(?:a|ica)?|1) sola copia\b|\b1 copia sola\b|\bun unica copia\b", text) and "copie" in valori
        else None
    )


def _legge_pagine(text: str, valori: Valori) -> Optional[int]:
    total = pagine_dei_fogli(text) or pagine_calcolate(text)
    if total is not None:
        return total
    if senza_pagine(valori) or intero(valori, "fogli"):
        return None
    return numero_nudo(text)


# ---- What is needed when


def senza_pagine(valori: Valori) -> bool:
    """Whether the copy is on a support whose pages cannot be counted (9.3)."""
    supporto = valori.get("supporto", "carta")
    return supporto == "senza_pagine" or (supporto == "digitale" and valori.get("contabili") == "no")


def _su_carta(valori: Valori) -> bool:
    return valori.get("supporto", "carta") == "carta"


def _a_cassette(valori: Valori) -> bool:
    return senza_pagine(valori) and str(valori.get("oggetto", "")).startswith("cassetta")


def _a_fogli(valori: Valori) -> bool:
    return not senza_pagine(valori) and intero(valori, "fogli") > 0


def _da_sapere_se_contabili(valori: Valori) -> bool:
    if valori.get("supporto") != "digitale":
        return False
    known = "pagine" in valori or _a_fogli(valori)
    return "contabili" in valori or (valori.get("oggetto") in ("cd_dvd", "altro") and not known)


PARAMETRI = (
    Parametro(
        nome="luogo",
        tipo=SCELTA,
        domanda="Le copie le rilascia la Procura o l'Ufficio del Giudice di Pace?",
        etichetta="l'ufficio che rilascia le copie",
        scelte=(Scelta("procura", "Procura"), Scelta("giudice_di_pace", "Giudice di Pace")),
        predefinito="procura",
        legge=_legge_luogo,
    ),
    Parametro(
        nome="supporto",
        tipo=SCELTA,
        domanda="Le vuole su carta o in formato digitale?",
        etichetta="il supporto delle copie",
        scelte=(
            Scelta("carta", "Su carta"),
            Scelta("digitale", "In formato digitale"),
            Scelta("senza_pagine", "Cassetta, dischetto, CD o DVD senza pagine"),
        ),
        predefinito="carta",
        legge=_legge_supporto,
    ),
    Parametro(
        nome="oggetto",
        tipo=SCELTA,
        domanda="Su quale supporto: cassetta audio, cassetta video, dischetto, CD o DVD?",
        etichetta="il tipo di supporto",
        scelte=(
            Scelta("cassetta_audio", "Cassetta audio (fonografica)"),
            Scelta("cassetta_video", "Cassetta video (videografica)"),
            Scelta("dischetto", "Dischetto da 1,44 MB"),
            Scelta("cd_dvd", "CD o DVD"),
            Scelta("altro", "Altro (chiavetta USB, disco esterno)"),
        ),
        serve=lambda valori: senza_pagine(valori) or "oggetto" in valori,
        legge=_legge_oggetto,
        aiuto="La tabella 9.3 ha un importo per ogni tipo di supporto: cassette audio o video, dischetti, CD o DVD.",
    ),
    Parametro(
        nome="contabili",
        tipo=SCELTA,
        domanda="Si possono contare le pagine di quello che va copiato?",
        etichetta="se le pagine si possono contare",
        scelte=(Scelta("si", "Sì, si possono contare"), Scelta("no", "No, le pagine non si contano")),
        serve=_da_sapere_se_contabili,
        legge=_legge_contabili,
        aiuto=(
            "Gli atti scansionati hanno pagine che si possono contare; le registrazioni audio e video no. Le due tabelle sono "
            "diverse."
        ),
    ),
    Parametro(
        nome="minuti",
        tipo=INTERO,
        domanda="Quanti minuti dura la cassetta?",
        etichetta="la durata della cassetta in minuti",
        minimo=1,
        massimo=1000,
        serve=_a_cassette,
        legge=_legge_minuti,
        aiuto="L'importo dipende dalla durata della cassetta: basta scrivere i minuti, per esempio 60.",
    ),
    Parametro(
        nome="quantita",
        tipo=INTERO,
        domanda="Quanti ne servono?",
        etichetta="il numero di supporti",
        minimo=1,
        massimo=1000,
        predefinito=1,
        serve=senza_pagine,
        unita=(
            r"\w*cas+et+\w*",
            r"flop+[yi]\w*",
            r"dis[ck]h?et+\w*",
            r"vhs\b",
            r"nastri\b",
            r"(?:cd|dvd)\b",
            r"compact\w*",
            r"chiavett\w+",
            r"supporti\b",
            r"dischi\b",
        ),
        legge=_legge_quantita,
    ),
    Parametro(
        nome="tipo",
        tipo=SCELTA,
        domanda="Copia semplice o autentica (conforme)?",
        etichetta="il tipo di copia",
        scelte=(Scelta("semplice", "Copia semplice"), Scelta("autentica", "Copia autentica (conforme)")),
        serve=lambda valori: _su_carta(valori) or valori.get("tipo") == "autentica",
        legge=_legge_tipo,
        aiuto=(
            "La copia autentica ha il timbro con cui l'ufficio attesta che è conforme all'originale; la semplice è una fotocopia."
        ),
    ),
    Parametro(
        nome="pagine",
        tipo=INTERO,
        domanda="Quante pagine sono?",
        etichetta="il numero di pagine",
        minimo=1,
        massimo=100_000,
        serve=lambda valori: not senza_pagine(valori) and not _a_fogli(valori),
        unita=UNITA_PAGINE,
        legge=_legge_pagine,
        aiuto="L'importo dipende dal numero di pagine: basta scriverlo in cifre, per esempio 37.",
    ),
    Parametro(
        nome="fogli",
        tipo=INTERO,
        domanda="Quanti fogli sono?",
        etichetta="il numero di fogli",
        minimo=0,
        massimo=50_000,
        facoltativo=True,
        serve=lambda valori: not senza_pagine(valori),
        unita=UNITA_FOGLI,
        legge=legge_fogli("facciate"),
    ),
    Parametro(
        nome="facciate",
        tipo=SCELTA,
        domanda="I fogli sono scritti solo davanti o fronte e retro?",
        etichetta="se i fogli sono scritti su una o due facciate",
        scelte=(Scelta("una", "Solo davanti"), Scelta("due", "Fronte e retro")),
        serve=_a_fogli,
        legge=legge_lati("facciate"),
        aiuto="Le tabelle contano le pagine e non i fogli: un foglio scritto fronte e retro ha due pagine.",
    ),
    Parametro(
        nome="copie",
        tipo=INTERO,
        domanda="Quante copie servono?",
        etichetta="il numero di copie",
        minimo=1,
        massimo=1000,
        facoltativo=True,
        serve=lambda valori: not senza_pagine(valori),
        legge=_legge_copie,
    ),
    Parametro(
        nome="urgenza",
        tipo=SCELTA,
        domanda="Le serve con urgenza?",
        etichetta="l'urgenza",
        scelte=(Scelta("no", "Senza urgenza"), Scelta("si", "Con urgenza")),
        serve=lambda valori: _su_carta(valori) or "urgenza" in valori,
        legge=_legge_urgenza,
        aiuto=(
            "Senza urgenza le copie sono pronte dopo 3 giorni lavorativi; con urgenza subito o al più tardi entro 2 giorni "
            "lavorativi, "
            "ma costano di più."
        ),
    ),
)

# ---- Computing


def per_pagine(edizione: Edizione, colonna: str, pagine: int) -> Optional[Tuple[Decimal, str]]:
    """What a table by number of pages says for a column, and how; None where the edition lacks the cell.

    Beyond the last row: a base and a step for every further group of as many pages as the last row reaches, or fraction of it.
    """
    valori = edizione.valori
    for row in valori.scaglioni:
        if row.da <= pagine <= row.a:
            if colonna not in row.importi:
                return None
            amount = Decimal(row.importi[colonna])
            return amount, f"da {row.da} a {row.a} pagine {euro(amount)}"
    oltre = valori.oltre.get(colonna)
    if oltre is None or not valori.scaglioni:
        return None
    group = valori.scaglioni[-1].a
    steps = -(-(pagine - group) // group)
    amount = oltre.base + oltre.passo * steps
    how = (
        f"fino a {group} pagine {euro(oltre.base)} + {steps} × {euro(oltre.passo)} (ogni altre {group} o frazione) = "
        f"{euro(amount)}"
    )
    return amount, how


def _pages(valori: Valori) -> int:
    if _a_fogli(valori):
        return intero(valori, "fogli") * (2 if valori.get("facciate") == "due" else 1)
    return intero(valori, "pagine")


def _counted(number: int, one: str, many: str) -> str:
    return f"1 {one}" if number == 1 else f"{number} {many}"


def _later(contesto: Contesto, table: str, column: str, pages: int, copies: int, gdp: bool) -> Tuple[Aggiornamento, ...]:
    edizione = contesto.successiva(table)
    if edizione is None:
        return ()
    nota = f"Importo {edizione.nota}." if edizione.nota else ""
    found = per_pagine(edizione, column, pages) if edizione.valori.scaglioni else None
    if found is not None:
        return (Aggiornamento(found[0] * copies, edizione.in_vigore_dal, edizione.atto, nota),)
    if edizione.valori.scaglioni:
        missing = "L'importo per questo caso non si legge nella fonte: va chiesto all'ufficio."
        return (Aggiornamento(None, edizione.in_vigore_dal, edizione.atto, missing),)
    return (Aggiornamento(None, edizione.in_vigore_dal, edizione.atto, _flat_rate(edizione, gdp)),)


def _flat_rate(edizione: Edizione, gdp: bool) -> str:
    """The flat rate of the digital copy in words (art. 269-bis D.P.R. 115/2002)."""
    suffix = "_gdp" if gdp else ""
    amounts, labels = edizione.valori.importi, edizione.valori.etichette
    parts = [f"{euro(amounts[k])} per {labels[k]}" for k in (f"telematica{suffix}", f"fisico{suffix}") if k in amounts]
    return f"Copia informatica, diritto forfetizzato: {', '.join(parts)}."


def calcola(valori: Valori, contesto: Contesto) -> Risultato:
    """The fee for a copy, by the edition of the Carta and, where there is one, by the edition in force today."""
    gdp = valori.get("luogo") == "giudice_di_pace"
    if senza_pagine(valori):
        return _on_support(valori, contesto, gdp)
    pages, copies = _pages(valori), intero(valori, "copie", 1)
    if pages < 1:
        raise ValoreNonValido("pagine", "Il numero di pagine deve essere almeno 1.")
    paper, urgent, certified = _su_carta(valori), valori.get("urgenza") == "si", valori.get("tipo") == "autentica"
    warnings: List[str] = []
    if paper:
        kind, column = str(valori.get("tipo", "semplice")), "urgente" if urgent else "non_urgente"
        table = PER_TIPO_E_LUOGO[kind, "giudice_di_pace" if gdp else "procura"]
        what = f"in copia {kind} su carta, {'con' if urgent else 'senza'} urgenza"
    else:
        table, column = CON_PAGINE, "importo"
        what = "in copia su supporto diverso dalla carta"
        if urgent:
            warnings.append("Per le copie su supporto diverso dalla carta la tabella 9.4 non ha un importo per l'urgenza.")
        if certified:
            warnings.append(
                "Per le copie su supporto diverso dalla carta la tabella 9.4 non distingue fra copia semplice e autentica."
            )
        if gdp:
            warnings.append(_NO_GDP_TABLE)
    edizione = contesto.pubblicata(table)
    found = per_pagine(edizione, column, pages)
    if found is None:
        raise ValoreNonValido("pagine", "La tabella non ha un importo per questo numero di pagine.")
    single, how = found
    steps = [how]
    if _a_fogli(valori):
        sheets = intero(valori, "fogli")
        sides = "fronte e retro" if valori.get("facciate") == "due" else "solo davanti"
        steps.insert(0, f"{_counted(sheets, 'foglio scritto', 'fogli scritti')} {sides} = {_counted(pages, 'pagina', 'pagine')}")
        if valori.get("facciate") == "due":
            warnings.append(
                "La Carta dei servizi non spiega come si contino i fogli scritti fronte e retro: qui ogni facciata vale una "
                "pagina."
            )
    if copies > 1:
        steps.append(f"{copies} copie × {euro(single)} = {euro(single * copies)}")
    where = " dall'Ufficio del Giudice di Pace" if gdp else ""
    times = f"{copies} copie di " if copies > 1 else ""
    return Risultato(
        descrizione=f"{times}{_counted(pages, 'pagina', 'pagine')} {what}{where}",
        importo=single * copies,
        passaggi=tuple(steps),
        fonti=tuple(edizione.fonti),
        tariffa=in_vigore(edizione),
        avvertenze=tuple(warnings),
        aggiornamenti=_later(contesto, table, column, pages, copies, gdp),
    )


_NO_GDP_TABLE = (
    "La Carta dei servizi non ha per il Giudice di Pace una tabella dei supporti diversi dalla carta: l'importo è quello "
    "della tabella generale."
)
_NAMES = {
    "cassetta_audio": ("cassetta audio", "cassette audio"),
    "cassetta_video": ("cassetta video", "cassette video"),
    "dischetto": ("dischetto", "dischetti"),
}


def _on_support(valori: Valori, contesto: Contesto, gdp: bool) -> Risultato:
    """The fee by kind of support (9.3): each tape by its length, each diskette, each request for CDs or DVDs."""
    edizione, oggetto, quantity = contesto.pubblicata(SENZA_PAGINE), str(valori["oggetto"]), intero(valori, "quantita", 1)
    amounts, labels = edizione.valori.importi, edizione.valori.etichette
    warnings = []
    if valori.get("urgenza") == "si":
        warnings.append("Per questi supporti la tabella 9.3 non ha un importo per l'urgenza.")
    if valori.get("tipo") == "autentica":
        warnings.append("Per questi supporti la tabella 9.3 non distingue fra copia semplice e autentica.")
    if gdp:
        warnings.append(_NO_GDP_TABLE)
    later = contesto.successiva(SENZA_PAGINE)
    cell = _cell(edizione, oggetto, valori)
    updates: Tuple[Aggiornamento, ...] = ()
    if later is not None:
        if cell in later.valori.importi:
            times = 1 if oggetto == "cd_dvd" else quantity
            updates = (Aggiornamento(later.valori.importi[cell] * times, later.in_vigore_dal, later.atto, later.nota or ""),)
        else:
            updates = (Aggiornamento(None, later.in_vigore_dal, later.atto, _flat_rate(later, gdp)),)
    total: Optional[Decimal] = None
    steps: Tuple[str, ...] = ()
    price = amounts.get(cell, Decimal(0))
    if not cell:
        described = (
            "La tabella 9.3 della Carta dei servizi non ha un importo per chiavette USB e dischi esterni: solo per cassette, "
            "dischetti, CD e DVD"
        )
        warnings.insert(0, "Quanto costa lo può dire la Segreteria che rilascia le copie.")
    elif oggetto == "cd_dvd":
        described = (
            "copia su CD o DVD, dove le pagine non si possono contare, per ogni richiesta qualunque sia il numero di dischi"
        )
        steps = (f"{labels[cell]}: {euro(price)}",)
        warnings.append("Se invece le pagine si possono contare vale la tabella 9.4, a pagine, con importi diversi.")
        total = price
    else:
        one, many = _NAMES[oggetto]
        length = f" da {intero(valori, 'minuti')} minuti" if oggetto.startswith("cassetta") else ""
        described = f"copia su {_counted(quantity, one, many)}{length}"
        total = price * quantity
        how = f"{labels[cell]}: {euro(price)}"
        steps = (how, f"{quantity} × {euro(price)} = {euro(total)}") if quantity > 1 else (how,)
    return Risultato(
        descrizione=described,
        importo=total,
        passaggi=steps,
        fonti=tuple(edizione.fonti),
        tariffa=in_vigore(edizione),
        avvertenze=tuple(warnings),
        aggiornamenti=updates,
    )


def _cell(edizione: Edizione, oggetto: str, valori: Valori) -> str:
    """The cell of the table for a support, "" if there is none; of tapes, the shortest kind that is long enough."""
    amounts = edizione.valori.importi
    if oggetto in amounts:
        return oggetto
    if not oggetto.startswith("cassetta"):
        return ""
    minutes = intero(valori, "minuti")
    lengths = sorted(int(name.rpartition("_")[2]) for name in amounts if name.startswith(f"{oggetto}_"))
    long_enough = [length for length in lengths if minutes <= length]
    if not long_enough:
        kind = _NAMES[oggetto][1]
        raise ValoreNonValido("minuti", f"Per le {kind} la tabella 9.3 arriva a {lengths[-1]} minuti.")
    return f"{oggetto}_{long_enough[0]}"


def _argomento(valori: Valori) -> str:
    return "diritti_copia"


CALCOLATORE = Calcolatore(
    id="diritti_copia",
    titolo="Diritti di copia",
    esempio="Quanto costano 37 pagine in copia conforme urgente?",
    argomento=_argomento,
    voci=(
        "diritti_copia.costo",
        "diritti_copia.copie_semplici",
        "diritti_copia.copie_autentiche",
        "diritti_copia.supporti_senza_pagine",
        "diritti_copia.cd_dvd",
        "diritti_copia.cassette",
        "diritti_copia.dischetto",
        "diritti_copia.supporti_pagine",
        "diritti_copia.gdp_semplici",
        "diritti_copia.gdp_autentiche",
        "diritti_copia.oltre_cento",
        "diritti_copia.minimo",
        "diritti_copia.costo_urgente",
        "diritti_copia.pagine_facciate",
        "copie_atti.costo",
        "copie_atti.costo_urgente",
        "copie_atti.costo_supporto",
        "copie_atti.copia_autentica",
        "sinistri.costo",
        "sinistri.costo_urgente",
        "sinistri.costo_autentiche",
    ),
    parametri=PARAMETRI,
    calcola=calcola,
)
