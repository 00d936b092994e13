package dev.rejoinder.preferences.mining.jdbc;

import dev.rejoinder.preferences.mining.Shelf;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** The pairs as one transaction sees them. */
record JdbcShelf(Handle handle) implements Shelf {
    @Override
    public boolean holds(String pairId) {
        return handle.createQuery(
                        "select exists (select 1 from preferences.pairs where pair_id = :id)")
                .bind("id", pairId)
                .mapTo(Boolean.class)
                .one();
    }

    @Override
    public List<String> chosenFor(String promptId) {
        return handle.createQuery(
                        "select payload from preferences.pairs where prompt_digest = :prompt")
                .bind("prompt", promptId)
                .map((row, context) ->
                        JdbcLedger.event(row.getBytes("payload")).getMined().getChosen())
                .list();
    }

    @Override
    public int pairsOf(String userKey) {
        return handle.createQuery("select count(*) from preferences.pairs where user_key = :user")
                .bind("user", userKey)
                .mapTo(Integer.class)
                .one();
    }
}
