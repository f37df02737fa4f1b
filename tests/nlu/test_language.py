"""French and English are recognised; Italian of any kind is never turned away."""

from __future__ import annotations

import pytest

from bot.nlu.language import language_of
from knowledge import Conoscenza

MOST_FALSE = 0.002
EVERY = 5  # one training question in so many is tried

FRENCH = [
    "Bonjour, je voudrais un extrait de casier judiciaire",
    "Où est le bureau et quelles sont les heures d'ouverture ?",
    "Combien coûte le certificat ?",
    "Je ne comprends pas l'italien, pouvez-vous m'aider ?",
    "Est-ce que je peux envoyer la demande par la poste ?",
    "Quel formulaire dois-je remplir pour mon fils ?",
    "J'ai été convoqué comme témoin, qui rembourse le voyage ?",
    "Il me faut une apostille pour un acte de notaire",
]
ENGLISH = [
    "Hello, I need a criminal record certificate",
    "How much does it cost and how long does it take?",
    "Where is the office and when is it open?",
    "Can my brother collect the certificate for me?",
    "Which form do I have to fill in?",
    "I would like a copy of the police report of my accident",
    "Do you speak English? I don't understand Italian",
    "What documents do I need for the apostille?",
]
ITALIAN = [
    "ciao", "info", "casellario", "ok", "PEC", "fedina penale per visa USA", "apostille per Londra", "certificato penale urgente",
    "I need the criminal record certificate, il certificato dei reati", "buon giorno io volere carta penale per lavoro",
    "me servi na carta pe' er tribunale", "ndo sta l'ufficio?", "ghe voeur el bollo?", "dua devi andari pi la fedina?",
    "cummanà nu certificato", "mi no capir, dove andare per documento", "io no parla bene italiano, serve foglio penale",
    "quanto custa 'a fedina", "xke nn rispondete", "art. 335 cpp", "mod. 21 bis", "SIAMM LSG PEC PDF", "12345", "🙂", "", "   ", "???",
    "check sul casellario online please",
]  # fmt: skip


@pytest.mark.parametrize("text", FRENCH)
def test_french(text: str) -> None:
    assert language_of(text) == "fr"


@pytest.mark.parametrize("text", ENGLISH)
def test_english(text: str) -> None:
    assert language_of(text) == "en"


@pytest.mark.parametrize("text", ITALIAN)
def test_italian_of_any_kind(text: str) -> None:
    assert language_of(text) == "it"


def test_questions_of_the_knowledge_are_italian(conoscenza: Conoscenza) -> None:
    questions = [q for _, _, voce in conoscenza.voci() for q in [*voce.domande, *voce.seguiti]][::EVERY]
    assert len(questions) > 3000
    turned_away = [question for question in questions if language_of(question) != "it"]
    assert len(turned_away) < MOST_FALSE * len(questions), turned_away
