package dev.rejoinder.registry.rollout.grpc;

import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.proto.registry.v1.ListVersionsResponse;
import dev.rejoinder.proto.registry.v1.Version;
import dev.rejoinder.registry.rollout.Rollout;
import dev.rejoinder.registry.rollout.Rollouts;
import dev.rejoinder.registry.wire.Messages;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A page of versions. It may end before its size, so that long lineages fit a gRPC message.
 *
 * @param before only positions below this
 */
record Page(int size, long before) {
    private static final int DEFAULT_SIZE = 20;
    private static final int LARGEST_SIZE = 100;

    /** Well below gRPC's default limit of 4 MiB. */
    private static final int LARGEST_BYTES = 3_000_000;

    static Page of(int size, String token) {
        if (size < 0 || size > LARGEST_SIZE)
            throw Refusal.invalid(
                    "page_size",
                    "page_size of %d is not between 0 and %d".formatted(size, LARGEST_SIZE));
        return new Page(size == 0 ? DEFAULT_SIZE : size, position(token));
    }

    private static long position(String token) {
        if (token.isEmpty()) return Long.MAX_VALUE;
        try {
            return Long.parseLong(token, Character.MAX_RADIX);
        } catch (NumberFormatException e) {
            throw Refusal.invalid(
                    "page_token",
                    "page_token is not one of ours; pass the answer's next_page_token unchanged");
        }
    }

    /**
     * @param entries at most one more than the page holds
     */
    ListVersionsResponse response(
            List<Rollouts.Entry> entries, Function<String, Optional<Rollout>> rollouts) {
        ListVersionsResponse.Builder response = ListVersionsResponse.newBuilder();
        Set<String> models = new LinkedHashSet<>();
        int bytes = 0;
        for (Rollouts.Entry entry : entries) {
            Version version = Messages.version(entry);
            bytes += version.getSerializedSize();
            boolean full = response.getVersionsCount() == size || bytes > LARGEST_BYTES;
            if (full && response.getVersionsCount() > 0) break;
            response.addVersions(version);
            models.add(entry.modelId());
        }
        int held = response.getVersionsCount();
        if (held < entries.size())
            response.setNextPageToken(
                    Long.toString(entries.get(held - 1).position(), Character.MAX_RADIX));
        models.forEach(
                m -> rollouts.apply(m).map(Messages::routing).ifPresent(response::addRoutings));
        return response.build();
    }
}
