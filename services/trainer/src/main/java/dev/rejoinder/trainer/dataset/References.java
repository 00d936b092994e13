package dev.rejoinder.trainer.dataset;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.score.Pack;
import dev.rejoinder.trainer.loss.PairLogProbs.Reference;
import dev.rejoinder.trainer.loss.PairObjective;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Makes pairs ready to train on: tokens, and the base's log-probabilities from the cache or a
 * scoring pass. Passes are cut at fixed places, so that a run that was killed in between scores the
 * rest in the same company and gets the same floats.
 */
public final class References {
    /** Pairs a pass: short enough that a chat never waits long behind it. */
    private static final int PAIRS_PER_PASS = 8;

    private final LanguageModel model;
    private final PairEncoder encoder;
    private final ReferenceCache cache;

    public References(LanguageModel model, ReferenceCache cache) {
        this.model = model;
        this.encoder = new PairEncoder(model.tokenizer(), model.chat());
        this.cache = cache;
    }

    /**
     * @param stop asked between passes
     * @throws InterruptedRunException if stop said so; what was scored is kept
     */
    public List<TrainingPair> prepare(List<Pair> pairs, BooleanSupplier stop) {
        List<TrainingPair> ready = new ArrayList<>();
        for (int from = 0; from < pairs.size(); from += PAIRS_PER_PASS) {
            if (stop.getAsBoolean()) throw new InterruptedRunException();
            int to = Math.min(pairs.size(), from + PAIRS_PER_PASS);
            ready.addAll(pass(pairs.subList(from, to)));
        }
        return List.copyOf(ready);
    }

    private List<TrainingPair> pass(List<Pair> pairs) {
        List<Pack> packs = pairs.stream().map(encoder::encode).toList();
        if (!pairs.stream().allMatch(p -> cache.get(p.digest()).isPresent())) score(pairs, packs);
        List<TrainingPair> ready = new ArrayList<>();
        for (int i = 0; i < pairs.size(); i++) {
            Pair pair = pairs.get(i);
            ready.add(new TrainingPair(pair, packs.get(i), cache.get(pair.digest()).orElseThrow()));
        }
        return ready;
    }

    private void score(List<Pair> pairs, List<Pack> packs) {
        float[][][] logProbs = model.score(packs, null);
        Map<String, Reference> batch = new LinkedHashMap<>();
        for (int i = 0; i < pairs.size(); i++) {
            String digest = pairs.get(i).digest();
            if (cache.get(digest).isPresent()) continue;
            float[][] pair = logProbs[i];
            batch.put(
                    digest,
                    new Reference(
                            PairObjective.sum(pair[PairObjective.CHOSEN]),
                            PairObjective.sum(pair[PairObjective.REJECTED])));
        }
        cache.putAll(batch);
    }
}
