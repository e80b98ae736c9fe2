package io.millrace.bench.load;

import java.math.BigDecimal;
import java.math.MathContext;

/** Figures with no more digits than they are worth. */
public final class Rounded {
    private static final MathContext DIGITS = new MathContext(4);

    private Rounded() {}

    public static double of(double value) {
        return Double.isFinite(value) ? new BigDecimal(value).round(DIGITS).doubleValue() : value;
    }
}
