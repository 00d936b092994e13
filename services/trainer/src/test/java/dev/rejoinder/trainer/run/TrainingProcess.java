package dev.rejoinder.trainer.run;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.trainer.Models;
import dev.rejoinder.trainer.run.jdbc.JdbcRunStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.postgresql.ds.PGSimpleDataSource;

/** A process of its own that carries out the open run of a database. */
final class TrainingProcess {
    private TrainingProcess() {}

    /** Starts the process; what it prints goes to the file. */
    static Process start(String jdbcUrl, Path model, Path folder) throws IOException {
        List<String> command =
                List.of(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-Xmx256m",
                        "--enable-native-access=ALL-UNNAMED",
                        "--add-modules=jdk.incubator.vector",
                        "-Dai.djl.offline=true",
                        "-cp",
                        System.getProperty("java.class.path"),
                        TrainingProcess.class.getName(),
                        jdbcUrl,
                        model.toString(),
                        folder.toString());
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolveSibling("process.log").toFile())
                .start();
    }

    static JdbcRunStore store(String jdbcUrl) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(jdbcUrl);
        return new JdbcRunStore(Jdbi.create(source));
    }

    /**
     * @param args JDBC URL, the model's folder, the trainer's folder
     */
    public static void main(String[] args) throws IOException {
        try (LanguageModel model = Models.tiny(Path.of(args[1]))) {
            new TinyTrainer(model, Path.of(args[2]), store(args[0]))
                    .executor(TinyTrainer.nobody())
                    .runNext(() -> false);
        }
    }
}
