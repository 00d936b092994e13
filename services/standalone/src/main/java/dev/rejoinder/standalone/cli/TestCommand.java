package dev.rejoinder.standalone.cli;

import dev.rejoinder.standalone.platform.CannotGoOn;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Listed here for the help; the script runs it, because it builds. */
@Command(
        name = "test",
        description =
                "Build everything, fetch the model once, check the formatting and run every test.")
final class TestCommand implements Runnable {
    @Mixin private HelpOption help;

    @Override
    public void run() {
        throw new CannotGoOn("tests need Maven and the sources; run ./rejoinder test from a clone");
    }
}
