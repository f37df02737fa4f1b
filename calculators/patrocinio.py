"""Fees of the counsel of a party admitted to legal aid in family cases: protocollo patrocinio, 5 (5.1.1-5.3.2.3).

The rules outside the tables: fees are due only for the phases carried out; the decisional phase only with authorised briefs (note
**); a complex evidence phase up to the amount of note *; 15% more for deeds drawn up as art. 4 c. 1-bis D.M. 55/2014 wants;
general expenses 15% of the fees (5 and 2). CNA and IVA are added, but the protocol does not say their rates.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Dict, List, Optional, Tuple

from calculators.model import (
    IMPORTO,
    INSIEME,
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
from calculators.testi import al_centesimo, elenco, tariffa_di
from knowledge.models import Fase, Fonte, parse_amount
from knowledge.templates import euro

ORDINARIO, CAMERALE = "contenzioso_ordinario", "contenzioso_camerale"
CONGIUNTO, CAMERALE_CONGIUNTO = "congiunto", "camerale_congiunto"
COSTITUITE, CONTUMACE, CONCILIAZIONE = "costituite", "contumace", "conciliazione"
UNA, ENTRAMBE, UNA_SU_DUE = "una", "entrambe", "una_su_due"
STUDIO, INTRODUTTIVA, ISTRUTTORIA, DECISIONALE = "studio", "introduttiva", "istruttoria", "decisionale"
FASI = (STUDIO, INTRODUTTIVA, ISTRUTTORIA, DECISIONALE)
MAGGIORAZIONE, COMPENSO = "maggiorazione", "compenso"
TUTTE, FINO_ISTRUTTORIA, FINO_INTRODUTTIVA = "tutte", "fino_istruttoria", "fino_introduttiva"
GRUPPI = {TUTTE: FASI, FINO_ISTRUTTORIA: FASI[:3], FINO_INTRODUTTIVA: FASI[:2]}

AUMENTO = Decimal("0.15")  # protocollo, 5: art. 4 c. 1-bis D.M. 55/2014
SPESE_GENERALI = Decimal("0.15")  # protocollo, 5 and 2

TABELLE: Dict[Tuple[str, str], str] = {
    (ORDINARIO, COSTITUITE): "5.1.1",
    (ORDINARIO, CONTUMACE): "5.1.2",
    (ORDINARIO, CONCILIAZIONE): "5.1.3",
    (CAMERALE, COSTITUITE): "5.2.1",
    (CAMERALE, CONTUMACE): "5.2.2",
    (CAMERALE, CONCILIAZIONE): "5.2.3",
    (CONGIUNTO, UNA): "5.3.1.1",
    (CONGIUNTO, ENTRAMBE): "5.3.1.2",
    (CONGIUNTO, UNA_SU_DUE): "5.3.1.3",
    (CAMERALE_CONGIUNTO, UNA): "5.3.2.1",
    (CAMERALE_CONGIUNTO, ENTRAMBE): "5.3.2.2",
    (CAMERALE_CONGIUNTO, UNA_SU_DUE): "5.3.2.3",
}
DI_TABELLA = {number: pair for pair, number in TABELLE.items()}
CONTENZIOSI, CONSENSUALI = (ORDINARIO, CAMERALE), (CONGIUNTO, CAMERALE_CONGIUNTO)

_SEZIONE = re.compile(r"(?<![\d.,])5[. ]([123])(?:[. ]([123]))?(?:[. ]([123]))?(?!\d|,\d)")
# What ended jointly was contentious until then.
_CONCLUSIONI = re.compile(
    r"\b(?:conclusion\w+|precisazion\w+|precisat\w+|conclus\w*|rassegnat\w+|concluso"
    r"|concludere)\s+(?:\w+\s+){0,2}?(?:congiunt\w+|comun[ei]\b)"
    r"|\bcongiuntamente (?:conclus\w*|precisat\w+)"
)
_CAMERALE = re.compile(
    r"\bcamer\w+|\bnon sposat\w+|\bmai sposat\w+|\bfigli\w* (?:\w+ ){0,3}?(?:nat[oaie] )?(?:fuori|naturali?\b|naturale\b)"
    r"|\bfuori (?:dal|del|il)? ?matrimonio|"
    r"\bconviventi\b|\bcoppia di fatto|\bmodific\w+ (?:\w+ ){0,3}?(?:condizioni|assegn\w|affid\w+|separazion\w|divorzi\w"
    r"|mantenimento|congiunt\w)|\bmodifiche\b|"
    r"\brevision\w+ (?:\w+ ){0,2}?(?:assegno|condizioni)|\b709\W?ter\b|\b316\W?(?:bis\b)?|\b342\W?bis\b|\b337\b"
    r"|\bordin[ei] di protezione|"
    r"\baffid(?:o|amento)\b|\bmantenimento (?:\w+ ){0,3}?figli\w*|\bricorso (?:congiunto )?(?:per|sui|dei|per i) (?:i )?figli"
)
_CAMERALE_DETTO = re.compile(r"\bcamer\w+|\b709\W?ter\b|\b316\W?(?:bis\b)?|\b342\W?bis\b|\b337\b|\bordin[ei] di protezione")
_ORDINARIO = re.compile(
    r"\b(?:rito|causa|giudizio|procedimento|contenzios[oa]|cause|separazione|divorzio) ordinari\w+"
    r"|\bordinari[oa]\b(?! istruttoria)|\bgiudizial\w+|\bgiud\b|"
    r"\baddebito|\bpresidenzial\w+|\bdavanti al presidente|\bgiudice istruttore|\bprima udienza|"
    r"\b(?:separazion\w+|divorzi\w*)\s+(?:\w+\s+){0,2}?(?:contenzios\w+|contumac\w+|litigios\w+)|"
    r"\bcausa (?:completa|di (?:separazione|divorzio))"
)
_SEPARAZIONE = re.compile(r"\b(?:separ\w+|divorz\w+|sep\b|div\b)")
_CONGIUNTO = re.compile(r"\bconsensual\w*|\bsep\w*\.? cons\b|\bcongiunt\w*|\bnon contenzios\w+|\b(?:sono|di) comune accordo")
_DACCORDO = re.compile(r"\bd accordo\b|\baccord\w+|\bintesa\b|\b(?:senza|non) liti\w+|\bamichevol\w+|\bpacific\w+|\bconcord\w+")
_LITE = re.compile(
    r"(?<!non )\bcontenzios\w+|(?<!senza )(?<!non )\blit[ie]\w*\b|\bgiudizial\w+|\bguerra\b|\boppon\w+|\bistruttori\w+"
    r"|\bdecision\w+|\bsentenz\w+|"
    r"\bcontumac\w+|\bconcilia\w*|\bin udienza|\bin corso\b|\bdurante\b|\bpresidenzial\w+|\bdecis[oa]\b|\bcostituit\w+"
    r"|\bconclusional\w+|"
    r"\breplich\w+|\bpartit[oa]\b|\biniziat[oa]\b|\btrasformat\w+|\bconvertit\w+|\bda giudizial\w+|\balla fine\b"
    r"|\baccordo (?:finale|raggiunto)|"
    r"\b(?:prima|ultima) udienza|\bcausa\b|\bdavanti al (?:presidente|giudice)"
)
_CONTUMACE = re.compile(
    r"(?<!non )(?<!non era )(?<!non e )\bcontumac\w+|\b(?:non|mai)\s+(?:(?:si|e|era|sono|ha|mai|stat[oa]|nemmeno"
    r"|neanche)\s+){0,4}"
    r"(?:costitui\w+|presentat\w+|compars[oa]|vist[oa]|fatt[oa] (?:viv[oa]|vedere)|nomina\w+ (?:un )?(?:legale|avvocato"
    r"|difensore))|"
    r"\bnon viene mai\b|\birreperibil\w+|\bsparit[oa]\b|\bassente (?:dal|nel) (?:processo|giudizio)|\bsenza (?:che"
    r"|la controparte|il marito|la moglie) (?:\w+ )?costitu\w+"
)
_CONCILIAZIONE = re.compile(
    r"(?<!non )(?<!non si sono )(?<!senza )\bconcilia\w*|\btransa\w+|\btransig\w+|\b(?:fatto|fatta|fanno"
    r"|facendo) (?:la )?pace\b|\bpace fatta|"
    r"\b(?:trasformat\w+|convertit\w+|passat\w+) (?:in )?consensual\w+|\bda giudiziale a consensual\w+"
)
_COSTITUITE = re.compile(
    r"\bcostitui\w+|\bsentenz\w+|\bfino in fondo|\bdefinizione contenzios\w+|\bdecis[oa]\b|\bdecide il giudice"
    r"|\bnon (?:era )?contumac\w+|"
    r"\bcausa completa|\b(?:si|resistente|controparte|marito|moglie|ex) (?:e |si )?(?:oppon\w+|difend\w+)|\blite piena|"
    r"\btutt[ie] e 2 (?:le parti )?(?:presenti|con (?:un )?avvocato)|\bdefinit[oa] con (?:decreto|sentenza)|\bnessun accordo"
    r"|\bcontenziosa fino"
)
_ACCORDO_FINALE = re.compile(r"\baccord\w+|\bintesa\b|\bd accordo\b")


def _sezione(testo: str) -> str:
    """The table that a message names by number, "" if none ("5.2" alone is none)."""
    for match in _SEZIONE.finditer(testo):
        number = "5." + ".".join(part for part in match.groups() if part)
        if number in DI_TABELLA:
            return number
    return ""


def legge_procedimento(testo: str, valori: Valori) -> Optional[str]:
    """Which of the four kinds of procedure a message is about; None where it does not say enough."""
    number = _sezione(testo)
    if number:
        return DI_TABELLA[number][0]
    rest = _CONCLUSIONI.sub(" fine comune ", testo)
    joint_end = rest != testo
    rest = _CONCILIAZIONE.sub(" conciliata ", rest)
    known = valori.get("procedimento")
    room, plain = bool(_CAMERALE.search(rest)), bool(_ORDINARIO.search(rest))
    fight = joint_end or bool(_LITE.search(rest))
    joint = bool(_CONGIUNTO.search(rest)) or (bool(_DACCORDO.search(rest)) and not fight and known not in CONTENZIOSI)
    if joint and re.search(r"\bnon (?:e |era )?(?:consensual|congiunt)", rest):
        joint, fight = False, True
    if plain and re.search(r"\bgiudizial", rest):
        joint = False
    said_contentious = bool(re.search(r"(?<!non )\bcontenzios", rest))
    if joint and not said_contentious:
        if room or (known == CAMERALE_CONGIUNTO and not _SEPARAZIONE.search(rest)):
            return CAMERALE_CONGIUNTO
        if (
            _SEPARAZIONE.search(rest)
            or re.search(r"\bconsensual", rest)
            or not re.search(r"\bcongiunt", rest)
            or known is not None
        ):
            return CONGIUNTO if _SEPARAZIONE.search(rest) or known != CAMERALE else CAMERALE_CONGIUNTO
        return CONGIUNTO if re.search(r"\bcongiunt[oa]\b", rest) and not re.search(r"\bricorso\b", rest) else None
    if room and not (plain and not _CAMERALE_DETTO.search(rest)):
        if known == CAMERALE_CONGIUNTO and not fight:
            return None
        if known == CONGIUNTO and not fight:
            return CAMERALE_CONGIUNTO
        return CAMERALE if fight or known == ORDINARIO or _CAMERALE_DETTO.search(rest) else None
    if plain or (_SEPARAZIONE.search(rest) and fight and known is None):
        return ORDINARIO
    return None


def legge_esito(testo: str, valori: Valori) -> Optional[str]:
    """How a contentious case went; an agreement counts as conciliation where the case is known to be contentious."""
    number = _sezione(testo)
    if number:
        return DI_TABELLA[number][1] if DI_TABELLA[number][0] in CONTENZIOSI else None
    if _CONCLUSIONI.search(testo) or _CONCILIAZIONE.search(testo):
        return CONCILIAZIONE
    if _CONTUMACE.search(testo):
        return CONTUMACE
    if (
        valori.get("procedimento") in CONTENZIOSI
        and _ACCORDO_FINALE.search(testo)
        and not re.search(r"\b(?:nessun|senza|non) \w*\s?accord", testo)
    ):
        return CONCILIAZIONE
    return COSTITUITE if _COSTITUITE.search(testo) else None


_NAMES = {
    STUDIO: r"\b(?:fas[ei] (?:di |dello )?studio|(?:sol[oa] |soltanto |lo |di )studio\b(?! legale)|studio\s*(?:,|\+|e\b|ed\b"
    r"|introdutt|intro)|^\W*studio\W*$)",
    INTRODUTTIVA: r"\bintrodutt\w+|\bintro\b",
    ISTRUTTORIA: r"\b(?<!giudice )istruttori[ae]\b|\bistr\b",
    DECISIONALE: r"\bdecisional\w*|\bfase (?:di )?decision\w+",
}
_QUALIFIED = re.compile(
    r"\b(?:l |la |con |fase |e |un )?istruttori[ae]\s+(?:e |era |stata |molto |piuttosto |non )*(?:normal\w+|semplic\w+"
    r"|ordinari\w+|compless\w+|standard|regolar\w+|portata|a \d)"
    r"|\b(?:di|per l|per la) istruttoria\b(?= (?:fino|al massimo))|\b\d[\d.,]* (?:euro |€ )?(?:di|per l|per) istruttoria\b"
    r"|\bmemorie istruttorie"
)
_WITHOUT = (
    r"(?:senza|niente|no|non|nessuna|esclus\w+|tranne|salvo|eccetto|tolta|meno|omess\w+|saltat\w+)\s+(?:(?:la|l|le|le fasi"
    r"|fase|di|anche|abbiamo fatto|ho fatto|c e stata|c era|svolta|fatta)\s+){0,4}"
)
_AFTERWARDS = r"\s*(?::\s*)?(?:no\b|non\b|omess\w+|esclus\w+|saltat\w+|mai (?:svolta|fatta|arrivat\w+)|manca)"
# All the phases, said outright; and what implies them, where none was said before.
_ALL_SAID = re.compile(
    r"\btutte\b(?! e (?:2|due))|\bcomplet\w+|\b(?:4|quattro) fasi|\bintera\b|\bintero (?:giudizio|procedimento)"
    r"|\bfino (?:in fondo|alla fine|alla sentenza|a sentenza)|\bdall inizio alla fine"
)
_ALL_IMPLIED = re.compile(
    r"\bin tutto\b|\bin totale\b|\bcompenso (?:totale|complessivo)|\bsentenz\w+|\bcompars\w+|\bconclusional\w+|\breplich\w+"
    r"|\bscritti (?:finali|conclusivi|conclusionali)|\bdecis[oa] dal"
)
_ONE_PHASE = re.compile(
    r"\b(?:sol[oae]|soltanto)\b|\bquanto (?:vale|aggiunge)\b"
    r"|\b(?:per la|quanto (?:\w+ ){0,2}?la|(?:compenso|importo|valore|cifra) (?:per |di |del)?la)\s+(?:fase\s+)?(?:decisional"
    r"|istruttori)"
)
_UNTIL = re.compile(
    r"\b(?:fino (?:al|all|alla|a)|ferm\w+ (?:\w+ )?(?:al|all|alla|dopo)|chius\w+ (?:dopo|con)|arrivat\w+ (?:al|all|alla"
    r"|fino))\s+(?:la |l |fase (?:di )?)*"
)
_BEFORE = re.compile(r"\b(?:prima (?:di|del|dell|della))\s+(?:la |l |fase (?:di )?)*")
_FROM = re.compile(r"\bsubentrat\w+\s+(?:\w+\s+){0,2}?(?:nella|in|alla|dalla|per la|per l|con la|con l|all|nell)\s+(?:fase )?")


_AT = {STUDIO: r"studio\b", INTRODUTTIVA: r"introd|intro\b", ISTRUTTORIA: r"istr", DECISIONALE: r"decision"}


def _phase_at(testo: str, start: int) -> Optional[str]:
    return next((phase for phase, words in _AT.items() if re.match(words, testo[start:])), None)


def legge_fasi(testo: str, valori: Valori) -> Optional[Tuple[str, ...]]:
    """The phases carried out, as a message lists, bounds or excludes them; None where it does not speak of them."""
    number = _sezione(testo)
    text = _QUALIFIED.sub(" ", testo)
    for pattern, offset in ((_UNTIL, 1), (_BEFORE, 0)):
        for match in pattern.finditer(text):
            phase = _phase_at(text, match.end())
            if phase is not None:
                return FASI[: FASI.index(phase) + offset] or None
    joined = _FROM.search(text)
    if joined:
        phase = _phase_at(text, joined.end())
        if phase is not None:
            named = [p for p in FASI if re.search(_NAMES[p], text)]
            return tuple(named) if len(named) > 1 else FASI[FASI.index(phase) :]
    named, denied = [], []
    for phase in FASI:
        words = _NAMES[phase]
        bare = words if phase != STUDIO else r"studio"
        if re.search(rf"\b{_WITHOUT}(?:{bare})", text) or re.search(rf"(?:{words}){_AFTERWARDS}", text):
            denied.append(phase)
        elif re.search(words, text):
            named.append(phase)
    said = valori.get("fasi") is not None
    whole = bool(_ALL_SAID.search(text)) or (not said and (bool(_ALL_IMPLIED.search(text)) or bool(number)))
    listed = [phase for phase in named if phase not in denied]
    if re.search(r"\bdopo (?:la |l |aver fatto l )?(?:fase )?istruttori", text) and listed == [ISTRUTTORIA]:
        listed = list(FASI[:3])
    if re.search(r"\bdopo (?:la |l )?(?:fase )?introdutt", text) and listed == [INTRODUTTIVA]:
        listed = list(FASI[:2])
    few = re.search(r"\bsol[oae]\b|\bsoltanto\b", text)
    if denied and (
        whole or not listed or re.search(r"\b3 fasi su", text) or (len(listed) == 1 and listed[0] in FASI[2:] and not few)
    ):
        return tuple(p for p in (fasi_svolte(valori) if said and not whole else FASI) if p not in denied)
    if said and listed and re.search(r"\b(?:anche|pure|aggiung\w+)\b", text):
        return tuple(p for p in FASI if p in listed or p in fasi_svolte(valori))
    one = len(listed) == 1 and bool(_ONE_PHASE.search(text))
    vague = not one and (listed == [DECISIONALE] or (listed == [ISTRUTTORIA] and "fase istruttoria" not in text))
    if listed and (one or not (vague or (whole and len(listed) == 1))):
        return tuple(listed)
    return (TUTTE,) if whole else None


_BRIEFS = r"(?:compars\w+|conclusional\w+|replic\w+|scritti (?:finali|conclusivi|conclusionali|difensivi)|note conclusive)"
_NO_BRIEFS = re.compile(
    rf"\b(?:senza|niente|nessun\w*|no|ne|mai)\s+(?:\w+\s+){{0,3}}?{_BRIEFS}|"
    rf"\b(?:non|mai|nessun\w*)\b(?:\s+\w+){{0,5}}?\s+(?:autorizz\w+|deposit\w+|concess\w*|concede\w*|ammess[ei]"
    rf"|dat[oi] (?:i )?termin\w+)(?=.*{_BRIEFS})|"
    rf"{_BRIEFS}(?:\s+\w+){{0,6}}?\s+(?:non|mai)\b|{_BRIEFS}\s*:?\s*(?:no\b|mai\b|non\b|negat\w+|rifiutat\w+)|"
    r"\bnon (?:l |le |li )?(?:ha |hanno |sono state |sono stati |erano |ero )?(?:mai )?autorizz\w+|\b(?:senza"
    r"|nessuna) autorizzazion\w+|\bmia iniziativa|"
    r"\bdiscuss\w+ oral\w+|\boralmente|\bsenza (?:termini|scritti)"
)
_NO_REPLIES = re.compile(
    r"\b(?:senza|niente|no|ne|non|nessuna)\s+(?:(?:le|ma|anche|depositat\w+|autorizzat\w+)\s+){0,3}replic\w+"
    r"|\breplic\w+\s*:?\s*(?:no\b|non\b|mai\b)"
)
_SOME_CONCLUSIONALS = re.compile(
    r"\b(?:sol[oae]|soltanto|solamente|unica|con|ho depositato le|deposit\w+|autorizz\w+)\s+(?:\w+\s+){0,2}?conclusional\w*"
    r"|\bconclusional\w*\s+(?:\w+\s+)?(?:si\b|autorizz\w+|deposit\w+)"
)
_ONLY_CONCLUSIONALS = re.compile(r"\b(?:sol[oae]|soltanto|solamente|unica)\s+(?:\w+\s+){0,2}?conclusional\w*")
_WITH_BRIEFS = re.compile(
    rf"{_BRIEFS}(?:\s+\w+){{0,6}}?\s+(?:autorizz\w+|deposit\w+|concess\w+|ammess\w+|si\b|fatt\w+)|\b(?:autorizz\w+|deposit\w+"
    rf"|concess\w+|con|fatto|abbiamo fatto|piu|e)\s+(?:\w+\s+){{0,4}}?{_BRIEFS}|"
    r"\bdecisional\w* autorizzat\w+|\bautorizzat[ei]\b"
)


def legge_comparse(testo: str, valori: Valori) -> Optional[str]:
    """Whether the briefs that the decisional phase wants were authorised and filed: by default only conclusionali (note ** )."""
    contumace = valori.get("esito") == CONTUMACE
    if (
        _NO_REPLIES.search(testo)
        and (_SOME_CONCLUSIONALS.search(testo) or contumace)
        and not re.search(r"\b(?:ne|non|senza|mai|niente)\b[^.;]{0,25}conclusional", testo)
    ):
        return "si" if contumace else "no"
    if _ONLY_CONCLUSIONALS.search(testo) and not re.search(r"\bnon\b|\bmai\b", testo):
        return "si" if contumace else "no"
    if _NO_BRIEFS.search(testo):
        return "no"
    return "si" if _WITH_BRIEFS.search(testo) else None


_ADMITTED = (
    r"(?:am+es+[oaie]\b|amm\b|ammission\w+|(?:al|il|col|in|con|nel|il) (?:gratuito )?(?:patrocinio|beneficio|pss)"
    r"|senza (?:reddito|lavoro|soldi)|beneficio)"
)
_BOTH = (
    r"(?:entramb[ie]|ambedue|tutt[ie] e (?:2|due)|(?:le |i )?(?:2|due)(?: (?:parti|coniugi|genitori|clienti|ex coniugi"
    r"|ragazzi))?|doppia|marito e moglie|coniugi)"
)
_ONE = (
    r"(?:(?:una?|1)(?: sola?)?(?: parte| coniuge| genitore)|sol[oa](?:tanto)? (?:una?|1|io|lei|lui|la \w+|il \w+|uno)"
    r"|uno? sol[oa]|1\b|una parte|ammess[oa] sol[oa]\w*|(?:uno|1) (?:dei|su) (?:2|due)|lei ammess\w+|lui ammess\w+)"
)
_BOTH_ADMITTED = re.compile(
    rf"\b{_BOTH}\s+(?:\w+\s+){{0,3}}?{_ADMITTED}|\b{_ADMITTED}\s+(?:\w+\s+){{0,2}}?(?:entramb[ie]|ambedue|tutt[ie] e (?:2|due))|"
    r"\bdoppia ammission\w+|\bnessuno dei (?:2|due) ha|\b(?:2|due) clienti ammess\w+|\bentramb[ie] col patrocinio"
)
_ONE_ADMITTED = re.compile(
    rf"\b{_ONE}\s+(?:\w+\s+){{0,3}}?{_ADMITTED}|\b{_ADMITTED}\s+(?:e\s+)?(?:sol[oa]|soltanto|solo)\b|\bammess[oa] (?:sol[oa]"
    rf"|soltanto|unicamente)|"
    r"\b(?:lei|lui|moglie|marito|padre|madre|mamma|papa|signora|cliente|assistit[oa])\s+(?:e\s+|era\s+|sono\s+)?ammess[oa]"
    r"|\bun[oa]? ammess[oa]|\b1 amm\w*|"
    r"\b(?:ho|ha|l ha) ottenuto (?:\w+ )?sol\w+|\buna? (?:parte|coniuge) (?:\w+ )?abbiente|\bl ammess[oa]\b|\bparte ammessa\b"
    r"|\bassistit[oa] ammess[oa]|"
    r"\briduzione (?:del )?50|\b(?:ammess[oa]|beneficio)\b.{0,40}\b(?:l altr[oa]|lui|lei|mio marito"
    r"|mia moglie)\s+(?:\w+\s+){0,2}?(?:no|non)\b|\b1 parte\b|\buna parte\b"
)
_BOTH_DEFENDED = re.compile(
    r"\b(?:difend\w+|assist\w+|segu\w+|rappresent\w+|difes[ei])\s+(?:\w+\s+){0,2}?(?:entramb[ie]|ambedue|tutt[ie] e (?:2|due)"
    r"|la coppia|marito e moglie|insieme)|"
    r"\b(?:entramb[ie]|ambedue|tutt[ie] e (?:2|due)|coppia)\s+(?:\w+\s+){0,3}?(?:difes[ei]|assistit[ei])|\b2 difes[ie]"
    r"|\bli (?:difendo|assisto|seguo)|"
    r"\b(?:stesso|unico|comune|medesimo) (?:avvocat\w|legale|difensore)|\b(?:avvocat[oa]|legale|difensore) (?:unico|comune)"
    r"|\bdifesa comune|"
    r"\bavv\w*\.? di entramb\w|\bhanno scelto me|\briduzione (?:del )?50|\bdimezza\w+"
)
_OWN_LAWYER = re.compile(
    r"\b(?:un )?(?:altro|suo|proprio) (?:\w+ )?(?:avvocat\w|legale|difensore)|\b(?:avvocat\w|legale|difensore) (?:suo|proprio"
    r"|diverso)|\bognuno (?:ha )?(?:il )?(?:suo|con)|"
    r"\b(?:difendo|assisto|difesa di|avvocato di) (?:sol[oa]|soltanto|una)|\b1 difes[oa]|\buna parte sola"
)


def legge_parti(testo: str, valori: Valori) -> Optional[str]:
    """In consensual procedures, who is admitted and whom the one lawyer defends."""
    number = _sezione(testo)
    if number:
        return DI_TABELLA[number][1] if DI_TABELLA[number][0] in CONSENSUALI else None
    no = re.search(r"\b(?:lui|lei|l altr[oa]|marito|moglie|padre|madre) (?:\w+ )?(?:no\b|non (?:e |era )?ammess|paga)", testo)
    one, both = bool(_ONE_ADMITTED.search(testo)) or bool(no), bool(_BOTH_ADMITTED.search(testo))
    only = re.search(
        r"\bsol[oa]\b(?! (?:avvocat|legale|difensore))|\bsoltanto\b|\bun[oa] sol[oa]\b(?! (?:avvocat|legale|difensore))"
        r"|\b1 ammess|\bun ammess",
        testo,
    )
    if both and not (one and (only or no)):
        return ENTRAMBE
    if _OWN_LAWYER.search(testo) and not both:
        return UNA
    if one:
        known_both = valori.get("parti") in (ENTRAMBE, UNA_SU_DUE)  # one lawyer for two, as was said before
        return UNA_SU_DUE if known_both or _BOTH_DEFENDED.search(testo) else UNA
    return None


_RAISE = (
    r"(?:aument\w+|maggiorazion\w+ (?:\w+ ){0,2}?(?:15|1\W?bis)|1\W?bis|comma 1|ipertest\w+|collegament\w+|link\b"
    r"|colonna (?:di )?destra|requisit\w+|tecniche informatiche|\+?\s?15\b)"
)
_NO_RAISE = re.compile(
    rf"\b(?:senza|niente|nessun\w*|no|esclus\w+|tolt[oa]|tolgo|non)\s+(?:\w+\s+){{0,4}}?{_RAISE}|{_RAISE}\s*:?\s*(?:no\b"
    rf"|esclus\w+)|"
    r"\b(?:compenso|importo|totale|cifra|valore|solo) (?:di )?base\b|\bbase\?|\bsolo la base"
)
_YES_RAISE = re.compile(
    rf"\b{_RAISE}|\+\s?15\b|\batti (?:fatti|redatti|scritti) (?:come|bene|con|nel)|\bmaggiorat[oa]\b(?! del 20)"
)
_OTHER_15 = re.compile(
    r"\b(?:spese|rimborso)\s+(?:\w+\s+)?(?:general\w+|forfett\w+|forfet\w+)\s*(?:\(|al |del |nella misura del |di )*\s*15\b"
    r"|\b15\s?(?:%|per (?:cento|100))?\s*(?:di |per |delle )*(?:spese|forfett\w+|generali)"
)


def legge_aumento(testo: str, valori: Valori) -> Optional[str]:
    """Whether the 15% of art. 4 c. 1-bis is wanted; the 15% of the general expenses is another thing."""
    rest = _OTHER_15.sub(" ", testo)
    rest = re.sub(r"\baument\w* (?:del )?20\b", " ", rest)
    if _NO_RAISE.search(rest):
        return "no"
    return "si" if _YES_RAISE.search(rest) else None


def legge_importo(testo: str, valori: Valori) -> Optional[Decimal]:
    """What is asked for the complex evidence phase, where an amount stands beside its name."""
    number = r"(\d{1,3}(?:\.\d{3})+(?:,\d{2})?|\d{3,4}(?:,\d{2})?)"
    for pattern in (
        rf"{number}\s*(?:euro|€)?\s*(?:di|per l|per|come)\s+(?:la )?(?:fase )?istruttori\w+",
        rf"istruttori\w+\W+(?:\w+\W+){{0,4}}?(?:a|di|per|portata a|per euro|pari a)\s+(?:€\s*)?{number}",
    ):
        match = re.search(pattern, testo)
        if match:
            whole, _, cents = match[1].partition(",")
            grouped = f"{int(whole.replace('.', '')):,}".replace(",", ".")
            return parse_amount(f"{grouped},{cents or '00'}")
    return None


def _contenzioso(valori: Valori) -> bool:
    return valori.get("procedimento") in CONTENZIOSI


def _consensuale(valori: Valori) -> bool:
    return valori.get("procedimento") in CONSENSUALI


def _chiede_fasi(valori: Valori) -> bool:
    """Table 5.1.3 has no phase that may be missing: the case ends at its beginning."""
    if not _contenzioso(valori) or "esito" not in valori:
        return False
    return (valori["procedimento"], valori["esito"]) != (ORDINARIO, CONCILIAZIONE) or "fasi" in valori


def fasi_svolte(valori: Valori) -> Tuple[str, ...]:
    """The phases said to have been carried out, groups written out, in the order of the tables; all where none is said."""
    said = valori.get("fasi", (TUTTE,))
    assert isinstance(said, tuple)
    phases = {phase for value in said for phase in GRUPPI.get(value, (value,))}
    return tuple(phase for phase in FASI if phase in phases)


def _chiede_comparse(valori: Valori) -> bool:
    decides = _contenzioso(valori) and valori.get("esito") in (COSTITUITE, CONTUMACE)
    return decides and "fasi" in valori and DECISIONALE in fasi_svolte(valori)


def _con_istruttoria(valori: Valori) -> bool:
    plain = (valori.get("procedimento"), valori.get("esito")) == (ORDINARIO, CONCILIAZIONE)
    return _contenzioso(valori) and not plain and ISTRUTTORIA in fasi_svolte(valori)


PARAMETRI = (
    Parametro(
        nome="procedimento",
        tipo=SCELTA,
        domanda=(
            "Che procedimento è: contenzioso con rito ordinario, contenzioso con rito camerale, separazione consensuale o "
            "divorzio "
            "congiunto, oppure ricorso congiunto con rito camerale?"
        ),
        etichetta="tipo di procedimento",
        scelte=(
            Scelta(ORDINARIO, "Contenzioso, rito ordinario"),
            Scelta(CAMERALE, "Contenzioso, rito camerale"),
            Scelta(CONGIUNTO, "Separazione consensuale o divorzio congiunto"),
            Scelta(CAMERALE_CONGIUNTO, "Ricorso congiunto, rito camerale"),
        ),
        legge=legge_procedimento,
        aiuto=(
            "Il protocollo distingue le cause contenziose con rito ordinario (per esempio la separazione giudiziale), quelle "
            "con rito "
            "camerale (figli nati fuori dal matrimonio, modifica delle condizioni), le separazioni consensuali e i divorzi "
            "congiunti, "
            "i ricorsi congiunti con rito camerale."
        ),
    ),
    Parametro(
        nome="esito",
        tipo=SCELTA,
        domanda="Come è andata la causa: parti tutte costituite, una parte contumace, oppure conciliazione o conclusioni "
        "congiunte?",
        etichetta="andamento della causa",
        scelte=(
            Scelta(COSTITUITE, "Parti costituite, decide il giudice"),
            Scelta(CONTUMACE, "Una parte contumace"),
            Scelta(CONCILIAZIONE, "Conciliazione o conclusioni congiunte"),
        ),
        serve=_contenzioso,
        legge=legge_esito,
        aiuto="Contumace è la parte che non si è costituita. Conciliazione: la causa si è chiusa con un accordo invece che "
        "con la decisione.",
    ),
    Parametro(
        nome="fasi",
        tipo=INSIEME,
        domanda="Quali fasi sono state svolte?",
        etichetta="fasi svolte",
        scelte=(
            Scelta(TUTTE, "Tutte le fasi"),
            Scelta(FINO_ISTRUTTORIA, "Studio, introduttiva e istruttoria"),
            Scelta(FINO_INTRODUTTIVA, "Studio e introduttiva"),
            Scelta(STUDIO, "Solo studio"),
            Scelta(INTRODUTTIVA, "Solo introduttiva"),
            Scelta(ISTRUTTORIA, "Solo istruttoria"),
            Scelta(DECISIONALE, "Solo decisionale"),
        ),
        serve=_chiede_fasi,
        legge=legge_fasi,
        aiuto="Le fasi sono studio, introduttiva, istruttoria e decisionale: i compensi spettano solo per quelle "
        "effettivamente svolte.",
    ),
    Parametro(
        nome="comparse",
        tipo=SCELTA,
        domanda="Le comparse conclusionali (e le repliche, se l'altra parte è costituita) sono state autorizzate e depositate?",
        etichetta="comparse conclusionali",
        scelte=(Scelta("no", "No"), Scelta("si", "Sì, autorizzate e depositate")),
        serve=_chiede_comparse,
        legge=legge_comparse,
        aiuto="La fase decisionale è riconosciuta solo con il deposito autorizzato di conclusionali e repliche; in contumacia "
        "bastano le conclusionali.",
    ),
    Parametro(
        nome="parti",
        tipo=SCELTA,
        domanda="Quante parti sono ammesse al patrocinio, e lo stesso avvocato difende una parte o entrambe?",
        etichetta="parti ammesse e difese",
        scelte=(
            Scelta(UNA, "Una parte ammessa e difesa"),
            Scelta(ENTRAMBE, "Entrambe ammesse, un solo avvocato"),
            Scelta(UNA_SU_DUE, "Una sola parte ammessa, entrambe difese"),
        ),
        serve=_consensuale,
        legge=legge_parti,
        aiuto="Il compenso cambia se l'avvocato difende una sola parte ammessa, due parti ammesse, o due parti di cui una "
        "sola ammessa.",
    ),
    Parametro(
        nome="complessa",
        tipo=SCELTA,
        domanda="L'istruttoria è stata complessa, per esempio con CTU?",
        etichetta="istruttoria complessa",
        scelte=(
            Scelta(
                "no",
                "Istruttoria normale",
                (
                    r"\bistruttori\w+ (?:e |era |e stata )?(?:normal\w+|semplic\w+|ordinari\w+|standard|non compless\w+"
                    r"|regolar\w+)",
                    r"\b(?:non|mica|poco) (?:\w+ ){0,2}?compless\w+",
                    r"\b(?:senza|nessun\w*|niente|no|non c e stata|non c era) (?:\w+ ){0,2}?(?:ctu|c t u|consulenz\w+|periz\w+"
                    r"|monitoraggi\w+)",
                ),
            ),
            Scelta(
                "si",
                "Istruttoria complessa",
                (
                    r"\bcompless[ae]\b",
                    r"\bctu\b",
                    r"\bc\.t\.u\b",
                    r"\bconsulenz\w+ (?:tecnic\w+|psicologic\w+|reddit\w+|contabil\w+|d ufficio)",
                    r"\bmonitoraggi\w+",
                    r"\bistruttori\w+ (?:portata|incrementata|aumentata) ",
                    r"\b\d[\d.,]* (?:euro |€ )?(?:di|per l|per) istruttori",
                ),
            ),
        ),
        predefinito="no",
        serve=_con_istruttoria,
    ),
    Parametro(
        nome="importo_istruttoria",
        tipo=IMPORTO,
        domanda="Quale importo chiede per la fase istruttoria complessa?",
        etichetta="importo della fase istruttoria",
        facoltativo=True,
        serve=lambda valori: _con_istruttoria(valori) and valori.get("complessa") == "si",
        legge=legge_importo,
    ),
    Parametro(
        nome="aumento",
        tipo=SCELTA,
        domanda="Gli atti hanno i requisiti per l'aumento del 15% (art. 4, comma 1-bis, D.M. 55/2014)?",
        etichetta="aumento del 15%",
        scelte=(Scelta("no", "Senza aumento"), Scelta("si", "Con l'aumento del 15%")),
        facoltativo=True,
        legge=legge_aumento,
    ),
    Parametro(
        nome="spese_generali",
        tipo=SCELTA,
        domanda="Vuole aggiungere le spese generali del 15%?",
        etichetta="spese generali",
        scelte=(
            Scelta(
                "no",
                "Senza spese generali",
                (r"\b(?:senza|niente|no|non|esclus\w+|tolt\w+) (?:\w+ ){0,3}?(?:spese general\w+|spese forf\w+|forfett\w+ del)",),
            ),
            Scelta(
                "si",
                "Con le spese generali",
                (
                    r"\bspese (?:\w+ )?(?:general\w+|forf\w+)",
                    r"\brimborso (?:spese )?forf\w+",
                    r"\b(?:con|piu|e) (?:gli )?accessori\b",
                ),
            ),
        ),
        facoltativo=True,
    ),
)


def _righe(fasi: List[Fase], valori: Valori) -> List[Fase]:
    """The rows of a table that are due: the only one, or those of the phases carried out and the extra for conciliation."""
    done = fasi_svolte(valori)
    if DECISIONALE in done and valori.get("comparse") == "no":
        done = tuple(phase for phase in done if phase != DECISIONALE)
    return [row for row in fasi if row.fase in done or row.fase in (MAGGIORAZIONE, COMPENSO)]


def calcola(valori: Valori, contesto: Contesto) -> Risultato:
    """The fee by the table of the procedure, phase by phase, with what was asked to be added."""
    procedimento = str(valori["procedimento"])
    number = TABELLE[(procedimento, str(valori["esito" if procedimento in CONTENZIOSI else "parti"]))]
    table = contesto.tariffe[f"patrocinio_{number.replace('.', '_')}"]
    edizione = contesto.pubblicata(table.id)
    rows = _righe(edizione.valori.fasi, valori)
    raised = valori.get("aumento") == "si"
    warnings: List[str] = []
    if not rows:
        warnings.append(
            "La fase decisionale è riconosciuta solo con il deposito autorizzato di comparse conclusionali e repliche"
        )
    most = _istruttoria(valori, contesto, rows, warnings)
    steps, base, more = [], Decimal(0), Decimal(0)
    for row in rows:
        fee = most if most is not None and row.fase == ISTRUTTORIA else row.parziale
        extra = row.aumento if row.aumento is not None and fee == row.parziale else al_centesimo(fee * AUMENTO)
        base, more = base + fee, more + extra
        steps.append(f"{row.fase} {euro(fee)}")
    if len(rows) > 1:
        steps = [" + ".join(steps) + f" = {euro(base)}"]
    total = base + more if raised else base
    if raised:
        steps.append(f"aumento del 15%: {euro(base)} + {euro(more)} = {euro(total)}")
    fonti = [Fonte(documento="protocollo", sezione=number)]
    amount = total
    if valori.get("spese_generali") == "si":
        general = al_centesimo(total * SPESE_GENERALI)
        amount += general
        steps.append(f"spese generali, 15% di {euro(total)}: {euro(general)}, in tutto {euro(amount)}")
    fonti.append(Fonte(documento="protocollo", sezione="5"))
    warnings += _avvertenze(valori, number, rows, edizione.valori.fasi, base + more, raised)
    return Risultato(
        descrizione=_descrizione(table.titolo, number, rows, raised, valori),
        importo=amount,
        passaggi=tuple(steps),
        fonti=tuple(fonti),
        tariffa=tariffa_di(edizione) + ", senza data",
        avvertenze=tuple(warnings),
        aggiornamenti=_aggiornamenti(table.id, contesto),
    )


def _aggiornamenti(table: str, contesto: Contesto) -> Tuple[Aggiornamento, ...]:
    later = contesto.successiva(table)
    return () if later is None else (Aggiornamento(None, later.in_vigore_dal, later.atto),)


def _istruttoria(valori: Valori, contesto: Contesto, rows: List[Fase], warnings: List[str]) -> Optional[Decimal]:
    """The fee of a complex evidence phase: what is asked, else the highest. Raises ValoreNonValido outside the bounds."""
    plain = next((row.parziale for row in rows if row.fase == ISTRUTTORIA), None)
    if plain is None or valori.get("complessa") != "si":
        return None
    highest = contesto.pubblicata("istruttoria_complessa").valori.importi["massimo"]
    asked = valori.get("importo_istruttoria")
    if asked is None:
        without = sum((row.parziale for row in rows), Decimal(0))
        warnings.append(
            f"Per l'istruttoria complessa la voce può salire fino a {euro(highest)}: il totale è il massimo; con la voce "
            f"ordinaria "
            f"({euro(plain)}) sarebbe {euro(without)}, aumenti esclusi"
        )
        return Decimal(highest)
    assert isinstance(asked, Decimal)
    if not plain <= asked <= highest:
        raise ValoreNonValido(
            "importo_istruttoria",
            f"Per l'istruttoria complessa la voce va da {euro(plain)}, quella ordinaria, a {euro(highest)}.",
        )
    warnings.append(f"La voce ordinaria dell'istruttoria è {euro(plain)}; se è complessa può salire fino a {euro(highest)}")
    return asked


def _descrizione(titolo: str, number: str, rows: List[Fase], raised: bool, valori: Valori) -> str:
    phases = [row.fase for row in rows if row.fase in FASI]
    what = titolo[:1].lower() + titolo[1:]
    listed = f", {'fase' if len(phases) == 1 else 'fasi'} {elenco(phases)}" if phases and number not in ("5.1.3",) else ""
    extras = ["con l'aumento del 15%"] if raised else []
    if valori.get("spese_generali") == "si":
        extras.append("con le spese generali")
    return f"compenso per {what}{listed}" + "".join(", " + extra for extra in extras)


def _avvertenze(
    valori: Valori, number: str, rows: List[Fase], table: List[Fase], raised_total: Decimal, raised: bool
) -> List[str]:
    warnings = []
    asked_decision = DECISIONALE in fasi_svolte(valori) and any(row.fase == DECISIONALE for row in table)
    if rows and asked_decision and valori.get("comparse") == "no":
        which = "comparse conclusionali" if valori.get("esito") == CONTUMACE else "comparse conclusionali e repliche"
        warnings.append(f"La fase decisionale non è dovuta senza deposito autorizzato di {which}")
    if rows and valori.get("aumento") is None and valori.get("spese_generali") != "si":
        warnings.append(
            f"Con l'aumento del 15% per gli atti redatti secondo l'art. 4, comma 1-bis, D.M. 55/2014: {euro(raised_total)}"
        )
    speaks_of_raise = raised or (valori.get("aumento") is None and valori.get("spese_generali") != "si")
    for row in rows:
        if row.nota and (speaks_of_raise or row.fase == COMPENSO):
            note = f"{number}, {row.fase}: {row.nota}"
            if row.fase == MAGGIORAZIONE and row.aumento is None:
                without = raised_total - al_centesimo(row.parziale * AUMENTO)
                note += f"; qui il 15% è calcolato anche su questa voce, senza il totale aumentato sarebbe {euro(without)}"
            warnings.append(note)
    if number == "5.3.2.1":
        warnings.append("Il titolo della tabella porta anche «maggiorazione 20%», che il testo non spiega")
    if valori.get("spese_generali") == "si":
        warnings.append("CNA e IVA si aggiungono, ma il protocollo non ne dà le aliquote")
    else:
        warnings.append("Si aggiungono le spese generali (15% dei compensi), CNA e IVA")
    warnings.append("Il protocollo vale nel distretto di Trieste, e le tabelle sono indicazioni di massima")
    return warnings


def argomento(valori: Valori) -> str:
    """The topic of what is asked next."""
    return "patrocinio"


CALCOLATORE = Calcolatore(
    id="patrocinio",
    titolo="Compenso del patrocinio in famiglia",
    esempio="Separazione giudiziale con sentenza e parti costituite: quanto mi liquidano col patrocinio?",
    argomento=argomento,
    voci=(
        *(f"patrocinio.tabella_{number.replace('.', '_')}" for number in TABELLE.values()),
        "patrocinio.istruttoria_complessa",
        "patrocinio.un_avvocato_due_parti",
    ),
    parametri=PARAMETRI,
    calcola=calcola,
)
