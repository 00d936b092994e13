package dev.rejoinder.standalone.deploy;

import static dev.rejoinder.standalone.deploy.Manifests.name;
import static dev.rejoinder.standalone.deploy.Manifests.ofKind;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.marcnuri.helm.Helm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The chart, linted and rendered by helm itself. */
class HelmChartTest {
    private static final Path CHART = Manifests.root().resolve("helm/rejoinder");
    private static final List<String> SERVICES =
            List.of("inference", "signals", "reward", "preferences", "trainer", "registry");

    @Test
    void helmFindsNothingToCriticise() {
        var result = new Helm(CHART).lint().strict().call();

        assertThat(result.isFailed()).as("%s", result.getMessages()).isFalse();
    }

    @Test
    void everyServiceHasAWorkloadAServiceAndItsConfiguration() {
        List<JsonNode> objects = render(Map.of());

        for (String kind : List.of("Service", "ConfigMap", "NetworkPolicy"))
            for (String service : SERVICES)
                assertThat(ofKind(objects, kind))
                        .extracting(Manifests::name)
                        .contains("r-" + service);
        assertThat(workloads(objects))
                .extracting(Manifests::name)
                .containsExactlyInAnyOrderElementsOf(SERVICES.stream().map(s -> "r-" + s).toList());
    }

