/**
 * Proof that the checker sees: changes histories so that they break one promise each, and asks whether exactly that is
 * found. A checker that finds nothing proves nothing until it has passed this.
 *
 * <p>May use {@code history} and {@code history.check}. Thread model: none; everything belongs to its caller.
 *
 * <p>Reading order: {@code Planter}, {@code SampleHistory}, {@code HistorySelfTest}.
 */
@NullMarked
package io.millrace.lab.history.plant;

import org.jspecify.annotations.NullMarked;
