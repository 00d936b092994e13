package dev.rejoinder.testkit.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedKafkaTest {
    @Test
    void aTopicIsStillThereAfterARestartOnTheSameFolder(@TempDir Path folder) throws Exception {
        int port;
        try (EmbeddedKafka kafka = EmbeddedKafka.start(folder, 0);
                Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            port = kafka.port();
            admin.createTopics(List.of(new NewTopic("kept", 1, (short) 1))).all().get();
        }

        try (EmbeddedKafka again = EmbeddedKafka.start(folder, port);
                Admin admin = Admin.create(Map.of("bootstrap.servers", again.bootstrapServers()))) {
            assertThat(admin.listTopics().names().get()).contains("kept");
        }
    }
}
