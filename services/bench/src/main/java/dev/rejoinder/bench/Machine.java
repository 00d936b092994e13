package dev.rejoinder.bench;

import ai.djl.engine.Engine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** On what the figures were measured, and with what. */
final class Machine {
    /** Of the processor: what matrix products and packed weights are computed with. */
    private static final List<String> FLAGS =
            List.of(
                    "avx2",
                    "f16c",
                    "fma",
                    "avx512f",
                    "avx512_vnni",
                    "avx512_bf16",
                    "amx_bf16",
                    "amx_int8");

    private static final String UNKNOWN = "unknown";

    private Machine() {}

    static Map<String, String> describe() {
        var facts = new LinkedHashMap<String, String>();
        facts.put("date", LocalDate.now().toString());
        facts.put("cpu", first("/proc/cpuinfo", "model name"));
        facts.put("flags", known(first("/proc/cpuinfo", "flags")));
        facts.put("cores", "" + Runtime.getRuntime().availableProcessors());
        facts.put("memory", first("/proc/meminfo", "MemTotal"));
        facts.put("load before", first("/proc/loadavg", ""));
        facts.put("java", Runtime.version().toString());
        facts.put("djl", Engine.getDjlVersion());
        Engine engine = Engine.getInstance();
        facts.put("engine", engine.getEngineName() + " " + engine.getVersion());
        facts.put("rejoinder", commit(System.getProperty("rejoinder.home", ".")));
        return facts;
    }

    /** Those of the processor's flags that matter, in a fixed order. */
    static String known(String flags) {
        List<String> all = Arrays.asList(flags.split(" "));
        return FLAGS.stream().filter(all::contains).collect(Collectors.joining(" "));
    }

    /** What git calls the sources, with {@code -dirty} where they were changed since. */
    private static String commit(String folder) {
        try {
            Process git =
                    new ProcessBuilder("git", "describe", "--always", "--dirty", "--abbrev=7")
                            .directory(Path.of(folder).toFile())
                            .redirectErrorStream(true)
                            .start();
            String line =
                    new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return git.waitFor() == 0 ? line : UNKNOWN;
        } catch (IOException e) {
            // No git, or no sources: a jar alone does not know where it came from.
            return UNKNOWN;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return UNKNOWN;
        }
    }

    private static String first(String file, String start) {
        try (var lines = Files.lines(Path.of(file))) {
            return lines.filter(l -> l.startsWith(start))
                    .findFirst()
                    .map(l -> l.substring(l.indexOf(':') + 1).strip())
                    .orElse(UNKNOWN);
        } catch (IOException e) {
            return UNKNOWN;
        }
    }
}
