package dev.rejoinder.inference.routing;

import dev.rejoinder.kernel.id.Digests;
import dev.rejoinder.proto.registry.v1.Stage;
import java.util.Comparator;
import java.util.List;

/**
 * Who answers which share of the conversations, at one moment.
 *
 * @param revision of the registry's table; 0 before any was seen
 * @param routes canary first, shares adding up to 1
 */
public record RoutingTable(long revision, List<Route> routes) {
    private static final int HASH_DIGITS = 12;
    private static final double HASH_RANGE = Math.pow(16, HASH_DIGITS);
    private static final double TOLERANCE = 1e-6;

    /** One version's share. */
    public record Route(ServedVersion served, Stage stage, double share) {}

    public RoutingTable {
        routes =
                routes.stream()
                        .sorted(Comparator.comparing((Route r) -> r.stage() != Stage.STAGE_CANARY))
                        .toList();
        checkShares(routes.stream().map(Route::share).toList());
    }

    static void checkShares(List<Double> shares) {
        double sum = shares.stream().mapToDouble(Double::doubleValue).sum();
        if (!(Math.abs(sum - 1) <= TOLERANCE) || shares.stream().anyMatch(s -> s < 0))
            throw new IllegalArgumentException("shares of " + shares + " do not add up to 1");
    }

    static RoutingTable only(ServedVersion champion, long revision) {
        return new RoutingTable(revision, List.of(new Route(champion, Stage.STAGE_CHAMPION, 1)));
    }

    /**
     * The version of a conversation. The canary's name is part of the draw, so that each canary
     * meets other conversations; while one canary's share grows, no conversation leaves it.
     */
    ServedVersion choose(String stickyKey) {
        Route first = routes.getFirst();
        double draw = draw(first.served().name(), stickyKey);
        return draw < first.share() ? first.served() : routes.getLast().served();
    }

    /** A version's share of the conversations; 0 if it has none. */
    public double share(ServedVersion served) {
        return routes.stream()
                .filter(route -> route.served() == served)
                .mapToDouble(Route::share)
                .sum();
    }

    /** Uniform in [0, 1). */
    private static double draw(String salt, String stickyKey) {
        String hash = Digests.sha256("split", salt, stickyKey).substring(0, HASH_DIGITS);
        return Long.parseLong(hash, 16) / HASH_RANGE;
    }
}
