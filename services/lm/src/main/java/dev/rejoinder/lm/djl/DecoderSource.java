package dev.rejoinder.lm.djl;

import dev.rejoinder.lm.read.ModelConfig;

/**
 * The decoder as TorchScript, with the model's shape as constants: one native call for a whole
 * pass. Families differ in three places only: biases of q, k and v (Qwen2), norms of q and k
 * (Qwen3), a sliding window (Mistral).
 *
 * <p>Two variants of each method: {@code plain} multiplies by ordinary tensors and has gradients;
 * {@code half} multiplies float32 activations by packed fp16 matrices (FBGEMM), which is several
 * times faster for the few rows of a decode step.
 */
final class DecoderSource {
    static final String TYPE = "Decoder";

    /** Modules that an adapter may change, in the order of its tensors. */
    static final int MODULES = 7;

    /** Fused matrices of a layer: q+k+v, o, gate+up, down. */
    static final int GROUPS = 4;

    private static final int FLOAT32 = 6;
    private static final int BFLOAT16 = 15;
    private static final String PACKED = "__torch__.torch.classes.quantized.LinearPackedParamsBase";

    private DecoderSource() {}

    /** How the mask of a pass comes about. */
    enum Mask {
        /** Every row starts at position 0 and sees what stands before; padding on the right. */
        CAUSAL,
        /** By segment: 0 is seen by all later tokens, any other only by itself. */
        PACKED,
        /** Cached keys up to each token's own position. */
        CACHED,
        /** Cached keys, all of them: one token at the end of every row. */
        OPEN
    }

    /**
     * @param half whether the methods on packed fp16 matrices are wanted (x86 only)
     */
    static String of(ModelConfig c, boolean bfloat16, boolean half) {
        var code = new StringBuilder(HEADER);
        code.append(MASK).append(ATTEND).append(ADAPT).append(FUSE).append(CACHE);
        code.append(variant(RUN + HEAD, "plain", "List[Tensor]", "Tensor", PLAIN_LINEAR));
        if (half) {
            code.append(PACK);
            code.append(variant(RUN + HEAD, "half", "List[" + PACKED + "]", PACKED, HALF_LINEAR));
        }
        return constants(code.toString(), c, bfloat16 ? BFLOAT16 : FLOAT32);
    }

    private static String variant(
            String code, String name, String matrices, String matrix, String linear) {
        String result = code.replace("$VARIANT", name);
        result = result.replace("$MATRICES", matrices).replace("$MATRIX", matrix);
        return result.replace("$ACTIVATION", name.equals("half") ? "6" : "$DTYPE")
                .replaceAll("LINEAR\\(([^,()]+), ([^,]+), ([^,()\\n]+)\\)\\n", linear + "\n");
    }

    private static final String PLAIN_LINEAR = "torch.linear(torch.to($1, \\$DTYPE), $2, $3)";
    private static final String HALF_LINEAR = "ops.quantized.linear_dynamic_fp16($1, $2)";

    private static String constants(String code, ModelConfig c, int dtype) {
        int queryKey = c.heads() + c.keyValueHeads();
        return code.replace("$PACKED", PACKED)
                .replace("$DTYPE", Integer.toString(dtype))
                .replace("$LAYERS", Integer.toString(c.layers()))
                .replace("$HIDDEN", Integer.toString(c.hidden()))
                .replace("$INTERMEDIATE", Integer.toString(c.intermediate()))
                .replace("$HEADSIZE", Integer.toString(c.headSize()))
                .replace("$HALFHEAD", Integer.toString(c.headSize() / 2))
                .replace("$QUERIES", Integer.toString(c.heads()))
                .replace("$KEYS", Integer.toString(c.keyValueHeads()))
                .replace("$QK", Integer.toString(queryKey))
                .replace("$ALLHEADS", Integer.toString(queryKey + c.keyValueHeads()))
                .replace("$GROUP", Integer.toString(c.heads() / c.keyValueHeads()))
                .replace("$ATTENTION", Integer.toString(c.heads() * c.headSize()))
                .replace("$WINDOW", Integer.toString(c.slidingWindow()))
                .replace("$EPSILON", Double.toString(c.normEpsilon()))
                .replace("$NORMS", c.queryKeyNorm() ? "4" : "2")
                .replace("$BIAS", c.attentionBias() ? "biases[i]" : "None")
                .replace(
                        "$HEADNORM",
                        c.queryKeyNorm()
                                ? HEAD_NORM
                                : "qk = torch.slice(z, 2, 0, " + queryKey + ")")
                .replace("$EPSILON", Double.toString(c.normEpsilon()))
                .replace("$HEADSIZE", Integer.toString(c.headSize()))
                .replace("$QUERIES", Integer.toString(c.heads()))
                .replace("$QK", Integer.toString(queryKey));
    }

