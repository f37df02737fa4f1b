"""Rasa trains when what it learns from has changed, and only then."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from bot.training import TrainingFailed, ensure_model, fingerprint, input_files

FINE = (sys.executable, "-c", "pass")
WRITES_A_MODEL = """
import pathlib, sys
folder, name = pathlib.Path(sys.argv[1]), sys.argv[2]
folder.mkdir(parents=True)
(folder / f"{name}.tar.gz").write_text("modello")
"""


TOPIC = """
id: casellario
tipo: informazione
sintesi: Il casellario è al piano terra.
domande: [dov'è il casellario?]
voci:
  - {id: costo, risposta: Costa, domande: [quanto costa?], seguiti: [e il costo?]}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    learnt = {
        "knowledge/argomenti/casellario.yml": TOPIC,
        "knowledge/chiarimenti.yml": "chiarimenti: [{id: certificato, domande: [mi serve un certificato]}]\n",
        "knowledge/aspetti.yml": "aspetti: [{id: costo}]\n",
    }
    for name, text in learnt.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    files = ["config.yml", "domain.yml", "endpoints.yml", "requirements.lock", "data/rules/risposte.yml", "data/nlu/atti.yml"]
    files += [
        "knowledge/uffici.yml",
        "knowledge/loader.py",
        "bot/nlu/text.py",
        "bot/nlg.py",
    ]
    for name in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"# {name}\n")
    return tmp_path


def train(folder: Path, name: str) -> list[str]:
    return [sys.executable, "-c", WRITES_A_MODEL, str(folder), name]


def no_training(folder: Path, name: str) -> list[str]:
    raise AssertionError("nothing has changed")


def model_of(root: Path, said: list[str], training: Callable[[Path, str], Sequence[str]] = train) -> Path:
    return ensure_model(said.append, root, root / "log" / "addestramento.log", training, FINE)


@pytest.mark.parametrize("name", ["config.yml", "domain.yml", "requirements.lock", "data/rules/risposte.yml", "bot/nlu/text.py"])
def test_a_change_is_seen(root: Path, name: str) -> None:
    before = fingerprint(root)
    with (root / name).open("a") as file:
        file.write("# altro\n")
    assert fingerprint(root) != before


@pytest.mark.parametrize("name", ["endpoints.yml", "bot/nlg.py", "README.md", "data/nlu/.atti.yml.swp", "knowledge/uffici.yml"])
def test_what_is_not_learnt_from_changes_nothing(root: Path, name: str) -> None:
    before = fingerprint(root)
    with (root / name).open("a") as file:
        file.write("# altro\n")
    assert fingerprint(root) == before


LEARNT = [
    ("tipo: informazione", "tipo: emergenza"),
    ("dov'è il", "dove sta il"),
    ("id: costo", "id: prezzo"),
    ("e il costo", "e il prezzo"),
]


@pytest.mark.parametrize(("old", "new"), LEARNT)
def test_what_is_learnt_of_a_topic_is_seen(root: Path, old: str, new: str) -> None:
    before, path = fingerprint(root), root / "knowledge/argomenti/casellario.yml"
    path.write_text(path.read_text().replace(old, new))
    assert fingerprint(root) != before


def test_another_answer_needs_no_training(root: Path) -> None:
    before, path = fingerprint(root), root / "knowledge/argomenti/casellario.yml"
    path.write_text(path.read_text().replace("risposta: Costa", "risposta: Costa poco").replace("piano terra", "primo piano"))
    assert fingerprint(root) == before


def test_a_topic_that_cannot_be_read_stops_it_with_its_message(root: Path) -> None:
    (root / "knowledge/argomenti/casellario.yml").write_text("id: [")
    with pytest.raises(TrainingFailed, match=r"argomenti/casellario\.yml.*non è YAML valido"):
        model_of(root, [], no_training)


def test_a_file_added_renamed_or_touched(root: Path) -> None:
    before = fingerprint(root)
    added = root / "knowledge/argomenti/zona.yml"
    added.write_text(TOPIC)
    with_file = fingerprint(root)
    added.rename(added.with_name("altra.yml"))
    renamed = fingerprint(root)
    assert len({before, with_file, renamed}) == 3
    added.with_name("altra.yml").unlink()
    os.utime(root / "config.yml", (0, 0))
    assert fingerprint(root) == before


def test_moving_text_between_files_is_a_change(root: Path) -> None:
    (root / "config.yml").write_text("ab")
    (root / "domain.yml").write_text("c")
    before = fingerprint(root)
    (root / "config.yml").write_text("a")
    (root / "domain.yml").write_text("bc")
    assert fingerprint(root) != before


def test_the_real_inputs_are_there() -> None:
    names = {path.name for path in input_files()}
    assert {"config.yml", "domain.yml", "requirements.lock", "risposte.yml", "components.py"} <= names


def test_it_trains_once(root: Path) -> None:
    said: list[str] = []
    model = model_of(root, said)
    assert model == root / "models" / f"{fingerprint(root)}.tar.gz"
    assert model.read_text() == "modello"
    assert said == ["controllo la conoscenza…", "addestro il modello…"]
    assert model_of(root, said, no_training) == model
    assert [p.name for p in model.parent.iterdir()] == [model.name]


def test_the_last_two_models_are_kept_and_those_of_others_too(root: Path) -> None:
    models = []
    for number in range(3):
        (root / "config.yml").write_text(str(number))
        models.append(model_of(root, []))
        os.utime(models[-1], (number, number))
        (root / "models" / "prova.tar.gz").write_text("di un altro")
    assert [m.exists() for m in models] == [False, True, True]
    assert (root / "models" / "prova.tar.gz").exists()


def test_broken_knowledge_stops_it_with_its_messages(root: Path) -> None:
    verify = (sys.executable, "-c", "print('✗ uffici.yml, riga 3: «telefono»: manca'); raise SystemExit(1)")
    with pytest.raises(TrainingFailed) as error:
        ensure_model(lambda line: None, root, root / "log" / "addestramento.log", no_training, verify)
    assert "La conoscenza ha degli errori" in str(error.value)
    assert "uffici.yml, riga 3: «telefono»: manca" in str(error.value)


def test_a_training_that_fails_leaves_no_model(root: Path) -> None:
    fails = "import pathlib, sys; pathlib.Path(sys.argv[1]).mkdir(parents=True); print('che disastro'); sys.exit(3)"
    with pytest.raises(TrainingFailed, match="che disastro"):
        model_of(root, [], lambda folder, name: [sys.executable, "-c", fails, str(folder)])
    assert list((root / "models").iterdir()) == []
