package io.millrace.client;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** What the client logs while it is open, at INFO and above. */
final class LogWatch implements AutoCloseable {
    private final Logger clients = (Logger) LoggerFactory.getLogger("io.millrace.client");
    private final Level before = clients.getLevel();
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

    LogWatch() {
        appender.list = new CopyOnWriteArrayList<>();
        appender.start();
        clients.setLevel(Level.INFO);
        clients.addAppender(appender);
    }

    List<String> lines(Level level) {
        return appender.list.stream()
                .filter(event -> event.getLevel() == level)
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    @Override
    public void close() {
        clients.detachAppender(appender);
        clients.setLevel(before);
    }
}
