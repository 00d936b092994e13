package dev.rejoinder.standalone.deploy;

import static dev.rejoinder.standalone.deploy.Manifests.ofKind;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rejoinder.proto.EventTopic;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The custom resources in k8s/ against what the services expect. */
class CustomResourcesTest {
    private static final Path K8S = Manifests.root().resolve("k8s");

    @Test
    void strimzisTopicsAreTheEventLogsTopics() {
        Map<String, String> policies = new HashMap<>();
        for (JsonNode topic :
                ofKind(Manifests.read(K8S.resolve("strimzi-topics.yaml")), "KafkaTopic"))
            policies.put(Manifests.name(topic), topic.at("/spec/config/cleanup.policy").asText());

        Map<String, String> expected = new HashMap<>();
        for (EventTopic topic : EventTopic.values()) {
            expected.put(topic.topic(), topic.cleanup().policy());
            expected.put(topic.deadLetterTopic(), EventTopic.Cleanup.DELETE.policy());
        }
        assertThat(policies).isEqualTo(expected);
    }

    @Test
    void theClusterIsNamedAsTheChartExpects() {
        assertThat(ofKind(Manifests.read(K8S.resolve("strimzi-kafka.yaml")), "Kafka"))
                .extracting(Manifests::name)
                .containsExactly("rejoinder");
        assertThat(ofKind(Manifests.read(K8S.resolve("cloudnativepg.yaml")), "Cluster"))
                .extracting(Manifests::name)
                .containsExactly("rejoinder-postgres");
    }

    @Test
    void kustomizeListsEveryFile() throws Exception {
        JsonNode kustomization = Manifests.read(K8S.resolve("kustomization.yaml")).getFirst();
        List<String> listed =
                kustomization.path("resources").valueStream().map(JsonNode::asText).toList();

        try (var files = java.nio.file.Files.list(K8S)) {
            assertThat(listed)
                    .containsExactlyInAnyOrderElementsOf(
                            files.map(f -> f.getFileName().toString())
                                    .filter(f ->
                                            f.endsWith(".yaml") && !f.equals("kustomization.yaml"))
                                    .toList());
        }
    }
}
