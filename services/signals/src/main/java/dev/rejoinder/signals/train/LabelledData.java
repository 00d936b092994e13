package dev.rejoinder.signals.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rejoinder.lm.chat.ChatMessage;
import dev.rejoinder.lm.chat.Role;
import dev.rejoinder.signals.detect.Category;
import dev.rejoinder.signals.detect.DialogueState;
import dev.rejoinder.signals.detect.Exchange;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/**
 * Labelled follow-ups of three public chat corpora, one folder each; a folder that is not there is
 * left out.
 *
 * <ul>
 *   <li>{@code wildchat}: conversations.jsonl, labels by conversation id and turn
 *   <li>{@code hh-harmless}: test.jsonl.gz, labels by row and turn of the chosen side
 *   <li>{@code oasst-trees}: en_100_tree.jsonl, labels by message id; the path from the root is the
 *       chat
 * </ul>
 */
final class LabelledData {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String LABELS = "feedback-labels.jsonl";
    private static final Pattern SPEAKER = Pattern.compile("\n\n(Human|Assistant): ?");

    private final Path folder;
    private final List<LabelledFollowUp> found = new ArrayList<>();

    private LabelledData(Path folder) {
        this.folder = folder;
    }

    /**
     * @throws IOException if a file cannot be read or none of the folders is there
     */
    static List<LabelledFollowUp> read(Path folder) throws IOException {
        LabelledData data = new LabelledData(folder);
        data.wildchat();
        data.hhHarmless();
        data.oasstTrees();
        if (data.found.isEmpty())
            throw new NoSuchFileException(
                    folder
                            + " holds no labelled follow-ups; it needs wildchat, hh-harmless or"
                            + " oasst-trees with a "
                            + LABELS);
        return List.copyOf(data.found);
    }

    private void wildchat() throws IOException {
        Map<String, List<ChatMessage>> chats = new HashMap<>();
        for (JsonNode chat : lines("wildchat/conversations.jsonl")) {
            List<ChatMessage> messages = new ArrayList<>();
            for (JsonNode m : chat.path("messages"))
                messages.add(message(m.path("role").asText(), m.path("content").asText()));
            chats.put(chat.path("id").asText(), messages);
        }
        for (JsonNode label : lines("wildchat/" + LABELS)) {
            String id = label.path("conversation_id").asText();
            add("wildchat", id, upTo(chats.get(id), label), label);
        }
    }

    private void hhHarmless() throws IOException {
        List<JsonNode> rows = lines("hh-harmless/test.jsonl.gz");
        for (JsonNode label : lines("hh-harmless/" + LABELS)) {
            int row = label.path("row").asInt();
            List<ChatMessage> chat = dialogue(rows.get(row).path("chosen").asText());
            add("hh-harmless", "hh" + row, upTo(chat, label), label);
        }
    }

    private void oasstTrees() throws IOException {
        Map<String, List<ChatMessage>> paths = new HashMap<>();
        Map<String, String> trees = new HashMap<>();
        for (JsonNode tree : lines("oasst-trees/en_100_tree.jsonl"))
            walk(
                    tree.path("prompt"),
                    List.of(),
                    tree.path("message_tree_id").asText(),
                    paths,
                    trees);
        for (JsonNode label : lines("oasst-trees/" + LABELS)) {
            String id = label.path("message_id").asText();
            add("oasst-trees", trees.get(id), paths.get(id), label);
        }
    }

    private static void walk(
            JsonNode node,
            List<ChatMessage> before,
            String tree,
            Map<String, List<ChatMessage>> paths,
            Map<String, String> trees) {
        List<ChatMessage> path = new ArrayList<>(before);
        path.add(message(node.path("role").asText(), node.path("text").asText()));
        paths.put(node.path("message_id").asText(), path);
        trees.put(node.path("message_id").asText(), tree);
        for (JsonNode reply : node.path("replies")) walk(reply, path, tree, paths, trees);
    }

    /** Splits {@code "\n\nHuman: ...\n\nAssistant: ..."}. */
    private static List<ChatMessage> dialogue(String text) {
        List<ChatMessage> messages = new ArrayList<>();
        Matcher speaker = SPEAKER.matcher(text);
        String role = "";
        int from = 0;
        while (speaker.find()) {
            if (!role.isEmpty())
                messages.add(message(role, text.substring(from, speaker.start()).strip()));
            role = speaker.group(1);
            from = speaker.end();
        }
        if (!role.isEmpty()) messages.add(message(role, text.substring(from).strip()));
        return messages;
    }

    private static ChatMessage message(String role, String content) {
        return new ChatMessage(
                switch (role) {
                    case "user", "prompter", "Human" -> Role.USER;
                    case "assistant", "Assistant" -> Role.ASSISTANT;
                    case "system" -> Role.SYSTEM;
                    default -> throw new IllegalArgumentException("\"" + role + "\" is no role");
                },
                content);
    }

    private static List<ChatMessage> upTo(List<ChatMessage> chat, JsonNode label) {
        return chat.subList(0, label.path("turn").asInt() + 1);
    }

    private void add(String source, String group, List<ChatMessage> chat, JsonNode label) {
        if (chat.size() < 3 || chat.getLast().content().isBlank()) return;
        Set<Category> categories = EnumSet.noneOf(Category.class);
        for (String side : List.of("sat_category", "dsat_category"))
            if (label.hasNonNull(side)) categories.add(Category.labelled(label.get(side).asText()));
        found.add(
                new LabelledFollowUp(
                        Exchange.endingWith(chat),
                        source,
                        group,
                        label.path("sat").asBoolean(),
                        label.path("dsat").asBoolean(),
                        categories,
                        state(label.path("state").asText()),
                        label.path("confidence").asInt()));
    }

    private static DialogueState state(String label) {
        return label.equals("NEWTOPIC") ? DialogueState.NEW_TOPIC : DialogueState.valueOf(label);
    }

    private List<JsonNode> lines(String name) throws IOException {
        Path file = folder.resolve(name);
        if (!Files.exists(file)) return List.of();
        List<JsonNode> rows = new ArrayList<>();
        try (var raw = Files.newInputStream(file);
                var in = name.endsWith(".gz") ? new GZIPInputStream(raw) : raw;
                BufferedReader reader =
                        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine())
                if (!line.isBlank()) rows.add(JSON.readTree(line));
        }
        return rows;
    }
}
