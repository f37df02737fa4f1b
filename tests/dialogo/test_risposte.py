"""What the assistant replies to what it understood: topic, aspect, buttons, doubts, emergencies, notices, sources."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.dialogue.composer import MAX_BUTTONS, MENU, Composer
from bot.dialogue.reply import Risposta, payload
from bot.dialogue.resolver import CANDIDATE, EMERGENCY, SURE, TWO_ANSWERS
from bot.dialogue.state import Opzione, Stato
from bot.dialogue.turn import CLAUSE_SURE, MAX_TWO_ANSWERS
from bot.nlu.understanding import Comprensione
from knowledge import Conoscenza
from knowledge.verify import MAX_PAYLOAD_KEY

from .hearing import NOTHING, Person, heard, sure

TELEGRAM_PAYLOAD = 64  # bytes
TOPIC = "casellario"
FOLLOW_UP = 0.95


@pytest.fixture
def person(composer: Composer) -> Person:
    return Person(composer)


def about(topic: str) -> Stato:
    return Stato(argomento=topic, esito="risposta")


def said(composer: Composer, name: str) -> set[str]:
    """Every variation of a phrase, filled in."""
    return {composer.phrase(name, turn) for turn in range(len(composer.phrases[f"utter_{name}"]))}


def is_phrase(composer: Composer, name: str, text: str) -> bool:
    return text in said(composer, name)


def generic_aspect(conoscenza: Conoscenza) -> str:
    """An aspect that needs a service to be answered."""
    return next(a.id for a in conoscenza.aspetti.values() if not a.senza_argomento and conoscenza.voce(f"{TOPIC}.{a.id}"))


# One entry, its source.


def test_every_entry_answers_with_its_text_and_its_source(conoscenza: Conoscenza, composer: Composer) -> None:
    for chiave, _, voce in conoscenza.voci():
        risposta = Person(composer).presses(chiave)
        *body, source = risposta.testo.split("\n")
        assert "\n".join(body) == conoscenza.testo(chiave), chiave
        assert source == f"Fonte: {conoscenza.citazione(voce.fonti)}", chiave
        for fonte in voce.fonti:
            cited = fonte.titolo if fonte.documento == "pubblica" else conoscenza.documenti[fonte.documento].breve
            assert cited and cited in source, chiave
        assert risposta.stato.voce == chiave and risposta.stato.esito == "risposta" and not risposta.opzioni


def test_every_topic_answers_and_offers_its_aspects(conoscenza: Conoscenza, composer: Composer) -> None:
    for argomento in conoscenza.argomenti.values():
        risposta = Person(composer).presses(argomento.id)
        assert risposta.testo.startswith(conoscenza.testo(argomento.id)), argomento.id
        assert "Fonte: " in risposta.testo, argomento.id
        if argomento.tipo != "informazione":
            assert not risposta.opzioni, argomento.id  # what other offices do is not a menu
            continue
        assert argomento.menzione in risposta.testo, argomento.id
        assert 2 <= len(risposta.opzioni) <= MAX_BUTTONS, argomento.id
        assert {o.chiave.partition(".")[0] for o in risposta.opzioni} == {argomento.id}


def test_every_button_works_and_fits(conoscenza: Conoscenza, composer: Composer) -> None:
    buttons = {o for a in conoscenza.argomenti for o in Person(composer).presses(a).opzioni}
    for chiarimento in conoscenza.chiarimenti:
        offered = Person(composer).says("certificato", f"chiarimento/{chiarimento}")
        assert offered.testo == conoscenza.chiarimenti[chiarimento].domanda
        assert len(offered.opzioni) >= 2
        titles = [o.titolo for o in offered.opzioni]
        assert len(set(titles)) == len(titles), chiarimento
        buttons |= set(offered.opzioni)
    assert len(buttons) > 100
    for button in buttons:
        assert len(payload(button.chiave).encode()) <= TELEGRAM_PAYLOAD, button.chiave
        assert Person(composer).presses(button).testo.startswith(conoscenza.testo(button.chiave))


def test_the_longest_label_that_is_allowed_still_fits_a_button() -> None:
    assert len(payload("x" * MAX_PAYLOAD_KEY).encode()) <= TELEGRAM_PAYLOAD


# Topic and aspect.


def test_an_aspect_goes_with_the_topic_on_the_table(conoscenza: Conoscenza, composer: Composer) -> None:
    for aspetto in ("costo", "tempi", "delega"):
        risposta = Person(composer, about(TOPIC)).says("e quello?", sure(f"?{aspetto}", FOLLOW_UP))
        assert conoscenza.testo(f"{TOPIC}.{aspetto}") in risposta.testo
        assert risposta.stato.argomento == TOPIC


def test_an_aspect_without_a_topic_asks_which(conoscenza: Conoscenza, composer: Composer, person: Person) -> None:
    aspetto = generic_aspect(conoscenza)
    risposta = person.says("e quello?", sure(f"?{aspetto}", FOLLOW_UP))
    assert is_phrase(composer, "quale_servizio", risposta.testo)
    assert risposta.opzioni and all(composer.resolver.entry_for(o.chiave, aspetto) for o in risposta.opzioni)
    assert risposta.stato.aspetto == aspetto


def test_an_aspect_that_the_office_answers_for_all(conoscenza: Conoscenza, composer: Composer) -> None:
    answered = [a for a in conoscenza.aspetti.values() if a.senza_argomento]
    assert answered
    for aspetto in answered:
        risposta = Person(composer).says("a che ora?", sure(f"?{aspetto.id}", FOLLOW_UP))
        assert conoscenza.testo(aspetto.senza_argomento or "") in risposta.testo


def test_the_topic_that_follows_gets_the_aspect_asked_before(conoscenza: Conoscenza, person: Person) -> None:
    aspetto = generic_aspect(conoscenza)
    person.says("e quello?", sure(f"?{aspetto}", FOLLOW_UP))
    risposta = person.says("il casellario", TOPIC)
    assert conoscenza.testo(f"{TOPIC}.{aspetto}") in risposta.testo
    assert person.stato.aspetto == ""


def test_the_button_that_follows_gets_the_aspect_asked_before(conoscenza: Conoscenza, person: Person) -> None:
    aspetto = generic_aspect(conoscenza)
    option = next(o for o in person.says("e quello?", sure(f"?{aspetto}", FOLLOW_UP)).opzioni if o.chiave == TOPIC)
    assert conoscenza.testo(f"{TOPIC}.{aspetto}") in person.presses(option).testo


def fallbacks(conoscenza: Conoscenza, composer: Composer) -> Iterator[tuple[str, str, str | None]]:
    """Topic, aspect it lacks, entry that answers instead (None: none does)."""
    for argomento in conoscenza.argomenti.values():
        for aspetto in conoscenza.aspetti:
            if argomento.tipo == "informazione" and not conoscenza.voce(f"{argomento.id}.{aspetto}"):
                yield argomento.id, aspetto, composer.resolver.entry_for(argomento.id, aspetto)


def test_an_aspect_that_a_service_lacks_falls_back(conoscenza: Conoscenza, composer: Composer) -> None:
    found = [f for f in fallbacks(conoscenza, composer) if f[2]]
    assert found
    for topic, aspetto, entry in found:
        assert entry is not None and entry.partition(".")[2] in conoscenza.aspetti[aspetto].ripiego
        risposta = Person(composer, about(topic)).says("e quello?", sure(f"?{aspetto}", FOLLOW_UP))
        assert conoscenza.testo(entry) in risposta.testo, (topic, aspetto)


def test_an_aspect_that_no_text_covers_is_admitted(conoscenza: Conoscenza, composer: Composer) -> None:
    found = [f for f in fallbacks(conoscenza, composer) if not f[2]]
    assert found
    for topic, aspetto, _ in found:
        risposta = Person(composer, about(topic)).says("e quello?", sure(f"?{aspetto}", FOLLOW_UP))
        assert composer.phrase("aspetto_assente") in risposta.testo, (topic, aspetto)
        assert risposta.opzioni and risposta.stato.argomento == topic


def test_topic_then_aspect_by_buttons(conoscenza: Conoscenza, composer: Composer) -> None:
    offered = Person(composer).says("la fedina", TOPIC)
    for option in offered.opzioni:
        person = Person(composer, offered.stato)
        assert conoscenza.testo(option.chiave) in person.presses(option).testo
        assert person.stato.argomento == TOPIC


@pytest.mark.parametrize(
    "typing", [str.upper, str.lower, lambda t: t + "?", lambda t: f"  {t}!! ", lambda t: t.replace("e", "è", 1)]
)
def test_the_title_typed_instead_of_pressed(conoscenza: Conoscenza, composer: Composer, typing: object) -> None:
    offered = Person(composer).says("la fedina", TOPIC)
    for option in offered.opzioni:
        risposta = Person(composer, offered.stato).says(typing(option.titolo))
        assert conoscenza.testo(option.chiave) in risposta.testo, option.titolo


def test_the_number_typed_instead_of_pressed(conoscenza: Conoscenza, composer: Composer) -> None:
    offered = Person(composer).says("la fedina", TOPIC)
    for place, option in enumerate(offered.opzioni, start=1):
        for typed in (str(place), f" {place}. ", f"{place})"):
            risposta = Person(composer, offered.stato).says(typed)
            assert conoscenza.testo(option.chiave) in risposta.testo, typed


@pytest.mark.parametrize("typed", ["0", "99", "1" * 5000, "²"])
def test_a_number_that_no_button_has(composer: Composer, typed: str) -> None:
    offered = replace(Person(composer).says("la fedina", TOPIC).stato, opzioni=(Opzione("Uno", "casellario.costo"),))
    assert Person(composer, offered).says(typed).stato.esito == "non_capito"


def test_offered_buttons_do_not_trap(conoscenza: Conoscenza, composer: Composer) -> None:
    """Whoever asks something else after a question with buttons gets an answer to what they asked."""
    stato = Person(composer).says("la fedina", TOPIC).stato
    risposta = Person(composer, stato).says("e l'apostille dove si fa?", "legalizzazione.dove")
    assert conoscenza.testo("legalizzazione.dove") in risposta.testo
    assert risposta.stato.argomento == "legalizzazione"


# Two readings.


def test_two_likely_readings_are_offered(composer: Composer) -> None:
    near = CANDIDATE + 0.05
    understood = heard({"casellario.costo": near, "legalizzazione.dove": near, "siamm.modifica": 0.001})
    risposta = Person(composer).says("cosa serve là", understood)
    assert {o.chiave for o in risposta.opzioni} == {"casellario.costo", "legalizzazione.dove"}
    assert len({o.titolo for o in risposta.opzioni}) == 2


def test_readings_with_the_same_answer_count_as_one(conoscenza: Conoscenza, composer: Composer) -> None:
    """Doubt between two labels that say the same is no doubt; between two that do not, it is."""
    half = SURE * 0.8
    same = composer.resolver._equivalent
    pairs = {
        (one, other)
        for one in ("casellario.orari", "casellario.dove", "eseguita_pena.dove", "legalizzazione.dove")
        for other, argomento, _ in conoscenza.voci()
        if argomento.id == "uffici" and same(one, other)
    }
    assert pairs
    for one, other in pairs:
        risposta = Person(composer).says("orario", heard({one: half, other: half}))
        assert risposta.stato.esito == "risposta" and not risposta.opzioni, (one, other)
    doubtful = Person(composer).says("orario", heard({"casellario.costo": half, "legalizzazione.dove": half}))
    assert doubtful.opzioni


def test_two_questions_of_one_service_in_one_message(conoscenza: Conoscenza, composer: Composer) -> None:
    short = [k for k, a, _ in conoscenza.voci() if a.id == TOPIC and len(conoscenza.testo(k)) < MAX_TWO_ANSWERS / 3]
    one, other = short[0], short[-1]
    both = heard({one: 0.55, other: 0.35})
    risposta = Person(composer).says("quanto costa e quanto dura?", both, clauses=[sure(one), sure(other)])
    assert conoscenza.testo(one) in risposta.testo and conoscenza.testo(other) in risposta.testo
    assert risposta.testo.count("Fonte: ") == 1
    again = Person(composer).says("quanto costa e quanto costa?", heard({one: 0.9}), clauses=[sure(one), sure(one)])
    assert conoscenza.testo(one) in again.testo and conoscenza.testo(other) not in again.testo


def test_two_long_answers_are_not_put_together(conoscenza: Conoscenza, composer: Composer) -> None:
    own = sorted((k for k, a, _ in conoscenza.voci() if a.id == "copie_atti"), key=lambda k: -len(conoscenza.testo(k)))[:2]
    assert sum(len(conoscenza.testo(k)) for k in own) > MAX_TWO_ANSWERS
    risposta = Person(composer).says(
        "come si fa e quanto costa?", heard({own[0]: 0.6, own[1]: 0.3}), clauses=[sure(own[0]), sure(own[1])]
    )
    assert conoscenza.testo(own[0]) in risposta.testo and conoscenza.testo(own[1]) not in risposta.testo


def test_a_doubtful_clause_adds_nothing(conoscenza: Conoscenza, composer: Composer) -> None:
    weak = heard({f"{TOPIC}.validita": CLAUSE_SURE / 10, f"{TOPIC}.tempi": CLAUSE_SURE / 10})
    risposta = Person(composer).says("quanto costa e boh?", sure(f"{TOPIC}.costo"), clauses=[sure(f"{TOPIC}.costo"), weak])
    assert conoscenza.testo(f"{TOPIC}.validita") not in risposta.testo


# Emergencies and refusals.


def emergencies(conoscenza: Conoscenza) -> list[str]:
    return [k for k, a, _ in conoscenza.voci() if a.tipo == "emergenza"]


def test_an_emergency_comes_before_anything_likelier(conoscenza: Conoscenza, composer: Composer) -> None:
    states = [Stato(), about(TOPIC), Person(composer).says("la fedina", TOPIC).stato, Stato(gradino=2, esito="non_capito")]
    for stato in states:
        for emergency in emergencies(conoscenza):
            understood = heard({f"{TOPIC}.costo": 0.9 - EMERGENCY, emergency: EMERGENCY + 0.01}, FOLLOW_UP)
            risposta = Person(composer, stato).says("aiuto, e quanto costa?", understood)
            assert risposta.testo.startswith(conoscenza.testo(emergency)), emergency
            assert "112" in risposta.testo or "118" in risposta.testo or re.search(r"\b1\d{2,4}\b", risposta.testo)


def test_a_doubt_between_emergencies_is_an_emergency(conoscenza: Conoscenza, composer: Composer) -> None:
    two = emergencies(conoscenza)[:2]
    understood = heard({f"{TOPIC}.costo": 0.6, **dict.fromkeys(two, EMERGENCY / 2 + 0.01)})
    risposta = Person(composer).says("aiuto", understood)
    assert any(risposta.testo.startswith(conoscenza.testo(emergency)) for emergency in two)
    assert conoscenza.testo(f"{TOPIC}.costo") in risposta.testo, "la domanda che c'era accanto resta senza risposta"


def test_a_doubtful_answer_comes_with_the_next_likely_one(conoscenza: Conoscenza, composer: Composer) -> None:
    short = [k for k, a, _ in conoscenza.voci() if a.id == TOPIC and len(conoscenza.testo(k)) < TWO_ANSWERS / 3]
    one, other = short[0], short[-1]
    doubtful = Person(composer).says("mah", heard({one: 0.5, other: 0.3})).testo
    assert conoscenza.testo(one) in doubtful and conoscenza.testo(other) in doubtful
    certain = Person(composer).says("mah", heard({one: 0.8, other: 0.15})).testo
    assert conoscenza.testo(one) in certain and conoscenza.testo(other) not in certain


def test_one_clear_clause_is_answered(conoscenza: Conoscenza, composer: Composer) -> None:
    entry = f"{TOPIC}.costo"
    whole = heard({entry: 0.2, "carichi_pendenti.costo": 0.2, "chiusa_inchiesta.costo": 0.2})
    risposta = Person(composer).says("quanto costa? non ho fretta", whole, clauses=[sure(entry), NOTHING])
    assert conoscenza.testo(entry) in risposta.testo


def test_an_emergency_beside_a_question(conoscenza: Conoscenza, composer: Composer) -> None:
    """One sentence asks about a certificate, the next one is an emergency: the whole message may read as the former."""
    emergency = emergencies(conoscenza)[0]
    whole = heard({f"{TOPIC}.costo": 0.9, emergency: 0.05})
    risposta = Person(composer).says("Costo? Mi insegue", whole, clauses=[sure(f"{TOPIC}.costo"), sure(emergency)])
    assert risposta.testo.startswith(conoscenza.testo(emergency))


def test_refusals_say_where_to_go_and_keep_the_topic(conoscenza: Conoscenza, composer: Composer) -> None:
    kinds = ("fuori_ambito", "consulenza_legale", "dati_riservati", "emergenza")
    refusals = [k for k, a, _ in conoscenza.voci() if a.tipo in kinds]
    assert {conoscenza.argomenti[k.partition(".")[0]].tipo for k in refusals} == set(kinds)
    for refusal in refusals:
        risposta = Person(composer, about(TOPIC)).says("mi può dire?", refusal)
        assert conoscenza.testo(refusal) in risposta.testo
        assert risposta.stato.argomento == TOPIC, "dopo un rifiuto si parla ancora del servizio di prima"


# Dated notices.


def test_a_notice_is_added_from_its_day(conoscenza: Conoscenza, composer: Composer) -> None:
    dated = [(k, conoscenza.avvisi[i]) for k, a, _ in conoscenza.voci() for i in a.avvisi]
    assert dated
    for chiave, avviso in dated[:: max(1, len(dated) // 20)]:
        before = Person(composer, giorno=avviso.dal - timedelta(days=1)).presses(chiave).testo
        since = Person(composer, giorno=avviso.dal).presses(chiave).testo
        assert avviso.testo not in before and since.count(avviso.testo) == 1, chiave
        assert since.split("\n")[-1].startswith("Fonte: ")


def test_a_notice_stops_after_its_last_day(conoscenza: Conoscenza, composer: Composer) -> None:
    chiave, argomento = next((k, a) for k, a, _ in conoscenza.voci() if a.avvisi)
    avviso = conoscenza.avvisi[argomento.avvisi[0]]
    ended = replace(conoscenza, avvisi={**conoscenza.avvisi, avviso.id: avviso.copy(update={"al": date(2026, 1, 31)})})
    texts = [Person(Composer(ended, composer.phrases), giorno=date(2026, 1, day)).presses(chiave).testo for day in (30, 31)]
    texts.append(Person(Composer(ended, composer.phrases), giorno=date(2026, 2, 1)).presses(chiave).testo)
    assert [avviso.testo in text for text in texts] == [True, True, False]


def test_topics_without_notice_have_none(conoscenza: Conoscenza, composer: Composer) -> None:
    assert not conoscenza.argomenti[TOPIC].avvisi
    risposta = Person(composer, giorno=date(2030, 1, 1)).presses(f"{TOPIC}.costo")
    assert [a.id for a in conoscenza.avvisi.values() if a.testo in risposta.testo] == []


# Acts of conversation, languages.


def test_every_act_has_an_answer_and_forgets_nothing(composer: Composer) -> None:
    acts = ["saluto", "congedo", "ringraziamento", "scuse", "insulto", "sei_una_persona", "cosa_sai_fare", "operatore", "privacy"]
    for act in acts:
        risposta = Person(composer, about(TOPIC)).says("ciao", act)
        assert is_phrase(composer, act, risposta.testo), act
        assert risposta.stato.argomento == TOPIC and risposta.stato.gradino == 0


def test_who_asks_what_it_can_do_gets_buttons(composer: Composer) -> None:
    assert [o.chiave for o in Person(composer).says("cosa sai fare?", "cosa_sai_fare").opzioni] == list(MENU)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_foreigner_is_told_first_and_answered_all_the_same(conoscenza: Conoscenza, composer: Composer, language: str) -> None:
    risposta = Person(composer).says("How much is it?", f"{TOPIC}.costo", language=language)
    told, _, rest = risposta.testo.partition("\n")
    assert told == composer.phrase(f"lingua_{language}")
    assert rest.startswith(conoscenza.testo(f"{TOPIC}.costo"))
    greeted = Person(composer).says("Hello!", "saluto", language=language)
    assert told not in greeted.testo


# Nothing understood.


def lost(person: Person) -> Risposta:
    return person.says("blabla blabla")


def test_the_ladder_never_repeats_itself(composer: Composer, conoscenza: Conoscenza, person: Person) -> None:
    replies = [lost(person) for _ in range(8)]
    texts = [r.testo for r in replies]
    assert len(set(texts[:3])) == 3
    assert all(one != other for one, other in itertools.pairwise(texts))
    assert replies[0].opzioni and replies[1].opzioni, "i primi due gradini offrono una via"
    desk = conoscenza.uffici[conoscenza.profilo.sportello]
    assert desk.telefono and all(desk.telefono in text for text in texts[2:])
    assert [r.stato.gradino for r in replies] == list(range(1, 9))
    assert {r.stato.esito for r in replies} == {"non_capito"}


@pytest.mark.parametrize("success", [f"{TOPIC}.costo", TOPIC, "saluto", "chiarimento/certificato"])
def test_an_understood_message_resets_the_ladder(person: Person, success: str) -> None:
    first = lost(person).testo
    lost(person)
    person.says("ecco", success)
    assert person.stato.gradino == 0
    assert lost(person).testo == first


def test_the_ladder_keeps_the_topic(conoscenza: Conoscenza, composer: Composer) -> None:
    person = Person(composer, about(TOPIC))
    lost(person)
    risposta = person.says("e il costo?", sure("?costo", FOLLOW_UP))
    assert conoscenza.testo(f"{TOPIC}.costo") in risposta.testo


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\u200b\u200b", "\ufeff", "\u2800"])
def test_empty_messages(composer: Composer, person: Person, text: str) -> None:
    risposta = person._receive(text, None)
    assert is_phrase(composer, "vuoto", risposta.testo) or risposta.stato.esito == "non_capito"
    if not text.strip():
        assert is_phrase(composer, "vuoto", risposta.testo)


@pytest.mark.parametrize("text", ["🙂", "???", "…", "42", "a", "!!!", "€", "/restart", "/scegli", "/", "//", "/informazione{}"])
def test_messages_without_words(person: Person, text: str) -> None:
    assert person.says(text, f"{TOPIC}.costo").stato.esito == "non_capito"


UNKNOWN_CHOICES = [
    "", " ", "casellario.", ".costo", "casellario.inesistente", "inesistente", "saluto", "?costo", "chiarimento/certificato",
    "chiarimento/inesistente", "../../etc/passwd", "<script>alert(1)</script>", "casellario.costo.costo", "x" * 10_000, "{{ 7*7 }}",
]  # fmt: skip


@pytest.mark.parametrize("choice", UNKNOWN_CHOICES, ids=[c[:24] or "vuota" for c in UNKNOWN_CHOICES])
def test_a_choice_that_no_button_offers(person: Person, choice: str) -> None:
    risposta = person.presses(choice)
    assert risposta.stato.esito == "non_capito"
    assert not choice.strip() or choice not in risposta.testo or choice in ("casellario.", "saluto", "inesistente")


@pytest.mark.parametrize(
    "understood", [f"{TOPIC}.costo", TOPIC, "?costo", "saluto", "chiarimento/certificato", "inesistente.voce"]
)
def test_nothing_typed_comes_back(person: Person, understood: str) -> None:
    for text in ("zqxj <script>alert(1)</script>", "zqxj {{ 7*7 }} {menzione}", "zqxj %s {0} \\1"):
        testo = person.says(text, understood).testo
        assert "zqxj" not in testo and "<script" not in testo and "49" not in testo and "{" not in testo


def test_a_label_of_an_older_model(composer: Composer) -> None:
    """A model trained before an entry, an aspect or a request was taken away."""
    for label in ("casellario.tolta", "argomento_tolto", "argomento_tolto.voce", "?tolto", "chiarimento/tolto", "atto_tolto"):
        for stato in (Stato(), about(TOPIC), about("argomento_tolto"), Stato(aspetto="tolto", voce="casellario.tolta")):
            assert Person(composer, stato).says("una cosa", sure(label)).testo, label


def test_the_record_survives_the_tracker(composer: Composer) -> None:
    stato = Person(composer).says("la fedina", TOPIC).stato
    assert Stato.from_dict(json.loads(json.dumps(stato.as_dict()))) == stato
    assert Stato.from_dict(None) == Stato.from_dict({}) == Stato()


def test_a_message_for_the_channel(composer: Composer) -> None:
    risposta = Person(composer).says("la fedina", TOPIC)
    message = json.loads(json.dumps(risposta.as_message()))
    assert message["text"] == risposta.testo
    assert [b["title"] for b in message["buttons"]] == [o.titolo for o in risposta.opzioni]
    assert [json.loads(b["payload"].removeprefix("/scegli")) for b in message["buttons"]] == [
        {"voce": o.chiave} for o in risposta.opzioni
    ]
    assert "buttons" not in Person(composer).presses("casellario.costo").as_message()


def test_no_understanding_at_all(composer: Composer) -> None:
    """Rasa's own commands are not read by the classifier."""
    assert Person(composer)._receive("/restart", None).stato.esito == "non_capito"
    empty = Comprensione([], {}, [], [], 0.0)
    assert Person(composer).says("una cosa qualsiasi", empty).stato.esito == "non_capito"
