"""Puts decisions into words: answers with their source, questions with buttons, the ladder of not understanding."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

from bot.dialogue.bozza import Drafts
from bot.dialogue.calcolo import Calculation
from bot.dialogue.orari import Domanda, Opening
from bot.dialogue.percorso import Guide
from bot.dialogue.reply import Risposta
from bot.dialogue.resolver import Decision, Resolver
from bot.dialogue.state import Opzione, Stato
from bot.nlu.labels import CALCULATION
from calculators.elenco import CALCOLATORI
from knowledge import Conoscenza

ASPECTS_OFFERED = ("costo", "modulo", "come", "documenti", "dove", "tempi", "chi", "che_cosa")
MENU = (
    "casellario",
    "carichi_pendenti",
    "chiusa_inchiesta",
    "eseguita_pena",
    "copie_atti",
    "registro_335",
    "spese_giustizia",
    "legalizzazione",
)
MAX_BUTTONS = 8


class Composer:
    """Makes replies from decisions.

    phrases: the texts of domain.yml (responses), each a list of variations. database: where drafts are kept, the configured one
    by default.
    """

    def __init__(self, conoscenza: Conoscenza, phrases: Mapping[str, Sequence[str]], database: Optional[str] = None):
        self.conoscenza = conoscenza
        self.phrases = phrases
        self.resolver = Resolver(conoscenza)
        self.calculation = Calculation(self)
        self.guide = Guide(self)
        self.opening = Opening(conoscenza)
        self.drafts = Drafts(self, database)

    def phrase(self, name: str, turn: int = 0, **values: str) -> str:
        """A phrase of domain.yml, its variation chosen by the number of the turn, its references filled in."""
        variations = self.phrases[f"utter_{name}"]
        text = self.conoscenza.renderer.render(variations[turn % len(variations)])
        for key, value in values.items():
            text = text.replace("{" + key + "}", value)
        return text

    def compose(
        self, decision: Decision, stato: Stato, giorno: date, turn: int = 0, domanda: Optional[Domanda] = None
    ) -> Risposta:
        """The reply for a decision, given the record of the last reply, the day, the number of the turn, the message."""
        if decision.kind == "answer":
            return self.answer(decision.chiavi, stato, giorno, decision.alternative, domanda)
        if decision.kind == "topic":
            return self._about_topic(decision, stato, giorno)
        if decision.kind == "topic_unknown":
            options = self._options(decision.chiavi) or self._topics_with(decision.aspetto)
            return self._question(self.phrase("quale_servizio", turn), options, stato, aspetto=decision.aspetto)
        if decision.kind == "clarify":
            chiarimento = self.conoscenza.chiarimenti[decision.chiavi[0]]
            return self._question(chiarimento.domanda, self._options(chiarimento.opzioni), stato, aspetto=decision.aspetto)
        if decision.kind == "act":
            return self._act(decision.chiavi[0], stato, turn)
        return self._not_understood(decision.chiavi, stato)

    def answer(
        self,
        chiavi: Sequence[str],
        stato: Stato,
        giorno: date,
        alternative: Sequence[str] = (),
        domanda: Optional[Domanda] = None,
    ) -> Risposta:
        """The answers of one or two entries, dated notices, the sources on the last line; buttons for what else may be meant.

        domanda: the message, where it may ask whether an office is open.
        """
        texts, sources, notices = [], [], []  # type: List[str], List[Any], List[str]
        topic = ""
        for chiave in chiavi:
            topic = chiave.partition(".")[0]
            argomento = self.conoscenza.argomenti[topic]
            voce = self.conoscenza.voce(chiave)
            texts.append(self.conoscenza.testo(chiave))
            sources += voce.fonti if voce else argomento.fonti
            notices += [a.testo for a in self.conoscenza.avvisi_di(argomento, giorno)]
        first, last = self.opening.lines(chiavi, domanda) if domanda else ("", "")
        texts = [text for text in (first, *texts, last) if text]
        lines = texts + list(dict.fromkeys(notices)) + [f"Fonte: {self.conoscenza.citazione(sources)}"]
        service = self.conoscenza.argomenti[topic].tipo == "informazione"
        kept = topic if service else stato.argomento
        options = self._options(alternative)
        if options:
            lines.append(self.phrase("o_cercava"))
        return Risposta("\n".join(lines), options, Stato(argomento=kept, voce=chiavi[-1], opzioni=options, esito="risposta"))

    def _about_topic(self, decision: Decision, stato: Stato, giorno: date) -> Risposta:
        argomento = self.conoscenza.argomenti[decision.argomento]
        if argomento.tipo != "informazione":  # nothing to choose from among other offices' matters
            return self.answer((argomento.id,), stato, giorno)
        if decision.aspetto:
            opening = self.phrase("aspetto_assente") + " "
        else:
            opening = self.answer((argomento.id,), stato, giorno).testo + "\n"
        options = self._aspects_of(argomento.id)
        if not options:
            return Risposta(opening.strip(), stato=Stato(argomento=argomento.id, esito="risposta"))
        question = self.phrase("quale_aspetto").replace("{menzione}", argomento.menzione)
        return self._question(opening + question, options, replace(stato, argomento=argomento.id))

    def _question(self, text: str, options: Tuple[Opzione, ...], stato: Stato, aspetto: str = "") -> Risposta:
        record = Stato(argomento=stato.argomento, voce=stato.voce, aspetto=aspetto, opzioni=options, esito="domanda")
        return Risposta(text, options, record)

    def _act(self, act: str, stato: Stato, turn: int) -> Risposta:
        if f"utter_{act}" not in self.phrases:
            return self._not_understood((), stato)
        record = replace(stato, esito=act, opzioni=(), gradino=0, conto=None)
        options = self._options(MENU) if act in ("cosa_sai_fare", "menu") else ()
        text = self.phrase(act, turn)
        if act == "calcolo_elenco":
            listed, options = self.calculation.listed()
            text = f"{text}\n{listed}"
        return Risposta(text, options, replace(record, opzioni=options))

    def _not_understood(self, candidates: Sequence[str], stato: Stato) -> Risposta:
        """The ladder: likely meanings, then the menu, then the desk. It never says the same thing twice in a row."""
        step = stato.gradino + 1
        options = self._options(candidates)
        if step == 1 and options:
            text = self.phrase("intendeva")
        elif step <= 2:
            text, options = self.phrase("non_capito_menu", step - 1), self._options(MENU)
        else:
            text, options = self.phrase("non_capito_sportello", step - 3), ()
        return Risposta(text, options, Stato(stato.argomento, stato.voce, "", options, "non_capito", step))

    def _options(self, chiavi: Sequence[str]) -> Tuple[Opzione, ...]:
        options: List[Opzione] = []
        single = len({c.partition(".")[0] for c in chiavi}) == 1
        for chiave in chiavi:
            if chiave.startswith(f"{CALCULATION}/"):
                name = chiave.split("/", 1)[1].partition(".")[0]
                options.append(Opzione(CALCOLATORI[name].titolo, f"{CALCULATION}.{name}"))
                continue
            argomento = self.conoscenza.argomenti.get(chiave.partition(".")[0])
            if argomento is None:
                continue
            voce = self.conoscenza.voce(chiave)
            title = argomento.etichetta if voce is None else voce.etichetta
            if voce is not None and not single:
                title = f"{argomento.etichetta}: {voce.etichetta}"
            options.append(Opzione(title, chiave))
        return tuple(options[:MAX_BUTTONS])

    def _aspects_of(self, argomento: str) -> Tuple[Opzione, ...]:
        found = [f"{argomento}.{a}" for a in ASPECTS_OFFERED if self.conoscenza.voce(f"{argomento}.{a}")]
        if len(found) < 2:
            found = [f"{argomento}.{v.id}" for v in self.conoscenza.argomenti[argomento].voci][:MAX_BUTTONS]
        return self._options(found)

    def _topics_with(self, aspetto: str) -> Tuple[Opzione, ...]:
        found = [t for t in MENU if self.resolver.entry_for(t, aspetto)]
        return self._options(found or MENU)


def phrases_of(responses: Mapping[str, Sequence[Mapping[str, Any]]]) -> Dict[str, List[str]]:
    """The texts of a Rasa domain's responses: name -> variations."""
    return {name: [v["text"] for v in variations if v.get("text")] for name, variations in responses.items()}


def desk_message(conoscenza: Optional[Conoscenza]) -> str:
    """What people read when something inside is broken: who answers instead."""
    base = "Mi scusi, in questo momento non riesco a rispondere per un problema tecnico. Può riprovare tra qualche minuto"
    if conoscenza is None:
        return base + "."
    ufficio = conoscenza.uffici[conoscenza.profilo.sportello]
    return f"{base} oppure contattare {ufficio.articolo}{ufficio.nome}: tel. {ufficio.telefono}, {ufficio.mail}."
