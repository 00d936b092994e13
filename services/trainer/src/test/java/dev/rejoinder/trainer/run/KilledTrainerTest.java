package dev.rejoinder.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rejoinder.kernel.jdbc.Schema;
import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.testkit.postgres.PostgresServer;
import dev.rejoinder.trainer.Models;
import dev.rejoinder.trainer.run.jdbc.JdbcRunStore;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/** A real process, a real SIGKILL, a real database. */
class KilledTrainerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    /** 3 steps each: long enough that the kill comes in the middle. */
    private static final int EPOCHS = 20;

    @TempDir Path folder;

    @Test
    void aRunWhoseProcessWasKilledEndsAsIfNothingHadHappened() throws Exception {
        Path tiny = folder.resolve("tiny");
        try (LanguageModel model = Models.tiny(tiny);
                PostgresServer server = PostgresServer.temporary()) {
            JdbcRunStore runs = open(server);
            TinyTrainer whole = new TinyTrainer(model, folder.resolve("whole"));
            TinyTrainer killed = new TinyTrainer(model, folder.resolve("killed"), runs);
            Hyperparameters learning = TinyTrainer.hyperparameters(EPOCHS);
            whole.queue().enqueue(Cause.COMMAND, learning);
            whole.executor(TinyTrainer.nobody()).runNext(() -> false);
            RunId run = killed.queue().enqueue(Cause.COMMAND, learning).id();

            killInTheMiddle(run, runs, server.jdbcUrl());
            killed.executor(TinyTrainer.nobody()).runNext(() -> false);

            Run end = runs.find(run).orElseThrow();
            assertThat(end.progress().resumes()).isEqualTo(1);
            assertThat(end.judged().orElseThrow().adapterDigest())
                    .isEqualTo(
                            whole.runs
                                    .find(run)
                                    .orElseThrow()
                                    .judged()
                                    .orElseThrow()
                                    .adapterDigest());
            assertThat(end.progress().curve().steps()).hasSize(3 * EPOCHS);
        }
    }

    private void killInTheMiddle(RunId run, RunStore runs, String jdbcUrl) throws Exception {
        Process process =
                TrainingProcess.start(jdbcUrl, folder.resolve("tiny"), folder.resolve("killed"));
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> runs.find(run).orElseThrow().progress().step() > 10);
        process.destroyForcibly().waitFor();
        assertThat(runs.find(run).orElseThrow()).isInstanceOf(Run.Training.class);
    }

    private static JdbcRunStore open(PostgresServer server) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(server.jdbcUrl());
        return new JdbcRunStore(Schema.open(source, JdbcRunStore.SCHEMA));
    }
}
