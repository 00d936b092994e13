"""Checks an adapter that Rejoinder trained against pip's PEFT: both score the same replies through it, in float32.

    python3 -m venv VENV && VENV/bin/pip install torch transformers peft gguf
    ./rejoinder train --data PAIRS --out DIR
    VENV/bin/python services/lm/scripts/peft_check.py "$(./rejoinder model fetch)" DIR

The model is a GGUF file, or a folder with safetensors. Prints each token's log-probability by PEFT and by `./rejoinder score`;
exit code 1 where they differ by more than --tolerance, or where the adapter changes nothing, so that nothing was checked.
"""

import argparse
import json
import pathlib
import subprocess
import sys

import peft
import torch
import transformers

REJOINDER = pathlib.Path(__file__).resolve().parents[3] / "rejoinder"
CHATS = [
    ["Name three colours.", "Red, green and blue."],
    ["Why is the sky blue?", "Air scatters short waves more than long ones, so the light that reaches us from all around is blue."],
    ["Say it in one word: how was the concert?", "Loud!\n\nThe band began late, and played until two."],
]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=pathlib.Path, help="GGUF file, or folder with config.json and safetensors")
    parser.add_argument("adapter", type=pathlib.Path, help="folder with adapter_model.safetensors and adapter_config.json")
    parser.add_argument("--tolerance", type=float, default=1e-4, help="largest difference of two log-probabilities, in nats")
    return parser.parse_args()


def base(path):
    """Model and tokenizer of a GGUF file or a folder."""
    place = [path] if path.is_dir() else [path.parent]
    options = {} if path.is_dir() else {"gguf_file": path.name}
    tokenizer = transformers.AutoTokenizer.from_pretrained(*place, **options)
    model = transformers.AutoModelForCausalLM.from_pretrained(*place, dtype=torch.float32, attn_implementation="eager", **options)
    return model.eval(), tokenizer


def messages(chat):
    return [{"role": "user", "content": chat[0]}, {"role": "assistant", "content": chat[1]}]


def token_ids(tokenizer, chat):
    """Ids of the prompt up to where the reply begins, and of the reply."""
    text = tokenizer.apply_chat_template(messages(chat)[:1], add_generation_prompt=True, tokenize=False)
    return [tokenizer.encode(part, add_special_tokens=False) for part in (text, chat[1])]


@torch.no_grad()
def score(model, prompt, reply):
    logits = model(torch.tensor([prompt + reply])).logits[0, len(prompt) - 1 : -1]
    return torch.log_softmax(logits, -1).gather(1, torch.tensor(reply)[:, None])[:, 0].tolist()


def rejoinder(model, adapter):
    """What `./rejoinder score` says of every chat."""
    lines = "".join(json.dumps({"id": str(i), "messages": messages(chat)}) + "\n" for i, chat in enumerate(CHATS))
    command = [REJOINDER, "score", "--model", model.resolve(), "--adapter", adapter.resolve()]
    answer = subprocess.run(command, input=lines, stdout=subprocess.PIPE, text=True)
    if answer.returncode != 0:
        sys.exit(f"./rejoinder score failed with {answer.returncode}: {answer.stdout}")
    answers = {line["id"]: line["reply_log_probs"] for line in map(json.loads, answer.stdout.splitlines())}
    return [answers[str(i)] for i in range(len(CHATS))]


def largest(left, right):
    if len(left) != len(right):
        sys.exit(f"the reply has {len(left)} tokens by PEFT and {len(right)} by Rejoinder; the tokenizers differ")
    return max(abs(a - b) for a, b in zip(left, right))


def main():
    asked = arguments()
    transformers.utils.logging.disable_progress_bar()
    ours = rejoinder(asked.model, asked.adapter)
    model, tokenizer = base(asked.model)
    tokens = [token_ids(tokenizer, chat) for chat in CHATS]
    without = [score(model, *each) for each in tokens]
    adapted = peft.PeftModel.from_pretrained(model, asked.adapter).eval()
    theirs = [score(adapted, *each) for each in tokens]
    print(f"{'token':16} {'base':>10} {'PEFT':>10} {'Rejoinder':>10}")
    for (_, reply), *columns in zip(tokens, without, theirs, ours):
        for token, *values in zip(reply, *columns):
            print(f"{tokenizer.decode([token])!r:16}" + "".join(f" {value:10.5f}" for value in values))
    difference = max(map(largest, theirs, ours))
    change = max(map(largest, theirs, without))
    print(f"peft {peft.__version__}: {sum(map(len, ours))} tokens, largest difference {difference:.1e}, the adapter changes up to {change:.1e}")
    sys.exit(difference > asked.tolerance or change <= asked.tolerance)


if __name__ == "__main__":
    main()
