package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class LogPatternTest {

    @Test
    void whatAMessageHoldsBeginsNoLineAndControlsNoTerminal() throws Exception {
        String config = Files.readString(Path.of("src/main/resources/logback.xml"));
        Matcher pattern = Pattern.compile("<pattern>(.*)</pattern>").matcher(config);
        assertThat(pattern.find()).isTrue();
        LoggerContext context = new LoggerContext();
        PatternLayout layout = new PatternLayout();
        layout.setContext(context);
        layout.setPattern(pattern.group(1));
        layout.start();

        String line = layout.doLayout(new LoggingEvent(
                "test", context.getLogger("test"), Level.INFO, "from {}", null, new Object[] {"a\r\nERROR b\u001b[31m"
                }));

        assertThat(line).endsWith("from a??ERROR b?[31m" + System.lineSeparator());
    }
}
