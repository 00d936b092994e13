"""Figures for TokenizerFiguresTest: one vocabulary cut as each family cuts it, and its ids by Hugging Face's own code.

    pip install tokenizers==0.23.3 transformers==5.23.0
    python3 services/lm/scripts/tokenizer_figures.py > services/lm/src/test/resources/golden/tokenizers.json

Two small vocabularies are trained on the texts below: a byte-level one whose merges cross every border between words, so that ids
show where a family cuts, and one of SentencePiece's kind. How a family cuts is what transformers knows of its GGUF and its models.
"""

import json
from collections import Counter

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast
from transformers.convert_slow_tokenizer import generate_merges
from transformers.integrations.gguf.gguf_tokenizer_mapping import GGUF_PRE_TOKENIZER_SPLITS

TEXTS = [
    "The heron waits, then the heron strikes; that's how it's done, isn't it? I'LL wait, we've time.",
    "It costs 7, 42, 199, 2048 or 1234567.89 EUR (½ of it on 2026-11-24, at 09:05).",
    "Der Fluß trägt Äpfel und Öl übers Moor; größer wird's nicht.",
    "Où est l'été? À côté de la forêt, près du café naïf.",
    "Zażółć gęślą jaźń. Příliš žluťoučký kůň. Füße, Ærø, Þór.",
    "Река течёт медленно, и цапля ждёт на берегу.",
    "Ο ποταμός κυλά αργά και ο ερωδιός περιμένει.",
    "川はゆっくり流れ、鷺は岸で待っています。カタカナも１２３も。",
    "河水慢慢地流,白鹭在岸边等待。一共四十二元。",
    "강물은 천천히 흐르고 왜가리는 기다립니다.",
    "النهر يجري ببطء والبلشون ينتظر ٤٢ دقيقة.",
    "הנהר זורם לאט והאנפה מחכה.",
    "नदी धीरे बहती है और बगुला १२ मिनट प्रतीक्षा करता है।",
    "แม่น้ำไหลช้าๆ นกกระสารออยู่",
    "def wait(self, minutes: int = 5) -> None:\n    \"\"\"Waits.\"\"\"\n\tif minutes > 0x1F and not self.done:\n        return self.wait(minutes - 1)\n",
    "public static final Map<String, List<Integer>> BY_NAME = new HashMap<>(); // camelCaseWords, HTTPServer2\r\n",
    "{\"key\": [1, 22, 333, 4444], \"url\": \"a/b//c?d=e&f=%20\"}",
    "\n\n  indented   text \t with\ttabs \n\n\n   and lines  \r\n\r\nend   ",
    " ",
    "    ",
    "\n",
    " leading and trailing ",
    "a",
    "🙂🙂 👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽 flags 🇩🇪🇯🇵",
    "e\u0301 and \u00e9, \u1e9b\u0323, A\u030a, \ufb01, \u2126: composed or not",
    "non\u00a0breaking\u2003em\u3000wide\u200bzero\u2028line",
    "<s> </s> <unk> <|im_start|>user\n<|im_end|> [INST] are no marks here x<s>x</s>x<0x41>",
    "▁under▁scores▁ and \ufffd \U0010fffd \x00\x7f",
    "!!!??? ... --- *** ///\n/// $$$ €€ ~~ <<>>",
    "ABCdef GHIjkl mnoPQR DŽemal ǅ ʰ ªº ⅣⅤ ²³",
]

CORPUS = TEXTS + [
    "the heron and the river, the river and the heron",
    "waiting for 1 minute, 12 minutes, 123 minutes, 1234 minutes",
    "return self.done and self.wait(12)\n    return self.wait(123)\n",
    "<s>this</s> <s>that</s> s> /s> <s>",
]