    private static final String HEADER =
            """
            class Decoder(Module):
              __parameters__ = []
              __buffers__ = []
              training : bool
              def forward(self: __torch__.Decoder,
                x: Tensor) -> Tensor:
                return x
              def to_compute(self: __torch__.Decoder,
                x: Tensor) -> Tensor:
                return torch.to(x, $DTYPE, False, True)
              def rows(self: __torch__.Decoder,
                x: Tensor,
                start: int,
                end: int) -> Tensor:
                return torch.detach(torch.slice(x, 0, start, end))
              def gather(self: __torch__.Decoder,
                x: Tensor,
                ids: Tensor) -> Tensor:
                return torch.squeeze(torch.gather(x, 1, ids), 1)
              def top(self: __torch__.Decoder,
                x: Tensor,
                count: int) -> List[Tensor]:
                values, ids = torch.topk(x, count)
                return [values, ids]
              def own(self: __torch__.Decoder,
                x: Tensor) -> Tensor:
                return torch.clone(x)
            """;

    private static final String HEAD_NORM =
            "qk = torch.cat([torch.rms_norm(torch.slice(z, 2, 0, $QUERIES), [$HEADSIZE], norms[o + 2],"
                    + " $EPSILON), torch.rms_norm(torch.slice(z, 2, $QUERIES, $QK), [$HEADSIZE],"
                    + " norms[o + 3], $EPSILON)], 2)";

    /** Additive mask {@code [batch, 1, time, keys]}, or none. Kinds are {@link Mask}'s ordinals. */
    private static final String MASK =
            """
              def mask(self: __torch__.Decoder,
                kind: int,
                pos: Tensor,
                seg: Tensor,
                total: int,
                dtype: int) -> Optional[Tensor]:
                result = annotate(Optional[Tensor], None)
                if kind == 1 or kind == 2:
                  if kind == 1:
                    order = torch.arange(torch.size(pos, 1), device=pos.device)
                    keys = torch.unsqueeze(pos, 1)
                    theirs = torch.unsqueeze(seg, 1)
                    seen = torch.logical_or(torch.eq(theirs, 0), torch.eq(theirs, torch.unsqueeze(seg, 2)))
                    before = torch.le(torch.unsqueeze(order, 0), torch.unsqueeze(order, 1))
                    visible = torch.logical_and(seen, before)
                  else:
                    keys = torch.view(torch.arange(total, device=pos.device), [1, 1, total])
                    visible = torch.le(keys, torch.unsqueeze(pos, 2))
                  if $WINDOW > 0:
                    near = torch.lt(torch.sub(torch.unsqueeze(pos, 2), keys), $WINDOW)
                    visible = torch.logical_and(visible, near)
                  zeros = torch.zeros(torch.size(visible), dtype=dtype, device=pos.device)
                  hidden = torch.masked_fill(zeros, torch.logical_not(visible), -inf)
                  result = torch.unsqueeze(hidden, 1)
                return result
            """;

