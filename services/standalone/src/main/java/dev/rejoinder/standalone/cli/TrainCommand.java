package dev.rejoinder.standalone.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Trains what the platform serves, and what it reads chats with. */
@Command(
        name = "train",
        description = "Start a training run, or rebuild the small models that chats are read with.",
        synopsisSubcommandLabel = "COMMAND")
final class TrainCommand implements Runnable {
    @Spec private CommandSpec spec;
    @Mixin private HelpOption help;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }
}