CHATML = (
    "{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\\n' + m['content'] + '<|im_end|>' + '\\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)
INSTRUCTIONS = (
    "{{ bos_token }}{% for m in messages %}{% if m['role'] == 'user' %}{{ '[INST] ' + m['content'] + ' [/INST]' }}"
    "{% else %}{{ ' ' + m['content'] + eos_token }}{% endif %}{% endfor %}"
)
TIGHT_INSTRUCTIONS = INSTRUCTIONS.replace("'[INST] '", "'[INST]'").replace("' [/INST]'", "'[/INST]'").replace("' ' +", "'' +")

DIALOGUE = [
    {"role": "user", "content": TEXTS[0]},
    {"role": "assistant", "content": TEXTS[4]},
    {"role": "user", "content": TEXTS[1]},
]


def byte_level_vocabulary() -> dict:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    trainer = trainers.BpeTrainer(vocab_size=760, initial_alphabet=alphabet, max_token_length=8, show_progress=False)
    tokenizer.train_from_iterator(CORPUS, trainer)
    tokens = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"] + ordered(tokenizer)
    return {"tokens": tokens, "types": [3, 3, 3] + [1] * (len(tokens) - 3), "merges": merges(tokenizer)}


def sentence_piece_vocabulary() -> dict:
    """Pieces as SentencePiece orders them: marks, bytes, merged pieces, characters; the score is the place."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    trainer = trainers.BpeTrainer(vocab_size=560, max_token_length=8, show_progress=False)
    tokenizer.train_from_iterator(common_characters(CORPUS), trainer)
    pieces = ordered(tokenizer)
    if "s>" not in pieces or "<" not in pieces:
        raise AssertionError("the corpus must make <s> a piece that merges can build")
    longer = [piece for piece in pieces if len(piece) > 1 and piece not in ("<s>", "</s>")]
    characters = [piece for piece in pieces if len(piece) == 1]
    tokens = ["<unk>", "<s>", "</s>"] + ["<0x%02X>" % byte for byte in range(256)] + longer + characters
    scores = [0.0] * 259 + [-float(place) for place in range(len(tokens) - 259)]
    ids = {token: place for place, token in enumerate(tokens)}
    return {
        "tokens": tokens,
        "types": [2, 3, 3] + [6] * 256 + [1] * (len(tokens) - 259),
        "scores": scores,
        "merges": [" ".join(pair) for pair in generate_merges(ids, dict(zip(tokens, scores)))],
    }


def common_characters(texts: list) -> list:
    """Characters that occur once are left out, so that they fall back on bytes."""
    count = Counter("".join(texts))
    return ["".join(character for character in text if count[character] > 1) for text in texts]


def ordered(tokenizer: Tokenizer) -> list:
    vocabulary = tokenizer.get_vocab()
    return sorted(vocabulary, key=vocabulary.get)


def merges(tokenizer: Tokenizer) -> list:
    return [" ".join(pair) for pair in json.loads(tokenizer.to_str())["model"]["merges"]]


def split(pattern: str):
    parts = [pre_tokenizers.Split(Regex(pattern), behavior="isolated"), byte_level(False)]
    return pre_tokenizers.Sequence(parts)


def byte_level(use_regex: bool):
    return pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=use_regex)


def spaces():
    return normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])


def space_decoder():
    return decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])


FAMILIES = {
    "gpt-2": {"pre": byte_level(True)},
    "smollm": {"pre": pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), byte_level(True)])},
    "qwen2": {"pre": split(GGUF_PRE_TOKENIZER_SPLITS["qwen2"]), "normalizer": normalizers.NFC()},
    "llama-bpe": {"pre": split(GGUF_PRE_TOKENIZER_SPLITS["llama-bpe"]), "ignore_merges": True},
    "tekken": {"pre": split(GGUF_PRE_TOKENIZER_SPLITS["tekken"]), "ignore_merges": True},
}
PIECE_FAMILIES = {
    "llama 2": {"normalizer": spaces(), "template": INSTRUCTIONS, "gguf": True},
    "mistral 0.3": {
        "pre": pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="first", split=False),
        "template": TIGHT_INSTRUCTIONS,
        "gguf": False,
    },
}


def build(vocabulary: dict, family: dict, without: tuple = ()) -> Tokenizer:
    """The family's tokenizer; merges that make one of the tokens {@code without} are left out."""
    pairs = [tuple(merge.split(" ")) for merge in vocabulary["merges"] if merge.replace(" ", "") not in without]
    pieces = "scores" in vocabulary
    tokenizer = Tokenizer(
        models.BPE(
            vocab={token: place for place, token in enumerate(vocabulary["tokens"])},
            merges=pairs,
            byte_fallback=pieces,
            fuse_unk=pieces,
            unk_token="<unk>" if pieces else None,
            ignore_merges=family.get("ignore_merges", False),
        )
    )
    if "normalizer" in family:
        tokenizer.normalizer = family["normalizer"]
    if "pre" in family:
        tokenizer.pre_tokenizer = family["pre"]
    tokenizer.decoder = space_decoder() if pieces else decoders.ByteLevel()
    return tokenizer


def figures(name: str, kind: str, vocabulary: dict, family: dict) -> dict:
    marks = vocabulary["tokens"][:3]
    plain = build(vocabulary, family, without=tuple(marks))
    marked = build(vocabulary, family)
    marked.add_special_tokens([AddedToken(mark, special=True, normalized=False) for mark in marks])
    stored = json.loads(marked.to_str())
    del stored["model"]["vocab"], stored["model"]["merges"]
    template = family.get("template", CHATML)
    chat = PreTrainedTokenizerFast(tokenizer_object=marked, bos_token=marks[1], eos_token=marks[2], chat_template=template)
    return {
        "name": name,
        "vocabulary": kind,
        "gguf": family.get("gguf", True),
        "tokenizer": stored,
        "ids": [plain.encode(text, add_special_tokens=False).ids for text in TEXTS],
        "template": template,
        "prompt_ids": list(chat.apply_chat_template(DIALOGUE, add_generation_prompt=True, return_dict=False)),
    }


def main() -> None:
    vocabularies = {"bytes": byte_level_vocabulary(), "pieces": sentence_piece_vocabulary()}
    families = [figures(name, "bytes", vocabularies["bytes"], family) for name, family in FAMILIES.items()]
    families += [figures(name, "pieces", vocabularies["pieces"], family) for name, family in PIECE_FAMILIES.items()]
    note = "tokenizer_figures.py with tokenizers 0.23.3 and transformers 5.23.0: ids of each text as plain text, of the dialogue with marks"
    result = {"note": note, "texts": TEXTS, "messages": DIALOGUE, "vocabularies": vocabularies, "families": families}
    print(json.dumps(result, ensure_ascii=True, separators=(",", ":")))


if __name__ == "__main__":
    main()