    /**
     * Grouped-query attention; {@code q [batch, heads, time, size]} to {@code [batch, time,
     * hidden]}.
     */
    private static final String ATTEND =
            """
              def attend(self: __torch__.Decoder,
                q: Tensor,
                k: Tensor,
                v: Tensor,
                mask: Optional[Tensor],
                causal: bool) -> Tensor:
                B = torch.size(q, 0)
                T = torch.size(q, 2)
                if T == 1:
                  grouped = torch.reshape(q, [B, $KEYS, $GROUP, $HEADSIZE])
                  a = torch.scaled_dot_product_attention(grouped, k, v, mask, 0., False)
                  result = torch.reshape(a, [B, 1, $ATTENTION])
                else:
                  ks = torch.repeat_interleave(k, $GROUP, 1)
                  vs = torch.repeat_interleave(v, $GROUP, 1)
                  b = torch.scaled_dot_product_attention(q, ks, vs, mask, 0., causal)
                  result = torch.reshape(torch.transpose(b, 1, 2), [B, T, $ATTENTION])
                return result
            """;

    /**
     * Adds the low-rank products of the adapters to {@code y = W x}. {@code lora} holds A and B of
     * every layer's groups, adapter after adapter; {@code rows} says which rows each adapter
     * answers, and is empty if there is one for all.
     */
    private static final String ADAPT =
            """
              def adapt(self: __torch__.Decoder,
                x: Tensor,
                y: Tensor,
                lora: List[Tensor],
                rows: List[Tensor],
                at: int) -> Tensor:
                result = y
                size = $LAYERS * 8
                for k in range(torch.floordiv(torch.len(lora), size)):
                  a = lora[k * size + at * 2]
                  b = lora[k * size + at * 2 + 1]
                  if torch.size(a, 0) > 0:
                    a = torch.to(a, y.dtype)
                    b = torch.to(b, y.dtype)
                    if torch.len(rows) == 0:
                      result = torch.add(result, torch.linear(torch.linear(torch.to(x, y.dtype), a, None), b, None))
                    else:
                      own = torch.to(torch.index_select(x, 0, rows[k]), y.dtype)
                      delta = torch.linear(torch.linear(own, a, None), b, None)
                      result = torch.index_add(result, 0, rows[k], delta)
                return result
            """;

    /**
     * One vector of parameters (layer by layer, module by module, A before B; absent modules have
     * size 0) to the fused A and block-diagonal B that {@code adapt} takes. Differentiable.
     */
    private static final String FUSE =
            """
              def low(self: __torch__.Decoder,
                p: Tensor,
                width: int) -> Tensor:
                return torch.view(p, [torch.floordiv(torch.numel(p), width), width])
              def high(self: __torch__.Decoder,
                p: Tensor,
                height: int) -> Tensor:
                return torch.view(p, [height, torch.floordiv(torch.numel(p), height)])
              def fuse(self: __torch__.Decoder,
                flat: Tensor,
                sizes: List[int],
                scale: float) -> List[Tensor]:
                p = torch.split_with_sizes(flat, sizes)
                out = annotate(List[Tensor], [])
                kv = $KEYS * $HEADSIZE
                for i in range($LAYERS):
                  o = i * 14
                  a1 = torch.cat([self.low(p[o], $HIDDEN), self.low(p[o + 2], $HIDDEN), self.low(p[o + 4], $HIDDEN)], 0)
                  b1 = torch.block_diag([self.high(p[o + 1], $ATTENTION), self.high(p[o + 3], kv), self.high(p[o + 5], kv)])
                  a3 = torch.cat([self.low(p[o + 8], $HIDDEN), self.low(p[o + 10], $HIDDEN)], 0)
                  b3 = torch.block_diag([self.high(p[o + 9], $INTERMEDIATE), self.high(p[o + 11], $INTERMEDIATE)])
                  _0 = torch.append(out, a1)
                  _1 = torch.append(out, torch.mul(b1, scale))
                  _2 = torch.append(out, self.low(p[o + 6], $ATTENTION))
                  _3 = torch.append(out, torch.mul(self.high(p[o + 7], $HIDDEN), scale))
                  _4 = torch.append(out, a3)
                  _5 = torch.append(out, torch.mul(b3, scale))
                  _6 = torch.append(out, self.low(p[o + 12], $INTERMEDIATE))
                  _7 = torch.append(out, torch.mul(self.high(p[o + 13], $HIDDEN), scale))
                return out
            """;

