package dev.rejoinder.standalone.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rejoinder.kernel.jdbc.Schema;
import dev.rejoinder.proto.chat.v1.Message;
import dev.rejoinder.proto.chat.v1.Role;
import dev.rejoinder.proto.preferences.v1.PairEvent;
import dev.rejoinder.proto.preferences.v1.PairMined;
import dev.rejoinder.standalone.cli.CommandTree;
import dev.rejoinder.testkit.postgres.PostgresServer;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

class StoppedPlatformTest {
    /** More than a page. */
    private static final int PAIRS = 300;

    @Test
    void pairsOfAStoppedPlatformAreExportedAndNothingIsLeftRunning(@TempDir Path root)
            throws Exception {
        DataFolder folder = new DataFolder(root);
        fill(folder);
        StringWriter out = new StringWriter();

        int code = export(root, out);

        List<String> rows = out.toString().lines().toList();
        JsonNode last = new ObjectMapper().readTree(rows.getLast());
        assertThat(code).isZero();
        assertThat(rows).hasSize(PAIRS).doesNotHaveDuplicates();
        assertThat(last.path("prompt").path(0).path("content").asText()).isEqualTo("why 299?");
        assertThat(last.path("chosen").path(0).path("role").asText()).isEqualTo("assistant");
        assertThat(folder.postgres().resolve("postmaster.pid")).doesNotExist();
        assertThat(export(root, new StringWriter())).isZero();
    }

    @Test
    void aFolderThatAPlatformHasIsLeftAlone(@TempDir Path root) {
        DataFolder folder = new DataFolder(root);
        PostgresServer.start(folder.postgres(), Ports.free()).close();
        try (InstanceLock taken = InstanceLock.take(folder)) {
            assertThatThrownBy(() -> StoppedPlatform.open(folder))
                    .isInstanceOf(CannotGoOn.class)
                    .hasMessageContaining("another platform runs");
        }
    }

    @Test
    void aFolderWithoutDataIsNamedAndStaysAsItIs(@TempDir Path root) {
        assertThatThrownBy(() -> StoppedPlatform.open(new DataFolder(root)))
                .isInstanceOf(CannotGoOn.class)
                .hasMessageContainingAll(root.toString(), "./rejoinder up");
        assertThat(root).isEmptyDirectory();
    }

    private static int export(Path root, StringWriter out) {
        return CommandTree.of(
                        InputStream.nullInputStream(),
                        new PrintWriter(out, true),
                        new PrintWriter(System.err, true))
                .execute("export", "pairs", "--data-dir", root.toString());
    }

    private static void fill(DataFolder folder) {
        try (PostgresServer server = PostgresServer.start(folder.postgres(), Ports.free())) {
            PGSimpleDataSource source = new PGSimpleDataSource();
            source.setUrl(server.jdbcUrl());
            Jdbi jdbi = Schema.open(source, "preferences");
            jdbi.useHandle(handle -> {
                handle.execute(
                        "insert into preferences.signals (event_id, turn_id, follow_up_turn_id,"
                                + " detector, dissatisfied, satisfied, seen_at)"
                                + " values ('s', 't', 'f', 'd', true, false, now())");
                for (int i = 0; i < PAIRS; i++)
                    handle.execute(
                            "insert into preferences.pairs (pair_id, event_id, cause, origin,"
                                    + " user_key, prompt_digest, payload)"
                                    + " values (?, ?, 's', 'o', 'u', 'p', ?)",
                            "p" + i,
                            "e" + i,
                            pair(i).toByteArray());
            });
        }
    }

    private static PairEvent pair(int number) {
        Message request =
                Message.newBuilder()
                        .setRole(Role.ROLE_USER)
                        .setContent("why %d?".formatted(number))
                        .build();
        return PairEvent.newBuilder()
                .setMined(
                        PairMined.newBuilder().addPrompt(request).setChosen("so").setRejected("no"))
                .build();
    }
}
