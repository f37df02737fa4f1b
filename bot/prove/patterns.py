"""What a conversation written in YAML expects, with the facts taken from the knowledge and never typed again.

In a pattern (a regular expression), `{{ ... }}` stands for literal text:
    {{ testo casellario.costo }}    the whole answer of an entry or topic
    {{ etichetta casellario }}      the title of a button
    {{ frase non_capito_menu }}     any of the variations of a phrase of domain.yml
    {{ ufficio.urapi.telefono }}    anything that an answer of knowledge/ may cite (also importo, modulo, titolo, profilo)
"""

from __future__ import annotations

import re

from bot.dialogue.composer import Composer

_PLACE = re.compile(r"\{\{\s*(.*?)\s*\}\}")


class Patterns:
    """Makes regular expressions of what is written in the YAML files."""

    def __init__(self, composer: Composer) -> None:
        self._composer, self._conoscenza = composer, composer.conoscenza

    def compile(self, written: str) -> re.Pattern[str]:
        """The expression of a pattern. Raises KeyError or jinja2.UndefinedError when it names what the knowledge has not."""
        return re.compile(_PLACE.sub(self._literal, written), re.IGNORECASE | re.DOTALL)

    def _literal(self, place: re.Match[str]) -> str:
        kind, _, name = place[1].partition(" ")
        if kind == "testo":
            return re.escape(self._conoscenza.testo(name))
        if kind == "etichetta":
            voce = self._conoscenza.voce(name)
            return re.escape(voce.etichetta if voce else self._conoscenza.argomenti[name].etichetta)
        if kind == "frase":
            variations = self._composer.phrases[f"utter_{name}"]
            return "(?:" + "|".join(re.escape(self._composer.phrase(name, n)) for n in range(len(variations))) + ")"
        return re.escape(self._conoscenza.renderer.render(place[0]))
