package io.millrace.broker.rpc;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import org.slf4j.LoggerFactory;

/** What is logged while it is open: by the broker at INFO and above, by gRPC and Netty at WARNING and above. */
final class LogWatch implements AutoCloseable {

    private final Logger brokers = (Logger) LoggerFactory.getLogger("io.millrace");
    private final Level brokersLevel = brokers.getLevel();
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>();
    private final java.util.logging.Logger root = java.util.logging.Logger.getLogger("");
    private final List<String> others = new CopyOnWriteArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord line) {
            if (line.getLevel().intValue() >= java.util.logging.Level.WARNING.intValue()) {
                others.add(line.getLoggerName() + ": " + line.getMessage() + " " + line.getThrown());
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    LogWatch() {
        appender.list = new CopyOnWriteArrayList<>();
        appender.start();
        brokers.setLevel(Level.INFO);
        brokers.addAppender(appender);
        root.addHandler(handler);
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>(others);
        appender.list.forEach(event -> lines.add(event.getLoggerName() + ": " + event.getFormattedMessage()));
        return lines;
    }

    @Override
    public void close() {
        brokers.detachAppender(appender);
        brokers.setLevel(brokersLevel);
        root.removeHandler(handler);
    }
}
