package dev.rejoinder.inference.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rejoinder.inference.LetterGenerator;
import dev.rejoinder.inference.metrics.InferenceMetrics;
import dev.rejoinder.inference.routing.VersionRouter;
import dev.rejoinder.inference.schedule.QueueLimits;
import dev.rejoinder.inference.schedule.Scheduler;
import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.chat.ChatMessage;
import dev.rejoinder.lm.generate.FinishReason;
import dev.rejoinder.lm.generate.GeneratedToken;
import dev.rejoinder.proto.errors.v1.ErrorReason;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChatServiceTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    @TempDir static Path folder;
    private static LanguageModel model;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final InferenceMetrics metrics = new InferenceMetrics(meters);
    private final Turns turns = new Turns();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private @Nullable Scheduler scheduler;

    @BeforeAll
    static void load() throws IOException {
        model = TinyEngine.load(folder);
    }

    @AfterAll
    static void unload() {
        model.close();
    }

    @AfterEach
    void stop() {
        if (scheduler != null) scheduler.close();
        threads.close();
    }

    private ChatService over(LetterGenerator generator) {
        Scheduler fresh =
                new Scheduler(() -> generator, QueueLimits.of(4), System::nanoTime, waited -> {});
        scheduler = fresh;
        return new ChatService(
                model,
                new VersionRouter(model, metrics),
                new ChatDefaults(1, 1, 8),
                () -> 0,
                fresh,
                turns,
                metrics);
    }

    /** Turns in memory, on disk when the test says so. */
    private static final class Turns implements TurnLog {
        final List<Turn> kept = new ArrayList<>();
        CompletableFuture<Void> disk = CompletableFuture.completedFuture(null);
        boolean full;

        @Override
        public void requireRoom() {
            if (full) throw Refusal.unavailable("the spool is full");
        }

        @Override
        public synchronized CompletableFuture<Void> keep(Turn turn) {
            kept.add(turn);
            return disk;
        }
    }

    private static final class Heard implements ReplyListener {
        final CompletableFuture<Begun> begun = new CompletableFuture<>();
        final CompletableFuture<String> firstToken = new CompletableFuture<>();
        final List<Reply> replies = new ArrayList<>();

        @Override
        public void begun(Begun chat) {
            begun.complete(chat);
        }

        @Override
        public void token(int index, GeneratedToken token) {
            firstToken.complete(token.text());
        }

        @Override
        public void finished(Reply reply, String rest) {
            replies.add(reply);
        }
    }

    private static ChatRequest chat(int n, @Nullable Integer maxTokens) {
        return new ChatRequest(
                "",
                List.of(ChatMessage.user("hello")),
                new ChatRequest.Wish(
                        ChatRequest.Draw.DEFAULT, null, maxTokens, List.of(), false, 0),
                n,
                new ChatRequest.Author("", "", "", true, Map.of()),
                true);
    }

    private double requests(String outcome) {
        return meters.find("rejoinder.requests").tag("outcome", outcome).counters().stream()
                .mapToDouble(c -> c.count())
                .sum();
    }

    @Test
    void everyReplyIsHeardCountedAndKept() {
        Heard heard = new Heard();

        over(LetterGenerator.free(4)).answer(chat(3, 5), heard);

        assertThat(heard.replies).extracting(Reply::index).containsExactlyInAnyOrder(0, 1, 2);
        assertThat(heard.replies).allMatch(r -> r.reason() == FinishReason.LENGTH);
        assertThat(turns.kept).extracting(Turn::reply).containsExactlyElementsOf(heard.replies);
        assertThat(
                        heard.replies.stream()
                                .filter(r -> r.index() == 0)
                                .findFirst()
                                .orElseThrow()
                                .text())
                .isEqualTo("abcde");
        assertThat(requests("answered")).isEqualTo(1);
        assertThat(meters.counter("rejoinder.turns", "state", "recorded").count()).isEqualTo(3);
    }

    @Test
    void aReplyIsOnDiskBeforeItCountsAsGiven() {
        turns.disk = new CompletableFuture<>();
        Heard heard = new Heard();
        ChatService chats = over(LetterGenerator.free(1));

        var answer = threads.submit(() -> chats.answer(chat(1, 2), heard));

        assertThat(heard.firstToken).succeedsWithin(SOON);
        assertThat(answer).isNotDone();
        assertThat(heard.replies).isEmpty();
        turns.disk.complete(null);
        assertThat(answer).succeedsWithin(SOON);
        assertThat(heard.replies).hasSize(1);
    }

    @Test
    void aReplyThatCannotBeWrittenIsNotGiven() {
        turns.disk = CompletableFuture.failedFuture(new IOException("No space left on device"));
        Heard heard = new Heard();

        assertThatThrownBy(() -> over(LetterGenerator.free(1)).answer(chat(1, 2), heard))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("No space left on device")
                .hasMessageContaining("free disk space");

        assertThat(heard.replies).isEmpty();
    }

    @Test
    void aClientThatGoesAwayFreesItsRowAndWhatItGotIsKept() {
        LetterGenerator generator = LetterGenerator.held(1);
        ChatService chats = over(generator);
        Heard heard = new Heard();
        var answer = threads.submit(() -> chats.answer(chat(1, 400), heard));
        generator.allow(3);
        assertThat(heard.firstToken).succeedsWithin(SOON);

        heard.begun.join().cancel().run();

        assertThat(answer).succeedsWithin(SOON);
        await().atMost(SOON).until(() -> generator.running() == 0);
        assertThat(heard.replies).isEmpty();
        Turn kept = turns.kept.getFirst();
        assertThat(kept.reply().reason()).isEqualTo(FinishReason.CANCELLED);
        assertThat("abc").startsWith(kept.reply().text()).isNotEmpty();
        assertThat(requests("cancelled")).isEqualTo(1);
    }

    @Test
    void aListenerThatThrowsFreesTheRow() {
        LetterGenerator generator = LetterGenerator.free(1);
        ReplyListener broken =
                new ReplyListener() {
                    @Override
                    public void begun(Begun chat) {}

                    @Override
                    public void token(int index, GeneratedToken token) {
                        throw new IllegalStateException("the connection broke");
                    }

                    @Override
                    public void finished(Reply reply, String rest) {}
                };

        assertThatThrownBy(() -> over(generator).answer(chat(1, 250), broken))
                .hasMessage("the connection broke");

        await().atMost(SOON).until(() -> generator.running() == 0);
        assertThat(requests("failed")).isEqualTo(1);
    }

    @Test
    void aFullSpoolRefusesChatsThatWouldBeRecordedAndAnswersOthers() {
        turns.full = true;
        ChatService chats = over(LetterGenerator.free(1));
        ChatRequest recorded = chat(1, 2);
        ChatRequest sample =
                new ChatRequest(
                        "", recorded.messages(), recorded.wish(), 1, recorded.author(), false);

        assertThatThrownBy(() -> chats.answer(recorded, new Heard())).isInstanceOf(Refusal.class);
        Heard heard = new Heard();
        chats.answer(sample, heard);

        assertThat(heard.replies).hasSize(1);
        assertThat(turns.kept).isEmpty();
    }

    @Test
    void promptAndReplyMustFitTheContext() {
        ChatService chats = over(LetterGenerator.free(1));
        int context = model.info().contextLength();
        int prompt = model.chat().prompt(List.of(ChatMessage.user("hello"))).length;

        assertThatThrownBy(() -> chats.answer(chat(1, context), new Heard()))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal ->
                                assertThat(refusal.reason())
                                        .isEqualTo(ErrorReason.ERROR_REASON_CONTEXT_EXCEEDED))
                .hasMessageContaining("max_tokens of " + context)
                .hasMessageContaining("ask for at most " + (context - prompt));
        Heard heard = new Heard();
        chats.answer(chat(1, context - prompt), heard);
        assertThat(heard.replies).hasSize(1);

        ChatRequest endless =
                new ChatRequest(
                        "",
                        List.of(ChatMessage.user("x".repeat(context))),
                        chat(1, null).wish(),
                        1,
                        chat(1, null).author(),
                        true);
        assertThatThrownBy(() -> chats.answer(endless, new Heard()))
                .hasMessageContaining("leave no room")
                .hasMessageContaining("shorten them to at most " + (context - 1));
    }
}
