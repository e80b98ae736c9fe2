package io.millrace.lab.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs a cluster for a test: brokers and a ZooKeeper server in the test's own process, on free ports, with their data in a
 * temporary directory that is removed afterwards.
 *
 * <p>On a class, one cluster for all its tests; on a method, one for that test alone, which hides the class's. A {@link
 * Cluster} parameter of a test, a lifecycle method or a constructor is given it, and so is each field of that type (a
 * static one the class's, another one the test's). After each test of a class the faults are healed, but what the test
 * wrote stays. Classes that run in parallel have a cluster each; tests of one class that run in parallel share theirs, so
 * one's faults are the other's.
 */
@Documented
@Inherited
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(ClusterExtension.class)
public @interface MillraceCluster {

    /** How many, with ids from 1 on. */
    int brokers() default 3;
}
