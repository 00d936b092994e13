package dev.rejoinder.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rejoinder.kernel.kafka.Clients;
import dev.rejoinder.lm.adapter.PeftFolder;
import dev.rejoinder.proto.EventTopic;
import dev.rejoinder.proto.registry.v1.RegisterCandidateRequest;
import dev.rejoinder.proto.trainer.v1.GetRunRequest;
import dev.rejoinder.proto.trainer.v1.Hyperparameters;
import dev.rejoinder.proto.trainer.v1.ListRunsRequest;
import dev.rejoinder.proto.trainer.v1.Run;
import dev.rejoinder.proto.trainer.v1.RunEvent;
import dev.rejoinder.proto.trainer.v1.RunState;
import dev.rejoinder.proto.trainer.v1.RunTrigger;
import dev.rejoinder.proto.trainer.v1.StartRunRequest;
import dev.rejoinder.proto.trainer.v1.TrainerServiceGrpc;
import dev.rejoinder.trainer.dataset.Pair;
import dev.rejoinder.trainer.neighbours.RunningNeighbours;
import dev.rejoinder.trainer.satisfaction.Judged;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** The service as it runs, with a real broker, database and model. */
@QuarkusTest
@QuarkusTestResource(RunningNeighbours.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TrainerServiceTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TestHTTPResource URI address;
    @Inject Clients clients;

    private ManagedChannel channel;
    private TrainerServiceGrpc.TrainerServiceBlockingStub trainer;

    @BeforeEach
    void connect() {
        channel =
                NettyChannelBuilder.forAddress(address.getHost(), address.getPort())
                        .usePlaintext()
                        .build();
        trainer = TrainerServiceGrpc.newBlockingStub(channel);
    }

    @AfterEach
    void disconnect() {
        channel.shutdownNow();
    }

    @Test
    @Order(1)
    void withoutPairsACommandSaysWhatIsMissing() {
        assertThatThrownBy(() -> trainer.startRun(StartRunRequest.getDefaultInstance()))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("FAILED_PRECONDITION")
                .hasMessageContaining("0 usable pairs are fewer than the 4");
    }

    @Test
    @Order(2)
    void enoughPairsBecomeARegisteredAdapterByThemselves() {
        RunningNeighbours.PREFERENCES.judge(Judged.of(20));
        List<Pair> pairs = new ArrayList<>(Pairs.of(12, 6));
        for (int i = 12; i < 14; i++) pairs.add(Judged.unsatisfying(Pairs.pair(i, "user-0")));
        RunningNeighbours.PREFERENCES.add(pairs);

        await().atMost(PATIENCE).until(() -> newest().getState(), this::isOver);

        Run run = newest();
        assertThat(run.getState()).as(run.getMessage()).isEqualTo(RunState.RUN_STATE_REGISTERED);
        assertThat(run.getTrigger()).isEqualTo(RunTrigger.RUN_TRIGGER_PAIRS);
        assertThat(run.getDataset().getUnsatisfying()).isEqualTo(2);
        assertThat(run.getDataset().getSatisfactionAuc()).isGreaterThan(0.9);
        RegisterCandidateRequest candidate = RunningNeighbours.REGISTRY.candidates().getFirst();
        Path artifact = Path.of(URI.create(candidate.getArtifactUri()));
        assertThat(PeftFolder.read(artifact).digest()).isEqualTo(candidate.getAdapterDigest());
        assertThat(candidate.getLineage().getRunId()).isEqualTo(run.getRunId());
        assertThat(candidate.getLineage().getDatasetDigest())
                .isEqualTo(run.getDataset().getDigest());
        assertThat(candidate.getLineage().getPairIdsList())
                .hasSize(run.getDataset().getPairs())
                .allMatch(id -> id.startsWith("pair-"));
        assertThat(candidate.getLineage().getSignalIdsList()).hasSize(run.getDataset().getPairs());
        assertThat(candidate.getLineage().getParentVersion()).isEqualTo("base");
        assertThat(run.getVersion())
                .isEqualTo("v1-" + candidate.getAdapterDigest().substring(0, 8));
    }

    @Test
    @Order(3)
    void theTopicTellsTheRunToItsEnd() throws Exception {
        Run run = newest();

        await().atMost(PATIENCE)
                .until(
                        () -> events(run.getRunId()),
                        events ->
                                !events.isEmpty() && isOver(events.getLast().getRun().getState()));

        List<RunEvent> events = events(run.getRunId());
        assertThat(events.getLast().getRun()).isEqualTo(run);
        assertThat(events)
                .extracting(e -> e.getRun().getState())
                .startsWith(RunState.RUN_STATE_QUEUED, RunState.RUN_STATE_PREPARING)
                .contains(RunState.RUN_STATE_TRAINING, RunState.RUN_STATE_EVALUATING);
        assertThat(events.getLast().getRun().getCurveList()).hasSize(run.getTotalSteps());
    }

    @Test
    @Order(4)
    void aCommandTrainsAgainAndMeetsTheNewChampion() {
        StartRunRequest request =
                StartRunRequest.newBuilder()
                        .setHyperparameters(
                                Hyperparameters.newBuilder().setLoss("sft").setEpochs(1))
                        .build();

        Run queued = trainer.startRun(request).getRun();
        await().atMost(PATIENCE).until(() -> get(queued.getRunId()).getState(), this::isOver);

        Run run = get(queued.getRunId());
        assertThat(run.getState()).as(run.getMessage()).isEqualTo(RunState.RUN_STATE_REGISTERED);
        assertThat(run.getHyperparameters().getLoss()).isEqualTo("sft");
        assertThat(run.getParentVersion()).startsWith("v1-");
        assertThat(trainer.listRuns(ListRunsRequest.newBuilder().setPageSize(1).build()))
                .satisfies(page -> assertThat(page.getRunsList()).containsExactly(run))
                .satisfies(page -> assertThat(page.getNextPageToken()).isNotEmpty());
    }

    @Test
    @Order(5)
    void anUnknownRunIsNotFound() {
        assertThatThrownBy(() -> get("nobody"))
                .hasMessageContaining("NOT_FOUND")
                .hasMessageContaining("there is no run \"nobody\"");
    }

    @Test
    @Order(6)
    void probesAndMetricsTellHowItGoes() throws Exception {
        String health = read("/q/health/ready");
        String metrics = read("/q/metrics");

        assertThat(health).contains("\"name\": \"trainer\"").contains("\"status\": \"UP\"");
        assertThat(metrics)
                .contains("rejoinder_run_state{state=\"registered\"} 1.0")
                .contains("rejoinder_runs_finished_total{outcome=\"registered\"} 2.0")
                .contains("rejoinder_pairs_waiting 0.0")
                .contains("rejoinder_run_step_duration_seconds_count");
    }

    private Run newest() {
        List<Run> runs = trainer.listRuns(ListRunsRequest.getDefaultInstance()).getRunsList();
        return runs.isEmpty() ? Run.getDefaultInstance() : runs.getFirst();
    }

    private Run get(String id) {
        return trainer.getRun(GetRunRequest.newBuilder().setRunId(id).build()).getRun();
    }

    private boolean isOver(RunState state) {
        return state == RunState.RUN_STATE_REGISTERED
                || state == RunState.RUN_STATE_REFUSED
                || state == RunState.RUN_STATE_FAILED;
    }

    private List<RunEvent> events(String run) throws Exception {
        String topic = EventTopic.RUNS.topic();
        List<RunEvent> events = new ArrayList<>();
        try (Consumer<String, byte[]> consumer = clients.freeConsumer()) {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(topic).stream()
                            .map(p -> new TopicPartition(topic, p.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p)))
                for (var record : consumer.poll(Duration.ofMillis(50)))
                    if (record.key().equals(run)) events.add(RunEvent.parseFrom(record.value()));
        }
        return events;
    }

    private String read(String path) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(address.resolve(path)).build();
            return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        }
    }
}
