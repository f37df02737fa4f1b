"""What a message asks: a ranking of labels, from character n-grams, Italian words and the sentence vector.

One hidden layer shared by four heads: the label itself, its topic, its aspect, and whether the message makes sense alone. Topic and
aspect are thus recognised on their own and composed with the label (README of the choice: docs/comprensione.md). Trained with
TensorFlow, which Rasa brings along; used with NumPy alone. No Rasa here: the same object is trained inside Rasa (components.py)
and measured outside it (tests/misura).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, Iterator, List, Sequence, Tuple

import joblib
import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.nlu import encoder
from bot.nlu.labels import aspect_of, topic_of
from bot.nlu.text import normalize, tokens

RANKING_LENGTH = 12
HEADS_LENGTH = 6
COMPOSITION = 0.5  # weight of log P(topic) + log P(aspect) beside log P(label)

HIDDEN = 512
EPOCHS = 14
BATCH = 512
LEARNING_RATE = 6e-3
DROPOUT = 0.5
FEATURE_DROPOUT = 0.2
SMOOTHING = 0.05
HEAD_WEIGHTS = (1.0, 0.3, 0.3, 0.3)  # label, topic, aspect, elliptical


@dataclass(frozen=True)
class Example:
    """A training question: its text, its label, and whether it makes sense only after another one."""

    text: str
    label: str
    elliptical: bool = False


@dataclass(frozen=True)
class Comprensione:
    """What was understood: labels, topics and aspects with their probabilities, best first, and how elliptical the message is."""

    labels: List[Tuple[str, float]]
    topics: List[Tuple[str, float]]
    aspects: List[Tuple[str, float]]
    elliptical: float

    def as_dict(self) -> Dict[str, Any]:
        """JSON-ready form, as stored in Rasa's parse data."""
        rounded = {k: [[n, round(p, 4)] for n, p in getattr(self, k)] for k in ("labels", "topics", "aspects")}
        return {**rounded, "elliptical": round(self.elliptical, 3)}

    @staticmethod
    def from_dict(data: Dict[str, Any]) -> "Comprensione":
        """The inverse of as_dict."""
        pairs = {k: [(n, float(p)) for n, p in data[k]] for k in ("labels", "topics", "aspects")}
        return Comprensione(elliptical=float(data["elliptical"]), **pairs)


def _log_softmax(scores: np.ndarray) -> np.ndarray:
    shifted = scores - scores.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def _best(names: Sequence[str], probabilities: np.ndarray, length: int) -> List[Tuple[str, float]]:
    top = np.argsort(-probabilities)[:length]
    return [(names[i], float(probabilities[i])) for i in top]


class Understanding:
    """The classifier. Made by `train` or `load`; `understand` ranks labels for texts."""

    def __init__(
        self,
        vectorizers: Sequence[TfidfVectorizer] = (),
        labels: Sequence[str] = (),
        weights: Dict[str, np.ndarray] | None = None,
    ):
        self._vectorizers = list(vectorizers)
        self.labels = list(labels)
        self._topics, self._topic_of = _groups([topic_of(label) for label in labels])
        self._aspects, self._aspect_of = _groups([aspect_of(label) for label in labels])
        self._weights = weights or {}

    @staticmethod
    def train(examples: Sequence[Example], seed: int = 7) -> "Understanding":
        """Learn from examples. Equal examples and seed give equal weights on one kind of machine."""
        texts = [normalize(e.text) for e in examples]
        char = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=5, sublinear_tf=True, dtype=np.float32)
        word = TfidfVectorizer(
            tokenizer=tokens, lowercase=False, token_pattern=None, ngram_range=(1, 2), min_df=2, sublinear_tf=True, dtype=np.float32
        )
        counts = sparse.hstack([char.fit_transform(texts), word.fit_transform(texts)]).tocsr()
        made = Understanding([char, word], sorted({e.label for e in examples}))
        index = {label: i for i, label in enumerate(made.labels)}
        target = np.array([index[e.label] for e in examples])
        targets = [target, made._topic_of[target], made._aspect_of[target], np.array([int(e.elliptical) for e in examples])]
        sizes = [len(made.labels), len(made._topics), len(made._aspects), 2]
        made._weights = _fit(counts, encoder.encode_many([e.text for e in examples]), targets, sizes, seed)
        return made

    def understand(self, texts: Sequence[str]) -> List[Comprensione]:
        """What each text asks."""
        normalized = [normalize(text) for text in texts]
        counts = sparse.hstack([v.transform(normalized) for v in self._vectorizers]).tocsr()
        vectors = np.stack([encoder.encode(text) for text in texts])
        w = self._weights
        hidden = np.maximum(counts @ w["sparse"] + vectors @ w["dense"] + w["bias"], 0.0)
        label, topic, aspect, elliptical = (_log_softmax(hidden @ w[f"head{i}"] + w[f"head_bias{i}"]) for i in range(4))
        composed = label + COMPOSITION * (topic[:, self._topic_of] + aspect[:, self._aspect_of])
        probabilities = np.exp(_log_softmax(composed))
        return [
            Comprensione(
                _best(self.labels, probabilities[i], RANKING_LENGTH),
                _best(self._topics, np.exp(topic[i]), HEADS_LENGTH),
                _best(self._aspects, np.exp(aspect[i]), HEADS_LENGTH),
                float(np.exp(elliptical[i, 1])),
            )
            for i in range(len(texts))
        ]

    def save(self, folder: Path, intents: Dict[str, str]) -> None:
        """Write the model, and the intent of each label, to a folder."""
        joblib.dump(self._vectorizers, folder / "vectorizers.joblib")
        np.savez(folder / "weights.npz", **{k: v.astype(np.float16) for k, v in self._weights.items()})
        (folder / "labels.json").write_text(json.dumps({"labels": self.labels, "intents": intents}), encoding="utf-8")

    @staticmethod
    def load(folder: Path) -> Tuple["Understanding", Dict[str, str]]:
        """The model written by save, and the intents."""
        data = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
        with np.load(folder / "weights.npz") as stored:
            weights = {name: stored[name].astype(np.float32) for name in stored.files}
        return Understanding(joblib.load(folder / "vectorizers.joblib"), data["labels"], weights), data["intents"]


