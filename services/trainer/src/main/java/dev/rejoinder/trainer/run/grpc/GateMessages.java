package dev.rejoinder.trainer.run.grpc;

import dev.rejoinder.proto.trainer.v1.GateCheck;
import dev.rejoinder.proto.trainer.v1.GateReport;
import dev.rejoinder.trainer.run.Run;

/** Verdicts as fields of a run's message and back. */
final class GateMessages {
    private GateMessages() {}

    static void set(dev.rejoinder.proto.trainer.v1.Run.Builder message, Run.Verdict verdict) {
        GateReport.Builder report = GateReport.newBuilder().setPassed(verdict.gate().passed());
        verdict.gate().checks().forEach(c -> report.addChecks(check(c)));
        message.setGate(report)
                .setAdapterDigest(verdict.adapterDigest())
                .setParentVersion(verdict.parentVersion())
                .setEpoch(verdict.epoch());
    }

    static Run.Verdict verdict(dev.rejoinder.proto.trainer.v1.Run message) {
        return new Run.Verdict(
                new dev.rejoinder.trainer.evaluate.GateReport(
                        message.getGate().getChecksList().stream()
                                .map(GateMessages::check)
                                .toList()),
                message.getAdapterDigest(),
                message.getParentVersion(),
                message.getEpoch());
    }

    private static GateCheck check(dev.rejoinder.trainer.evaluate.GateCheck check) {
        return GateCheck.newBuilder()
                .setName(check.name())
                .setValue(check.value())
                .setLimit(check.limit())
                .setAtLeast(check.atLeast())
                .setPassed(check.passed())
                .setMeaning(check.meaning())
                .build();
    }

    private static dev.rejoinder.trainer.evaluate.GateCheck check(GateCheck check) {
        return new dev.rejoinder.trainer.evaluate.GateCheck(
                check.getName(),
                check.getValue(),
                check.getLimit(),
                check.getAtLeast(),
                check.getMeaning());
    }
}
