package io.millrace.cli.cluster;

import io.millrace.cli.shell.Table;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What commands show of a cluster, as a table or as values for JSON. */
final class ClusterView {
    private final ClusterDirectory directory;
    private final ClusterState state;
    private final List<Row> rows = new ArrayList<>();

    /** One member; {@code problem} says why it is not ready. */
    private record Row(Member member, Optional<Long> pid, boolean isPaused, Optional<String> problem) {
        boolean isReady() {
            return pid.isPresent() && !isPaused && problem.isEmpty();
        }

        String words() {
            if (isPaused) {
                return "paused";
            }
            return isReady() ? "ready" : pid.isPresent() ? "not ready: " + problem.orElseThrow() : "stopped";
        }
    }

    /** Looks at every member now. */
    ClusterView(ClusterDirectory directory, ClusterState state) {
        this.directory = directory;
        this.state = state;
        // Those that run, not all: one stopped broker is no reason to call the others unready.
        List<Member> running = state.layout().membersOf(Member.Kind.BROKER).stream()
                .filter(broker -> state.isRunning(broker) && !state.isPaused(broker))
                .toList();
        try (Readiness readiness = new Readiness(state.layout(), running)) {
            for (Member member : state.layout().members()) {
                rows.add(rowOf(member, readiness));
            }
        }
    }

    private Row rowOf(Member member, Readiness readiness) {
        Optional<Long> pid = state.find(member).map(ProcessHandle::pid);
        boolean isPaused = state.isPaused(member);
        boolean canAnswer = pid.isPresent() && !isPaused;
        return new Row(member, pid, isPaused, canAnswer ? readiness.whyNot(member) : Optional.empty());
    }

    boolean isAllReady() {
        return rows.stream().allMatch(Row::isReady);
    }

    void print(PrintStream out) {
        Table table = new Table("MEMBER", "STATE", "PID", "CLIENTS", "BROKERS", "LOG");
        for (Row row : rows) {
            table.row(
                    row.member().name(),
                    row.words(),
                    row.pid().map(String::valueOf).orElse("-"),
                    state.layout().clientAddress(row.member()),
                    row.member().isBroker() ? internalAddress(row.member()) : "-",
                    directory.log(row.member()));
        }
        table.print(out);
    }

    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("dir", directory.root().toString());
        json.put("bootstrap", state.layout().bootstrap());
        json.put("zookeeper", state.layout().zookeeperConnect());
        json.put("members", rows.stream().map(this::memberJson).toList());
        return json;
    }

    private Map<String, Object> memberJson(Row row) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", row.member().name());
        json.put("running", row.pid().isPresent());
        json.put("paused", row.isPaused());
        json.put("ready", row.isReady());
        row.problem().ifPresent(problem -> json.put("problem", problem));
        row.pid().ifPresent(pid -> json.put("pid", pid));
        json.put("clientAddress", state.layout().clientAddress(row.member()));
        if (row.member().isBroker()) {
            json.put("internalAddress", internalAddress(row.member()));
        }
        json.put("log", directory.log(row.member()).toString());
        return json;
    }

    private String internalAddress(Member broker) {
        return Layout.LOOPBACK + ":" + state.layout().internalPort(broker);
    }
}
