package dev.rejoinder.trainer;

import dev.rejoinder.kernel.jdbc.Schema;
import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.proto.preferences.v1.PreferencesServiceGrpc.PreferencesServiceBlockingStub;
import dev.rejoinder.proto.registry.v1.RegistryServiceGrpc.RegistryServiceBlockingStub;
import dev.rejoinder.trainer.dataset.PairEncoder;
import dev.rejoinder.trainer.dataset.PairSource;
import dev.rejoinder.trainer.dataset.SnapshotMaker;
import dev.rejoinder.trainer.dataset.SnapshotStore;
import dev.rejoinder.trainer.dataset.grpc.GrpcPairSource;
import dev.rejoinder.trainer.run.CandidateRegistry;
import dev.rejoinder.trainer.run.Hyperparameters;
import dev.rejoinder.trainer.run.RunExecutor;
import dev.rejoinder.trainer.run.RunObserver;
import dev.rejoinder.trainer.run.RunQueue;
import dev.rejoinder.trainer.run.RunStore;
import dev.rejoinder.trainer.run.Workspace;
import dev.rejoinder.trainer.run.grpc.GrpcCandidateRegistry;
import dev.rejoinder.trainer.run.jdbc.JdbcRunStore;
import dev.rejoinder.trainer.satisfaction.JudgedReplies;
import dev.rejoinder.trainer.satisfaction.SatisfactionSieve;
import dev.rejoinder.trainer.satisfaction.grpc.GrpcJudgedReplies;
import dev.rejoinder.trainer.trigger.PairsWatch;
import dev.rejoinder.trainer.trigger.Trigger;
import io.quarkus.grpc.GrpcClient;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Optional;
import javax.sql.DataSource;

/** Puts the service together from its configuration. */
@Singleton
final class TrainerBeans {
    @Produces
    @Singleton
    JdbcRunStore runs(DataSource database) {
        return new JdbcRunStore(Schema.open(database, JdbcRunStore.SCHEMA));
    }

    @Produces
    @Singleton
    PairSource pairs(@GrpcClient("preferences") PreferencesServiceBlockingStub preferences) {
        return new GrpcPairSource(preferences);
    }

    @Produces
    @Singleton
    CandidateRegistry registry(@GrpcClient("registry") RegistryServiceBlockingStub registry) {
        return new GrpcCandidateRegistry(registry);
    }

    @Produces
    @Singleton
    JudgedReplies judged(@GrpcClient("preferences") PreferencesServiceBlockingStub preferences) {
        return new GrpcJudgedReplies(preferences);
    }

    @Produces
    @Singleton
    Parts parts(
            LanguageModel model,
            JdbcRunStore runs,
            Feedback feedback,
            CandidateRegistry registry,
            RunObserver observer,
            Clock clock) {
        return new Parts(model, runs, feedback, registry, observer, clock);
    }

    @Produces
    @Singleton
    Feedback feedback(PairSource pairs, JudgedReplies judged) {
        return new Feedback(pairs, judged);
    }

    /** What users said, as far as a trainer learns from it. */
    record Feedback(PairSource pairs, JudgedReplies judged) {}

    /** What the configuration does not decide. */
    record Parts(
            LanguageModel model,
            RunStore runs,
            Feedback feedback,
            CandidateRegistry registry,
            RunObserver observer,
            Clock clock) {}

    @Produces
    @Singleton
    Trainer trainer(TrainerSettings settings, Parts parts) {
        return assemble(settings, parts);
    }

    static Trainer assemble(TrainerSettings settings, Parts parts) {
        LanguageModel model = parts.model();
        TrainerConfiguration configuration =
                TrainerConfiguration.of(settings, model.info().contextLength());
        Workspace workspace = new Workspace(settings.folder());
        SnapshotStore snapshots = new SnapshotStore(workspace.datasets());
        SnapshotMaker maker =
                new SnapshotMaker(
                        parts.feedback().pairs(),
                        new PairEncoder(model.tokenizer(), model.chat()),
                        new SatisfactionSieve(
                                parts.feedback().judged(), model, configuration.sieve()),
                        configuration.rules());
        RunQueue queue =
                new RunQueue(
                        new RunQueue.Shelves(snapshots, parts.runs(), parts.clock()),
                        model.info(),
                        maker);
        RunExecutor executor =
                new RunExecutor(
                        new RunExecutor.Surroundings(
                                model,
                                parts.runs(),
                                maker,
                                snapshots,
                                workspace,
                                parts.registry(),
                                parts.observer(),
                                parts.clock()),
                        configuration.conduct());
        PairsWatch watch = new PairsWatch(parts.feedback().pairs(), parts.clock());
        Trigger.Surroundings around =
                new Trigger.Surroundings(watch, parts.runs(), queue, parts.clock());
        Hyperparameters hyperparameters = configuration.hyperparameters();
        Optional<Trigger> trigger =
                configuration.trigger().map(p -> new Trigger(p, hyperparameters, around));
        return new Trainer(hyperparameters, queue, parts.runs(), executor, watch, trigger);
    }
}
