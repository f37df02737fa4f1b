"""What a message asks: a ranking of labels, from character n-grams, Italian words and the sentence vector.

One small network looks at a message through all three views at once: a hidden layer shared by four heads, which are the label
itself, its topic, its aspect, and whether the message makes sense alone. Topic and aspect are thus recognised on their own and
composed with the label (the choice and its figures: docs/comprensione.md). Trained with TensorFlow, which Rasa brings along;
used with NumPy alone. No Rasa here: the same object is trained inside Rasa (components.py) and measured outside (tests/misura).
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, Sequence, Tuple

import joblib
import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.nlu import encoder
from bot.nlu.labels import heads_of
from bot.nlu.spelling import Spelling
from bot.nlu.text import normalize, tokens

RANKING_LENGTH = 12
PER_TOPIC = 5  # labels kept of each topic beyond the ranking: the one on the table may be far down for the message alone
NEGLIGIBLE = 0.02  # probability within its topic below which a label is not kept
HEADS_LENGTH = 6
COMPOSITION = 0.5  # weight of log P(topic) + log P(aspect) beside log P(label)

HIDDEN = 384
EPOCHS = 8
BATCH = 1024
LEARNING_RATE = 9e-3
DROPOUT = 0.5
FEATURE_DROPOUT = 0.35
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
    """What was understood: labels, topics and aspects with their probabilities, best first, and how elliptical the message is.

    given_topic: for each label kept, its probability if the message is about the label's own topic.
    """

    labels: List[Tuple[str, float]]
    given_topic: Dict[str, float]
    topics: List[Tuple[str, float]]
    aspects: List[Tuple[str, float]]
    elliptical: float

    def as_dict(self) -> Dict[str, Any]:
        """JSON-ready form, as stored in Rasa's parse data."""
        rounded = {k: [[n, round(p, 6)] for n, p in getattr(self, k)] for k in ("labels", "topics", "aspects")}
        given = {name: round(p, 4) for name, p in self.given_topic.items()}
        return {**rounded, "given_topic": given, "elliptical": round(self.elliptical, 3)}

    @staticmethod
    def from_dict(data: Dict[str, Any]) -> "Comprensione":
        """The inverse of as_dict."""
        pairs = {k: [(n, float(p)) for n, p in data[k]] for k in ("labels", "topics", "aspects")}
        return Comprensione(given_topic=data["given_topic"], elliptical=float(data["elliptical"]), **pairs)


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
        network: Optional[Dict[str, np.ndarray]] = None,
        spelling: Optional[Spelling] = None,
    ):
        self._spelling = spelling or Spelling()
        self._vectorizers = list(vectorizers)
        self.labels = list(labels)
        self._topics, self._topic_of = _groups([heads_of(label)[0] for label in labels])
        self._aspects, self._aspect_of = _groups([heads_of(label)[1] for label in labels])
        self._network = network or {}
        self._members = [np.flatnonzero(self._topic_of == i) for i in range(len(self._topics))]

    @staticmethod
    def train(examples: Sequence[Example], seed: int = 7) -> "Understanding":
        """Learn from examples. Equal examples and seed give equal weights on one kind of machine."""
        texts = [normalize(e.text) for e in examples]
        char = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=8, sublinear_tf=True, dtype=np.float32)
        word = TfidfVectorizer(
            tokenizer=tokens,
            lowercase=False,
            token_pattern=None,
            ngram_range=(1, 2),
            min_df=3,
            sublinear_tf=True,
            dtype=np.float32,
        )
        with ThreadPoolExecutor(1) as pool:  # counting is Python's work, encoding is NumPy's: they share the cores well
            encoding = pool.submit(encoder.encode_many, texts)
            counts = sparse.hstack([char.fit_transform(texts), word.fit_transform(texts)], format="csr")
            vectors = encoding.result()
        made = Understanding([char, word], sorted({e.label for e in examples}), spelling=Spelling.learn(texts))
        index = {label: i for i, label in enumerate(made.labels)}
        target = np.array([index[e.label] for e in examples])
        targets = [target, made._topic_of[target], made._aspect_of[target], np.array([int(e.elliptical) for e in examples])]
        sizes = [len(made.labels), len(made._topics), len(made._aspects), 2]
        made._network = _fit(counts, vectors, targets, sizes, seed)
        return made

    def understand(self, texts: Sequence[str]) -> List[Comprensione]:
        """What each text asks."""
        normalized = [self._spelling.correct(normalize(text)) for text in texts]
        vectors = encoder.encode(normalized)
        counts = sparse.hstack([vectorizer.transform(normalized) for vectorizer in self._vectorizers], format="csr")
        label, topic, aspect, elliptical = _judge(self._network, counts, vectors)
        within = label + COMPOSITION * aspect[:, self._aspect_of]
        probabilities = np.exp(_log_softmax(within + COMPOSITION * topic[:, self._topic_of]))
        return [
            Comprensione(
                *self._ranking(probabilities[i], np.exp(within[i] - within[i].max())),
                _best(self._topics, np.exp(topic[i]), HEADS_LENGTH),
                _best(self._aspects, np.exp(aspect[i]), HEADS_LENGTH),
                float(np.exp(elliptical[i, 1])),
            )
            for i in range(len(texts))
        ]

    def _ranking(self, probabilities: np.ndarray, within: np.ndarray) -> Tuple[List[Tuple[str, float]], Dict[str, float]]:
        """The best labels and the best of each topic, with their probability; and their probability within their topic."""
        sums = np.zeros(len(self._topics))
        np.add.at(sums, self._topic_of, within)
        given = within / np.maximum(sums[self._topic_of], 1e-30)
        kept = list(np.argsort(-probabilities)[:RANKING_LENGTH])
        for group in self._members:
            best = group[np.argsort(-given[group])[:PER_TOPIC]]
            kept += [i for i in best if given[i] >= NEGLIGIBLE]
        kept = sorted(set(kept), key=lambda i: -probabilities[i])
        ranking = [(self.labels[i], float(probabilities[i])) for i in kept]
        return ranking, {self.labels[i]: float(given[i]) for i in kept}

    def save(self, folder: Path, intents: Dict[str, str]) -> None:
        """Write the model, and the intent of each label, to a folder."""
        joblib.dump(self._vectorizers, folder / "vectorizers.joblib")
        np.savez(folder / "network.npz", **{name: array.astype(np.float16) for name, array in self._network.items()})
        data = {"labels": self.labels, "intents": intents, "spelling": self._spelling.as_dict()}
        (folder / "labels.json").write_text(json.dumps(data), encoding="utf-8")

    @staticmethod
    def load(folder: Path) -> Tuple["Understanding", Dict[str, str]]:
        """The model written by save, and the intents."""
        data = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
        vectorizers = joblib.load(folder / "vectorizers.joblib")
        with np.load(folder / "network.npz") as stored:
            network = {name: stored[name].astype(np.float32) for name in stored.files}
        return Understanding(vectorizers, data["labels"], network, Spelling.from_dict(data["spelling"])), data["intents"]


