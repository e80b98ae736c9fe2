/**
 * {@code millrace lab}: runs simulated clusters, or sends files through a real one, and tells whether
 * what went in came out whole. The work is done in
 * {@code io.millrace.lab}; here are its options, and its results in words and JSON.
 *
 * <p>Thread model: the main thread.
 *
 * <p>Reading order: {@link io.millrace.cli.lab.LabCommand}, {@code SimulateCommand}, {@code SendCommand},
 * {@code VerifyCommand}.
 */
@NullMarked
package io.millrace.cli.lab;

import org.jspecify.annotations.NullMarked;