    /**
     * Keys of all layers, then values of all layers, each {@code [slots, capacity, heads, size]}.
     */
    private static final String CACHE =
            """
              def grow(self: __torch__.Decoder,
                like: Tensor,
                caches: List[Tensor],
                slots: int,
                capacity: int) -> List[Tensor]:
                out = annotate(List[Tensor], [])
                for i in range(2 * $LAYERS):
                  new = torch.zeros([slots, capacity, $KEYS, $HEADSIZE], dtype=$DTYPE, device=like.device)
                  if torch.len(caches) > 0:
                    old = caches[i]
                    into = torch.slice(torch.slice(new, 0, 0, torch.size(old, 0)), 1, 0, torch.size(old, 1))
                    _0 = torch.copy_(into, old)
                  _1 = torch.append(out, new)
                return out
              def move(self: __torch__.Decoder,
                caches: List[Tensor],
                source: int,
                target: int,
                length: int) -> int:
                for i in range(2 * $LAYERS):
                  c = caches[i]
                  _0 = torch.copy_(torch.slice(torch.select(c, 0, target), 0, 0, length), torch.slice(torch.select(c, 0, source), 0, 0, length))
                return 0
              def clear(self: __torch__.Decoder,
                caches: List[Tensor],
                slot: int) -> int:
                for i in range(2 * $LAYERS):
                  _0 = torch.zero_(torch.select(caches[i], 0, slot))
                return 0
            """;

    private static final String RUN =
            """
              def run_$VARIANT(self: __torch__.Decoder,
                ids: Tensor,
                pos: Tensor,
                seg: Tensor,
                kind: int,
                total: int,
                norms: List[Tensor],
                biases: List[Tensor],
                matrices: $MATRICES,
                tables: List[Tensor],
                caches: List[Tensor],
                slots: Tensor,
                first: int,
                lora: List[Tensor],
                rows: List[Tensor],
                select: Tensor,
                layers: List[int],
                pool: Tensor) -> List[Tensor]:
                B = torch.size(ids, 0)
                T = torch.size(ids, 1)
                cos = torch.to(torch.unsqueeze(torch.embedding(tables[1], pos), 2), $ACTIVATION)
                sin = torch.to(torch.unsqueeze(torch.embedding(tables[2], pos), 2), $ACTIVATION)
                mask = self.mask(kind, pos, seg, total, $DTYPE)
                x = torch.to(torch.embedding(tables[0], ids), 6)
                pooled = annotate(List[Tensor], [])
                if torch.__contains__(layers, 0):
                  _0 = torch.append(pooled, torch.matmul(pool, torch.view(x, [B * T, $HIDDEN])))
                for i in range($LAYERS):
                  o = i * $NORMS
                  m = i * 4
                  h = torch.rms_norm(x, [$HIDDEN], norms[o], $EPSILON)
                  qkv = LINEAR(h, matrices[m], $BIAS)
                  z = torch.view(self.adapt(h, qkv, lora, rows, m), [B, T, $ALLHEADS, $HEADSIZE])
                  $HEADNORM
                  r = torch.roll(qk, [$HALFHEAD], [3])
                  qk = torch.addcmul(torch.mul(qk, cos), r, sin)
                  q = torch.to(torch.slice(qk, 2, 0, $QUERIES), $DTYPE)
                  k = torch.to(torch.slice(qk, 2, $QUERIES, $QK), $DTYPE)
                  v = torch.to(torch.slice(z, 2, $QK, $ALLHEADS), $DTYPE)
                  if torch.len(caches) > 0:
                    kc = caches[i]
                    vc = caches[i + $LAYERS]
                    at = annotate(List[Optional[Tensor]], [slots, pos])
                    _1 = torch.index_put_(kc, at, k)
                    _2 = torch.index_put_(vc, at, v)
                    if kind >= 2:
                      ks = torch.slice(kc, 1, 0, total)
                      vs = torch.slice(vc, 1, 0, total)
                      if first >= 0:
                        k = torch.slice(ks, 0, first, first + B)
                        v = torch.slice(vs, 0, first, first + B)
                      else:
                        k = torch.index_select(ks, 0, torch.view(slots, [-1]))
                        v = torch.index_select(vs, 0, torch.view(slots, [-1]))
                  a = torch.to(self.attend(torch.transpose(q, 1, 2), torch.transpose(k, 1, 2), torch.transpose(v, 1, 2), mask, kind == 0), $ACTIVATION)
                  y = LINEAR(a, matrices[m + 1], None)
                  x = torch.add(x, self.adapt(a, y, lora, rows, m + 1))
                  h2 = torch.rms_norm(x, [$HIDDEN], norms[o + 1], $EPSILON)
                  gu = LINEAR(h2, matrices[m + 2], None)
                  gu = self.adapt(h2, gu, lora, rows, m + 2)
                  g = torch.mul(torch.silu(torch.slice(gu, 2, 0, $INTERMEDIATE)), torch.slice(gu, 2, $INTERMEDIATE))
                  d = LINEAR(g, matrices[m + 3], None)
                  x = torch.add(x, self.adapt(g, d, lora, rows, m + 3))
                  if torch.__contains__(layers, i + 1):
                    s = x
                    if i + 1 == $LAYERS:
                      s = torch.rms_norm(x, [$HIDDEN], norms[$LAYERS * $NORMS], $EPSILON)
                    _3 = torch.append(pooled, torch.matmul(pool, torch.view(s, [B * T, $HIDDEN])))
                e = torch.index_select(torch.view(x, [B * T, $HIDDEN]), 0, select)
                out = [torch.rms_norm(e, [$HIDDEN], norms[$LAYERS * $NORMS], $EPSILON)]
                return torch.add(out, pooled)
            """;

