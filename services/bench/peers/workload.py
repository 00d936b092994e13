"""What the suites of the bench measure, so that peers measure the same: Limits.java, LmSuite.java, TrainingSuite.java."""

import dataclasses
import os
import pathlib
import statistics
import time
from collections.abc import Callable
from typing import Any

THREADS = len(os.sched_getaffinity(0))

# The shape of SmolLM2-135M, as in RandomModel.java; the deviation is that of its weights.
SHAPE = {
    "vocab_size": 49_152,
    "hidden_size": 576,
    "intermediate_size": 1536,
    "num_hidden_layers": 30,
    "num_attention_heads": 9,
    "num_key_value_heads": 3,
    "max_position_embeddings": 8192,
    "rms_norm_eps": 1e-5,
    "rope_theta": 100_000.0,
    "tie_word_embeddings": True,
}
DEVIATION = 0.02

SGEMM_SIDE, READ_FLOATS, LIMIT_REPEATS = 2048, 64 << 20, 7
PREFILLS = ((1, 512), (4, 256))
DECODE_ROWS, DECODE_PROMPT, DECODE_STEPS = (1, 4, 8, 16), 32, 32
PAIRS, PART, BETA, LEARNING_RATE = 4, 64, 0.1, 1e-4
RANK, ALPHA, TARGETS = 8, 16, ["q_proj", "k_proj", "v_proj", "o_proj"]
STEP_TOKENS = PAIRS * 2 * 2 * PART


@dataclasses.dataclass(frozen=True)
class Figure:
    """One measurement of one engine; slowest and fastest are values of the unit, as in Figure.java."""

    name: str
    unit: str
    median: float
    slowest: float
    fastest: float

    @staticmethod
    def rate(name: str, unit: str, units: float, seconds: list[float]) -> "Figure":
        return Figure(name, unit, units / statistics.median(seconds), units / max(seconds), units / min(seconds))

    @staticmethod
    def seconds(name: str, seconds: list[float]) -> "Figure":
        return Figure(name, "s", statistics.median(seconds), max(seconds), min(seconds))


@dataclasses.dataclass(frozen=True)
class Job:
    """What one process measures: a model (random weights where there is none) in one precision, named as the peer names it."""

    precision: str
    model: pathlib.Path | None
    repeats: int


def token_ids(vocabulary: int, seed: int, count: int) -> list[int]:
    """As Prompts.java makes them."""
    return [(40_507 * seed + 9973 * i) % vocabulary for i in range(count)]


def prompts(vocabulary: int, rows: int, tokens: int) -> list[list[int]]:
    """[row, token]"""
    return [token_ids(vocabulary, 1 + row, tokens) for row in range(rows)]


def clock(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def timed(work: Callable[[], Any], repeats: int) -> list[float]:
    """Seconds of each repeat after a warm-up."""
    work()
    return [clock(work) for _ in range(repeats)]


def decodes(once: Callable[[int], list[float]], repeats: int) -> list[Figure]:
    """Every batch size; the steps of all repeats after a warm-up are pooled."""
    figures = []
    for rows in DECODE_ROWS:
        steps = [once(rows) for _ in range(1 + repeats)][1:]
        figures.append(Figure.rate(f"decode batch {rows}", "tok/s", rows, sum(steps, [])))
    return figures
