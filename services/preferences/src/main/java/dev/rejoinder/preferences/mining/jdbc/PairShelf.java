package dev.rejoinder.preferences.mining.jdbc;

import dev.rejoinder.proto.preferences.v1.Origin;
import dev.rejoinder.proto.preferences.v1.PairMined;
import dev.rejoinder.proto.preferences.v1.RejectReason;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;

/** Reads the mined pairs, in the order they were mined. */
public final class PairShelf {
    private final Jdbi jdbi;

    public PairShelf(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** A pair and where it stands. */
    public record Placed(long position, PairMined pair) {}

    /** At most so many pairs after the position. */
    public List<Placed> after(long position, int limit) {
        return jdbi.withHandle(handle ->
                handle.createQuery(
                                "select position, payload from preferences.pairs where"
                                        + " position > :after order by position limit :limit")
                        .bind("after", position)
                        .bind("limit", limit)
                        .map((row, context) ->
                                new Placed(
                                        row.getLong("position"),
                                        JdbcLedger.event(row.getBytes("payload")).getMined()))
                        .list());
    }

    /**
     * @param lastPosition 0 where there is no pair
     */
    public record Summary(
            Map<Origin, Long> mined, Map<RejectReason, Long> rejected, long lastPosition) {}

    public Summary summary() {
        return jdbi.inTransaction(handle -> {
            Map<Origin, Long> mined = new EnumMap<>(Origin.class);
            handle.createQuery(
                            "select origin as name, count(*) as count from"
                                    + " preferences.pairs group by origin")
                    .map((row, c) -> Map.entry(row.getString("name"), row.getLong("count")))
                    .forEach(e -> mined.put(Origin.valueOf(e.getKey()), e.getValue()));
            Map<RejectReason, Long> rejected = new EnumMap<>(RejectReason.class);
            handle.createQuery(
                            "select reason as name, count(*) as count from"
                                    + " preferences.rejections group by reason")
                    .map((row, c) -> Map.entry(row.getString("name"), row.getLong("count")))
                    .forEach(e -> rejected.put(RejectReason.valueOf(e.getKey()), e.getValue()));
            long last =
                    handle.createQuery(
                                    "select coalesce(max(position), 0) from" + " preferences.pairs")
                            .mapTo(Long.class)
                            .one();
            return new Summary(mined, rejected, last);
        });
    }
}
