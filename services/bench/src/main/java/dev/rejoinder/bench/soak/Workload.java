package dev.rejoinder.bench.soak;

import dev.rejoinder.lm.generate.Penalties;
import dev.rejoinder.lm.generate.Sampling;
import dev.rejoinder.lm.generate.Truncation;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Chats of every kind, drawn by a seed. Most are short, so that ten thousand take minutes; a few
 * prompts need several passes. Of a hundred requests about
 *
 * <ul>
 *   <li>50 begin with one of a few texts that others begin with too;
 *   <li>45 are answered through an adapter;
 *   <li>8 are given up while they wait, 6 while their prompt is read, 10 while they are answered;
 *   <li>4 are kept to JSON.
 * </ul>
 *
 * One thread at a time.
 */
public final class Workload {
    /** Most tokens of a request, prompt and reply. */
    public static final int LONGEST = 1024;

    private static final int BEGINNINGS = 6;
    private static final int BEGINNING = 96;
    private static final int USUAL = 96;
    private static final int LONG = 800;
    private static final int REPLY = 40;

    /** More than one pass reads beside rows that decode. */
    private static final int PASSES = 280;

    private final SplittableRandom random;
    private final int vocabulary;
    private final int[][] beginnings = new int[BEGINNINGS][];

    /**
     * @throws IllegalArgumentException if the longest request does not fit the context
     */
    public Workload(long seed, int vocabulary, int contextLength) {
        if (contextLength < LONGEST)
            throw new IllegalArgumentException(
                    "a context of %d is too short for requests of up to %d tokens; soak another model"
                            .formatted(contextLength, LONGEST));
        this.random = new SplittableRandom(seed);
        this.vocabulary = vocabulary;
        for (int i = 0; i < BEGINNINGS; i++) beginnings[i] = tokens(BEGINNING);
    }

    /** The next one. */
    public PlannedRequest next() {
        Leaving leaving = leaving();
        boolean json = chance(4);
        return new PlannedRequest(
                prompt(leaving instanceof Leaving.Reading),
                mostlyShort(REPLY),
                sampling(),
                chance(10) ? List.of("ab", "\n\n") : List.of(),
                chance(45),
                json,
                leaving);
    }

    private Leaving leaving() {
        int percent = random.nextInt(100);
        if (percent < 8) return new Leaving.Waiting();
        if (percent < 14) return new Leaving.Reading(random.nextInt(3));
        if (percent < 24) return new Leaving.Decoding(1 + random.nextInt(REPLY / 2));
        return new Leaving.Never();
    }

    /**
     * @param severalPasses whether one is too few to read it
     */
    private int[] prompt(boolean severalPasses) {
        int own = severalPasses || chance(3) ? random.nextInt(PASSES, LONG) : mostlyShort(USUAL);
        int[] end = tokens(own);
        if (!chance(50)) return end;
        int shared = random.nextInt(BEGINNING / 3, BEGINNING + 1);
        int[] whole = new int[shared + own];
        System.arraycopy(beginnings[random.nextInt(BEGINNINGS)], 0, whole, 0, shared);
        System.arraycopy(end, 0, whole, shared, own);
        return whole;
    }

    private Sampling sampling() {
        long seed = random.nextLong();
        Truncation nucleus = Truncation.topP(0.9);
        return switch (random.nextInt(6)) {
            case 0 -> Sampling.greedy();
            case 1 -> new Sampling(1, 1, seed, 5);
            case 2 ->
                    new Sampling(
                            0.9, new Truncation(40, 1, 0.05), Penalties.NONE, Map.of(), seed, 0);
            case 3 -> new Sampling(0.8, nucleus, new Penalties(1.1, 0.5, 0.2), Map.of(), seed, 0);
            case 4 ->
                    new Sampling(
                            0.7,
                            nucleus,
                            Penalties.NONE,
                            Map.of(random.nextInt(vocabulary), 2.0),
                            seed,
                            0);
            default -> new Sampling(0.7, 0.9, seed, 0);
        };
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    /** 1 to {@code most}, a third of that on average. */
    private int mostlyShort(int most) {
        double u = random.nextDouble();
        return 1 + (int) (most * u * u);
    }

    private int[] tokens(int count) {
        return random.ints(count, 0, vocabulary).toArray();
    }
}
