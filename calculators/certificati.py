"""Certificati: marca da bollo and diritti di cancelleria. Carta dei servizi, 5.1-5.4, 7.1, 8.2 and Allegato 2 (10)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Dict, List, Mapping, Optional, Sequence, Tuple

from calculators.model import (
    INSIEME,
    INTERO,
    SCELTA,
    Aggiornamento,
    Calcolatore,
    Contesto,
    Parametro,
    Risultato,
    Scelta,
    Valori,
)
from calculators.parole import (
    LEGALIZZAZIONE,
    PAESI_ESENTI,
    URGENZA,
    Regola,
    detto,
    in_vigore,
    insieme,
    intero,
    menzioni,
    negato,
    piu_uno,
    ultimo,
    urgenza,
)
from calculators.testi import elenco
from knowledge.models import Edizione, Fonte
from knowledge.templates import euro

DIRITTO, BOLLO = "diritto_certificato", "imposta_bollo"


@dataclass(frozen=True)
class Certificato:
    """What the Carta says of a certificate's costs (voce COSTO of its sheet).

    bollo: whether the stamp is due. urgente: whether it has an urgent fee. esenzioni: whether those of 5.1 are written for it.
    senza_costo: the sheet gives no cost at all (the visura: its costs are "per la richiesta del certificato").
    """

    nome: str
    titolo: str
    argomento: str
    sezione: str
    bollo: bool = True
    urgente: bool = True
    esenzioni: bool = False
    senza_costo: bool = False


CERTIFICATI: Mapping[str, Certificato] = {
    "casellario": Certificato("certificato del casellario", "Casellario (fedina penale)", "casellario", "5.1", esenzioni=True),
    "carichi_pendenti": Certificato(
        "certificato dei carichi pendenti", "Carichi pendenti", "carichi_pendenti", "5.3", bollo=False
    ),
    "anagrafe_sanzioni": Certificato(
        "certificato dell'Anagrafe delle sanzioni", "Anagrafe sanzioni (enti)", "anagrafe_sanzioni", "5.2"
    ),
    "chiusa_inchiesta": Certificato(
        "certificato di chiusa inchiesta", "Chiusa inchiesta", "chiusa_inchiesta", "5.4", bollo=False, urgente=False
    ),
    "eseguita_pena": Certificato("certificato di eseguita pena", "Eseguita pena", "eseguita_pena", "7.1"),
    "visura": Certificato("visura", "Visura", "casellario", "5.1", bollo=False, urgente=False, senza_costo=True),
}

# ---- Reading

_WORDS: Mapping[str, str] = {
    "visura": r"vis[ui]r[ae]\b(?! (?:camerale|catastale|ipotecaria|della camera))",
    "anagrafe_sanzioni": (
        r"(?:anagraf\w* (?:\w+ ){0,2}?sanzion\w+|sanzion\w+ amministrativ\w+|certificat\w+ (?:\w+ )?231\b|(?:anagrafe"
        r"|sanzioni) (?:dell|degli|della|di) (?:ente|enti|societa)"
        r"|illeciti amministrativi|anagrafe (?:sanzioni|societa|enti)|certificat\w+ (?:dell )?anagrafe)"
    ),
    "carichi_pendenti": (
        r"(?:cari[ck]h?[io]\s?(?:penali )?pend\w*|car[ic]*hi pend\w*|carichi\b|(?:procedimenti "
        r"|processi )?pendent\w+\b|pendenze penali)"
    ),
    "chiusa_inchiesta": (
        r"(?:chius\w+ (?:dell |della |di |d )?(?:inch[ie]*st\w+|indagin\w+)|fine (?:inchiesta"
        r"|indagini)|certificat\w+ (?:di |della )?chiusura)"
    ),
    "eseguita_pena": (
        r"(?:es[ei]guit\w+ (?:\w+ )?pen[ae]\b|pen[ae] (?:\w+ )?(?:es[ei]guit\w+|espiat\w+|scontat\w+)|espiata pena|fine pena"
        r"|espiazione|(?:espiat|scontat)\w+ (?:la |di )?pena)"
    ),
    "casellario": (
        r"(?:ca[sz]+[ei]l+[ao]?r\w*|casilar\w*|fed+in\w*|certificat\w+ (?:del )?(?:penal[ei]|general[ei]|civil[ei]"
        r"|antipedofilia|25 ?bis)|antipedofilia|25 ?bis"
        r"|precedenti penali|(?:il|un|del|quello|solo|anche) (?:penale|generale|civile)\b"
        r"|(?<!procedimento )(?<!processo )(?<!fascicolo )(?<!codice )(?<!procedura )(?<!decreto )"
        r"(?<!diritto )(?<!azione )(?<!pendenze )(?<!carichi )penal[ei]\b)"
    ),
}
_VISURA_OF = re.compile(
    r"\bvis[ui]r[ae] (?:(?:del|al|di|sul|dell|dei|della) )?(?:ca[sz]+[ei]l+\w*|anagrafe\w*(?: \w+){0,2}? sanzion\w+|penal[ei])"
)
_ORDINAL = re.compile(r"\b(?:il |del |quello |di )?(prim|second|terz)[oa]\b")
_ALL = r"(?:tutt[ie] e (?:2|3|4)|entramb\w+|tutt[ie] quant[ie]|ambedue|tutto)"
_ADD = re.compile(r"\b(?:anche|aggiung\w+|pure|in aggiunta|oltre a|insieme a|piu (?:il|i|la|un)|ci metto)\b")
_ONLY = re.compile(r"\b(?:sol[oi]|solamente|soltanto|unicamente|esclusivamente|di urgente|d urgenza|uno solo)\b")
_CLAUSE = re.compile(
    r"[,;.:?!+]|\b(?:e|ed|ma|mentre|invece|pero|piu|con)\b(?! (?:urgen|comodo|calma|fretta|la massima|priorita))"
)


def _plain(text: str) -> str:
    """The text with a visura of the casellario said as a visura alone."""
    return _VISURA_OF.sub("visura ", text)


def _mentioned(text: str) -> List[str]:
    """The certificates that a text names and does not deny, in the order in which it does."""
    places = {kind: [end for end, affirmed in menzioni(_plain(text), _WORDS[kind]) if affirmed] for kind in CERTIFICATI}
    return sorted((kind for kind in CERTIFICATI if places[kind]), key=lambda kind: places[kind][0])


def _named(text: str, known: Sequence[str]) -> str:
    """The text with "the first", "the second" said by name, where several certificates are in question."""
    places = {kind: found.start() for kind in CERTIFICATI if (found := re.search(rf"\b(?:{_WORDS[kind]})", text))}
    kinds = sorted(places, key=lambda kind: places[kind]) if len(places) > 1 else list(known)
    if len(kinds) < 2:
        return text

    def name(match: "re.Match[str]") -> str:
        index = ("prim", "second", "terz").index(match[1])
        return CERTIFICATI[kinds[index]].argomento.replace("_", " ") if index < len(kinds) else match[0]

    return _ORDINAL.sub(name, text)


def _by_certificate(text: str, known: Sequence[str]) -> Dict[str, str]:
    """The urgency that a text says of single certificates: "casellario urgente, carichi pendenti no"; "" where it says none.

    One named before, without its own, shares the urgency of the next ("casellario e carichi pendenti urgenti"), unless that one
    is singled out ("casellario e carichi pendenti, urgente solo il primo").
    """
    found: Dict[str, str] = {}
    waiting: List[str] = []
    text = re.sub(r"\b(urgent[ei]) e (?=sol[oi]\b|soltanto|unicamente)", r"\1 ", _plain(text))  # "urgente è solo il casellario"
    for clause in _CLAUSE.split(_named(text, known)):
        kinds = [kind for kind in CERTIFICATI if re.search(rf"\b(?:{_WORDS[kind]})", clause)]
        said = ultimo(clause, URGENZA) or ""
        if kinds and not said and re.search(r"\b(?:no|normal[ei]|senza)\W*$|^\W*(?:non|no)\b", clause):
            said = "no"
        if not said:
            waiting += kinds
            continue
        single = _ONLY.search(clause) or any(kind in waiting for kind in kinds)
        told = kinds if kinds and single else [*waiting, *kinds]
        found.update({kind: said for kind in told})
        waiting = [kind for kind in waiting if kind not in told]
    return {**{kind: "" for kind in waiting}, **found}


def _legge_certificati(text: str, valori: Valori) -> Optional[Tuple[str, ...]]:
    named, known = _mentioned(text), insieme(valori, "certificati")
    denied = [kind for kind in CERTIFICATI if kind not in named and negato(_plain(text), _WORDS[kind])]
    dropped = [kind for kind in known if kind in denied]
    if not named:
        left = tuple(kind for kind in known if kind not in dropped)
        return left if dropped and left else None
    about_urgency = urgenza(text) is not None
    if len(known) > 1 and set(named) <= set(known) and about_urgency and (_ONLY.search(text) or len(named) < len(known)):
        return known  # it says which of them are urgent
    if valori.get("urgenza") == "alcuni" and set(named) < set(known) and not _ONLY.search(text) and not about_urgency:
        return known  # the answer to "which of them is urgent?"
    if about_urgency and re.search(r"\be non\b", text):
        named = [*named, *denied]
    if known and _ADD.search(text) and not dropped:
        return tuple(dict.fromkeys((*known, *named)))
    return tuple(named)


def _legge_urgenti(text: str, valori: Valori) -> Optional[Tuple[str, ...]]:
    known = insieme(valori, "certificati")
    if detto(text, _ALL):
        return None
    by_kind = _by_certificate(text, known)
    urgent = tuple(kind for kind in CERTIFICATI if by_kind.get(kind) == "si")
    if urgent:
        return urgent if any(kind not in urgent for kind in (known or by_kind)) else None
    before = tuple(kind for kind in insieme(valori, "urgenti") or known if kind not in by_kind)
    if valori.get("urgenza") in ("si", "alcuni") and before and _ADD.search(text) and "no" in by_kind.values():
        return before  # "and the carichi pendenti too, but not urgent"
    if valori.get("urgenza") == "alcuni" and by_kind and set(by_kind) < set(known) and "no" not in by_kind.values():
        return tuple(by_kind)  # "which of them?" "the casellario"
    return None


def _legge_urgenza(text: str, valori: Valori) -> Optional[str]:
    if _legge_urgenti(text, valori):
        return "alcuni"
    if re.search(
        r"\b(?:sol[oa]|soltanto) (?:un[oa]|1|2|alcuni)\b[^,.;]*\burgent[ei]\b|\burgent[ei] (?:ne )?(?:\w+ )?sol[oa] (?:un[oa]"
        r"|1)\b",
        text,
    ):
        return "alcuni"
    said = urgenza(text)
    if said is None and re.search(r"^(?:quell[oa] )?normal[ei]\W*$", text):
        return "no"
    return said


_EXEMPTIONS = (
    Regola("adozione", r"(?:adozion\w*|adot+ar\w*|adot+iv\w*|adott\w+|ad+ozion\w*)"),
    Regola("concorso", r"(?:concors\w+|selezione pubblica|bando pubblico)"),
    Regola(
        "onlus_coni",
        r"(?:onlus|o\.n\.l\.u\.s|coni\b|c\.o\.n\.i|(?:ent[ei]|associazion\w+|societa|federazion\w+|club|circolo"
        r"|gruppo) sportiv\w+|asd\b|polisportiv\w+)",
    ),
)
_NO_EXEMPTION = (
    r"(?:nessun\w* esenzion\w*|senza (?:nessuna |alcuna )?esenzion\w*|(?:non|nn) (?:\w+ ){0,4}?(?:esenzion\w+|esent[ei]"
    r"|agevolazion\w+)|niente esenzion\w*"
    r"|uso privato|per (?:il |un |mio |motivi di |la mia |una nuova )*(?:lavoro|impiego|assunzion\w+|datore|azienda|ditta)"
    r"|(?:lavoro|impiego|datore|uso) privat\w+|per uso personale|per me\b)"
)


def _legge_esenzione(text: str, valori: Valori) -> Optional[str]:
    said = ultimo(text, [Regola(r.valore, r.parole, "nessuna") for r in _EXEMPTIONS])
    if said in (None, "nessuna") and re.search(rf"\b{_NO_EXEMPTION}", text):
        return "nessuna"
    return said


def _legge_quanti(kind: str, text: str, valori: Valori) -> Optional[int]:
    """How many of one kind, where several are in question; where it is the only one, `copie` tells."""
    named, known = _mentioned(text), insieme(valori, "certificati")
    several = len(named) > 1 or (len(known) > 1 and set(named) <= set(known))
    return _kind_count(kind, text) if several else None


def _kind_count(kind: str, text: str) -> Optional[int]:
    words = _WORDS[kind]
    found = re.search(
        rf"(?<![\w,.])(\d{{1,3}}) (?:certificat\w+ |copie )?(?:urgenti )?(?:del |dei |dell |di |per (?:i |il )?)?(?:{words})",
        text,
    )
    if found:
        return int(found[1])
    if kind == "casellario":  # generale, penale and civile are as many certificates
        one = r"(?:il |l |quello |anche |sia |un )*(general[ei]|penal[ei]|civil[ei])"
        sorts = re.search(rf"\b{one}(?:,? (?:e|piu|che) | \+ |, ){one}(?:(?:,? (?:e|piu|che) | \+ |, ){one})?", text)
        if sorts and not re.search(r"\b(?:o|oppure|differenza|tra)\b", text):
            return len({sort[:5] for sort in sorts.groups() if sort})
    return None


_EACH = re.compile(
    r"(?<![\w,.])(\d{1,3}) (?:copie |certificat\w+ )?(?:per tipo|(?:di |per )?ciascun\w*|(?:di |per )?ognun\w*|a testa|cadaun\w*)"
)
_PEOPLE = re.compile(
    r"\b(?:per|siamo(?: in)?|a|di) (?:i |le |gli |tutti e |miei |nostri |altri )*(\d{1,3}) (?:person\w+|figli\w*|dipendent\w+"
    r"|soci\b|candidat\w+|volontar\w+|lavorator\w+"
    r"|collegh\w+|amministrator\w+|ragazz\w+|maestr\w+|allenator\w+|educator\w+|impiegat\w+|familiar\w+|fratell\w+|sorell\w+"
    r"|istruttor\w+|animator\w+|assunt\w+)"
)
_PLAIN_COUNT = re.compile(r"(?<![\w,.])(\d{1,3}) (?:certificat\w+|copi[ae]|esemplar\w+|richiest\w+)\b")


def _legge_copie(text: str, valori: Valori) -> Optional[int]:
    found = _EACH.search(text) or _PEOPLE.search(text)
    if found:
        return int(found[1])
    if re.search(
        r"\bper me e (?:per )?mi[oa] (?:mogli\w|marit\w|figli\w|madre|mamma|padre|papa|fratell\w|sorell\w|compagn\w|fidanzat\w)",
        text,
    ):
        return 2
    if re.search(
        r"\b(?:un[oa]|1) (?:di|per|a) (?:ciascun\w*|ognun\w*|tipo)\b|\b(?:un[oa]|1) sol[oa]\b|\bsol[oa] (?:un[oa]|1)\b(?! \w)",
        text,
    ):
        return 1
    if piu_uno(text) and not _mentioned(text) and not any(nome.startswith("quanti_") for nome in valori):
        return intero(valori, "copie", 1) + 1
    kinds = _mentioned(text) or list(insieme(valori, "certificati"))
    counted = _kind_count(kinds[0], text) if len(kinds) == 1 else None
    if counted is not None:
        return counted
    found = _PLAIN_COUNT.search(text)
    if found and len(kinds) <= 1:
        return int(found[1])
    alone = re.search(
        r"^\W*(?:(?:e|ma|se|con|per|ne|me|servono|sono|saranno|facciamo|mettiamo|fossero|anzi|voglio|occorrono|ce"
        r"|vogliono)\W+)*(\d{1,3})\W*$",
        text,
    )
    return int(alone[1]) if alone and len(kinds) == 1 else None


def _legge_apostille(text: str, valori: Valori) -> Optional[str]:
    said = ultimo(text, LEGALIZZAZIONE)
    abroad = detto(
        text, r"(?:estero|straniero|fuori (?:dall )?italia|apost\w+|legaliz\w+|da usare in|valere in|presentare in|mandare in)"
    )
    if (said or valori.get("apostille") or abroad) and detto(text, PAESI_ESENTI):
        return "non_occorre"
    return said


# ---- Parameters

_SORTS = tuple(Scelta(kind, certificato.titolo) for kind, certificato in CERTIFICATI.items())


def _conta_urgenza(valori: Valori) -> bool:
    """Whether urgency changes the sum: some certificate has an urgent fee, and the fee is due."""
    kinds = [CERTIFICATI[kind] for kind in insieme(valori, "certificati") if kind in CERTIFICATI]
    free = valori.get("esenzione") == "adozione"
    return "urgenza" in valori or not kinds or any(c.urgente and not (free and c.esenzioni) for c in kinds)


def _quanti(kind: str) -> Parametro:
    """How many certificates of one kind, where several kinds are asked for at once."""
    return Parametro(
        nome=f"quanti_{kind}",
        tipo=INTERO,
        domanda=f"Quante copie del {CERTIFICATI[kind].nome} servono?",
        etichetta=f"il numero di copie: {CERTIFICATI[kind].nome}",
        minimo=1,
        massimo=500,
        facoltativo=True,
        serve=lambda valori: kind in insieme(valori, "certificati"),
        legge=lambda text, valori: _legge_quanti(kind, text, valori),
    )


PARAMETRI = (
    Parametro(
        nome="certificati",
        tipo=INSIEME,
        domanda="Quale certificato Le serve?",
        etichetta="il certificato",
        scelte=_SORTS,
        legge=_legge_certificati,
        aiuto="Si può scrivere il nome di uno o più certificati, per esempio: casellario e carichi pendenti.",
    ),
    Parametro(
        nome="urgenza",
        tipo=SCELTA,
        domanda="Le serve con urgenza?",
        etichetta="l'urgenza",
        scelte=(Scelta("no", "Senza urgenza"), Scelta("si", "Con urgenza"), Scelta("alcuni", "Urgente solo qualcuno")),
        serve=_conta_urgenza,
        legge=_legge_urgenza,
        aiuto="Senza urgenza il certificato è pronto dopo 3 giorni lavorativi, con urgenza in giornata, ma costa di più.",
    ),
    Parametro(
        nome="urgenti",
        tipo=INSIEME,
        domanda="Quale certificato Le serve con urgenza?",
        etichetta="il certificato urgente",
        scelte=_SORTS,
        serve=lambda valori: valori.get("urgenza") == "alcuni",
        legge=_legge_urgenti,
    ),
    Parametro(
        nome="esenzione",
        tipo=SCELTA,
        domanda="A che cosa serve il certificato? Per alcuni usi c'è un'esenzione.",
        etichetta="l'uso del certificato",
        scelte=(
            Scelta("nessuna", "Nessuna esenzione"),
            Scelta("adozione", "Adozione di minori"),
            Scelta("concorso", "Concorso nella Pubblica Amministrazione"),
            Scelta("onlus_coni", "ONLUS o ente sportivo del CONI"),
        ),
        predefinito="nessuna",
        legge=_legge_esenzione,
    ),
    *(_quanti(kind) for kind in CERTIFICATI),
    Parametro(
        nome="copie",
        tipo=INTERO,
        domanda="Quanti certificati Le servono?",
        etichetta="il numero di certificati",
        minimo=1,
        massimo=500,
        predefinito=1,
        legge=_legge_copie,
    ),
    Parametro(
        nome="apostille",
        tipo=SCELTA,
        domanda="Le serve anche l'apostille o la legalizzazione per l'estero?",
        etichetta="l'apostille",
        scelte=(
            Scelta("no", "No"),
            Scelta("apostille", "Con apostille"),
            Scelta("legalizzazione", "Con legalizzazione"),
            Scelta("non_occorre", "Stato per cui non occorre"),
        ),
        facoltativo=True,
        legge=_legge_apostille,
    ),
)

# ---- Computing


@dataclass(frozen=True)
class _Riga:
    """One certificate of the sum: what is due for each, and how many."""

    certificato: Certificato
    quanti: int
    urgente: bool
    bollo: bool
    diritto: bool
    esenzione: str
    apostille: bool


_USES = {
    "adozione": "per adozione di minori",
    "concorso": "per un concorso nella Pubblica Amministrazione",
    "onlus_coni": "richiesto da una ONLUS o da un ente sportivo del CONI",
}


def _rows(valori: Valori) -> List[_Riga]:
    urgent = insieme(valori, "urgenti") if valori.get("urgenza") == "alcuni" else ()
    exemption, abroad = str(valori.get("esenzione", "nessuna")), valori.get("apostille") in ("apostille", "legalizzazione")
    rows = []
    for kind in insieme(valori, "certificati"):
        certificato = CERTIFICATI[kind]
        exempt = exemption if certificato.esenzioni and exemption in _USES else ""
        stamp = certificato.bollo and not exempt
        rows.append(
            _Riga(
                certificato=certificato,
                quanti=intero(valori, f"quanti_{kind}", intero(valori, "copie", 1)),
                urgente=certificato.urgente and (valori.get("urgenza") == "si" or kind in urgent),
                bollo=stamp,
                diritto=not certificato.senza_costo and exempt != "adozione",
                esenzione=exempt,
                apostille=abroad and stamp,  # 8.2: subject to the stamp only if the document is
            )
        )
    return rows


def _each(row: _Riga, diritto: Edizione, bollo: Edizione) -> Tuple[Decimal, str]:
    """What one certificate costs, and how."""
    stamp = bollo.valori.importi["marca"]
    fee = diritto.valori.importi["urgente" if row.urgente else "ordinario"]
    due = [("marca da bollo", stamp)] if row.bollo else []
    due += [("diritti di cancelleria", fee)] if row.diritto else []
    due += [("marca da bollo per apostille o legalizzazione", stamp)] if row.apostille else []
    total = sum((amount for _, amount in due), Decimal(0))
    how = " + ".join(f"{what} {euro(amount)}" for what, amount in due)
    if len(due) > 1:
        how += f" = {euro(total)}"
    if row.esenzione:
        how = f"esente da bollo, {how}" if row.diritto else "esente da bollo e da diritti di cancelleria"
    elif row.diritto and not row.bollo:
        how += ", senza marca da bollo"
    return total, f"{row.certificato.nome}: {how}"


def calcola(valori: Valori, contesto: Contesto) -> Risultato:
    """What one or more certificates cost, by the edition of the Carta and, where there is one, by the edition in force today."""
    rows = _rows(valori)
    diritto, bollo = contesto.pubblicata(DIRITTO), contesto.pubblicata(BOLLO)
    priced = [row for row in rows if not row.certificato.senza_costo]
    total, steps = Decimal(0), []
    for row in priced:
        one, how = _each(row, diritto, bollo)
        total += one * row.quanti
        steps.append(how + (f"; × {row.quanti} = {euro(one * row.quanti)}" if row.quanti > 1 else ""))
    if len(priced) > 1:
        steps.append(f"in tutto {euro(total)}")
    return Risultato(
        descrizione=elenco([_described(row) for row in rows]) or "nessun certificato",
        importo=total if priced else None,
        passaggi=tuple(steps),
        fonti=_sources(rows, valori),
        tariffa=in_vigore(diritto),
        avvertenze=tuple(_warnings(rows, valori)),
        aggiornamenti=_later(priced, contesto),
    )


def _described(row: _Riga) -> str:
    number = f"{row.quanti} × " if row.quanti > 1 else ""
    urgency = "" if not row.certificato.urgente else " con urgenza" if row.urgente else " senza urgenza"
    use = f" {_USES[row.esenzione]}" if row.esenzione else ""
    return f"{number}{row.certificato.nome}{use}{urgency if row.diritto else ''}"


def _sources(rows: List[_Riga], valori: Valori) -> Tuple[Fonte, ...]:
    sections = list(dict.fromkeys(row.certificato.sezione for row in rows))
    if valori.get("apostille") not in (None, "no"):
        sections.append("8.2")
    found = []
    for section in sections:
        part = None if section in ("7.1", "8.2") else "COSTO"
        found.append(Fonte(documento="carta", sezione=section, parte=part))
    return tuple(found)


def _warnings(rows: List[_Riga], valori: Valori) -> List[str]:
    """What must be known beside the amount, each thing once."""
    warnings: List[str] = []
    wants_urgent = valori.get("urgenza") in ("si", "alcuni")
    urgent = insieme(valori, "urgenti") if valori.get("urgenza") == "alcuni" else insieme(valori, "certificati")
    exemption = str(valori.get("esenzione", "nessuna"))
    for row in rows:
        sheet = row.certificato
        if sheet.senza_costo:
            warnings.append(
                "Per la visura la Carta dei servizi non indica un costo: gli importi della scheda 5.1 sono per il certificato"
            )
        elif wants_urgent and not sheet.urgente and any(CERTIFICATI[kind] is sheet for kind in urgent):
            warnings.append(f"Per il {sheet.nome} la Carta dei servizi non prevede il rilascio urgente")
    if exemption in _USES:
        others = [row.certificato.nome for row in rows if not row.certificato.esenzioni and not row.certificato.senza_costo]
        if others:
            warnings.append(f"L'esenzione è scritta solo per i certificati del casellario (5.1), non per: {elenco(others)}")
        if exemption == "onlus_coni" and any(row.esenzione for row in rows):
            warnings.append("L'esenzione riguarda le ONLUS e gli enti sportivi riconosciuti dal CONI")
    if valori.get("apostille") == "non_occorre":
        warnings.append("Per quello Stato non occorre nemmeno l'apostille (Carta dei servizi 8.2)")
    elif valori.get("apostille") in ("apostille", "legalizzazione"):
        if any(row.apostille for row in rows):
            warnings.append(
                "Per l'apostille o la legalizzazione la Carta (8.2) chiede una marca ogni quattro pagine: il conto vale fino "
                "a quattro pagine"
            )
        free = [row.certificato.nome for row in rows if not row.apostille]
        if free:
            warnings.append(
                f"Chi non paga il bollo sul documento non lo paga nemmeno per l'apostille o la legalizzazione: {elenco(free)}"
            )
    return warnings


def _later(rows: List[_Riga], contesto: Contesto) -> Tuple[Aggiornamento, ...]:
    """The total by the later editions in force today; none where nothing of the sum has changed."""
    diritto, bollo = contesto.successiva(DIRITTO), contesto.successiva(BOLLO)
    edizione = (
        diritto if diritto is not None and any(row.diritto for row in rows) else bollo if any(row.bollo for row in rows) else None
    )
    if edizione is None:
        return ()
    now = (diritto or contesto.pubblicata(DIRITTO), bollo or contesto.pubblicata(BOLLO))
    total = sum((_each(row, *now)[0] * row.quanti for row in rows), Decimal(0))
    return (Aggiornamento(total, edizione.in_vigore_dal, edizione.atto, edizione.nota or ""),)


def _argomento(valori: Valori) -> str:
    kinds = insieme(valori, "certificati")
    return CERTIFICATI[kinds[0]].argomento if kinds and kinds[0] in CERTIFICATI else "casellario"


CALCOLATORE = Calcolatore(
    id="certificati",
    titolo="Costo dei certificati",
    esempio="Quanto costano casellario e carichi pendenti urgenti?",
    argomento=_argomento,
    voci=(
        "casellario.costo",
        "casellario.costo_urgente",
        "casellario.esenzioni",
        "casellario.casellario_e_carichi",
        "casellario.visura_costo",
        "anagrafe_sanzioni.costo",
        "anagrafe_sanzioni.costo_urgente",
        "carichi_pendenti.costo",
        "carichi_pendenti.costo_urgente",
        "chiusa_inchiesta.costo",
        "eseguita_pena.costo",
        "eseguita_pena.costo_urgente",
        "bollo.totale",
    ),
    parametri=PARAMETRI,
    calcola=calcola,
)
