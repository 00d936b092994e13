package dev.rejoinder.inference.conversation;

import java.util.HashMap;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Whose share of the batch a chat takes: its user's or its API key's, by pseudonym. */
public final class ShareKeys {
    /** Of all chats that say neither. */
    public static final String NOBODY = "";

    /** Of what the platform's own services generate. */
    public static final String SAMPLES = "samples";

    private static final String BEARER = "Bearer ";

    private final UserHash hashes;
    private final boolean apiKeyFirst;

    /**
     * @param apiKeyFirst whether the API key counts where a chat has both
     */
    public ShareKeys(UserHash hashes, boolean apiKeyFirst) {
        this.hashes = hashes;
        this.apiKeyFirst = apiKeyFirst;
    }

    /** The share of a user known by pseudonym. */
    public static String ofUser(String userHash) {
        return "user:" + userHash;
    }

    private String ofApiKey(String apiKey) {
        return "key:" + hashes.of(apiKey);
    }

    /**
     * @param userHash empty if no user was named
     * @param authorization the header's value, empty if absent; {@code Bearer} and an API key
     */
    public String of(String userHash, String authorization) {
        String apiKey =
                authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
                        ? authorization.substring(BEARER.length()).strip()
                        : "";
        if (!apiKey.isEmpty() && (apiKeyFirst || userHash.isEmpty())) return ofApiKey(apiKey);
        return userHash.isEmpty() ? NOBODY : ofUser(userHash);
    }

    /**
     * @param byName weights by the name of a user or by API key
     * @return the weight of a share; 1 where none is given
     */
    public ToDoubleFunction<String> weights(Map<String, Double> byName) {
        Map<String, Double> weights = new HashMap<>();
        byName.forEach((name, weight) -> {
            weights.put(ofUser(hashes.of(name)), weight);
            weights.put(ofApiKey(name), weight);
        });
        return share -> weights.getOrDefault(share, 1.0);
    }
}
