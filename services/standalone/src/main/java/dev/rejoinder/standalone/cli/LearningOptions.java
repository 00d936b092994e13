package dev.rejoinder.standalone.cli;

import dev.rejoinder.lm.adapter.AdapterConfig;
import dev.rejoinder.trainer.loss.Preference;
import dev.rejoinder.trainer.run.Hyperparameters;
import dev.rejoinder.trainer.run.Schedule;
import java.util.List;
import picocli.CommandLine.Option;

/** How a training from a file learns; the defaults are the platform's. */
final class LearningOptions {
    @Option(
            names = "--loss",
            paramLabel = "LOSS",
            defaultValue = "dpo",
            description = "What is minimised: dpo or sft. Default: ${DEFAULT-VALUE}")
    private String loss;

    @Option(
            names = "--beta",
            paramLabel = "X",
            defaultValue = "0.2",
            description =
                    "DPO's beta: the larger, the less a rejected reply is pushed away. Default: ${DEFAULT-VALUE}")
    private double beta;

    @Option(
            names = "--nll-weight",
            paramLabel = "X",
            defaultValue = "1",
            description =
                    "Weight of the chosen reply's negative log-likelihood beside DPO; 0 for DPO alone. Default: ${DEFAULT-VALUE}")
    private double nllWeight;

    @Option(
            names = "--anchor-weight",
            paramLabel = "X",
            defaultValue = "5",
            description =
                    "Weight of staying near the base on texts of its own; 0 for none. Default: ${DEFAULT-VALUE}")
    private double anchorWeight;

    @Option(
            names = {"--lr", "--learning-rate"},
            paramLabel = "X",
            defaultValue = "1e-4",
            description = "AdamW's highest learning rate. Default: ${DEFAULT-VALUE}")
    private double learningRate;

    @Option(
            names = "--warmup",
            paramLabel = "SHARE",
            defaultValue = "0.05",
            description =
                    "Share of the steps over which the learning rate rises. Default: ${DEFAULT-VALUE}")
    private double warmup;

    @Option(
            names = "--schedule",
            paramLabel = "SHAPE",
            defaultValue = "constant",
            description =
                    "The learning rate after that: constant or cosine. Default: ${DEFAULT-VALUE}")
    private String schedule;

    @Option(
            names = "--weight-decay",
            paramLabel = "X",
            defaultValue = "0.01",
            description = "AdamW's decoupled weight decay. Default: ${DEFAULT-VALUE}")
    private double weightDecay;

    @Option(
            names = "--max-gradient-norm",
            paramLabel = "X",
            defaultValue = "1",
            description =
                    "The gradient's global norm is clipped to this. Default: ${DEFAULT-VALUE}")
    private double maxGradientNorm;

    @Option(
            names = "--epochs",
            paramLabel = "N",
            defaultValue = "3",
            description = "Passes over the pairs. Default: ${DEFAULT-VALUE}")
    private int epochs;

    @Option(
            names = {"--batch", "--batch-size"},
            paramLabel = "N",
            defaultValue = "4",
            description = "Pairs a step. Default: ${DEFAULT-VALUE}")
    private int batch;

    @Option(
            names = "--rank",
            paramLabel = "N",
            defaultValue = "8",
            description = "LoRA rank, 1 to 64. Default: ${DEFAULT-VALUE}")
    private int rank;

    @Option(
            names = "--alpha",
            paramLabel = "X",
            defaultValue = "16",
            description = "LoRA alpha. Default: ${DEFAULT-VALUE}")
    private double alpha;

    @Option(
            names = "--rslora",
            description =
                    "Scale by alpha over the root of the rank, not over the rank (rank-stabilised LoRA).")
    private boolean rankStabilised;

    @Option(
            names = "--targets",
            paramLabel = "MODULE",
            split = ",",
            defaultValue = "q_proj,k_proj,v_proj,o_proj",
            description =
                    "Modules that get an adapter: q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj. Default: ${DEFAULT-VALUE}")
    private List<String> targets;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Of the adapter's start and the order of the pairs. Default: ${DEFAULT-VALUE}")
    private long seed;

    /**
     * @throws IllegalArgumentException if a value is outside its limits
     */
    Hyperparameters hyperparameters() {
        return new Hyperparameters(
                Preference.of(loss, beta, nllWeight),
                anchorWeight,
                new AdapterConfig(rank, alpha, targets, rankStabilised),
                new Hyperparameters.Optimiser(
                        new Schedule(learningRate, warmup, Schedule.Shape.of(schedule)),
                        weightDecay,
                        maxGradientNorm),
                epochs,
                0,
                batch,
                seed);
    }
}
