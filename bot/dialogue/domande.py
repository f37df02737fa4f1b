"""Words by which a message asks something, the same wherever the dialogue looks for them."""

from __future__ import annotations

import re

# asks something: searched in a message as written, or prepared (lower case, without accents and apostrophes)
QUESTION = re.compile(
    r"\?|\b(?:quant[oaie]|quando|dove|come|cosa|chi|perch[eé]|posso|si pu[oò]|devo|serve|qual[ei]?|a che"
    r"|mi (?:dica|dici|spiega|spieghi)|dimmi|vorrei sapere|orari[o]?)\b",
    re.IGNORECASE,
)
# asks what it costs: where amounts are among the data ("compenso 1450 euro"), the names of amounts ask nothing
ASKS_COST = re.compile(
    r"\bquanto (?:pago|costa|spendo|viene|devo pagare|mi costa|si paga)\b|\bche (?:costo|spesa)\b", re.IGNORECASE
)
# speaks of an amount to be computed
SPEAKS_OF_AMOUNT = re.compile(
    r"\b(?:quant[oa]\b(?!\s+(?:tempo|dura|ci\s|manca|dev))|totale|importo|prezzo|spesa|costo|costa|pago|conto|calcol\w*|compenso|marche)\b",
    re.IGNORECASE,
)