def _judge(network: Dict[str, np.ndarray], counts: sparse.csr_matrix, vectors: np.ndarray) -> List[np.ndarray]:
    """Log-probabilities of the four heads, each of shape (texts, size of the head)."""
    hidden = np.maximum(counts @ network["sparse"] + vectors @ network["dense"] + network["bias"], 0.0)
    return [_log_softmax(hidden @ network[f"head{i}"] + network[f"head_bias{i}"]) for i in range(len(HEAD_WEIGHTS))]


def _groups(names: Sequence[str]) -> Tuple[List[str], np.ndarray]:
    """The distinct names, sorted, and for each name its place among them."""
    distinct = sorted(set(names))
    place = {name: i for i, name in enumerate(distinct)}
    return distinct, np.array([place[name] for name in names], dtype=np.int64)


def _batches(rows: int, generator: np.random.Generator) -> Iterator[np.ndarray]:
    order = generator.permutation(rows)
    for start in range(0, rows, BATCH):
        yield order[start : start + BATCH]


def _one_ahead(items: Iterator[Any]) -> Iterator[Any]:
    """The same items, each made while the one before is in use."""
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(next, items, None)
        while (item := coming.result()) is not None:
            coming = pool.submit(next, items, None)
            yield item


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

    # autograph rewrites zip and knows no strict=
    @tf.function(reduce_retracing=True)
    def step(indices, values, shape, dense, kept, *wanted):  # type: ignore[no-untyped-def]
        with tf.GradientTape() as tape:
            hidden = tf.sparse.sparse_dense_matmul(tf.SparseTensor(indices, values, shape), w_sparse)
            hidden = tf.nn.relu(hidden + tf.matmul(dense, w_dense) + bias) * kept
            loss = 0.0
            for target, size, weight, head, head_bias in zip(wanted, sizes, HEAD_WEIGHTS, heads, head_biases):
                scores = tf.matmul(hidden, head) + head_bias
                loss += weight * tf.reduce_mean(
                    tf.keras.losses.categorical_crossentropy(
                        tf.one_hot(target, size), scores, from_logits=True, label_smoothing=SMOOTHING
                    )
                )
        optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))

    def batches() -> Iterator[Tuple[Any, ...]]:
        for epoch in range(EPOCHS):
            for rows in _batches(counts.shape[0], generator):
                batch = counts[rows].tocoo()  # by rows, as TensorFlow wants them; the order within a row does not matter
                seen = generator.random(batch.nnz) > FEATURE_DROPOUT
                values = batch.data[seen] / np.float32(1 - FEATURE_DROPOUT)
                kept = ((generator.random((len(rows), HIDDEN)) > DROPOUT) / (1 - DROPOUT)).astype(np.float32)
                indices = np.stack([batch.row[seen], batch.col[seen]], axis=1).astype(np.int64)
                wanted = [target[rows] for target in targets]
                yield epoch, indices, values, np.array(batch.shape, np.int64), vectors[rows], kept, *wanted

    for epoch, *inputs in _one_ahead(batches()):
        optimizer.learning_rate.assign(LEARNING_RATE * (1 - epoch / EPOCHS))
        step(*inputs)

    weights = {"sparse": w_sparse, "dense": w_dense, "bias": bias}
    weights.update({f"head{i}": head for i, head in enumerate(heads)})
    weights.update({f"head_bias{i}": b for i, b in enumerate(head_biases)})
    return {name: variable.numpy() for name, variable in weights.items()}
