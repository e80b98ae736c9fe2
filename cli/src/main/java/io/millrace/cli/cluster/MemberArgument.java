package io.millrace.cli.cluster;

import io.millrace.cli.shell.CommandFailure;
import picocli.CommandLine.Parameters;

/** The argument that names one member. */
final class MemberArgument {
    @Parameters(paramLabel = "ID", description = "A broker's id, such as 1, or zk-1 for a ZooKeeper server.")
    private String text = "";

    Member member() {
        try {
            return Member.parse(text);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(String.valueOf(e.getMessage()), "See `millrace cluster status` for the ids.");
        }
    }
}
