package dev.rejoinder.trainer.evaluate;

import java.util.List;

/** What the gate found: every check, passed or not. */
public record GateReport(List<GateCheck> checks) {
    public GateReport {
        if (checks.isEmpty()) throw new IllegalArgumentException("a gate that checks nothing");
        checks = List.copyOf(checks);
    }

    public boolean passed() {
        return checks.stream().allMatch(GateCheck::passed);
    }

    /** Names of the checks that did not pass. */
    public List<String> failures() {
        return checks.stream().filter(c -> !c.passed()).map(GateCheck::name).toList();
    }
}
