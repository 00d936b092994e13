package dev.rejoinder.standalone.bench;

import dev.rejoinder.bench.Figure;
import dev.rejoinder.bench.Timing;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Time between the tokens of 4 chats: left alone, and while a prompt as long as the context allows
 * is read beside them from its first token to its last.
 */
final class LongPrompts {
    private static final int CHATS = 4;
    private static final int PROMPT = 32;
    private static final int QUIET = 200;
    private static final int LONGEST = 8000;
    private static final double SHARE = 0.99;

    /** The prompt that warms up is so much shorter. */
    private static final int WARM = 16;

    private final ServingSuite suite;

    LongPrompts(ServingSuite suite) {
        this.suite = suite;
    }

    void measure(Consumer<Figure> report) {
        int repeats = suite.longRepeats();
        int context = suite.bench().config().contextLength();
        int longPrompt = Math.min(LONGEST, context - 2);
        double[] quiet = new double[repeats];
        double[] busy = new double[repeats];
        double[] whole = new double[repeats];
        double[] small = new double[repeats];
        gaps(longPrompt / WARM, context - PROMPT);
        for (int r = 0; r < repeats; r++) {
            Gaps gaps = gaps(longPrompt, context - PROMPT);
            quiet[r] = Timing.quantile(gaps.quiet(), SHARE);
            busy[r] = Timing.quantile(gaps.busy(), SHARE);
            whole[r] = gaps.longPromptSeconds();
            small[r] = gaps.shortPromptSeconds();
        }
        double ratio = Timing.of(busy).median() / Timing.of(quiet).median();
        report.accept(Figure.milliseconds("between tokens, 4 chats, p99", Timing.of(quiet)));
        report.accept(
                Figure.milliseconds(
                                "the same beside a prompt of %d, p99".formatted(longPrompt),
                                Timing.of(busy))
                        .against("quiet", ratio));
        report.accept(Figure.seconds("first token of that prompt", Timing.of(whole)));
        report.accept(
                Figure.milliseconds(
                        "first token of a prompt of %d behind it".formatted(PROMPT),
                        Timing.of(small)));
    }

    /** Seconds between tokens of all chats, and to first tokens. */
    private record Gaps(
            double[] quiet, double[] busy, double longPromptSeconds, double shortPromptSeconds) {}

    private Gaps gaps(int longPrompt, int mostTokens) {
        int quiet = Math.min(QUIET, mostTokens / 4);
        List<ChatStream> chats = new ArrayList<>();
        for (int i = 0; i < CHATS; i++) chats.add(suite.ask(suite.fresh(PROMPT), mostTokens));
        chats.forEach(c -> c.awaitTokens(quiet));
        int[] begin = counts(chats);
        ChatStream guest = suite.ask(suite.fresh(longPrompt), 1);
        double behind = suite.ask(suite.fresh(PROMPT), 1).firstToken();
        double seconds = guest.firstToken();
        int[] end = counts(chats);
        chats.forEach(ChatStream::cancel);
        return new Gaps(
                ServingSuite.all(gaps(chats, new int[CHATS], begin)),
                ServingSuite.all(gaps(chats, begin, end)),
                seconds,
                behind);
    }

    private static int[] counts(List<ChatStream> chats) {
        return chats.stream().mapToInt(ChatStream::tokens).toArray();
    }

    private static List<double[]> gaps(List<ChatStream> chats, int[] from, int[] to) {
        List<double[]> gaps = new ArrayList<>();
        for (int i = 0; i < CHATS; i++) gaps.add(chats.get(i).gaps(from[i], to[i]));
        return gaps;
    }
}
