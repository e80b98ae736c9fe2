package io.millrace.broker;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.File;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.Timer;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

/** What may use what, inside the broker. {@code TidyTest} holds what only the sources show. */
@AnalyzeClasses(packages = "io.millrace.broker", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String CORE = "io.millrace.broker.core..";
    private static final String CONTROLLER = "io.millrace.broker.controller..";
    private static final String GROUP = "io.millrace.broker.group..";
    private static final String LIVENESS = "io.millrace.broker.liveness..";
    private static final String LOG = "io.millrace.broker.log..";
    private static final String PRODUCER = "io.millrace.broker.producer..";
    private static final String REPLICATION = "io.millrace.broker.replication..";
    private static final String RPC = "io.millrace.broker.rpc..";
    private static final String RUNTIME = "io.millrace.broker.runtime..";
    private static final String SERVER = "io.millrace.broker.server..";
    private static final String COORDINATOR = "io.millrace.coordinator..";

    @ArchTest
    static final ArchRule A1_CORE_SEES_ITSELF_AND_A_PART_OF_THE_JDK = classes()
            .that()
            .resideInAPackage(CORE)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    CORE,
                    "java.lang",
                    "java.lang.invoke",
                    "java.lang.runtime",
                    "java.util",
                    "java.util.function",
                    "java.util.stream",
                    // An expression that a client sends: this one matches in linear time, whatever it says.
                    "com.google.re2j",
                    "org.jspecify.annotations")
            .because("a decision that knows nothing of disks, networks and threads can be tested by a table of cases");

    @ArchTest
    static final ArchRule A2_CORE_HAS_NO_CLOCK_NO_THREAD_NO_CHANCE = noClasses()
            .that()
            .resideInAPackage(CORE)
            .should()
            .accessTargetWhere(of(System.class).and(DescribedPredicate.not(target(name("arraycopy")))))
            .orShould()
            .accessTargetWhere(of(Thread.class))
            .orShould()
            .accessTargetWhere(of(Runtime.class))
            .orShould()
            .accessTargetWhere(of(Timer.class))
            .orShould()
            .accessTargetWhere(of(Random.class))
            .orShould()
            .accessTargetWhere(of(UUID.class))
            .orShould()
            .accessTargetWhere(of(Math.class).and(target(name("random"))))
            .because("the same input must give the same output, or a seed could not be replayed");

    @ArchTest
    static final ArchRule A2_CORE_ITERATES_IN_A_KNOWN_ORDER = noClasses()
            .that()
            .resideInAPackage(CORE)
            .should()
            .accessTargetWhere(exactly(HashMap.class))
            .orShould()
            .accessTargetWhere(exactly(HashSet.class))
            .orShould()
            .accessTargetWhere(exactly(Set.class).and(target(nameMatching("of|copyOf"))))
            .orShould()
            .accessTargetWhere(exactly(Map.class).and(target(nameMatching("of|copyOf|ofEntries"))))
            .orShould()
            .accessTargetWhere(
                    exactly(Collectors.class).and(target(nameMatching("toSet|toUnmodifiableSet|toUnmodifiableMap"))))
            .orShould()
            .accessTargetWhere(collectorWithoutFactory("toMap", 4))
            .orShould()
            .accessTargetWhere(collectorWithoutFactory("groupingBy", 3))
            .because("the order of hash collections differs between two runs");

    @ArchTest
    static final ArchRule A3_CORE_HAS_NO_LOCKS = noMethods()
            .that()
            .areDeclaredInClassesThat()
            .resideInAPackage(CORE)
            .should()
            .haveModifier(JavaModifier.SYNCHRONIZED)
            .because("a machine has one owner");

    @ArchTest
    static final ArchRule A4_ONLY_RPC_SEES_GRPC = noClasses()
            .that()
            .resideOutsideOfPackage(RPC)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.grpc..", "io.netty..", "com.google.protobuf..", "com.google.rpc..")
            .because("lab replaces the transport, and needs one place to do so");

    @ArchTest
    static final ArchRule A4_NOBODY_SEES_ZOOKEEPER = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.curator..", "org.apache.zookeeper..")
            .because("ZooKeeper's types stop in coordinator-client's adapter");

    @ArchTest
    static final ArchRule A4_ONLY_SERVER_CHOOSES_THE_COORDINATORS_ADAPTER = noClasses()
            .that()
            .resideOutsideOfPackage(SERVER)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.millrace.coordinator.curator..", "io.millrace.coordinator.memory..")
            .because("wiring is in one place");

    @ArchTest
    static final ArchRule A4_ONLY_LOG_TOUCHES_FILES = noClasses()
            .that()
            .resideOutsideOfPackages(LOG, SERVER)
            .should()
            .accessTargetWhere(of(Files.class))
            .orShould()
            .accessTargetWhere(of(FileChannel.class))
            .orShould()
            .accessTargetWhere(of(File.class))
            .orShould()
            .dependOnClassesThat()
            .haveNameMatching("java\\.io\\.(File(Input|Output)Stream|FileReader|FileWriter|RandomAccessFile)")
            .because("what survives a crash is decided in one package; server reads its configuration, no more");

    @ArchTest
    static final ArchRule A5_ONLY_RUNTIME_MAKES_THREADS = noClasses()
            .that()
            .resideOutsideOfPackage(RUNTIME)
            .should()
            .accessTargetWhere(of(Thread.class).and(target(nameMatching("<init>|start|ofVirtual|startVirtualThread"))))
            .orShould()
            .accessTargetWhere(of(Timer.class))
            .orShould()
            .accessTargetWhere(exactly(Executors.class))
            .orShould()
            .accessTargetWhere(constructorOfJdkExecutor())
            .because("every thread has a name and an owner");

    @ArchTest
    static final ArchRule D9_NO_THREAD_IS_INTERRUPTED = noClasses()
            .should()
            .accessTargetWhere(of(ExecutorService.class).and(target(name("shutdownNow"))))
            .orShould()
            .accessTargetWhere(of(Future.class).and(target(name("cancel"))))
            .because("an interrupt closes the file that the thread works on");

    @ArchTest
    static final ArchRule D10_NO_FILE_IS_MAPPED = noClasses()
            .should()
            .accessTargetWhere(of(FileChannel.class).and(target(name("map"))))
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(MappedByteBuffer.class)
            .because("a full disk under a mapping is an error of the machine, not an exception");

    @ArchTest
    static final ArchRule A6_NO_PACKAGE_CYCLES = slices().matching("io.millrace.broker.(**)")
            .should()
            .beFreeOfCycles()
            .because("each package must be readable without those that use it");

    @ArchTest
    static final ArchRule A6_ONLY_SERVER_SEES_EVERYTHING = noClasses()
            .that()
            .resideOutsideOfPackage(SERVER)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(SERVER)
            .because("wiring is in one place");

    @ArchTest
    static final ArchRule A6_CONTROLLER_AND_GROUP_USE_NO_NEIGHBOUR = noClasses()
            .that()
            .resideInAnyPackage(CONTROLLER, GROUP, PRODUCER)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(REPLICATION, LOG, RPC)
            .because("they deal with the recorded state only");

    @ArchTest
    static final ArchRule A6_CONTROLLER_AND_GROUP_ARE_APART = noClasses()
            .that()
            .resideInAPackage(GROUP)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(CONTROLLER)
            .because("each is a shell of its own machine");

    @ArchTest
    static final ArchRule A6_LIVENESS_JUDGES_AND_DOES_NOT_ACT = noClasses()
            .that()
            .resideInAPackage(LIVENESS)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(CONTROLLER, GROUP, PRODUCER, LOG, REPLICATION, RPC, COORDINATOR)
            .because("whoever judges by beats must not need anything else to be well");

    @ArchTest
    static final ArchRule A6_REPLICATION_DOES_NOT_KNOW_WHO_DECIDES = noClasses()
            .that()
            .resideInAnyPackage(REPLICATION, LOG)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(CONTROLLER, GROUP, LIVENESS, PRODUCER, RPC, COORDINATOR)
            .because("the recorded state is handed in; the simulator hands in its own");

    @ArchTest
    static final ArchRule A6_LOG_IS_USED_BY_REPLICATION = noClasses()
            .that()
            .resideInAPackage(LOG)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(REPLICATION)
            .because("a log does not know who writes it");

    @ArchTest
    static final ArchRule A6_RPC_ASKS_THROUGH_PORTS = noClasses()
            .that()
            .resideInAPackage(RPC)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(LOG, COORDINATOR)
            .because("an adapter translates, and decides nothing");

    @ArchTest
    static final ArchRule A6_RUNTIME_SEES_CORE_ONLY = noClasses()
            .that()
            .resideInAPackage(RUNTIME)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(CONTROLLER, GROUP, LIVENESS, PRODUCER, LOG, REPLICATION, RPC, COORDINATOR)
            .because("threads and time are below everything that uses them");

    @ArchTest
    static final ArchRule A7_THE_BROKER_DOES_NOT_SEE_ITS_USERS = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.millrace.client..", "io.millrace.cli..", "io.millrace.lab..")
            .because("the wire is the contract");

    @ArchTest
    static final ArchRule A9_NAMES_SAY_WHAT_A_CLASS_IS = noClasses()
            .should()
            .haveNameMatching(".*(Manager|Helper|Utils?|Impl)")
            .because("such a name fits anything, and then anything is put there");

    @ArchTest
    static final ArchRule A10_STAGES_COME_BACK_TO_THE_LOOP = noClasses()
            .that()
            .resideInAnyPackage(CONTROLLER, GROUP, PRODUCER, REPLICATION)
            .should()
            .accessTargetWhere(of(CompletionStage.class)
                    .and(target(nameMatching("thenApply|thenAccept|thenRun|thenCompose|thenCombine|thenAcceptBoth"
                            + "|runAfterBoth|runAfterEither|applyToEither|acceptEither"
                            + "|whenComplete|handle|exceptionally|exceptionallyCompose"))))
            .because("the callback would run on the thread that completes the stage; runtime.Continuation hands over");

    private static DescribedPredicate<JavaAccess<?>> of(Class<?> type) {
        return target(owner(assignableTo(type)));
    }

    private static DescribedPredicate<JavaAccess<?>> exactly(Class<?> type) {
        return target(owner(name(type.getName())));
    }

    /** The forms with fewer parameters end in a hash map. */
    private static DescribedPredicate<JavaAccess<?>> collectorWithoutFactory(String method, int parametersWithFactory) {
        return exactly(Collectors.class)
                .and(target(name(method)))
                .and(DescribedPredicate.describe(
                        "without a factory",
                        access -> access instanceof JavaCodeUnitAccess<?> call
                                && call.getTarget().getRawParameterTypes().size() < parametersWithFactory));
    }

    private static DescribedPredicate<JavaAccess<?>> constructorOfJdkExecutor() {
        return of(Executor.class)
                .and(target(name("<init>")))
                .and(DescribedPredicate.describe(
                        "of the JDK",
                        access -> access.getTargetOwner().getPackageName().startsWith("java.")));
    }
}
