"""Writes adapters that PEFT saved (src/test/resources/peft) and what they answer (golden/peft.json), which PeftFilesTest loads and checks.

    python3 -m venv VENV && VENV/bin/pip install torch transformers peft
    VENV/bin/python services/lm/scripts/peft_figures.py

The base is a model of tiny_llama.py, the llama unless a case says otherwise. Factors have the formula's values; PEFT's own start would change nothing, as B is zero.
"""

import json
import shutil

import peft
import torch
import transformers

from tiny_llama import RESOURCES, fill, log_probs, tiny, token_ids

FOLDER = RESOURCES / "peft"
ATTENTION = ["q_proj", "k_proj", "v_proj", "o_proj"]
EVERY_LINEAR = ATTENTION + ["gate_proj", "up_proj", "down_proj"]
SPREAD = 0.3
CASES = {
    "rank-1": dict(r=1, lora_alpha=2, target_modules=["q_proj", "v_proj"]),
    "rank-64": dict(r=64, lora_alpha=32, target_modules=["q_proj", "down_proj"], layers_to_transform=1),
    "every-linear": dict(r=2, lora_alpha=3, target_modules="all-linear"),
    "rank-stabilised": dict(r=16, lora_alpha=6, use_rslora=True, target_modules=ATTENTION),
    "rank-pattern": dict(
        r=8,
        lora_alpha=8,
        target_modules=EVERY_LINEAR,
        rank_pattern={"q_proj": 2, "layers.1.mlp.down_proj": 12, r"layers\.0\..*gate_proj": 5},
        alpha_pattern={"v_proj": 24, "layers.0.self_attn.q_proj": 6, ".*mlp.up_proj": 1},
    ),
    "rank-pattern-rank-stabilised": dict(
        r=4,
        lora_alpha=4,
        use_rslora=True,
        target_modules=ATTENTION,
        rank_pattern={"k_proj": 9},
        alpha_pattern={"o_proj": 10},
    ),
    "one-layer": dict(r=4, lora_alpha=8, target_modules=EVERY_LINEAR, layers_to_transform=[1], layers_pattern="layers"),
    "names-with-their-places": dict(r=4, lora_alpha=8, target_modules=["layers.0.self_attn.q_proj", "mlp.down_proj"], exclude_modules=["layers.0.mlp.down_proj"]),
    "expression": dict(r=4, lora_alpha=8, target_modules=r".*\.1\.(self_attn\.[kv]_proj|mlp\.up_proj)"),
    "bfloat16": dict(r=4, lora_alpha=8, target_modules=ATTENTION),
    "float16": dict(r=4, lora_alpha=8, target_modules=ATTENTION),
}
FAMILIES = {"qwen2": "qwen2", "qwen3": "qwen3-head-dim"}
CASES |= {family: dict(r=4, lora_alpha=8, target_modules=EVERY_LINEAR) for family in FAMILIES}
STORED = {"bfloat16": torch.bfloat16, "float16": torch.float16}


def save(name, options):
    """Makes one adapter, saves it as PEFT does, and says what the model answers with it."""
    family = FAMILIES.get(name, "llama")
    model = peft.get_peft_model(tiny(family), peft.LoraConfig(task_type="CAUSAL_LM", **options))
    factors = {n.replace(".default", ""): w for n, w in model.named_parameters() if w.requires_grad}
    fill(factors, SPREAD)
    for w in factors.values():
        w.data = w.data.to(STORED.get(name, w.dtype))
    model.save_pretrained(FOLDER / name)
    (FOLDER / name / "README.md").unlink()
    reloaded = peft.PeftModel.from_pretrained(tiny(family), FOLDER / name).float().eval()
    prompt, reply = token_ids(100, 9), token_ids(200, 14)
    with torch.no_grad():
        scored = log_probs(reloaded, prompt, reply).tolist()
        without = log_probs(tiny(family), prompt, reply).tolist()
        following = torch.log_softmax(reloaded(torch.tensor([prompt + reply])).logits[0, -1], -1).max(0)
    return {
        "family": family,
        "prompt": prompt,
        "reply": reply,
        "log_probs": scored,
        "base_log_probs": without,
        "next": {"id": following.indices.item(), "log_prob": following.values.item()},
    }


def main():
    shutil.rmtree(FOLDER, ignore_errors=True)
    figures = {
        "made_by": {"torch": torch.__version__.split("+")[0], "transformers": transformers.__version__, "peft": peft.__version__},
        "adapters": {name: save(name, options) for name, options in CASES.items()},
    }
    (RESOURCES / "golden/peft.json").write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
