package io.millrace.lab;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What the modules may see of each other: here, because this one has all of them on its class path. */
@AnalyzeClasses(packages = "io.millrace", importOptions = ImportOption.DoNotIncludeTests.class)
class ModulesTest {

    private static final String BROKER = "io.millrace.broker..";
    private static final String CLIENT = "io.millrace.client..";
    private static final String COORDINATOR = "io.millrace.coordinator..";
    private static final String LAB = "io.millrace.lab..";
    private static final String PROTO = "io.millrace.proto..";

    @ArchTest
    static final ArchRule A7_A_CLIENT_SEES_THE_WIRE_ONLY = noClasses()
            .that()
            .resideInAPackage(CLIENT)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(BROKER, COORDINATOR, LAB)
            .because("whatever a client in Java needs, one in any other language needs too");

    @ArchTest
    static final ArchRule A7_A_BROKER_SEES_NO_CLIENT = noClasses()
            .that()
            .resideInAPackage(BROKER)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(CLIENT, LAB)
            .because("the wire is the contract");

    @ArchTest
    static final ArchRule THE_COORDINATION_SERVICE_IS_REACHED_WITHOUT_THE_REST = noClasses()
            .that()
            .resideInAPackage(COORDINATOR)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(BROKER, CLIENT, LAB, PROTO)
            .because("its ports are what the simulator stands in for");

    @ArchTest
    static final ArchRule THE_WIRE_KNOWS_NEITHER_END = noClasses()
            .that()
            .resideInAPackage(PROTO)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(BROKER, CLIENT, COORDINATOR, LAB)
            .because("both ends are built on it");
}
