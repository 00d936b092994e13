package dev.rejoinder.trainer.run.grpc;

import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.kernel.grpc.Offload;
import dev.rejoinder.proto.trainer.v1.GetRunRequest;
import dev.rejoinder.proto.trainer.v1.GetRunResponse;
import dev.rejoinder.proto.trainer.v1.ListRunsRequest;
import dev.rejoinder.proto.trainer.v1.ListRunsResponse;
import dev.rejoinder.proto.trainer.v1.StartRunRequest;
import dev.rejoinder.proto.trainer.v1.StartRunResponse;
import dev.rejoinder.proto.trainer.v1.TrainerServiceGrpc;
import dev.rejoinder.trainer.Trainer;
import dev.rejoinder.trainer.run.Cause;
import dev.rejoinder.trainer.run.Hyperparameters;
import dev.rejoinder.trainer.run.Run;
import dev.rejoinder.trainer.run.RunId;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import java.util.List;
import java.util.Optional;

/** {@code TrainerService}. */
@GrpcService
public class TrainerGrpc extends TrainerServiceGrpc.TrainerServiceImplBase {
    private static final int USUAL_PAGE = 20;
    private static final int LARGEST_PAGE = 100;

    private final Trainer trainer;

    public TrainerGrpc(Trainer trainer) {
        this.trainer = trainer;
    }

    @Override
    public void startRun(StartRunRequest request, StreamObserver<StartRunResponse> response) {
        Offload.answer(response, () -> startRun(request));
    }

    private StartRunResponse startRun(StartRunRequest request) {
        Hyperparameters configured = trainer.hyperparameters();
        Hyperparameters wanted =
                request.hasHyperparameters()
                        ? HyperparameterMessages.over(configured, request.getHyperparameters())
                        : configured;
        Run run = trainer.queue().enqueue(Cause.COMMAND, wanted);
        return StartRunResponse.newBuilder().setRun(RunMessages.message(run)).build();
    }

    @Override
    public void getRun(GetRunRequest request, StreamObserver<GetRunResponse> response) {
        Offload.answer(response, () -> getRun(request));
    }

    private GetRunResponse getRun(GetRunRequest request) {
        Run run = find(request.getRunId());
        return GetRunResponse.newBuilder().setRun(RunMessages.message(run)).build();
    }

    @Override
    public void listRuns(ListRunsRequest request, StreamObserver<ListRunsResponse> response) {
        Offload.answer(response, () -> listRuns(request));
    }

    private ListRunsResponse listRuns(ListRunsRequest request) {
        int size = request.getPageSize() == 0 ? USUAL_PAGE : request.getPageSize();
        if (size < 1 || size > LARGEST_PAGE)
            throw Refusal.invalid(
                    "page_size", "page_size of " + size + " is outside 1 to " + LARGEST_PAGE);
        Optional<RunId> after =
                request.getPageToken().isEmpty()
                        ? Optional.empty()
                        : Optional.of(find(request.getPageToken()).id());
        List<Run> runs = trainer.runs().list(size, after);
        ListRunsResponse.Builder page = ListRunsResponse.newBuilder();
        runs.forEach(r -> page.addRuns(RunMessages.message(r)));
        if (runs.size() == size) page.setNextPageToken(runs.getLast().id().value());
        return page.build();
    }

    private Run find(String id) {
        if (id.isBlank())
            throw Refusal.invalid("run_id", "run_id is empty; ListRuns names the runs");
        return trainer.runs().find(new RunId(id)).orElseThrow(() -> Refusal.notFound("run", id));
    }
}
