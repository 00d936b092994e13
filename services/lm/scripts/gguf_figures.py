"""Figures for GgufFiguresTest: random blocks of every GGUF format that is read, and what gguf makes of them.

    pip install gguf==0.19.0 numpy
    python3 services/lm/scripts/gguf_figures.py > services/lm/src/test/resources/golden/gguf.json

Bytes are uniform at random from a fixed seed; a draw that has a weight which is no finite number is drawn again.
"""

import json
import warnings

import gguf
import numpy as np
from gguf import GGMLQuantizationType as Type

SEED = 20261124
FORMATS = [Type.F32, Type.F16, Type.BF16, Type.Q8_0, Type.Q4_0, Type.Q4_1, Type.Q4_K, Type.Q5_K, Type.Q6_K]


def blocks_of(block_weights: int) -> int:
    """Enough blocks that neighbours differ: 40 plain numbers, 4 small blocks or 2 of 256 weights."""
    return {1: 40, 32: 4, 256: 2}[block_weights]


def decoded(data: np.ndarray, kind: Type) -> np.ndarray:
    """Float32 weights of raw bytes, [weights]."""
    if kind in (Type.F32, Type.F16):
        return data.view(np.float32 if kind == Type.F32 else np.float16).astype(np.float32)
    return gguf.dequantize(data, kind).reshape(-1)


def figures(kind: Type, random: np.random.Generator) -> dict:
    block_weights, block_bytes = gguf.GGML_QUANT_SIZES[kind]
    blocks = []
    while len(blocks) < blocks_of(block_weights):
        block = random.integers(0, 256, block_bytes, dtype=np.uint8)
        if np.isfinite(decoded(block, kind)).all():
            blocks.append(block)
    data = np.concatenate(blocks)
    return {
        "format": kind.name,
        "ggml_type": int(kind),
        "bytes": data.tobytes().hex(),
        "weights": decoded(data, kind).astype("<f4").tobytes().hex(),
    }


def main() -> None:
    warnings.simplefilter("ignore", RuntimeWarning)
    random = np.random.default_rng(SEED)
    note = "gguf_figures.py with gguf 0.19.0, seed %d: raw bytes in hex, float32 weights as little-endian hex" % SEED
    print(json.dumps({"note": note, "tensors": [figures(kind, random) for kind in FORMATS]}, indent=1))


if __name__ == "__main__":
    main()
