package dev.rejoinder.testkit.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresServerTest {
    @Test
    void aRowIsStillThereAfterARestartOnTheSameFolder(@TempDir Path folder) throws Exception {
        int port;
        try (PostgresServer server = PostgresServer.start(folder.resolve("data"), 0);
                Connection connection = DriverManager.getConnection(server.jdbcUrl())) {
            port = server.port();
            connection.createStatement().execute("create table kept as select 7 as value");
        }

        try (PostgresServer again = PostgresServer.start(folder.resolve("data"), port);
                Connection connection = DriverManager.getConnection(again.jdbcUrl());
                ResultSet row =
                        connection.createStatement().executeQuery("select value from kept")) {
            assertThat(row.next()).isTrue();
            assertThat(row.getInt(1)).isEqualTo(7);
        }
    }
}
