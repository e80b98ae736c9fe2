package io.millrace.cli.lab;

import io.millrace.lab.run.ClientCounts;
import io.millrace.lab.run.Course;
import io.millrace.lab.run.FaultKind;
import io.millrace.lab.run.FaultOutcome;
import io.millrace.lab.run.Readings;
import io.millrace.lab.run.RunReport;
import io.millrace.lab.run.Timeline;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A run for programs. */
final class RunJson {
    private RunJson() {}

    static Map<String, Object> of(RunReport report) {
        Course course = report.course();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("cluster", report.target().description());
        json.put("conditions", report.target().conditions());
        json.put("seed", report.plan().seed());
        json.put("command", report.target().command());
        json.put("startedAt", course.startedAt().toString());
        json.put("topic", report.plan().topic());
        json.put("ratePerS", report.plan().ratePerS());
        json.put("lengthMs", course.lengthMs());
        json.put("skippedFaults", skipped(report.target().skipped()));
        json.put("faults", course.faults().stream().map(RunJson::of).toList());
        json.put("leaderMoves", course.leaderMoves());
        json.put("isrChanges", course.isrChanges());
        json.put("controllerMoves", course.controllerMoves());
        json.put("maxUnavailableMs", course.maxUnavailableMs());
        json.put("clients", of(course.clients()));
        json.put("check", DrillJson.of(course.check()));
        json.put("readings", of(course.readings()));
        if (report.isCompared()) {
            json.put("unequalReplicas", report.unequalReplicas());
        }
        json.put("isDrained", course.isDrained());
        json.put("history", new HistoryVerdict(report.history(), List.of()).json());
        json.put("bucketMs", Timeline.BUCKET_MS);
        json.put(
                "acknowledgedByBucket",
                course.buckets().stream().map(Timeline.Bucket::acknowledged).toList());
        json.put("silences", course.silences().stream().map(RunJson::of).toList());
        json.put("violations", report.violations());
        return json;
    }

    private static Map<String, String> skipped(Map<FaultKind, String> skipped) {
        Map<String, String> json = new TreeMap<>();
        skipped.forEach((kind, why) -> json.put(kind.spelling(), why));
        return json;
    }

    private static Map<String, Object> of(FaultOutcome fault) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("fault", fault.step().kind().spelling());
        json.put("target", fault.step().target());
        json.put("atMs", fault.atMs());
        json.put("healingAtMs", fault.healingAtMs());
        json.put("healedAtMs", fault.healedAtMs());
        json.put("isHealed", fault.isHealed());
        json.put("unavailableMs", fault.unavailableMs());
        json.put("elections", fault.elections());
        json.put("isrChanges", fault.isrChanges());
        json.put("hasMovedController", fault.hasMovedController());
        return json;
    }

    private static Map<String, Object> of(ClientCounts clients) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("sent", clients.sent());
        json.put("failed", clients.failed());
        json.put("refusals", clients.refusals());
        json.put("latestMs", clients.latestMs());
        json.put("failedPolls", clients.failedPolls());
        json.put("groupMembers", clients.members());
        json.put("deadMembers", clients.deaths());
        json.put("failedGroupCalls", clients.failedGroupCalls());
        return json;
    }

    private static Map<String, Object> of(Readings.Counts readings) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("read", readings.read());
        json.put("readByGroup", readings.readByGroup());
        json.put("skipped", readings.skipped());
        json.put("repeated", readings.repeated());
        json.put("skippedByGroup", readings.skippedByGroup());
        json.put("changed", readings.changed());
        return json;
    }

    private static List<Object> of(Timeline.Silence silence) {
        return List.of(silence.partition(), silence.fromMs(), silence.toMs());
    }
}
