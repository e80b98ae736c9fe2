package io.millrace.coordinator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.millrace.coordinator", importOptions = ImportOption.DoNotIncludeTests.class)
class CoordinatorArchitectureTest {

    @ArchTest
    static final ArchRule ONLY_ITS_ADAPTER_SEES_ZOOKEEPER = noClasses()
            .that()
            .resideOutsideOfPackage("io.millrace.coordinator.curator")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.curator..", "org.apache.zookeeper..")
            .because("what runs on the in-memory adapter must be the code that runs on ZooKeeper");

    @ArchTest
    static final ArchRule NOBODY_NEEDS_AN_ADAPTER = noClasses()
            .that()
            .resideInAnyPackage("io.millrace.coordinator", "io.millrace.coordinator.tree")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.millrace.coordinator.curator", "io.millrace.coordinator.memory")
            .because("the ports do not know who implements them");

    @ArchTest
    static final ArchRule THE_MEMORY_ADAPTER_USES_THE_JDK_ONLY = classes()
            .that()
            .resideInAPackage("io.millrace.coordinator.memory")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "org.jspecify..", "io.millrace.coordinator..")
            .because("the simulator runs it on one thread with a clock of its own");

    @ArchTest
    static final ArchRule NO_PACKAGE_CYCLES = slices().matching("io.millrace.coordinator.(*)..")
            .should()
            .beFreeOfCycles()
            .because("each package must be readable without the others that use it");
}
