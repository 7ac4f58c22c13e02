/**
 * Which rows map outputs had, by the checksums that executors report with them. Owned by the scheduler's event loop. Start at
 * {@link dev.quiver.scheduler.content.Contents}; what follows from a change is decided in {@code dag.ContentChanges}.
 */
package dev.quiver.scheduler.content;
