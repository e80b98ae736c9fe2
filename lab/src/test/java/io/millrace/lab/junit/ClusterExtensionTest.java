package io.millrace.lab.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** Who gets which cluster, and that nothing is left of it. The classes that carry the annotation are run by these tests. */
@Timeout(180)
final class ClusterExtensionTest {
    private static final List<Cluster> SEEN = new CopyOnWriteArrayList<>();
    private static final List<String> ENDPOINTS = new CopyOnWriteArrayList<>();

    @Test
    void aClassHasOneClusterAndAMethodItsOwnAndNothingIsLeft() {
        forget();
        Set<Thread> before = Thread.getAllStackTraces().keySet();

        TestExecutionSummary summary = run(OneForAll.class);

        assertThat(failures(summary)).isEmpty();
        assertThat(summary.getTestsSucceededCount()).isEqualTo(3);
        assertThat(Set.copyOf(SEEN)).hasSize(2);
        assertNothingIsLeft(before);
    }

    @Test
    void classesInParallelHaveAClusterEach() {
        forget();

        TestExecutionSummary summary = run(Single.class, OtherSingle.class);

        assertThat(failures(summary)).isEmpty();
        assertThat(Set.copyOf(SEEN)).hasSize(2);
        assertThat(Set.copyOf(ENDPOINTS)).hasSize(2);
    }

    @Test
    void aFailureTellsWhatWasDoneToTheCluster() {
        forget();

        List<Throwable> failures = failures(run(Failing.class));

        assertThat(failures).hasSize(1);
        assertThat(failures.get(0)).hasMessage("on purpose");
        assertThat(failures.get(0).getSuppressed())
                .hasSize(1)
                .allSatisfy(report -> assertThat(report.getMessage()).contains("kill 1", "isolate 1", "data in "));
    }

    @Test
    void aConstructorThatRunsBeforeTheClusterIsToldSo() {
        forget();

        List<Throwable> failures = failures(run(TooEarly.class));

        assertThat(failures).hasSize(1);
        assertThat(failures.get(0)).hasMessageContaining("Lifecycle.PER_CLASS");
    }

    @Test
    void aClusterNeedsABroker() {
        assertThatThrownBy(() -> Cluster.open(0)).hasMessageContaining("at least one broker");
    }

    private static void assertNothingIsLeft(Set<Thread> before) {
        // A thread that has ended its last task may need a moment to end itself.
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(newThreads(before)).isEmpty());
        assertThat(ENDPOINTS).isNotEmpty().allSatisfy(ClusterExtensionTest::assertRefused);
        assertThat(SEEN)
                .allSatisfy(cluster -> assertThat(
                                cluster.dataDirectory(1).resolve("../..").normalize())
                        .doesNotExist());
    }

    private static List<String> newThreads(Set<Thread> before) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !before.contains(thread))
                .map(Thread::getName)
                .filter(name -> !isOfTheJvm(name))
                .sorted()
                .toList();
    }

    /** What libraries start once for the whole JVM, with no way to end it, and what gRPC ends after a second or a minute. */
    private static boolean isOfTheJvm(String name) {
        return Stream.of(
                        "grpc-",
                        "globalEventExecutor",
                        "awaitility-",
                        "ForkJoinPool",
                        "CompletableFutureDelayScheduler",
                        "junit-")
                .anyMatch(name::startsWith);
    }

    private static void assertRefused(String endpoint) {
        int port = Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1));
        assertThatThrownBy(() -> {
                    try (Socket socket = new Socket()) {
                        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                    }
                })
                .isInstanceOf(ConnectException.class);
    }

    private static TestExecutionSummary run(Class<?>... classes) {
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(Stream.of(classes).map(type -> selectClass(type)).collect(Collectors.toList()))
                .configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
                .configurationParameter("junit.jupiter.execution.parallel.mode.classes.default", "concurrent")
                .configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
                .configurationParameter("junit.jupiter.execution.parallel.config.fixed.parallelism", "2")
                .build();
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create().execute(request, listener);
        return listener.getSummary();
    }

    private static List<Throwable> failures(TestExecutionSummary summary) {
        List<Throwable> failures = new ArrayList<>();
        summary.getFailures().forEach(failure -> failures.add(failure.getException()));
        return failures;
    }

    private static void forget() {
        SEEN.clear();
        ENDPOINTS.clear();
    }

    private static void see(Cluster cluster) {
        SEEN.add(cluster);
        ENDPOINTS.addAll(List.of(cluster.bootstrap().split(",", -1)));
    }

    @MillraceCluster(brokers = 1)
    static final class OneForAll {
        static @Nullable Cluster ofClass;

        @Nullable
        Cluster ofTest;

        @BeforeAll
        static void theClassHasIt(Cluster cluster) {
            assertThat(cluster).isSameAs(ofClass);
        }

        @Test
        void aTestSeesTheClassesCluster(Cluster cluster) {
            see(cluster);
            cluster.kill(1);
            assertThat(cluster).isSameAs(ofClass).isSameAs(ofTest);
        }

        @Test
        void aTestFindsItWhole(Cluster cluster) {
            see(cluster);
            assertThat(cluster).isSameAs(ofClass);
            assertThat(cluster.bootstrap()).isNotEmpty();
        }

        @Test
        @MillraceCluster(brokers = 2)
        void aMethodHasItsOwn(Cluster cluster) {
            see(cluster);
            assertThat(cluster).isNotSameAs(ofClass).isSameAs(ofTest);
            assertThat(cluster.brokerIds()).containsExactly(1, 2);
        }
    }

    @MillraceCluster(brokers = 1)
    static final class Single {
        @Test
        void runs(Cluster cluster) {
            see(cluster);
        }
    }

    @MillraceCluster(brokers = 1)
    static final class OtherSingle {
        @Test
        void runs(Cluster cluster) {
            see(cluster);
        }
    }

    static final class Failing {
        @Test
        @MillraceCluster(brokers = 1)
        void fails(Cluster cluster) {
            cluster.kill(1);
            cluster.isolate(1);
            throw new AssertionError("on purpose");
        }
    }

    @MillraceCluster(brokers = 1)
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    static final class TooEarly {
        TooEarly(Cluster cluster) {
            see(cluster);
        }

        @Test
        void runs(Cluster cluster) {
            see(cluster);
        }
    }
}
