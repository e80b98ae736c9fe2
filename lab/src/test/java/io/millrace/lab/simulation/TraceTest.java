package io.millrace.lab.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class TraceTest {

    @Test
    void theSameSeedDoesTheSameInThisJvmAndInAnother() throws Exception {
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        TraceProgram.class.getName())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            String here = TraceProgram.hashes();

            String there = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();

            assertThat(other.waitFor()).isZero();
            assertThat(there).isEqualTo(here);
            assertThat(TraceProgram.hashes()).isEqualTo(here);
            assertThat(Arrays.stream(here.split(" ")).distinct()).hasSize(TraceProgram.SEEDS);
        } finally {
            other.destroyForcibly();
        }
    }
}