    /**
     * From final hidden states {@code [rows, hidden]}: logits, and what is read off them. {@code
     * head_gradient} also gives {@code d logp / d hidden = E[target] - softmax(logits) E}, so that
     * no logits need to be kept for a backward pass.
     */
    private static final String HEAD =
            """
              def logits_$VARIANT(self: __torch__.Decoder,
                h: Tensor,
                head: $MATRIX) -> Tensor:
                y = LINEAR(h, head, None)
                return torch.to(y, 6)
              def next_$VARIANT(self: __torch__.Decoder,
                h: Tensor,
                head: $MATRIX,
                temperature: Tensor,
                sampled: bool) -> List[Tensor]:
                y = self.logits_$VARIANT(h, head)
                out = [y, torch.logsumexp(y, [1]), torch.argmax(y, 1)]
                if sampled:
                  _0 = torch.append(out, torch.softmax(torch.div(y, temperature), 1))
                return out
              def log_probs_$VARIANT(self: __torch__.Decoder,
                h: Tensor,
                head: $MATRIX,
                targets: Tensor) -> Tensor:
                y = self.logits_$VARIANT(h, head)
                chosen = torch.squeeze(torch.gather(y, 1, torch.unsqueeze(targets, 1)), 1)
                return torch.sub(chosen, torch.logsumexp(y, [1]))
              def head_gradient_$VARIANT(self: __torch__.Decoder,
                h: Tensor,
                head: $MATRIX,
                rows: Tensor,
                targets: Tensor) -> List[Tensor]:
                y = self.logits_$VARIANT(h, head)
                l = torch.log_softmax(y, 1)
                chosen = torch.squeeze(torch.gather(l, 1, torch.unsqueeze(targets, 1)), 1)
                mean = torch.mm(torch.to(torch.exp(l), $DTYPE), rows)
                own = torch.index_select(rows, 0, targets)
                return [chosen, torch.sub(torch.to(own, 6), torch.to(mean, 6))]
            """;

    private static final String PACK =
            """
              def pack(self: __torch__.Decoder,
                matrices: List[Tensor],
                biases: List[Tensor]) -> List[$PACKED]:
                out = annotate(List[$PACKED], [])
                for i in range(torch.len(matrices)):
                  bias = annotate(Optional[Tensor], None)
                  if torch.len(biases) > 0 and i % 4 == 0:
                    bias = biases[torch.floordiv(i, 4)]
                  _0 = torch.append(out, ops.quantized.linear_prepack_fp16(matrices[i], bias))
                return out
            """;
}
