"""The vehicles of the tables of custody and towing (Carta dei servizi, Allegato 3), as people call them."""

from __future__ import annotations

import re
from typing import Dict, Optional

from calculators.model import SCELTA, Parametro, Scelta, Valori
from calculators.testi import non_negato

MOTOVEICOLI, AUTOVEICOLI, AUTOCARRI = "motoveicoli", "autoveicoli", "autocarri"

UNO = {MOTOVEICOLI: "un motoveicolo o ciclomotore", AUTOVEICOLI: "un autoveicolo", AUTOCARRI: "un autocarro"}
PIU = {MOTOVEICOLI: "motoveicoli o ciclomotori", AUTOVEICOLI: "autoveicoli", AUTOCARRI: "autocarri"}

# "furgone" is in none: registered as a lorry it is an autocarro, otherwise an autoveicolo, and only who has it knows.
PAROLE: Dict[str, str] = {
    MOTOVEICOLI: (
        r"moto(?:\s?veicol[oi]|cicl\w+|carr[oi]|rin[oi]|retta)?\b(?!\s*d acqua|\s*acqua)|ciclomotor[ei]|scooter\w*|vesp(?:a|e"
        r"|one)\b|"
        r"cinquantin[oi]|2 ruote|due ruote|lambrett\w|quad\b|quadricicl\w+|ape\s?(?:car|piaggio)\b|ducati\b|yamaha\b"
        r"|kawasaki\b|harley\b|"
        r"maxiscooter|motociclett\w|muturin\w*"
    ),
    AUTOVEICOLI: (
        r"auto(?:mobil[ei]|veicol[oi]|vettur[ae]|caravan)?\b(?!\s*(?:carr|artic|tren|gru))|macchin[ae]\b(?!\s*agricol)"
        r"|machin[ae]\b|"
        r"vettur[ae]\b|utilitari[ae]|berlin[ae]\b|station wagon|suv\b|fuoristrada\b(?!\s*e\b)|jeep\b|camper\b|panda\b|golf\b"
        r"|audi\b|bmw\b|smart\b|"
        r"mercedes\b|monovolum[ei]|minivan|pulmin[oi]|taxi\b|citycar|4x4|macchinin[ae]|cinquecento\b"
    ),
    AUTOCARRI: (
        r"autocar+[oi]\b|camion\w*|camiun|tir\b|bilic[oi]\b|autoarticolat[oi]|autotren[oi]|mezz[oi] pesant[ei]"
        r"|veicol[oi] pesant[ei]|motric[ei]\b|"
        r"trattor[ei] stradal[ei]|ribaltabil[ei]|betonier[ae]|truck|lorry"
    ),
}
_CORREZIONE = re.compile(r"^.*\b(?:anzi|no scus[iae]|scus[iae](?: no)?|volevo dire|mi correggo|pardon)\b")
_ALTRO = re.compile(
    r"\b(?:carro\s?attrezzi|carr?attrezzi|autogru|auto\s?officina|auto\s?rimess\w|auto\s?lavaggio|auto\s?strad\w+|motoscaf\w)\b"
)
_LORRY_AS = re.compile(r"\b(?:immatricolat\w+|omologat\w+|registrat\w+)\s+(?:come\s+)?autocar+o\b")


def legge_mezzo(testo: str, valori: Valori) -> Optional[str]:
    """The kind of vehicle a message is about; None if it names none, or two different ones."""
    testo = _ALTRO.sub(" ", testo)
    if _LORRY_AS.search(testo):
        return AUTOCARRI
    after = testo[match.end() :] if (match := _CORREZIONE.match(testo)) else ""
    for text in (after, testo):
        kinds = [kind for kind, words in PAROLE.items() if re.search(non_negato(words), text)]
        if len(kinds) == 1:
            return kinds[0]
    return None


_ANOTHER = r"(?:un |l )?(?:altr[oa]|un[oa]|1|second[oa])\b"
DURATE_DIVERSE = rf"\b(?:un[oa]?|1)\b[^.;]{{0,30}}\b\d+\b[^.;]{{0,15}}(?:\be\b|,)\s*(?:la |il |per )?{_ANOTHER}[^.;]{{0,25}}\b\d+"


def legge_quantita(testo: str, valori: Valori) -> Optional[int]:
    """How many vehicles: only a number right before their name ("2 moto", "n 3 autocarri"), or days would be taken for it."""
    words = "|".join((*PAROLE.values(), r"veicol[oi]", r"mezz[oi]\b", r"furgon\w+"))
    if re.search(DURATE_DIVERSE, testo):  # one computation for each
        return 1
    testo = _ALTRO.sub(" ", testo)
    each = rf"\bun[ao]?\s+(?:{words})"
    if re.search(rf"{each}(?:\s\w+)?\s+e\s+{each}", testo):
        return 2
    found = re.search(rf"(?<!con )(?<![\d.,/-])\b(\d{{1,4}})\s+(?:\w+\s+)?(?:{words})", testo)
    if found is None or re.search(rf"\b{found[1]}\s+(?:giorn|gg|mes|ann|settiman|or[ae]\b|nott)", testo):
        return None
    return int(found[1])


MEZZO = Parametro(
    nome="mezzo",
    tipo=SCELTA,
    domanda="Che mezzo è: un motoveicolo o ciclomotore, un autoveicolo o un autocarro?",
    etichetta="tipo di mezzo",
    scelte=(
        Scelta(MOTOVEICOLI, "Moto o ciclomotore"),
        Scelta(AUTOVEICOLI, "Autoveicolo"),
        Scelta(AUTOCARRI, "Autocarro"),
    ),
    legge=legge_mezzo,
    aiuto=(
        "La Carta ha tariffe solo per motoveicoli e ciclomotori, autoveicoli e autocarri, e si calcola un tipo alla volta. "
        "Per un furgone conta la carta di circolazione: può essere un autoveicolo o un autocarro."
    ),
)
