/**
 * Logging of the processes that {@code bin/quiver} starts: Log4j, but not before there is something to log. The engine as a
 * library in somebody's application never uses this package. Safe for use by many threads. Start at
 * {@link dev.quiver.runtime.logging.LoggingOnDemand}.
 */
package dev.quiver.runtime.logging;
