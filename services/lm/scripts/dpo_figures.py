"""Writes golden/dpo_steps.json: ten AdamW steps of LoRA-DPO by torch, transformers and PEFT, which TorchTraining must follow.

    python3 -m venv VENV && VENV/bin/pip install torch transformers peft
    VENV/bin/python services/lm/scripts/dpo_figures.py

DPO is equation 7 of Rafailov et al. 2023, the reference is the base, the gradient is the mean of the step's pairs, clipped
by torch's clip_grad_norm_; both factors start from the formula of tiny_llama.py, so that every gradient is there from the first step.
"""

import json

import peft
import torch
import transformers

from tiny_llama import RESOURCES, fill, log_probs, tiny_llama, token_ids

STEPS, PAIRS, PAIRS_A_STEP = 10, 6, 2
BETA, RATE, DECAY, MAX_NORM = 0.2, 1e-3, 0.05, 1.2
RANK, ALPHA, START_SPREAD = 4, 8, 0.2
TARGETS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


def pair(i):
    """Prompts of 5 to 10 tokens, replies of 4 to 12."""
    return {
        "prompt": token_ids(1000 + i, 5 + i),
        "chosen": token_ids(2000 + i, 4 + i % 4),
        "rejected": token_ids(3000 + i, 12 - i),
    }


def margin(model, p):
    return log_probs(model, p["prompt"], p["chosen"]).sum() - log_probs(model, p["prompt"], p["rejected"]).sum()


def step(model, optimiser, pairs, references):
    losses = []
    for p, reference in zip(pairs, references):
        loss = -torch.nn.functional.logsigmoid(BETA * (margin(model, p) - reference))
        (loss / len(pairs)).backward()
        losses.append(loss.item())
    norm = torch.nn.utils.clip_grad_norm_([p for p in model.parameters() if p.requires_grad], MAX_NORM).item()
    optimiser.step()
    optimiser.zero_grad()
    return {"loss": sum(losses) / len(losses), "gradient_norm": norm}


def main():
    pairs = [pair(i) for i in range(PAIRS)]
    base = tiny_llama()
    with torch.no_grad():
        references = [margin(base, p).item() for p in pairs]
    model = peft.get_peft_model(base, peft.LoraConfig(r=RANK, lora_alpha=ALPHA, target_modules=TARGETS, task_type="CAUSAL_LM"))
    factors = {n.replace(".default", ""): w for n, w in model.named_parameters() if w.requires_grad}
    fill(factors, START_SPREAD)
    optimiser = torch.optim.AdamW(factors.values(), lr=RATE, weight_decay=DECAY)
    steps = []
    for s in range(STEPS):
        chosen = [(s * PAIRS_A_STEP + j) % PAIRS for j in range(PAIRS_A_STEP)]
        steps.append({"pairs": chosen} | step(model, optimiser, [pairs[i] for i in chosen], [references[i] for i in chosen]))
    with torch.no_grad():
        margins = [margin(model, p).item() - r for p, r in zip(pairs, references)]
    figures = {
        "made_by": {"torch": torch.__version__.split("+")[0], "transformers": transformers.__version__, "peft": peft.__version__},
        "beta": BETA,
        "learning_rate": RATE,
        "weight_decay": DECAY,
        "max_gradient_norm": MAX_NORM,
        "rank": RANK,
        "alpha": ALPHA,
        "targets": TARGETS,
        "start_spread": START_SPREAD,
        "pairs": pairs,
        "steps": steps,
        "margins_after": margins,
        "factor_norms_after": {n: w.norm().item() for n, w in sorted(factors.items())},
    }
    (RESOURCES / "golden/dpo_steps.json").write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
