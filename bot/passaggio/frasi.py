"""What the office says in the hand-over, out of knowledge/passaggio.yml: text, buttons, and the record of what was said."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any, Optional

from bot.storage.conversazioni import UFFICIO, Nuovo, Scelta
from knowledge.models_passaggio import RegolePassaggio

PREFIX = "passaggio:"
KEY = "passaggio"  # in a message's details: which text it is
TOKEN_BYTES = 9

# what the buttons do
OPERATORE, DOMANDA, NO, ASPETTA = "operatore", "domanda", "no", "aspetta"
TORNA, SALTA, ANNULLA = "torna", "salta", "annulla"
_TITLES = {
    OPERATORE: "operatore",
    DOMANDA: "domanda",
    NO: "rifiuta",
    ASPETTA: "aspetto",
    TORNA: "torna",
    SALTA: "salta",
    ANNULLA: "annulla",
}


class Frasi:
    """The office's words."""

    def __init__(self, regole: RegolePassaggio) -> None:
        self.regole = regole

    def message(
        self,
        key: str,
        *actions: str,
        motivo: Optional[str] = None,
        dettagli: Optional[Mapping[str, Any]] = None,
        **values: str,
    ) -> Nuovo:
        """The message with this key: a text, or a leaf. actions: its buttons; motivo: why, for a question that may be left."""
        foglia = getattr(self.regole.foglie, key, None)
        text = foglia.testo if foglia else getattr(self.regole.testi, key)
        for name, value in values.items():
            text = text.replace("{" + name + "}", value)
        record = {KEY: key, **({"motivo": motivo} if motivo else {}), **(dettagli or {})}
        return Nuovo(UFFICIO, text, scelte=tuple(self.button(action, motivo) for action in actions), dettagli=record)

    def button(self, action: str, motivo: Optional[str] = None) -> Scelta:
        """A button; motivo: why a question is left, carried along."""
        payload = PREFIX + action + (f":{motivo}" if motivo and action == DOMANDA else "")
        return Scelta(getattr(self.regole.pulsanti, _TITLES[action]), secrets.token_urlsafe(TOKEN_BYTES), payload)

    def shown_name(self, nome: Optional[str]) -> str:
        """The name that the public is shown of a person of the office: the first one, or a general one."""
        first = (nome or "").split()
        return first[0] if self.regole.mostra_nome and first else self.regole.nome_generico


def action_of(payload: str) -> tuple[str, Optional[str]]:
    """What a button of the hand-over does, and the reason it carries."""
    action, _, motivo = payload.removeprefix(PREFIX).partition(":")
    return action, motivo or None
