/** The failover laboratory: tells whether what went in came out. */
@NullMarked
package io.millrace.lab;

import org.jspecify.annotations.NullMarked;
