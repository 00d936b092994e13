package dev.rejoinder.bench.soak;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a soak found, for people or as one JSON object for tools.
 *
 * @param model its name
 * @param work what was done beside the requests, and how often
 */
public record SoakReport(
        String model,
        long seed,
        List<Reading> readings,
        Tally.Counts counts,
        Map<String, Integer> work) {
    private static final double MIB = 1 << 20;

    public SoakReport {
        readings = List.copyOf(readings);
        work = Map.copyOf(work);
    }

    public Verdict verdict() {
        return Verdict.of(readings, counts);
    }

    /** The table's head. */
    public static String head() {
        return "requests  seconds  native MiB   ratio  of it JVM MiB  heap MiB  tensors  blocks";
    }

    /** A line of the table. */
    public static String row(Reading reading, Reading first) {
        return String.format(
                Locale.ROOT,
                "%8d %8.0f %11.1f  %6.4f %14.1f %9.1f %8d %7d",
                reading.requests(),
                reading.seconds(),
                reading.nativeBytes() / MIB,
                reading.ratioTo(first),
                reading.jvmBytes() / MIB,
                reading.heapBytes() / MIB,
                reading.tensors(),
                reading.blocks());
    }

    /** What stands below the table. */
    public String summary() {
        var text = new StringBuilder();
        text.append("requests: ").append(counts.asked());
        for (Outcome o : Outcome.values())
            text.append(", ").append(counts.of(o)).append(' ').append(o.label());
        text.append("\nbeside them: ");
        text.append(
                String.join(
                        ", ",
                        work.keySet().stream().sorted().map(w -> work.get(w) + " " + w).toList()));
        for (String fault : counts.faults()) text.append("\nfault: ").append(fault);
        return text.append('\n').append(verdict().line()).append('\n').toString();
    }

    public String json() {
        Verdict verdict = verdict();
        ObjectNode root = new ObjectMapper().createObjectNode();
        root.put("model", model).put("seed", seed).put("requests", counts.asked());
        root.put("passed", verdict.passed());
        if (!Double.isNaN(verdict.ratio())) root.put("ratio", verdict.ratio());
        root.put("most_ratio", Verdict.MOST_RATIO);
        verdict.objections().forEach(root.putArray("objections")::add);
        counts.faults().forEach(root.putArray("faults")::add);
        ObjectNode ended = root.putObject("ended");
        for (Outcome o : Outcome.values()) ended.put(o.label().replace(' ', '_'), counts.of(o));
        ObjectNode beside = root.putObject("beside");
        work.keySet().stream().sorted().forEach(w -> beside.put(w, work.get(w)));
        var list = root.putArray("readings");
        for (Reading r : readings) write(list.addObject(), r);
        return root.toString();
    }

    private static void write(ObjectNode node, Reading r) {
        node.put("requests", r.requests()).put("seconds", r.seconds());
        node.put("native_bytes", r.nativeBytes()).put("jvm_bytes", r.jvmBytes());
        node.put("heap_bytes", r.heapBytes());
        node.put("tensors", r.tensors()).put("blocks", r.blocks());
    }
}
