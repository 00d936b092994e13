package dev.rejoinder.bench;

import ai.djl.engine.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;

/** On what the figures were measured, and with what. */
final class Machine {
    private Machine() {}

    static Map<String, String> describe() {
        var facts = new LinkedHashMap<String, String>();
        facts.put("date", LocalDate.now().toString());
        facts.put("cpu", first("/proc/cpuinfo", "model name"));
        facts.put("cores", "" + Runtime.getRuntime().availableProcessors());
        facts.put("load before", first("/proc/loadavg", ""));
        facts.put("java", Runtime.version().toString());
        Engine engine = Engine.getInstance();
        facts.put("engine", engine.getEngineName() + " " + engine.getVersion());
        return facts;
    }

    /** Most memory the process had so far, in MiB. */
    static long peakMebibytes() {
        String kibibytes = first("/proc/self/status", "VmHWM").replaceAll("\\D", "");
        return kibibytes.isEmpty() ? -1 : Long.parseLong(kibibytes) / 1024;
    }

    private static String first(String file, String start) {
        try (var lines = Files.lines(Path.of(file))) {
            return lines.filter(l -> l.startsWith(start))
                    .findFirst()
                    .map(l -> l.substring(l.indexOf(':') + 1).strip())
                    .orElse("unknown");
        } catch (IOException e) {
            return "unknown";
        }
    }
}
