"""TRL: steps of LoRA-DPO by its DPOTrainer, from text that has the bench's token ids."""

import pathlib
import tempfile
import time
from typing import Any

import datasets
import peft
import tokenizers
import transformers
import trl

from peers.reading import torch_model
from peers.workload import ALPHA, BETA, LEARNING_RATE, PAIRS, PART, RANK, STEP_TOKENS, TARGETS, Figure, Job, token_ids


def word(token: int) -> str:
    return f"<{token}>"


def word_tokenizer(vocabulary: int) -> transformers.PreTrainedTokenizerFast:
    """A word for every token id, so that a text has exactly the ids it was made of; the end of a reply is id 0."""
    words = tokenizers.Tokenizer(tokenizers.models.WordLevel({word(i): i for i in range(vocabulary)}, unk_token=word(0)))
    words.pre_tokenizer = tokenizers.pre_tokenizers.WhitespaceSplit()
    return transformers.PreTrainedTokenizerFast(tokenizer_object=words, eos_token=word(0), pad_token=word(0))


def preference_pairs(vocabulary: int) -> datasets.Dataset:
    """Prompts and replies of 64 tokens; a reply's last is the end that TRL would otherwise append."""

    def text(seed: int) -> list[str]:
        return [word(i) for i in token_ids(vocabulary, seed, PART)]

    def row(i: int) -> dict[str, str]:
        prompt, chosen, rejected = text(3 * i), text(3 * i + 1), text(3 * i + 2)
        replies = {"chosen": chosen, "rejected": rejected}
        return {"prompt": " ".join(prompt)} | {k: " ".join(["", *reply[:-1], word(0)]) for k, reply in replies.items()}

    return datasets.Dataset.from_list([row(i) for i in range(PAIRS)])


class StepClock(transformers.TrainerCallback):
    """Keeps the seconds of every step, optimiser included."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self.began = 0.0

    def on_step_begin(self, *_: Any, **__: Any) -> None:
        self.began = time.perf_counter()

    def on_step_end(self, *_: Any, **__: Any) -> None:
        self.seconds.append(time.perf_counter() - self.began)


def dpo_steps(job: Job, cached: bool, folder: str) -> list[float]:
    """Seconds of DPOTrainer's steps after the first, with the reference's log-probabilities cached or computed in the step."""
    model = torch_model(job)
    vocabulary = model.config.vocab_size
    steps = StepClock()
    trainer = trl.DPOTrainer(
        model=model,
        args=trl.DPOConfig(
            output_dir=folder,
            per_device_train_batch_size=PAIRS,
            max_steps=1 + job.repeats,
            learning_rate=LEARNING_RATE,
            beta=BETA,
            precompute_ref_log_probs=cached,
            gradient_checkpointing=False,  # TRL's default recomputes activations: less memory, slower
            bf16=job.precision == "bfloat16",
            use_cpu=True,
            report_to="none",
            save_strategy="no",
            logging_strategy="no",
            disable_tqdm=True,
            dataloader_pin_memory=False,
        ),
        train_dataset=preference_pairs(vocabulary),
        processing_class=word_tokenizer(vocabulary),
        peft_config=peft.LoraConfig(r=RANK, lora_alpha=ALPHA, target_modules=TARGETS, task_type="CAUSAL_LM"),
        callbacks=[steps],
    )
    check_lengths(trainer.train_dataset)
    trainer.train()
    return steps.seconds[1:]


def check_lengths(pairs: datasets.Dataset) -> None:
    for row in pairs:
        found = [len(row[part]) for part in ("prompt_ids", "chosen_ids", "rejected_ids")]
        if found != [PART] * 3:
            raise RuntimeError(f"TRL made {found} tokens of a pair's prompt and replies where each has {PART}")


def measure(job: Job) -> list[Figure]:
    own_peak = forget_peak()
    with tempfile.TemporaryDirectory() as folder:
        computed, cached = (dpo_steps(job, each, folder) for each in (False, True))
    figures = [
        Figure.rate("LoRA-DPO, packed pairs", "tok/s", STEP_TOKENS, computed),
        Figure.rate("LoRA-DPO, reference cached", "tok/s", STEP_TOKENS, cached),
        Figure.seconds("LoRA-DPO step, 4 pairs x 128", computed),
        Figure.seconds("the same, reference cached", cached),
    ]
    peak = peak_mebibytes()
    return figures + ([Figure("peak memory while training", "MiB", peak, peak, peak)] if own_peak else [])


def forget_peak() -> bool:
    """Lets the process's peak of memory begin again, as ProcessMemory.java does; false where the system does not allow it."""
    try:
        pathlib.Path("/proc/self/clear_refs").write_text("5")
        return True
    except OSError:
        return False


def peak_mebibytes() -> float:
    line = next(each for each in pathlib.Path("/proc/self/status").read_text().splitlines() if each.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024
