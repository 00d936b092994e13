package dev.rejoinder.lm.chat;

import dev.rejoinder.lm.token.BpeTokenizer;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Messages to tokens through the model's own template. Between two special tokens the template's
 * text and the contents are tokenized as one piece, as the reference does.
 */
public final class TemplateChatEncoder implements ChatEncoder {
    private final ChatTemplate template;
    private final BpeTokenizer tokenizer;
    private final AddedTokens added;
    private final int[] bridge;
    private final int endOfTurn;
    private final Set<Integer> stops;

    /**
     * @param source the Jinja template
     * @param bos text of the token that begins a sequence, empty if there is none
     * @param eos text of the token that ends one, empty if there is none
     * @param stops ids at which generation stops, beside the end of a turn
     * @throws IllegalArgumentException if the template fails on a plain dialogue of user,
     *     assistant, user, or marks no end of a turn
     */
    public TemplateChatEncoder(
            String source, String bos, String eos, BpeTokenizer tokenizer, Set<Integer> stops) {
        this.template = new ChatTemplate(JinjaDialect.toJinjava(source), bos, eos);
        this.tokenizer = tokenizer;
        this.added = new AddedTokens(tokenizer.vocabulary());
        String between = TurnBridge.of(template);
        this.bridge = tokenize(between, null);
        this.endOfTurn = firstMark(between);
        this.stops =
                Stream.concat(stops.stream(), Stream.of(endOfTurn))
                        .collect(Collectors.toUnmodifiableSet());
    }

    private int firstMark(String between) {
        Matcher marks = added.find(between);
        if (marks != null && marks.find()) return added.id(marks.group());
        throw new IllegalArgumentException(
                "its chat template marks no end of the assistant's turn by a special token");
    }

    @Override
    public int[] prompt(List<ChatMessage> messages) {
        if (messages.isEmpty()) {
            throw new IllegalArgumentException("messages is empty; send at least one message");
        }
        List<String> texts =
                Stream.concat(
                                Stream.of(template.source()),
                                messages.stream().map(ChatMessage::content))
                        .toList();
        char guard = AddedTokens.unusedCharacter(texts);
        List<ChatMessage> guarded =
                messages.stream()
                        .map(m -> new ChatMessage(m.role(), added.guarded(m, guard)))
                        .toList();
        return tokenize(template.render(guarded, true), guard);
    }

    /** Special tokens by id, the text between two of them as plain text without its guards. */
    private int[] tokenize(String rendered, @Nullable Character guard) {
        IntStream.Builder ids = IntStream.builder();
        Matcher marks = added.find(rendered);
        int done = 0;
        while (marks != null && marks.find()) {
            String before = rendered.substring(done, marks.start());
            plain(before, guard, done == 0).forEach(ids::add);
            ids.add(added.id(marks.group()));
            done = marks.end();
        }
        plain(rendered.substring(done), guard, done == 0).forEach(ids::add);
        return ids.build().toArray();
    }

    private IntStream plain(String text, @Nullable Character guard, boolean first) {
        String plain = guard == null ? text : text.replace(guard.toString(), "");
        return Arrays.stream(first ? tokenizer.encode(plain) : tokenizer.encodeInside(plain));
    }

    @Override
    public int[] followUpBridge() {
        return bridge.clone();
    }

    @Override
    public int endOfTurn() {
        return endOfTurn;
    }

    @Override
    public boolean isStop(int token) {
        return stops.contains(token);
    }
}
