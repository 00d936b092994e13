"""The tiny llama of the tests in transformers, and its like of other families: their weights are a formula, so no file is needed to rebuild them.

Tensors in the order of their sorted Hugging Face names, t = index of the tensor, i = flat row-major index of the element,
    u = (splitmix64((t << 32) | i) >>> 11) * 2^-53          uniform in [0, 1)
    matrix: (u - 0.5) * 0.4     norm weight: 1 + (u - 0.5) * 0.4
LoRA factors likewise, with a spread of their own, by their sorted PEFT names.
"""

import json
import pathlib

import numpy as np
import torch
from transformers import AutoConfig, AutoModelForCausalLM

RESOURCES = pathlib.Path(__file__).parent.parent / "src/test/resources"
SPREAD = 0.4
MOST_DIFFERENCE = 1e-4


def uniform(tensor, count):
    """The first `count` elements of a tensor's stream."""
    with np.errstate(over="ignore"):
        z = np.arange(count, dtype=np.uint64) | (np.uint64(tensor) << np.uint64(32))
        z = z + np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(11)).astype(np.float64) * 2.0**-53


@torch.no_grad()
def fill(tensors, spread, offset=lambda name: 0.0):
    """Gives named tensors the formula's values."""
    for t, name in enumerate(sorted(tensors)):
        w = tensors[name]
        values = (uniform(t, w.numel()) - 0.5) * spread + offset(name)
        w.copy_(torch.from_numpy(values.astype(np.float32)).view_as(w))


def tiny(name):
    """A model of families.json in float32, checked against the figures that the Java tests check theirs against."""
    golden = json.loads((RESOURCES / "golden/families.json").read_text())
    family = golden["families"][name]
    options = {k: v for k, v in family["config"].items() if k not in ("dtype", "architectures", "model_type")}
    config = AutoConfig.for_model(family["config"]["model_type"], **options)
    config._attn_implementation = "eager"
    model = AutoModelForCausalLM.from_config(config, dtype=torch.float32).eval()
    tied = config.tie_word_embeddings
    state = {n: w for n, w in model.state_dict().items() if not (tied and n == "lm_head.weight")}
    fill(state, SPREAD, lambda name: 1.0 if "norm" in name else 0.0)
    model.tie_weights()
    for tokens, expected in zip(golden["tokens"], family["sum_log_prob_of_tokens"]):
        found = log_probs(model, tokens[:1], tokens[1:]).sum().item()
        assert abs(found - expected) < MOST_DIFFERENCE, f"the model gives {found} where the golden file has {expected}"
    return model


def tiny_llama():
    return tiny("llama")


def log_probs(model, prompt, reply):
    """[token] of the reply after the prompt, with gradients."""
    logits = model(torch.tensor([prompt + reply])).logits[0, len(prompt) - 1 : -1]
    return torch.log_softmax(logits, -1).gather(1, torch.tensor(reply)[:, None])[:, 0]


def token_ids(stream, count, vocabulary=96):
    """Token ids of no meaning, the same everywhere; 0 to 2 are left out, as one of them ends a reply."""
    return [3 + int(u * (vocabulary - 3)) for u in uniform(stream, count)]
