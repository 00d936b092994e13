package dev.rejoinder.bench;

/**
 * Token ids to measure with, the same in {@code compare.py}: {@code (40507 seed + 9973 i) mod
 * vocabulary}. Prompts of different seeds differ from their first token on, so that none finds
 * another's keys and values in a cache.
 */
public final class Prompts {
    private static final long SEED_STEP = 40_507;
    private static final long TOKEN_STEP = 9973;

    private Prompts() {}

    /** So many token ids, each below the vocabulary's size. */
    public static int[] ids(int vocabulary, long seed, int count) {
        int[] ids = new int[count];
        for (int i = 0; i < count; i++)
            ids[i] = (int) Math.floorMod(SEED_STEP * seed + TOKEN_STEP * i, (long) vocabulary);
        return ids;
    }
}
