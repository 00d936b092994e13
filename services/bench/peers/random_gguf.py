"""Writes a GGUF file of random weights, which llama.cpp reads as fast as any of its shape."""

import pathlib

import gguf
import numpy

from peers.workload import DEVIATION, SHAPE


def write_random_gguf(path: pathlib.Path, kind_name: str) -> None:
    """A GGUF file of SHAPE without a vocabulary; norms are float32, all else is of one kind."""
    kind = gguf.GGMLQuantizationType[kind_name]
    random = numpy.random.default_rng(0)
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_vocab_size(SHAPE["vocab_size"])
    writer.add_context_length(SHAPE["max_position_embeddings"])
    writer.add_embedding_length(SHAPE["hidden_size"])
    writer.add_block_count(SHAPE["num_hidden_layers"])
    writer.add_feed_forward_length(SHAPE["intermediate_size"])
    writer.add_head_count(SHAPE["num_attention_heads"])
    writer.add_head_count_kv(SHAPE["num_key_value_heads"])
    writer.add_rope_dimension_count(SHAPE["hidden_size"] // SHAPE["num_attention_heads"])
    writer.add_rope_freq_base(SHAPE["rope_theta"])
    writer.add_layer_norm_rms_eps(SHAPE["rms_norm_eps"])
    writer.add_tokenizer_model("none")
    for name, shape in gguf_shapes().items():
        if len(shape) == 1:
            writer.add_tensor(name, numpy.ones(shape, numpy.float32))
        else:
            weights = random.standard_normal(shape, numpy.float32) * numpy.float32(DEVIATION)
            writer.add_tensor(name, gguf.quants.quantize(weights, kind), raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def gguf_shapes() -> dict[str, tuple[int, ...]]:
    """By llama.cpp's names, [out, in]."""
    hidden, wide = SHAPE["hidden_size"], SHAPE["intermediate_size"]
    keys = hidden // SHAPE["num_attention_heads"] * SHAPE["num_key_value_heads"]
    layer = {
        "attn_norm": (hidden,),
        "attn_q": (hidden, hidden),
        "attn_k": (keys, hidden),
        "attn_v": (keys, hidden),
        "attn_output": (hidden, hidden),
        "ffn_norm": (hidden,),
        "ffn_gate": (wide, hidden),
        "ffn_up": (wide, hidden),
        "ffn_down": (hidden, wide),
    }
    shapes = {"token_embd.weight": (SHAPE["vocab_size"], hidden), "output_norm.weight": (hidden,)}
    for i in range(SHAPE["num_hidden_layers"]):
        shapes |= {f"blk.{i}.{name}.weight": shape for name, shape in layer.items()}
    return shapes
