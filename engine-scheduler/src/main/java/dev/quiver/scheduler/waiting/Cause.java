package dev.quiver.scheduler.waiting;

import dev.quiver.StageWait.Reason;

/**
 * What something waits for.
 *
 * @param detail         completes the sentence "waits for …"
 * @param changesAtNanos when a timer changes it, in nanoseconds of the clock, or null
 */
record Cause(Reason reason, String detail, Long changesAtNanos) {}
