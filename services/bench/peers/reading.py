"""transformers: reading prompts and decoding."""

from collections.abc import Iterator
from typing import Any

import torch
import transformers

from peers.workload import (
    DECODE_PROMPT,
    DECODE_STEPS,
    DEVIATION,
    LIMIT_REPEATS,
    PREFILLS,
    READ_FLOATS,
    SGEMM_SIDE,
    SHAPE,
    THREADS,
    Figure,
    Job,
    decodes,
    prompts,
    timed,
)


def torch_model(job: Job) -> Any:
    """A causal language model that is ready to read, on all cores."""
    torch.set_num_threads(THREADS)
    transformers.utils.logging.disable_progress_bar()
    dtype = getattr(torch, job.precision)
    auto = transformers.AutoModelForCausalLM
    if job.model is None:
        return auto.from_config(transformers.LlamaConfig(**SHAPE, initializer_range=DEVIATION), dtype=dtype).eval()
    if job.model.is_dir():
        return auto.from_pretrained(job.model, dtype=dtype).eval()
    return auto.from_pretrained(job.model.parent, gguf_file=job.model.name, dtype=dtype).eval()


def limits() -> list[Figure]:
    x = torch.randn(SGEMM_SIDE, SGEMM_SIDE)
    ones = torch.ones(READ_FLOATS)
    return [
        Figure.rate("sgemm 2048", "GFLOP/s", 2e-9 * SGEMM_SIDE**3, timed(lambda: x @ x, LIMIT_REPEATS)),
        Figure.rate("memory read", "GB/s", 1e-9 * READ_FLOATS * 4, timed(lambda: ones.sum().item(), LIMIT_REPEATS)),
    ]


def prefills(model: Any, repeats: int) -> Iterator[Figure]:
    for rows, tokens in PREFILLS:
        ids = torch.tensor(prompts(model.config.vocab_size, rows, tokens))

        def last_logit() -> Any:
            return model(ids, use_cache=False, logits_to_keep=1)

        def all_logits() -> Any:
            """To the log-probability of every token after the first, which is what the bench asks for."""
            logits = model(ids, use_cache=False).logits[:, :-1].float()
            return torch.nn.functional.cross_entropy(logits.flatten(0, 1), ids[:, 1:].flatten(), reduction="none")

        for name, work in (("last logit", last_logit), ("all logits", all_logits)):
            yield Figure.rate(f"prefill {rows}x{tokens}, {name}", "tok/s", rows * tokens, timed(work, repeats))


def decode(model: Any, rows: int) -> list[float]:
    """Seconds of each step; the likeliest token is taken, which costs less than the bench's sampling."""
    out = model(torch.tensor(prompts(model.config.vocab_size, rows, DECODE_PROMPT)), use_cache=True, logits_to_keep=1)
    cache = "cache" if "cache" in out else "past_key_values"  # as transformers called it before 5

    def step() -> None:
        nonlocal out
        out = model(out.logits[:, -1:].argmax(-1), use_cache=True, **{cache: out[cache]})

    return timed(step, DECODE_STEPS)


def measure(job: Job) -> list[Figure]:
    model = torch_model(job)
    with torch.inference_mode():
        figures = limits() + list(prefills(model, job.repeats))
        return figures + decodes(lambda rows: decode(model, rows), job.repeats)
