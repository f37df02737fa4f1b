"""Rasa models: the assistant's own, Rasa's default pipeline on the same examples, and the barest one that answers."""

from __future__ import annotations

import asyncio
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml
from rasa.core.agent import Agent
from rasa.shared.nlu.constants import TEXT

from bot.nlu.components import UNDERSTANDING_KEY
from bot.nlu.importer import LABEL, KnowledgeImporter, is_elliptical
from bot.nlu.labels import ASPECT
from bot.nlu.understanding import Example
from bot.settings import ROOT
from bot.training import ENVIRONMENT, ensure_model, rasa_train

from .running import MeasureFailed, run, say
from .scores import Guess

RASA = (sys.executable, "-m", "rasa")
LOST = "nlu_fallback"

DEFAULT_PIPELINE: list[dict[str, Any]] = [  # what `rasa init` writes, without what only entities and other languages need
    {"name": "WhitespaceTokenizer"},
    {"name": "RegexFeaturizer"},
    {"name": "LexicalSyntacticFeaturizer"},
    {"name": "CountVectorsFeaturizer"},
    {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
    {"name": "DIETClassifier", "epochs": 100, "constrain_similarities": True},
    {"name": "FallbackClassifier", "threshold": 0.3, "ambiguity_threshold": 0.1},
]
BARE_CONFIG = {
    "recipe": "default.v1",
    "language": "it",
    "assistant_id": "minimo",
    "pipeline": [{"name": "KeywordIntentClassifier"}],
    "policies": [{"name": "RulePolicy"}],
}
BARE_KEYWORD = "ciao"  # the classifier by keywords must find one
BARE_DOMAIN = {
    "version": "3.1",
    "intents": ["domanda", "altro"],
    "responses": {"utter_testo": [{"text": "Una risposta sempre uguale, lunga come quelle dell'ufficio. " * 4}]},
}
BARE_DATA = {
    "version": "3.1",
    "nlu": [{"intent": "domanda", "examples": f"- {BARE_KEYWORD}\n"}, {"intent": "altro", "examples": "- addio\n"}],
    "rules": [{"rule": "una sola", "steps": [{"intent": "domanda"}, {"action": "utter_testo"}]}],
}


def own_model(folder: Path) -> tuple[Path, float]:
    """The assistant's model for the files as they are now, and the seconds a training takes: one is always done and timed."""
    spent: list[float] = []
    started = time.monotonic()
    kept = {path.name for path in (ROOT / "models").glob("*.tar.gz")}
    model = ensure_model(say, log=folder / "addestramento.log")
    if model.name not in kept:
        spent.append(time.monotonic() - started)
    else:
        command = rasa_train(folder, "nostro")
        spent.append(run(command, folder / "addestramento.log", "addestro il nostro modello", ENVIRONMENT))
    return model, spent[0]


def examples() -> list[Example]:
    """Every training example of the assistant."""
    importer = KnowledgeImporter(str(ROOT / "config.yml"), str(ROOT / "domain.yml"), [str(ROOT / "data")])
    messages = importer.get_nlu_data().intent_examples
    return [Example(m.get(TEXT), m.get(LABEL), is_elliptical(m, m.get(LABEL))) for m in messages]


def default_model(folder: Path, known: Sequence[Example], epochs: int, seed: int) -> tuple[Path, float]:
    """Rasa's default pipeline on the same examples, and the seconds its training took."""
    folder.mkdir(parents=True, exist_ok=True)
    by_label: dict[str, list[str]] = {}
    for example in known:
        by_label.setdefault(_intent(example.label), []).append(_plain(example.text))
    blocks = [{"intent": intent, "examples": "".join(f"- {text}\n" for text in texts)} for intent, texts in by_label.items()]
    _write(folder / "dati.yml", {"version": "3.1", "nlu": blocks})
    of_diet = {"epochs": epochs, "random_seed": seed}
    pipeline = [{**c, **(of_diet if c["name"] == "DIETClassifier" else {})} for c in DEFAULT_PIPELINE]
    _write(folder / "config.yml", {"recipe": "default.v1", "language": "it", "assistant_id": "di_serie", "pipeline": pipeline})
    files = ["--config", str(folder / "config.yml"), "--nlu", str(folder / "dati.yml"), "--out", str(folder)]
    command = [*RASA, "train", "nlu", *files, "--fixed-model-name", "di_serie"]
    what = f"addestro la pipeline di serie di Rasa ({epochs} epoche)"
    return folder / "di_serie.tar.gz", run(command, folder / "addestramento.log", what, ENVIRONMENT)


def bare_model(folder: Path) -> Path:
    """A Rasa with one rule and one fixed text."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in (("config", BARE_CONFIG), ("domain", BARE_DOMAIN), ("dati", BARE_DATA)):
        _write(folder / f"{name}.yml", content)
    files = ["--config", str(folder / "config.yml"), "--domain", str(folder / "domain.yml"), "--data", str(folder / "dati.yml")]
    command = [*RASA, "train", *files, "--out", str(folder), "--fixed-model-name", "minimo"]
    run(command, folder / "addestramento.log", "addestro la Rasa minima", ENVIRONMENT)
    return folder / "minimo.tar.gz"


def _intent(label: str) -> str:
    """A label as the name of a plain intent: no slash, which Rasa would read as a family of questions."""
    if label.startswith("?"):
        return f"{ASPECT}+{label[1:]}"
    return label.replace("/", "+")


def _label(intent: str) -> str:
    family, plus, name = intent.partition("+")
    if not plus:
        return intent
    return f"?{name}" if family == ASPECT else f"{family}/{name}"


def _plain(text: str) -> str:
    """The text on one line and without what Rasa's format reads as entities."""
    return " ".join(re.sub(r"[\[\]{}]", " ", text).split())


def _write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(yaml.safe_dump(content, allow_unicode=True, width=10_000), encoding="utf-8")


class Parsed:
    """A Rasa model asked what it understands."""

    def __init__(self, model: Path) -> None:
        self.agent = Agent.load(str(model))
        if not self.agent.is_ready():
            raise MeasureFailed(f"Rasa non ha saputo aprire il modello {model}")

    def parse(self, text: str) -> dict[str, Any]:
        return dict(asyncio.run(self.agent.parse_message(text)))


def own_guesses(parsed: Parsed, texts: Sequence[str]) -> list[Guess]:
    """What our pipeline understands, with the fallback that it gives to Rasa."""
    guesses = []
    for text in texts:
        found = parsed.parse(text)
        ranking = found[UNDERSTANDING_KEY]["labels"]
        guesses.append(Guess(tuple(name for name, _ in ranking), ranking[0][1], found["intent"]["name"] == LOST))
    return guesses


def default_guesses(parsed: Parsed, texts: Sequence[str]) -> list[Guess]:
    """What Rasa's default pipeline understands."""
    guesses = []
    for text in texts:
        found = parsed.parse(text)
        ranking = [(i["name"], i["confidence"]) for i in found["intent_ranking"] if i["name"] != LOST]
        labels = tuple(_label(name) for name, _ in ranking)
        guesses.append(Guess(labels, ranking[0][1] if ranking else 0.0, found["intent"]["name"] == LOST))
    return guesses
