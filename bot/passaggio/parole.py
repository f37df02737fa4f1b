"""The few words that the hand-over understands by itself, without Rasa: it must hear them while the assistant is silent."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Optional

from bot.nlu.text import normalize
from bot.storage.conversazioni import Scelta


def _whole(*ways: str, before: str = "", after: str = "grazie|per favore|prego") -> re.Pattern[str]:
    """A pattern for a whole message said in one of these ways, with courtesies around."""
    opening = rf"(?:(?:{before}) )*" if before else ""
    return re.compile(rf"{opening}(?:{'|'.join(ways)})(?: (?:{after}))*")


_YES = _whole("si+", "ok", "okay", "certo", "certamente", "va bene", "d accordo", "volentieri", "magari", "yes", "oui")
_NO = _whole("no+", "non serve", "non importa", r"lascia(?:mo)? (?:stare|perdere)", "fa niente", "niente")
_PERSON = _whole(r"(?:mi )?pass\w* (?:un |l )?operator[ei]", r"(?:un |l )?operator[ei]", "persona", "umano", before="si")
_QUESTION = _whole(r"lasci\w* (?:una |la |la mia )?domanda", "domanda", before="voglio|vorrei|preferisco")
_WAIT = _whole(r"aspett\w*", r"attend\w*", "resto in (?:coda|attesa)", before="si|va bene", after="ancora|pure|qui|grazie")
_STOP = _whole(
    "basta(?: cosi)?",
    "stop",
    r"(?:torn|ritorn|rimett|ridamm|ridia)\w*(?: (?:a|al|all|con|con l|con il|l|il|indietro))?"
    r"(?: (?:assistente|bot|robot|automatico|assistente automatico))?",
    before="voglio|vorrei|mi|mi faccia|fammi",
)
_CANCEL = _whole(
    r"annull\w*(?: tutto)?",
    r"lasci\w* (?:stare|perdere)",
    "non (?:mi )?(?:serve|interessa)(?: piu)?",
    "ho cambiato idea",
    r"rinunci\w*",
    "esci",
    "esco",
)
_SKIP = _whole(
    r"salt\w*",
    "passo",
    "avanti",
    "anonim[oa]",
    "no",
    "(?:preferisco|meglio) (?:non|di no)(?: dirlo)?",
    "non (?:lo )?(?:dico|voglio dir(?:e|lo))",
    "(?:niente|senza) nome",
)
_ERASE = _whole(
    r"(?:cancell|elimin|rimuov)\w*(?: (?:subito|adesso))? tutto",
    r"(?:cancell|elimin|rimuov)\w*(?: (?:subito|adesso))?(?: tutt[aei])?(?: (?:i|la|il|questa))?(?: (?:miei|mia|mio))?"
    r" (?:dati(?: personali)?|conversazione|chat|recapito|contatto)",
    before="per favore|voglio|vorrei|puo|puoi|potete",
    after="per favore|grazie|subito|adesso|ora",
)


def _plain(text: str) -> str:
    return " ".join(normalize(text).replace("?", " ").split())


def stops(text: str) -> bool:
    """Whether the whole message asks for the assistant back: "basta", "torna all'assistente"."""
    return _STOP.fullmatch(_plain(text)) is not None


def cancels(text: str) -> bool:
    """Whether the whole message gives up what was begun: "annulla", "non mi serve più"."""
    return _CANCEL.fullmatch(_plain(text)) is not None


def refuses(text: str) -> bool:
    """Whether the whole message says no."""
    return _NO.fullmatch(_plain(text)) is not None


def skips(text: str) -> bool:
    """Whether the whole message refuses an answer that may be refused: "salta"."""
    return _SKIP.fullmatch(_plain(text)) is not None


def erases(text: str) -> bool:
    """Whether the whole message asks to delete what is kept: "cancella i miei dati". The assistant does that, whoever speaks."""
    return _ERASE.fullmatch(_plain(text)) is not None


def chosen(text: str, offered: Iterable[Scelta]) -> Optional[Scelta]:
    """Which of the buttons just offered a typed message stands for: its title, its number, or a word for what it does."""
    said = _plain(text)
    options = list(offered)
    for scelta in options:
        if said and said == _plain(scelta.titolo):
            return scelta
    words = {"operatore": (_YES, _PERSON), "domanda": (_QUESTION,), "aspetta": (_WAIT,), "torna": (_STOP,), "no": (_NO,)}
    words |= {"salta": (_SKIP,), "annulla": (_CANCEL,)}
    for scelta in options:
        action = scelta.payload.split(":")[1] if scelta.payload.count(":") else ""
        if any(pattern.fullmatch(said) for pattern in words.get(action, ())):
            return scelta
    left = [s for s in options if s.payload.startswith("passaggio:domanda")]
    if left and len(options) == 2 and options[1].payload == "passaggio:no" and _YES.fullmatch(said):
        return left[0]  # the only thing that was offered
    return None
