"""The questions without an answer: grouped by meaning, with the entries that come nearest."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage

from bot.didattica.preview import title_of
from bot.nlu.encoder import encode_many
from bot.nlu.text import normalize
from bot.privacy import MASK
from bot.storage import decisioni
from bot.storage.decisioni import Decisione
from bot.storage.questions import unanswered
from knowledge import Conoscenza

ALIKE = 0.5  # mean cosine of two groups from which they are one: below it different matters meet, above it the same one is split
MOST = 2000  # the newest ones: the work grows with their square
SUGGESTED = 5
SAMPLES = 3  # questions of an entry that stand for it, beside its title
CACHE = "vettori"
EMPTY = 0  # rows


@dataclass(frozen=True)
class Domanda:
    """A question as it was put, how often, when last, on which channels."""

    testo: str
    volte: int
    ultima: datetime
    canali: tuple[str, ...]


@dataclass(frozen=True)
class Suggerimento:
    """An entry that may answer a group: its key, its title, how near it is (0 to 1)."""

    voce: str
    titolo: str
    vicinanza: float


@dataclass(frozen=True)
class Gruppo:
    """Questions that ask the same, the most central first; how often in all and when last; the nearest entries."""

    domande: tuple[Domanda, ...]
    suggerimenti: tuple[Suggerimento, ...]

    @property
    def volte(self) -> int:
        """How often it was asked in all."""
        return sum(domanda.volte for domanda in self.domande)

    @property
    def ultima(self) -> datetime:
        """When it was asked last."""
        return max(domanda.ultima for domanda in self.domande)

    @property
    def testi(self) -> tuple[str, ...]:
        """The texts, as decisions want them."""
        return tuple(domanda.testo for domanda in self.domande)


def open_questions(database: str | None, decided: Sequence[Decisione], limit: int = MOST) -> list[Domanda]:
    """The questions on which nothing was decided, each text once, the most asked first. Raises ArchivioNonDisponibile."""
    known = {decision.impronta for decision in decided}
    found: dict[str, list[Domanda]] = {}
    for row in unanswered(limit, database):
        name = decisioni.fingerprint(row.testo)
        if name not in known:
            found.setdefault(name, []).append(Domanda(row.testo, 1, row.quando, (row.canale,)))
    merged = [
        Domanda(same[0].testo, len(same), max(d.ultima for d in same), tuple(sorted({c for d in same for c in d.canali})))
        for same in found.values()  # of the same question the newest writing stands for all
    ]
    return sorted(merged, key=lambda d: (-d.volte, d.testo))


def groups(questions: Sequence[Domanda], conoscenza: Conoscenza, cache: Path, alike: float = ALIKE) -> list[Gruppo]:
    """Questions that ask the same put together, the most asked groups first. The same questions always give the same groups."""
    if not questions:
        return []
    ordered = sorted(questions, key=lambda d: d.testo)
    vectors = encode_many([normalize(d.testo.replace(MASK, " ")) or "?" for d in ordered])
    labels = [1] if len(ordered) == 1 else fcluster(linkage(vectors, "average", "cosine"), 1 - alike, "distance")
    entries = entry_vectors(conoscenza, cache)
    made = []
    for label in sorted(set(labels)):
        members = [i for i, own in enumerate(labels) if own == label]
        centre = vectors[members].mean(axis=0)
        members.sort(key=lambda i: (-round(float(vectors[i] @ centre), 5), ordered[i].testo))
        made.append(Gruppo(tuple(ordered[i] for i in members), nearest(centre, entries, conoscenza)))
    return sorted(made, key=lambda g: (-g.volte, g.domande[0].testo))


@dataclass(frozen=True)
class EntryVectors:
    """Sentence vectors of the entries; `keys` says for each row whose it is."""

    keys: tuple[str, ...]
    vectors: np.ndarray


def nearest(
    vector: np.ndarray, entries: EntryVectors, conoscenza: Conoscenza, count: int = SUGGESTED
) -> tuple[Suggerimento, ...]:
    """The entries nearest to a vector, each once, best first."""
    if not entries.keys:
        return ()
    scores = entries.vectors @ (vector / max(float(np.linalg.norm(vector)), 1e-9))
    best: dict[str, float] = {}
    for row in np.argsort(-scores, kind="stable"):
        best.setdefault(entries.keys[row], float(scores[row]))
        if len(best) == count:
            break
    return tuple(Suggerimento(key, title_of(conoscenza, key), round(max(score, 0.0), 3)) for key, score in best.items())


def entry_vectors(conoscenza: Conoscenza, cache: Path) -> EntryVectors:
    """The vectors of all entries, made once for a knowledge (some seconds) and kept in a folder that may be deleted at will."""
    keys, texts = [], []  # type: list[str], list[str]
    for key, argomento, voce in conoscenza.voci():
        for text in (f"{argomento.etichetta}: {voce.etichetta}", *voce.domande[:SAMPLES]):
            keys.append(key)
            texts.append(normalize(text))
    digest = hashlib.sha256("\0".join([*keys, *texts]).encode()).hexdigest()[:16]
    path = cache / f"{CACHE}-{digest}.npy"
    try:
        vectors = np.load(path)
        if len(vectors) == len(keys):
            return EntryVectors(tuple(keys), vectors)
    except (OSError, ValueError):
        pass
    vectors = encode_many(texts) if texts else np.zeros((EMPTY, 1), dtype=np.float32)
    _keep(path, vectors)
    return EntryVectors(tuple(keys), vectors)


def _keep(path: Path, vectors: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{CACHE}")
    with os.fdopen(descriptor, "wb") as file:
        np.save(file, vectors.astype(np.float32))
    os.replace(draft, path)
    for old in path.parent.glob(f"{CACHE}-*.npy"):
        if old != path:
            old.unlink(missing_ok=True)