    @Test
    void everyPodIsProbedBoundedAndUnprivileged() {
        for (JsonNode workload : workloads(render(Map.of()))) {
            JsonNode container = container(workload);
            assertThat(container.path("startupProbe").path("httpGet").path("path").asText())
                    .isEqualTo("/q/health/started");
            assertThat(container.path("livenessProbe").path("httpGet").path("path").asText())
                    .isEqualTo("/q/health/live");
            assertThat(container.path("readinessProbe").path("httpGet").path("path").asText())
                    .isEqualTo("/q/health/ready");
            assertThat(container.path("resources").path("limits").has("memory"))
                    .as(name(workload))
                    .isTrue();
            assertThat(container.path("resources").path("requests").has("cpu"))
                    .as(name(workload))
                    .isTrue();
            assertThat(container.path("image").asText())
                    .doesNotEndWith(":latest")
                    .doesNotEndWith(":");
            JsonNode security = container.path("securityContext");
            assertThat(security.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
            assertThat(security.path("readOnlyRootFilesystem").asBoolean()).isTrue();
            assertThat(pod(workload).path("securityContext").path("runAsNonRoot").asBoolean())
                    .isTrue();
            assertThat(workload.at("/spec/template/metadata/annotations").has("checksum/config"))
                    .isTrue();
        }
    }

    @Test
    void gpusAreRequestedByAndLimitedForTheServicesThatAskForThem() {
        List<JsonNode> objects =
                render(Map.of("services.inference.gpu", "1", "services.trainer.gpu", "2"));

        for (JsonNode workload : workloads(objects)) {
            JsonNode resources = container(workload).path("resources");
            JsonNode gpus = resources.path("limits").path("nvidia.com/gpu");
            assertThat(resources.path("requests").path("nvidia.com/gpu")).isEqualTo(gpus);
            switch (name(workload)) {
                case "r-inference" -> assertThat(gpus.asInt()).isEqualTo(1);
                case "r-trainer" -> assertThat(gpus.asInt()).isEqualTo(2);
                default -> assertThat(gpus.isMissingNode()).as(name(workload)).isTrue();
            }
        }
    }

    @Test
    void clientsPointAtTheReleasesOwnServices() {
        JsonNode preferences = configuration(render(Map.of()), "preferences");

        assertThat(preferences.path("QUARKUS_GRPC_CLIENTS_INFERENCE_HOST").asText())
                .isEqualTo("r-inference");
        assertThat(preferences.path("QUARKUS_GRPC_CLIENTS_REWARD_HOST").asText())
                .isEqualTo("r-reward");
        assertThat(preferences.has("QUARKUS_GRPC_CLIENTS_TRAINER_HOST")).isFalse();
    }

    @Test
    void oneServiceMayHaveAnImageOfItsOwn() {
        List<JsonNode> objects =
                render(
                        Map.of(
                                "image.repository", "registry.example/rejoinder",
                                "image.tag", "1.2",
                                "services.inference.image.repository", "registry.example/cuda",
                                "services.trainer.image.tag", "1.3-cuda"));

        for (JsonNode workload : workloads(objects))
            assertThat(container(workload).path("image").asText())
                    .isEqualTo(
                            switch (name(workload)) {
                                case "r-inference" -> "registry.example/cuda:1.2";
                                case "r-trainer" -> "registry.example/rejoinder/trainer:1.3-cuda";
                                default ->
                                        "registry.example/rejoinder/%s:1.2"
                                                .formatted(name(workload).substring(2));
                            });
    }

    @Test
    void whereAndHowTheModelComputesReachesEveryServiceThatHoldsIt() {
        List<JsonNode> objects =
                render(Map.of("model.device", "gpu:1", "model.cachedTokens", "2000000"));

        for (String service : List.of("inference", "signals", "reward", "trainer")) {
            JsonNode data = configuration(objects, service);
            assertThat(data.path("REJOINDER_MODEL_DEVICE").asText()).isEqualTo("gpu:1");
            assertThat(data.path("REJOINDER_MODEL_CACHED_TOKENS").asText()).isEqualTo("2000000");
            assertThat(data.path("REJOINDER_MODEL_PREFILL_TOKENS").asText()).isEqualTo("512");
            assertThat(data.path("REJOINDER_MODEL_THREADS").asText()).isEqualTo("0");
        }
        assertThat(configuration(objects, "registry").has("REJOINDER_MODEL_DEVICE")).isFalse();
    }

    @Test
    void severalPodsGetADisruptionBudget() {
        assertThat(ofKind(render(Map.of()), "PodDisruptionBudget")).isEmpty();
        assertThat(
                        ofKind(
                                render(Map.of("services.inference.replicas", "3")),
                                "PodDisruptionBudget"))
                .extracting(Manifests::name)
                .containsExactly("r-inference");
    }

    @Test
    void monitoringCanBeLeftOut() {
        assertThat(ofKind(render(Map.of()), "PodMonitor")).hasSize(1);
        assertThat(ofKind(render(Map.of("monitoring.podMonitor", "false")), "PodMonitor"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "services.inference.replica=2",
                "services.trainer.replicas=2",
                "image.tag=latest",
                "services.trainer.image.tag=latest",
                "services.reward.image.tags=1",
                "model.device=tpu",
                "model.cachedTokens=15",
                "kafka.bootstrapServers=nowhere",
                "unknown=1"
            })
    void aValueTheSchemaDoesNotKnowIsRefused(String setting) {
        String[] parts = setting.split("=");

        assertThatThrownBy(() -> render(Map.of(parts[0], parts[1])))
                .hasMessageContaining(parts[0].replaceAll(".*\\.", ""));
    }

    @Test
    void theDashboardHasAQueryInEveryPanel() throws Exception {
        JsonNode dashboard =
                new ObjectMapper()
                        .readTree(Files.readString(CHART.resolve("dashboards/rejoinder.json")));

        assertThat(dashboard.path("panels")).isNotEmpty();
        List<String> queries = new ArrayList<>();
        for (JsonNode panel : dashboard.path("panels")) {
            assertThat(panel.path("title").asText()).isNotBlank();
            for (JsonNode target : panel.path("targets")) queries.add(target.path("expr").asText());
            assertThat(panel.path("targets")).as(panel.path("title").asText()).isNotEmpty();
        }
        assertThat(queries).allMatch(q -> q.contains("rejoinder_"));
    }

    private static List<JsonNode> render(Map<String, String> settings) {
        var template = new Helm(CHART).template().withName("r");
        for (Map.Entry<String, String> setting : settings.entrySet())
            template.set(setting.getKey(), setting.getValue());
        return Manifests.parse(template.call());
    }

    private static JsonNode configuration(List<JsonNode> objects, String service) {
        return ofKind(objects, "ConfigMap").stream()
                .filter(c -> name(c).equals("r-" + service))
                .findFirst()
                .orElseThrow()
                .path("data");
    }

    private static List<JsonNode> workloads(List<JsonNode> objects) {
        return ofKind(objects, "Deployment", "StatefulSet");
    }

    private static JsonNode pod(JsonNode workload) {
        return workload.at("/spec/template/spec");
    }

    private static JsonNode container(JsonNode workload) {
        return pod(workload).path("containers").path(0);
    }
}
