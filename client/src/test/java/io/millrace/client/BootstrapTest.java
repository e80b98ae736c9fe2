package io.millrace.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BootstrapTest {
    @Test
    void addressesAreSeparatedByCommasAndTrimmed() {
        assertThat(Bootstrap.parse("a:1, b:65535,[::1]:7171")).containsExactly("a:1", "b:65535", "[::1]:7171");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "a:", ":1", "a:0", "a:65536", "a:b", "a:1,,b:1", "::1:7171", "a:1,b"})
    void whatIsNoAddressIsNamed(String list) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Bootstrap.parse(list))
                .withMessageContaining("is not HOST:PORT");
    }
}
