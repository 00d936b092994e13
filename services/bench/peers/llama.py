"""llama.cpp: reading prompts and decoding."""

import os
import pathlib
import tempfile
from typing import Any

import llama_cpp
import numpy

from peers.random_gguf import write_random_gguf
from peers.workload import DECODE_PROMPT, DECODE_STEPS, PREFILLS, THREADS, Figure, Job, decodes, prompts, timed

QUIET = llama_cpp.llama_log_callback(lambda *_: None)


class LlamaContext:
    """Rows of one llama.cpp model, each a sequence of its own, over the plain C functions: `Llama` reads one row at a time."""

    def __init__(self, model: Any, rows: int, tokens: int) -> None:
        params = llama_cpp.llama_context_default_params()
        params.n_ctx = params.n_batch = rows * tokens
        params.n_seq_max = rows
        params.n_threads = params.n_threads_batch = THREADS
        self.vocabulary = llama_cpp.llama_vocab_n_tokens(llama_cpp.llama_model_get_vocab(model))
        self.context = llama_cpp.llama_init_from_model(model, params)
        self.batch = llama_cpp.llama_batch_init(rows * tokens, 0, 1)
        if not self.context:
            raise RuntimeError(f"llama.cpp makes no context of {rows} x {tokens} tokens; free some memory")

    def __enter__(self) -> "LlamaContext":
        return self

    def __exit__(self, *_: Any) -> None:
        llama_cpp.llama_batch_free(self.batch)
        llama_cpp.llama_free(self.context)

    def forget(self) -> None:
        llama_cpp.llama_memory_clear(llama_cpp.llama_get_memory(self.context), True)

    def read(self, rows: list[list[int]], position: int) -> list[int]:
        """Reads tokens of every row from a position on; the likeliest next token of each."""
        last = []
        n = 0
        for row, ids in enumerate(rows):
            for i, token in enumerate(ids):
                self.batch.token[n], self.batch.pos[n] = token, position + i
                self.batch.n_seq_id[n], self.batch.seq_id[n][0] = 1, row
                self.batch.logits[n] = i == len(ids) - 1
                n += 1
            last.append(n - 1)
        self.batch.n_tokens = n
        code = llama_cpp.llama_decode(self.context, self.batch)
        if code != 0:
            raise RuntimeError(f"llama_decode of {n} tokens at {position} fails with {code}")
        logits = (llama_cpp.llama_get_logits_ith(self.context, i) for i in last)
        return [int(numpy.ctypeslib.as_array(row, (self.vocabulary,)).argmax()) for row in logits]


def prefill(model: Any, rows: int, tokens: int, repeats: int) -> Figure:
    with LlamaContext(model, rows, tokens) as context:
        ids = prompts(context.vocabulary, rows, tokens)

        def work() -> None:
            context.forget()
            context.read(ids, 0)

        return Figure.rate(f"prefill {rows}x{tokens}, last logit", "tok/s", rows * tokens, timed(work, repeats))


def decode(model: Any, rows: int) -> list[float]:
    """Seconds of each step."""
    with LlamaContext(model, rows, DECODE_PROMPT + DECODE_STEPS + 1) as context:
        position = DECODE_PROMPT
        tokens = context.read(prompts(context.vocabulary, rows, DECODE_PROMPT), 0)

        def step() -> None:
            nonlocal position, tokens
            tokens = context.read([[token] for token in tokens], position)
            position += 1

        return timed(step, DECODE_STEPS)


def measure(job: Job) -> list[Figure]:
    """Of the job's GGUF file, or of random weights in the format that its precision names."""
    llama_cpp.llama_log_set(QUIET, None)
    with tempfile.TemporaryDirectory() as folder:
        path = job.model or pathlib.Path(folder, "random.gguf")
        if job.model is None:
            write_random_gguf(path, job.precision)
        params = llama_cpp.llama_model_default_params()
        params.n_gpu_layers = 0
        model = llama_cpp.llama_model_load_from_file(os.fsencode(path), params)
    if not model:
        raise RuntimeError(f"llama.cpp cannot read {path}")
    figures = [prefill(model, rows, tokens, job.repeats) for rows, tokens in PREFILLS]
    return figures + decodes(lambda rows: decode(model, rows), job.repeats)
