package io.millrace.lab.history;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;

/** How events become lines. */
final class HistoryJson {

    private static final ObjectMapper MAPPER = new ObjectMapper()
            .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
            .disable(JsonParser.Feature.AUTO_CLOSE_SOURCE);

    static final ObjectWriter WRITER = MAPPER.writerFor(HistoryEvent.class).withRootValueSeparator("\n");
    static final ObjectReader READER = MAPPER.readerFor(HistoryEvent.class);

    private HistoryJson() {}
}
