"""Figures for TemplateFiguresTest: chats through the templates of chat_templates/, rendered by transformers.

    pip install transformers==5.23.0 jinja2==3.1.6
    python3 services/lm/scripts/template_figures.py > services/lm/src/test/resources/golden/templates.json

The templates are our own, each in the dialect of the family it is named after: its markers, and the statements, filters and tests of
Jinja that the family's published template uses.
"""

import datetime
import json
import sys
from pathlib import Path

import jinja2
import transformers
from transformers.utils import chat_template_utils

NOW = datetime.datetime(2026, 3, 5, 16, 7, 9)
FOLDER = Path(__file__).parent / "chat_templates"
MARKS = {
    "deepseek-r1": ("<｜begin▁of▁sentence｜>", "<｜end▁of▁sentence｜>"),
    "gemma": ("<bos>", "<eos>"),
    "gemma-parts": ("<bos>", "<eos>"),
    "llama-3": ("<|begin_of_text|>", "<|eot_id|>"),
    "llama-3.1-tools": ("<|begin_of_text|>", "<|eot_id|>"),
    "qwen-2.5": ("", "<|im_end|>"),
    "qwen-3": ("", "<|im_end|>"),
    "smollm2": ("<|im_start|>", "<|im_end|>"),
    "granite": ("<|end_of_text|>", "<|end_of_text|>"),
    "phi-3": ("<s>", "<|endoftext|>"),
}


class Frozen(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return NOW


def chat(*contents, system=None):
    """Turns of user and assistant, by turns."""
    turns = [{"role": "assistant" if i % 2 else "user", "content": c} for i, c in enumerate(contents)]
    return ([{"role": "system", "content": system}] if system is not None else []) + turns


CHATS = {
    "one question": chat("How tall is a heron?"),
    "system": chat("How tall is a heron?", system="Answer in one sentence."),
    "several turns": chat("Hi", "Hello!", "And now?", "Now we wait.", "Why?", system="Be brief."),
    "ends with a reply": chat("Hi", "Hello!"),
    "white space": chat("  two spaces \n", "\n\treply\n\n", " \u00a0next\u3000 ", system=" rules \n"),
    "empty texts": chat("", "", "x", system=""),
    "braces and marks": chat("{{ bos_token }} {% raw %} {# no #}", "</s><|im_end|>{%- endif %}", "'\"\\n\\"),
    "unicode": chat("Grüße, 世界 🌍 e\u0301", "नदी \u2028 line", "١٢"),
    "lines": chat("a\r\nb\rc\n\n\nd", "```\n{\n  \"a\": [1, 2]\n}\n```", "x"),
    "thoughts": chat("1 + 1?", "<think>\nOne and one.\n</think>\n\nTwo.", "Sure?", "<think>hm</think>Yes."),
    "thought of a tool": chat("<tool_response>4</tool_response>", "ok", "<tool_response>5</tool_response>"),
    "wrong order": [{"role": "assistant", "content": "I begin"}, {"role": "user", "content": "so?"}],
    "two questions": [{"role": "user", "content": "one"}, {"role": "user", "content": "two"}],
}


def rendered(template, bos, eos, messages, opens):
    """What transformers makes of it, or why the template refuses."""
    try:
        texts, _ = chat_template_utils.render_jinja_template(
            conversations=[messages], chat_template=template, add_generation_prompt=opens, bos_token=bos, eos_token=eos
        )
        return {"text": texts[0]}
    except jinja2.exceptions.TemplateError as e:
        return {"refused": str(e)}


def family(path):
    source = path.read_text()
    bos, eos = MARKS.get(path.stem, ("<s>", "</s>"))
    cases = {name: [rendered(source, bos, eos, m, opens) for opens in (False, True)] for name, m in CHATS.items()}
    return {"name": path.stem, "template": source, "bos": bos, "eos": eos, "cases": cases}


def main():
    chat_template_utils.datetime = Frozen
    figures = {
        "made_by": {"transformers": transformers.__version__, "jinja2": jinja2.__version__},
        "now": NOW.isoformat(),
        "dates": {d: NOW.strftime(d) for d in ("%a %A %b %B %d", "%H:%M:%S %I %p", "%j %m %y %Y 100%%")},
        "chats": CHATS,
        "families": [family(path) for path in sorted(FOLDER.glob("*.jinja"))],
    }
    json.dump(figures, sys.stdout, indent=1, ensure_ascii=False)
    print()


if __name__ == "__main__":
    main()
