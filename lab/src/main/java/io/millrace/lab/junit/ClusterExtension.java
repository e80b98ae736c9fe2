package io.millrace.lab.junit;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;

/**
 * What {@link MillraceCluster} stands for. A cluster belongs to the context of what carries the annotation and is closed
 * with it, by JUnit's store.
 */
final class ClusterExtension
        implements BeforeAllCallback,
                BeforeEachCallback,
                AfterEachCallback,
                ParameterResolver,
                TestExecutionExceptionHandler,
                LifecycleMethodExecutionExceptionHandler {

    private static final Namespace NAMESPACE = Namespace.create(ClusterExtension.class);

    /** What JUnit's store closes: before 5.13 it closes nothing but what has the interface that is deprecated since. */
    @SuppressWarnings("deprecation") // Without it clusters would outlive their tests under 5.12 and before.
    private record Opened(Cluster cluster) implements ExtensionContext.Store.CloseableResource, AutoCloseable {
        @Override
        public void close() {
            cluster.close();
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        Optional<MillraceCluster> wanted =
                AnnotationSupport.findAnnotation(context.getRequiredTestClass(), MillraceCluster.class);
        if (wanted.isPresent()) {
            open(context, wanted.get());
        }
        inject(context, null, field -> Modifier.isStatic(field.getModifiers()));
    }

    @Override
    public void beforeEach(ExtensionContext context) throws Exception {
        Optional<MillraceCluster> own =
                AnnotationSupport.findAnnotation(context.getRequiredTestMethod(), MillraceCluster.class);
        if (own.isPresent()) {
            open(context, own.get());
        }
        for (Object instance : context.getRequiredTestInstances().getAllInstances()) {
            inject(context, instance, field -> !Modifier.isStatic(field.getModifiers()));
        }
    }

    /** The next test of the class finds a cluster that is whole; one of a single test ends anyway. */
    @Override
    public void afterEach(ExtensionContext context) {
        Cluster ofClass = context.getParent().map(ClusterExtension::cluster).orElse(null);
        if (ofClass != null && ofClass == cluster(context)) {
            ofClass.restore();
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Cluster.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return required(context);
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw reported(context, failure);
    }

    @Override
    public void handleBeforeEachMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw reported(context, failure);
    }

    @Override
    public void handleAfterEachMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw reported(context, failure);
    }

    private static Throwable reported(ExtensionContext context, Throwable failure) {
        Cluster cluster = cluster(context);
        if (cluster != null) {
            failure.addSuppressed(new FaultReport(cluster.history()));
        }
        return failure;
    }

    private static void open(ExtensionContext context, MillraceCluster wanted)
            throws IOException, InterruptedException {
        context.getStore(NAMESPACE).put(Opened.class, new Opened(Cluster.open(wanted.brokers())));
    }

    /** Of this context or of one around it. */
    private static @Nullable Cluster cluster(ExtensionContext context) {
        Opened opened = context.getStore(NAMESPACE).get(Opened.class, Opened.class);
        return opened == null ? null : opened.cluster();
    }

    private static Cluster required(ExtensionContext context) {
        Cluster cluster = cluster(context);
        if (cluster == null) {
            throw new ExtensionConfigurationException(
                    "There is no cluster yet: with Lifecycle.PER_CLASS the constructor runs before it is started");
        }
        return cluster;
    }

    private static void inject(ExtensionContext context, @Nullable Object instance, Predicate<Field> wanted)
            throws IllegalAccessException {
        Class<?> type = instance == null ? context.getRequiredTestClass() : instance.getClass();
        Predicate<Field> ofCluster = field -> field.getType() == Cluster.class;
        for (Field field : ReflectionSupport.findFields(type, ofCluster.and(wanted), HierarchyTraversalMode.TOP_DOWN)) {
            Cluster cluster = cluster(context);
            if (cluster != null || instance != null) {
                field.setAccessible(true);
                field.set(instance, required(context));
            }
        }
    }
}
