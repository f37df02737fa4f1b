"""Full-text search (SQLite FTS5, ranked by bm25) over the documents and over the answers: the plainest thing one could build."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence

from spacy.lang.it.stop_words import STOP_WORDS

from bot.nlu.text import normalize
from knowledge import Conoscenza
from tests.conftest import DOCUMENTS

from .held_out import Judge, Question
from .scores import Guess, Scores, best_threshold

BEST = 10  # results looked at
SHORT = 4  # letters from which a word loses its ending
_HEADING = re.compile(r"^\s?(\d{1,2}(?:\.,?\d)*)\.?[ ](?=[A-ZÀ-Ý])")
_PARAGRAPHS_OF_LSG = 9  # the last one is the help desk, on three lines


class Index:
    """Texts found by their words."""

    def __init__(self, rows: Sequence[tuple[str, str, str]]) -> None:
        """Rows of name, title, text. A name may have many rows."""
        self._database = sqlite3.connect(":memory:")
        columns = "name UNINDEXED, title, text, tokenize='unicode61 remove_diacritics 2'"
        self._database.execute(f"CREATE VIRTUAL TABLE pages USING fts5({columns})")
        self._database.executemany("INSERT INTO pages VALUES (?, ?, ?)", rows)

    def ask(self, question: str) -> Guess:
        """Names of the best rows, best first, each once."""
        words = [w for w in normalize(question).split() if w.isalnum() and w not in STOP_WORDS]
        if not words:
            return Guess((), 0.0)
        # Italian endings change (certificato, certificati): without a stemmer the beginning of the word stands for it
        terms = " OR ".join(f'"{w[:-1]}"*' if len(w) > SHORT else f'"{w}"' for w in words)
        query = "SELECT name, bm25(pages) FROM pages WHERE pages MATCH ? ORDER BY bm25(pages) LIMIT ?"
        found = self._database.execute(query, (terms, BEST)).fetchall()
        return Guess(tuple(dict.fromkeys(name for name, _ in found)), -found[0][1] if found else 0.0)


def answers(conoscenza: Conoscenza) -> Index:
    """The answers of the knowledge, named by their labels, titled as on the buttons."""
    rows = []
    for chiave, argomento, voce in conoscenza.voci():
        rows.append((chiave, f"{argomento.etichetta} {voce.etichetta}", conoscenza.testo(chiave)))
    rows += [(a.id, a.etichetta, conoscenza.testo(a.id)) for a in conoscenza.argomenti.values()]
    return Index(rows)


def documents(conoscenza: Conoscenza) -> Index:
    """The paragraphs of the documents, named by document and section ("carta 5.1"), titled as their section."""
    rows = []
    for documento in conoscenza.documenti.values():
        text = (DOCUMENTS / documento.file).read_text(encoding="utf-8")
        for section, paragraph in _paragraphs(documento.id, text):
            rows.append((f"{documento.id} {section}", documento.sezioni.get(section, ""), paragraph))
    return Index(rows)


def _paragraphs(document: str, text: str) -> Iterator[tuple[str, str]]:
    """Each paragraph of a document with its section. The Carta has one on each line, the scan parts them with blank lines."""
    text = re.sub(r"<[^>]*>", " ", text)
    if document == "lsg":  # a notice without numbers: its sections are its paragraphs
        lines = [line for line in text.splitlines() if line.strip()]
        yield from ((f"par. {min(number, _PARAGRAPHS_OF_LSG)}", line) for number, line in enumerate(lines, 1))
        return
    section, block = "Premessa" if document == "protocollo" else "", []  # type: str, list[str]
    for line in [*text.splitlines(), ""]:
        heading = _HEADING.match(line)
        block_ends = heading or not line.strip() or document == "carta"
        if block and block_ends:
            yield section, " ".join(block)
            block = []
        if heading:
            section = heading[1].replace(",", "")
        elif line.strip():
            block.append(line.strip())
    if block:
        yield section, " ".join(block)


def sections(question: Question, conoscenza: Conoscenza) -> set[str]:
    """The sections of the documents where the answer stands, as the expected entries cite them."""
    found = set()
    for label in question.expected:
        voce, argomento = conoscenza.voce(label), conoscenza.argomenti.get(label)
        cited = voce.fonti if voce else argomento.fonti if argomento else []
        found |= {f"{fonte.documento} {fonte.sezione}" for fonte in cited if fonte.documento != "pubblica"}
    return found


def threshold(index: Index, validation: Sequence[Question], judge: Judge) -> float:
    """Below which rank a search had better be silent."""
    return best_threshold(validation, [index.ask(q.text) for q in validation], judge)


def score_documents(index: Index, asked: Sequence[Question], conoscenza: Conoscenza, judge: Judge) -> tuple[Scores, int]:
    """How often the best paragraph (or one of the first three sections) is where the answer stands; and of how many questions.

    A lenient measure: whoever is shown the right section still has to find the answer in it. Only questions whose answer
    stands in the documents count.
    """
    pairs = [(index.ask(q.text), wanted) for q in asked if judge.scope(q) == "dentro" and (wanted := sections(q, conoscenza))]
    hits = [[name in wanted for name in guess.labels] for guess, wanted in pairs]
    share = 1 / max(len(pairs), 1)
    top1, top3 = sum(any(h[:1]) for h in hits) * share, sum(any(h[:3]) for h in hits) * share
    return Scores(top1, top3, None, None, None), len(pairs)
