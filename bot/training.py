"""Rasa's model, trained only when what it learns from has changed (`python -m bot.training`)."""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot import active
from bot.known import load_in_use
from bot.processes import TiedProcess, stop_all, tail
from bot.settings import ROOT, SettingsError, settings
from knowledge import KnowledgeError, Overlay, Versione
from knowledge.learnt import learnt
from knowledge.loader import NOTHING

INPUTS = ("config.yml", "domain.yml", "requirements.lock", "data/**/*", "bot/nlu/*.py")
OPTIONAL_MODEL = "it-core-news-sm"  # its tokens differ from those of the blank Italian pipeline
NAME_LENGTH = 16
NAMES = "[0-9a-f]" * NAME_LENGTH + ".tar.gz"  # a model that somebody called by another name is theirs
KEPT_MODELS = 2
NEWS_SECONDS = 5.0
VERIFY = (sys.executable, "-m", "knowledge.verify")
VERIFY_IN_USE = (sys.executable, "-m", "bot.known")
BROKEN = "La conoscenza ha degli errori: li corregga e riprovi."
ENVIRONMENT = {
    "RASA_TELEMETRY_ENABLED": "false",
    "RASA_MAX_CACHE_SIZE": "0",  # Rasa's own cache does not see a change in the modules that a component imports
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_DETERMINISTIC_OPS": "1",
}

Say = Callable[[str], None]


class TrainingFailed(Exception):
    """There is no model to serve; the message says why, in Italian."""


def input_files(root: Path = ROOT) -> Iterator[Path]:
    """The files a model depends on, in a fixed order."""
    for pattern in INPUTS:
        for path in sorted(root.glob(pattern)):
            hidden = any(part.startswith((".", "__pycache__")) for part in path.relative_to(root).parts)
            if path.is_file() and not hidden:
                yield path


def fingerprint(root: Path = ROOT, overlay: Overlay = NOTHING) -> str:
    """Changes exactly when a model trained now, with these changes of the staff, would differ.

    Of the knowledge only what is learnt counts: another hour, fee or answer needs no training. Raises KnowledgeError.
    """
    digest = hashlib.sha256(_optional_model_version().encode())
    for line in learnt(root / "knowledge", overlay):
        digest.update(f"{line}\0".encode())
    for path in input_files(root):
        content = path.read_bytes()
        digest.update(f"\0{path.relative_to(root).as_posix()}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:NAME_LENGTH]


def _optional_model_version() -> str:
    try:
        return importlib.metadata.version(OPTIONAL_MODEL)
    except importlib.metadata.PackageNotFoundError:
        return ""


def rasa_train(folder: Path, name: str) -> list[str]:
    """The command that writes folder/name.tar.gz."""
    # Rasa's own validation reads everything once more (15 s); «make verifica» and the tests say more, and sooner
    arguments = ["--config", "config.yml", "--domain", "domain.yml", "--data", "data", "--force", "--skip-validation"]
    return [sys.executable, "-m", "rasa", "train", *arguments, "--out", str(folder), "--fixed-model-name", name]


@dataclass(frozen=True)
class Taught:
    """What a model learns beyond knowledge/.

    overlay: the changes of the staff. data: a data folder where they are live, for the processes that train. models: where the
    models that know them are kept.
    """

    overlay: Overlay
    data: Path
    models: Path

    def folder(self, root: Path) -> Path:
        """Where a model trained now belongs: with nothing taught it is the program's own."""
        return self.models if self.overlay.changes else root / "models"


def find_model(name: str, root: Path = ROOT, models: Path | None = None) -> Path | None:
    """The model of that fingerprint, among those taught by the staff and those of the program."""
    folders = [folder for folder in (models, root / "models") if folder is not None]
    return next((path for folder in folders if (path := folder / f"{name}.tar.gz").exists()), None)


def ensure_model(
    say: Say,
    root: Path = ROOT,
    log: Path | None = None,
    train: Callable[[Path, str], Sequence[str]] = rasa_train,
    verify: Sequence[str] = VERIFY,
    taught: Taught | None = None,
) -> Path:
    """The model for the files as they are now, and what was taught, trained if there is none yet. Raises TrainingFailed."""
    try:
        name = fingerprint(root, taught.overlay if taught else NOTHING)
    except KnowledgeError as error:
        raise TrainingFailed(f"{BROKEN}\n{error}") from error
    model = find_model(name, root, taught.models if taught else None)
    if model is not None:
        os.utime(model)  # the most recently used ones are kept
        return model
    folder = taught.folder(root) if taught else root / "models"
    environment = {**ENVIRONMENT, "DATI": str(taught.data)} if taught else ENVIRONMENT
    log = log or settings().log_dir / "addestramento.log"
    _run(verify, log.with_name("verifica.log"), say, "controllo la conoscenza", BROKEN, environment)
    model = folder / f"{name}.tar.gz"
    draft = folder / f".{name}.{os.getpid()}"  # an interrupted training leaves no half model under a good name
    try:
        failure = f"L'addestramento non è riuscito. Registro: {log}"
        _run(train(draft, name), log, say, "addestro il modello", failure, environment)
        os.replace(draft / model.name, model)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    if folder == root / "models":  # of the taught ones, who teaches decides which are kept
        for old in sorted(folder.glob(NAMES), key=lambda p: p.stat().st_mtime, reverse=True)[KEPT_MODELS:]:
            old.unlink()
    return model


def ensure_model_in_use(say: Say, data: Path) -> Path:
    """The model for the knowledge that is live in a data folder. Raises TrainingFailed."""
    if active.read(data).attivo == Versione():
        return ensure_model(say)
    try:
        found = load_in_use(data)
    except KnowledgeError as error:
        raise TrainingFailed(f"{BROKEN}\n{error}") from error
    for guasto in found.guasti:
        say(f"un cambiamento fatto dallo sportello non va, resta fuori: {guasto}")
    taught = Taught(found.overlay, data, active.models_folder(data))
    return ensure_model(say, verify=VERIFY_IN_USE, taught=taught)


def _run(command: Sequence[str], log: Path, say: Say, doing: str, failure: str, environment: Mapping[str, str]) -> None:
    """Run to the end, with a line every few seconds; what it printed is shown only if it fails."""
    for old in log.parent.glob(f"{log.name}*"):  # only the last training is of interest
        old.unlink()
    process, started, news = TiedProcess(command, log, environment), time.monotonic(), NEWS_SECONDS
    try:
        say(f"{doing}…")
        while (code := process.exit_code()) is None:
            time.sleep(0.1)
            if (elapsed := time.monotonic() - started) > news:
                say(f"{doing}… {elapsed:.0f} s")
                news += NEWS_SECONDS
    finally:
        stop_all([process])
    if code != 0:
        raise TrainingFailed(f"{failure}\n{tail(log)}")


def main() -> int:
    """Print the path of the model for the files as they are now."""
    try:
        print(ensure_model_in_use(lambda line: print(f"  {line}", file=sys.stderr, flush=True), settings().data_dir))
    except (TrainingFailed, SettingsError) as error:
        print(f"✗ {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