def _groups(names: Sequence[str]) -> Tuple[List[str], np.ndarray]:
    """The distinct names, sorted, and for each name its place among them."""
    distinct = sorted(set(names))
    place = {name: i for i, name in enumerate(distinct)}
    return distinct, np.array([place[name] for name in names], dtype=np.int64)


def _batches(rows: int, generator: np.random.Generator) -> Iterator[np.ndarray]:
    order = generator.permutation(rows)
    for start in range(0, rows, BATCH):
        yield order[start : start + BATCH]


def _fit(
    counts: sparse.csr_matrix, vectors: np.ndarray, targets: Sequence[np.ndarray], sizes: Sequence[int], seed: int
) -> Dict[str, np.ndarray]:
    """Fit the network: counts (n, f) sparse, vectors (n, 512), one integer target per head. Returns the weights as arrays."""
    import tensorflow as tf  # heavy: only training needs it

    generator = np.random.default_rng(seed)

    def normal(rows: int, columns: int, deviation: float) -> "tf.Variable":
        return tf.Variable(generator.normal(0.0, deviation, (rows, columns)).astype(np.float32))

    w_sparse, w_dense = normal(counts.shape[1], HIDDEN, 0.05), normal(vectors.shape[1], HIDDEN, 0.06)
    bias = tf.Variable(tf.zeros([HIDDEN]))
    heads = [normal(HIDDEN, size, 0.05) for size in sizes]
    head_biases = [tf.Variable(tf.zeros([size])) for size in sizes]
    variables = [w_sparse, w_dense, bias, *heads, *head_biases]
    optimizer = tf.keras.optimizers.legacy.Adam(LEARNING_RATE)

    @tf.function(reduce_retracing=True)
    def step(indices, values, shape, dense, kept, *wanted):  # type: ignore[no-untyped-def]
        with tf.GradientTape() as tape:
            hidden = tf.sparse.sparse_dense_matmul(tf.SparseTensor(indices, values, shape), w_sparse)
            hidden = tf.nn.relu(hidden + tf.matmul(dense, w_dense) + bias) * kept
            loss = 0.0
            for target, size, weight, head, head_bias in zip(wanted, sizes, HEAD_WEIGHTS, heads, head_biases, strict=True):
                scores = tf.matmul(hidden, head) + head_bias
                loss += weight * tf.reduce_mean(
                    tf.keras.losses.categorical_crossentropy(
                        tf.one_hot(target, size), scores, from_logits=True, label_smoothing=SMOOTHING
                    )
                )
        optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))

    for epoch in range(EPOCHS):
        optimizer.learning_rate.assign(LEARNING_RATE * (1 - epoch / EPOCHS))
        for rows in _batches(counts.shape[0], generator):
            batch = counts[rows].tocoo()
            order = np.lexsort((batch.col, batch.row))
            seen = generator.random(len(order)) > FEATURE_DROPOUT
            values = (batch.data[order] * seen / (1 - FEATURE_DROPOUT)).astype(np.float32)
            kept = ((generator.random((len(rows), HIDDEN)) > DROPOUT) / (1 - DROPOUT)).astype(np.float32)
            indices = np.stack([batch.row[order], batch.col[order]], axis=1).astype(np.int64)
            step(indices, values, np.array(batch.shape, np.int64), vectors[rows], kept, *[t[rows] for t in targets])

    weights = {"sparse": w_sparse, "dense": w_dense, "bias": bias}
    weights.update({f"head{i}": head for i, head in enumerate(heads)})
    weights.update({f"head_bias{i}": b for i, b in enumerate(head_biases)})
    return {name: variable.numpy() for name, variable in weights.items()}
