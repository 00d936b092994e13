package dev.rejoinder.kernel.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rejoinder.testkit.postgres.PostgresServer;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

class SchemaTest {
    @Test
    void openingASchemaASecondTimeKeepsWhatStandsInIt() {
        try (PostgresServer server = PostgresServer.temporary()) {
            PGSimpleDataSource source = new PGSimpleDataSource();
            source.setUrl(server.jdbcUrl());
            Jdbi first = Schema.open(source, "kerneltest");
            first.useHandle(h -> h.execute("insert into kerneltest.note values ('kept')"));

            Jdbi second = Schema.open(source, "kerneltest");

            List<String> ids =
                    second.withHandle(h ->
                            h.createQuery("select id from kerneltest.note")
                                    .mapTo(String.class)
                                    .list());
            assertThat(ids).containsExactly("kept");
        }
    }
}
