package dev.rejoinder.standalone.cli;

import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.lm.read.UnreadableModelException;
import dev.rejoinder.lm.store.ModelUnavailableException;
import dev.rejoinder.standalone.platform.CannotGoOn;
import dev.rejoinder.testkit.users.Preference;
import io.grpc.StatusRuntimeException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Every command, and what their endings mean: 0 done, 1 stopped by something the line names, 2 a
 * command or flag that does not exist, 130 interrupted.
 */
public final class CommandTree {
    private CommandTree() {}

    public static CommandLine of(InputStream in, PrintWriter out, PrintWriter err) {
        Terminal terminal = new Terminal(in, out, err);
        CommandLine commands =
                new CommandLine(new RootCommand())
                        .addSubcommand(new DemoCommand(terminal))
                        .addSubcommand(new UpCommand(terminal))
                        .addSubcommand(new DownCommand(terminal))
                        .addSubcommand(new StatusCommand(terminal))
                        .addSubcommand(new LogsCommand(terminal))
                        .addSubcommand(new ChatCommand(terminal))
                        .addSubcommand(models(terminal))
                        .addSubcommand(model(terminal))
                        .addSubcommand(new ScoreCommand(terminal))
                        .addSubcommand(new SignalsCommand(terminal))
                        .addSubcommand(new RewardCommand(terminal))
                        .addSubcommand(new GenerateCommand(terminal))
                        .addSubcommand(export(terminal))
                        .addSubcommand(train(terminal))
                        .addSubcommand(new BenchCommand(terminal))
                        .addSubcommand(new SoakCommand(terminal))
                        .addSubcommand(new TestCommand())
                        .addSubcommand(new ServeCommand())
                        .addSubcommand(new CommandLine.HelpCommand());
        commands.setOut(out).setErr(err);
        commands.registerConverter(Preference.class, CommandTree::preference);
        commands.setUsageHelpAutoWidth(true);
        commands.setUsageHelpWidth(100);
        commands.setParameterExceptionHandler(CommandTree::refuse);
        commands.setExecutionExceptionHandler((e, command, parsed) -> explain(e, command));
        return commands;
    }

    private static CommandLine models(Terminal terminal) {
        return new CommandLine(new ModelsCommand(terminal))
                .addSubcommand(new ModelsListCommand(terminal))
                .addSubcommand(new ModelsPromoteCommand(terminal))
                .addSubcommand(new ModelsRollbackCommand(terminal));
    }

    private static CommandLine model(Terminal terminal) {
        return new CommandLine(new ModelCommand()).addSubcommand(new ModelFetchCommand(terminal));
    }

    private static CommandLine train(Terminal terminal) {
        return new CommandLine(new TrainCommand(terminal))
                .addSubcommand(new TrainRunCommand(terminal))
                .addSubcommand(new TrainSignalsCommand(terminal));
    }

    private static CommandLine export(Terminal terminal) {
        return new CommandLine(new ExportCommand()).addSubcommand(new ExportPairsCommand(terminal));
    }

    private static Preference preference(String label) {
        for (Preference p : Preference.values()) if (p.label().equals(label)) return p;
        throw new CommandLine.TypeConversionException(
                "\"%s\" is none of %s"
                        .formatted(label, java.util.Arrays.toString(Preference.values())));
    }

    /** What is wrong with the arguments, and what is allowed instead. */
    private static int refuse(CommandLine.ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        PrintWriter err = command.getErr();
        String message = String.valueOf(e.getMessage());
        err.println("rejoinder: " + message.lines().findFirst().orElse(message));
        String name = command.getCommandSpec().qualifiedName();
        String commands = visibleCommands(command);
        if (!commands.isEmpty()) err.println("commands of " + name + ": " + commands);
        String options =
                command.getCommandSpec().options().stream()
                        .filter(o -> !o.hidden())
                        .map(OptionSpec::longestName)
                        .sorted()
                        .collect(Collectors.joining(", "));
        if (!options.isEmpty()) err.println("options of " + name + ": " + options);
        err.println("see: ./" + name + " --help");
        return CommandLine.ExitCode.USAGE;
    }

    private static String visibleCommands(CommandLine command) {
        List<String> names =
                command.getSubcommands().entrySet().stream()
                        .filter(c -> !c.getValue().getCommandSpec().usageMessage().hidden())
                        .map(java.util.Map.Entry::getKey)
                        .toList();
        return String.join(", ", names);
    }

    private static int explain(Exception e, CommandLine command) throws Exception {
        String line =
                switch (e) {
                    case CannotGoOn c -> c.getMessage();
                    case UnreadableModelException u -> u.getMessage();
                    case ModelUnavailableException m -> m.getMessage();
                    case StatusRuntimeException s -> answer(s);
                    case Refusal r -> r.getMessage();
                    case IllegalArgumentException i when i.getMessage() != null -> i.getMessage();
                    case UncheckedIOException io -> io.getMessage();
                    default -> throw e;
                };
        command.getErr().println("rejoinder: " + line);
        return CommandLine.ExitCode.SOFTWARE;
    }

    private static String answer(StatusRuntimeException e) {
        String description = e.getStatus().getDescription();
        return description == null
                ? "the platform answered " + e.getStatus().getCode()
                : description;
    }
}
