package dev.rejoinder.trainer.run.jdbc;

import static dev.rejoinder.trainer.run.Runs.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.kernel.jdbc.Schema;
import dev.rejoinder.proto.trainer.v1.RunEvent;
import dev.rejoinder.testkit.postgres.PostgresServer;
import dev.rejoinder.trainer.run.Run;
import dev.rejoinder.trainer.run.RunId;
import dev.rejoinder.trainer.run.RunOutbox;
import dev.rejoinder.trainer.run.Runs;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

class JdbcRunStoreTest {
    private static PostgresServer server;
    private static Jdbi jdbi;

    private final JdbcRunStore store = new JdbcRunStore(jdbi);

    @BeforeAll
    static void start() {
        server = PostgresServer.temporary();
        jdbi = Schema.open(source(server.jdbcUrl()), JdbcRunStore.SCHEMA);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void empty() {
        jdbi.useHandle(h -> h.execute("truncate trainer.run, trainer.outbox"));
    }

    private static PGSimpleDataSource source(String url) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(url);
        return source;
    }

    @Test
    void aRunIsReadAsItWasSavedLast() {
        store.save(Runs.queued("r", NOW, 8));
        store.save(Runs.registered("r", NOW.plusSeconds(60)));

        assertThat(store.find(new RunId("r"))).contains(Runs.registered("r", NOW.plusSeconds(60)));
        assertThat(store.find(new RunId("unknown"))).isEmpty();
    }

    @Test
    void theOldestOpenRunGoesFirst() {
        store.save(Runs.queued("late", NOW.plusSeconds(5), 8));
        store.save(Runs.queued("early", NOW, 8));
        store.save(Runs.refused("over", NOW));

        assertThat(store.open()).extracting(r -> r.id().value()).containsExactly("early", "late");
    }

    @Test
    void pagesGoOnWhereTheLastOneEnded() {
        for (int i = 0; i < 5; i++) store.save(Runs.queued("r" + i, NOW.plusSeconds(i), 8));

        List<Run> first = store.list(2, Optional.empty());
        List<Run> second = store.list(2, Optional.of(first.getLast().id()));

        assertThat(first).extracting(r -> r.id().value()).containsExactly("r4", "r3");
        assertThat(second).extracting(r -> r.id().value()).containsExactly("r2", "r1");
    }

    @Test
    void pairsOfARefusedRunAreUsedAndThoseOfAFailedOneAreNot() {
        store.save(Runs.refused("refused", NOW));
        store.save(Runs.queued("failed", NOW, 99).fail("out of disk", NOW.plusSeconds(9)));

        assertThat(store.lastUsedPosition()).isEqualTo(8);
        assertThat(store.lastFinished()).map(Run::id).contains(new RunId("failed"));
    }

    @Test
    void everyStateWaitsInTheOutboxInItsOrder() throws Exception {
        store.save(Runs.queued("r", NOW, 8));
        store.save(Runs.training("r"));
        store.save(Runs.refused("r", NOW));

        List<RunOutbox.Entry> entries = store.oldest(2);
        store.removeUpTo(entries.getLast().sequence());

        assertThat(RunEvent.parseFrom(entries.getFirst().event()).getRun().getState())
                .hasToString("RUN_STATE_QUEUED");
        assertThat(store.oldest(10)).hasSize(1);
    }

    @Test
    void aDatabaseThatIsAwayIsARefusalToTryAgain() {
        JdbcRunStore away =
                new JdbcRunStore(
                        Jdbi.create(source("jdbc:postgresql://127.0.0.1:1/none?user=none")));

        assertThatThrownBy(away::open)
                .isInstanceOfSatisfying(
                        Refusal.class,
                        r -> assertThat(r.kind()).isEqualTo(Refusal.Kind.UNAVAILABLE));
    }
}
