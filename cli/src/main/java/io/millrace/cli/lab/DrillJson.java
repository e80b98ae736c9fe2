package io.millrace.cli.lab;

import io.millrace.lab.drill.CheckCounts;
import io.millrace.lab.drill.DrillReport;
import io.millrace.lab.drill.Round;
import java.util.LinkedHashMap;
import java.util.Map;

/** A drill for programs. */
final class DrillJson {
    private DrillJson() {}

    static Map<String, Object> of(DrillReport report) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("fault", report.plan().fault().name());
        json.put("seed", report.plan().seed());
        json.put("topic", report.plan().topic());
        json.put("ratePerS", report.plan().ratePerS());
        json.put("rounds", report.rounds().stream().map(DrillJson::of).toList());
        report.gaps().median().ifPresent(gapMs -> json.put("medianGapMs", gapMs));
        report.gaps().longest().ifPresent(gapMs -> json.put("maxGapMs", gapMs));
        report.followedGaps().median().ifPresent(gapMs -> json.put("medianFollowedGapMs", gapMs));
        report.followedGaps().longest().ifPresent(gapMs -> json.put("maxFollowedGapMs", gapMs));
        json.put("sent", report.sent());
        json.put("latestMs", report.latestMs());
        json.put("failedRecords", report.failedRecords());
        json.put("firstFailure", report.firstFailure());
        json.put("fetches", report.fetches());
        json.put("failedFetches", report.failedFetches());
        json.put("check", of(report.check()));
        json.put("unequalReplicas", report.unequalReplicas());
        if (report.isSelfTested()) {
            json.put("selfTestPassed", report.missedSelfTests().isEmpty());
        }
        json.put("violations", report.violations());
        return json;
    }

    private static Map<String, Object> of(Round round) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("round", round.number());
        json.put("brokers", round.victims());
        json.put("wasController", round.wasController());
        json.put("ledPartitions", round.led());
        json.put("inFlight", round.inFlight());
        json.put("gapMs", round.gapMs());
        if (round.followedGapMs() >= 0) {
            json.put("followedGapMs", round.followedGapMs());
        }
        json.put("stirMs", round.stirMs());
        json.put("healMs", round.healMs());
        if (round.leadersMs() >= 0) {
            json.put("leadersMs", round.leadersMs());
        }
        json.put("elections", round.elections());
        json.put("isrChanges", round.isrChanges());
        json.put("violations", round.violations());
        return json;
    }

    static Map<String, Object> of(CheckCounts check) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("acknowledged", check.acknowledged());
        json.put("readBack", check.readBack());
        json.put("lost", check.lost());
        json.put("duplicated", check.duplicated());
        json.put("reordered", check.reordered());
        json.put("misplaced", check.misplaced());
        json.put("holes", check.holes());
        json.put("foreign", check.foreign());
        json.put("refusedYetStored", check.refusedYetStored());
        json.put("unknownStored", check.unknownStored());
        return json;
    }
}
