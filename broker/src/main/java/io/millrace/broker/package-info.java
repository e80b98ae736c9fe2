/** The Millrace broker; docs/ARCHITECTURE.md is the map, and each package below says what it is for. */
@NullMarked
package io.millrace.broker;

import org.jspecify.annotations.NullMarked;
